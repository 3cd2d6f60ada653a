"""Errors that pass end no thread: they are told, and the work goes on."""

import errno
from types import SimpleNamespace

import apsw
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Rules
from jinasearch.index import guard as guard_module
from jinasearch.index import indexer as indexer_module
from jinasearch.index.gate import Closed, Gate
from jinasearch.index.guard import Guard
from jinasearch.store import folders


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(guard_module, "_FIRST_SECONDS", 0.01)


@pytest.fixture
def told():
    """A guard, and what it told and how long it paused."""
    told = SimpleNamespace(troubles=[], pauses=[])
    told.guard = Guard("It stopped", told.troubles.append, told.pauses.append)
    return told


def steps(*given):
    """A step that raises or returns these, one after the other."""
    left = iter(given)

    def step():
        now = next(left)
        if isinstance(now, Exception):
            raise now
        return now

    return step


def test_a_step_is_repeated_until_it_is_done(told):
    told.guard.run(steps(True, True, False))
    assert (told.troubles, told.pauses) == ([], [])


def test_what_nobody_foresaw_is_told_once_and_when_it_is_over(told, caplog):
    told.guard.run(steps(OSError("no"), ValueError("no"), True, False))
    trouble, over = told.troubles
    assert (trouble.code, trouble.title, over) == (Code.INTERNAL, "It stopped", None)
    assert told.pauses == [0.01, 0.02]
    assert "ValueError" in caplog.text


def test_what_is_known_is_told_as_it_is(told):
    full = JinasearchError(Code.DISK_FULL, "full")
    told.guard.run(steps(full, False))
    assert told.troubles == [full, None]


def test_what_stands_in_the_way_by_now_is_told(told):
    full = JinasearchError(Code.DISK_FULL, "full")
    told.guard.run(steps(OSError("no"), full, JinasearchError(Code.DISK_FULL, "full"), True, False))
    first, *others = told.troubles
    assert first.code == Code.INTERNAL
    assert others == [full, None]
    told.troubles.clear()
    told.guard.run(steps(full, False))
    assert told.troubles == [full, None]


def test_pauses_grow_only_so_long(told):
    told.guard.run(steps(*[OSError()] * 40, False))
    assert max(told.pauses) == 600.0


def test_it_ends_when_the_engine_does(told):
    told.guard.run(steps(OSError(), Closed()))
    gate = Gate()
    gate.close()
    Guard("It stopped", lambda _: None, gate.sleep).run(steps(OSError()))


def test_who_cannot_be_told_is_no_obstacle(told):
    def refuse(_):
        raise RuntimeError("closed")

    Guard("It stopped", refuse, told.pauses.append).run(steps(OSError(), False))


def test_the_scanner_goes_on_after_it_had_no_descriptor(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_ROOT_CHECK_SECONDS", 0.02)
    real, refusals = bench.indexer._drives.due, [OSError(errno.EMFILE, "Too many open files")]

    def due(paths):
        if refusals:
            raise refusals.pop()
        return real(paths)

    bench.start()
    monkeypatch.setattr(bench.indexer._drives, "due", due)
    bench.until(lambda: None in bench.troubles, "the end of the trouble")
    assert bench.troubles[0].code == Code.INTERNAL
    other = bench.base / "other"
    other.mkdir()
    (other / "a.txt").write_text("x")
    bench.indexer.add([str(other)], Rules())
    bench.until(lambda: not bench.indexer.busy, "a scan")
    assert bench.indexer._thread.is_alive()


def test_a_folder_is_forgotten_though_the_database_was_busy(bench, monkeypatch):
    real, refusals = folders.shrink, [apsw.BusyError("database is locked")]

    def shrink(connection, folder, most):
        if refusals:
            raise refusals.pop()
        return real(connection, folder, most)

    bench.write("a.txt")
    folder = bench.start()
    monkeypatch.setattr(folders, "shrink", shrink)
    bench.indexer.remove(folder)
    bench.until(lambda: not folders.leaving(bench.library.reader()), "the folder forgotten")
