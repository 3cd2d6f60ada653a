"""What is told at a terminal of a library that is being opened."""

import io
import sys

import pytest

from jinasearch.cli.opening import OpeningLine, work_text
from jinasearch.core.library_work import LibraryWork, Work


class Stream(io.StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def test_it_is_said_with_its_step_and_percent():
    assert work_text(LibraryWork(Work.UPDATING, 3, 5, 0.5)) == (
        "The library is being brought up to date (step 3 of 5)… 50 %"
    )
    assert work_text(LibraryWork(Work.CHECKING)) == "The library is being checked…"
    assert {work for work in Work if not work_text(LibraryWork(work))} == set()


@pytest.mark.parametrize(
    ("step", "steps", "share", "percent"),
    [(1, 1, 0.0, 0), (1, 1, 1.0, 99), (3, 5, 0.5, 50), (5, 5, 2.0, 99), (1, 0, -1.0, 0)],
)
def test_a_hundred_percent_is_never_told(step, steps, share, percent):
    assert LibraryWork(Work.CHECKING, step, steps, share).percent == percent


def test_the_line_is_written_over_and_taken_away_in_the_end(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Stream(terminal=True))
    with OpeningLine() as line:
        line.show(None)
        assert sys.stderr.getvalue() == ""
        line.show(LibraryWork(Work.CHECKING))
        line.show(LibraryWork(Work.MENDING))
    assert sys.stderr.getvalue() == (
        "\r\x1b[KThe library is being checked…\r\x1b[KThe library is being mended…\r\x1b[K"
    )


def test_nothing_is_written_where_nobody_looks(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Stream(terminal=False))
    with OpeningLine() as line:
        line.show(LibraryWork(Work.CHECKING))
    assert sys.stderr.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", None)
    with OpeningLine() as line:
        line.show(LibraryWork(Work.CHECKING))
