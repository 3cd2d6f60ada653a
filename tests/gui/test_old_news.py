"""What was told of one file or question goes with the next; answers of before are seen as such."""

from __future__ import annotations

import pytest
from fake_engine import make_hit
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Notice


@pytest.fixture
def window(parts):
    return parts.window


def search(qtbot, window, text: str) -> None:
    QTest.keyClicks(window.line, text)
    qtbot.waitUntil(lambda: bool(window.results.view.hits()))


def told(window) -> list[str]:
    return [strip.label.text().splitlines()[0] for strip in window.banner.strips()]


def test_the_newest_error_of_a_file_stands_until_the_next_question(qtbot, window, parts):
    search(qtbot, window, "lease")
    parts.opener.trouble = Code.FILE_GONE
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    parts.opener.trouble = Code.NO_PROGRAM
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    assert told(window) == ["No program opened the file: /home/ada/file2.txt"]
    QTest.keyClicks(window.line, "s")
    assert told(window) == []


def test_what_is_no_question_s_fault_stays(qtbot, window):
    for path in ("/one", "/two"):
        window.banner.show_error(JinasearchError(Code.NOT_FOUND, "No such folder", path=path))
    search(qtbot, window, "lease")
    assert told(window) == ["No such folder: /two"]


def test_words_are_not_cut_where_there_is_little_room(qtbot, window):
    search(qtbot, window, "lease")
    window.resize(560, 400)
    long = "/home/ada/a folder of a long name/" * 5
    window.banner.show_notices((Notice("disk-full", "The disk is full", "Make room.", long),))
    window.banner.show_error(JinasearchError(Code.FILE_GONE, "It is gone", "Look for it.", long))
    labels = [strip.label for strip in window.banner.strips()]
    qtbot.waitUntil(lambda: all(each.height() > 40 for each in labels))
    assert all(each.height() >= each.heightForWidth(each.width()) for each in labels)


def test_answers_to_the_question_before_are_seen_as_such(qtbot, window, parts, engine):
    search(qtbot, window, "lease")
    parts.starter.engine = None  # it does not come back by itself
    engine.stop()
    qtbot.waitUntil(lambda: "restarting" in window.bottom.summary.text())
    view = window.results.view
    assert not view.itemDelegate().faded  # they answer what is asked
    QTest.keyClicks(window.line, " contract")
    qtbot.waitUntil(lambda: view.itemDelegate().faded)
    assert "question before" in window.results.count.text()
    assert len(view.hits()) == 3
    engine.hits = (make_hit(8),)
    parts.starter.engine = engine
    parts.link.again()
    qtbot.waitUntil(lambda: len(view.hits()) == 1, timeout=8000)
    assert not view.itemDelegate().faded
    assert "question before" not in window.results.count.text()


def test_nothing_found_is_not_said_of_what_was_not_asked(qtbot, window, parts, engine):
    engine.hits = ()
    QTest.keyClicks(window.line, "lease")
    qtbot.waitUntil(lambda: "lease" in window.results.empty.headline.text())
    parts.starter.engine = None
    engine.stop()
    qtbot.waitUntil(lambda: "restarting" in window.bottom.summary.text())
    QTest.keyClicks(window.line, " contract")
    qtbot.waitUntil(lambda: window.results.empty.headline.text() == "The engine is away")
