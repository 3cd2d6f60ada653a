"""The small window: called over others, by real keys, and gone when it is not needed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from jinasearch.gui.icons import Icons
from jinasearch.gui.quick_query.window import QuickQuery


@pytest.fixture
def quick(qtbot, parts):
    made = QuickQuery(parts.client, parts.link, parts.theme, Icons(parts.theme), parts.opener)
    qtbot.addWidget(made)
    made.come_up()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def ask(qtbot, quick, text: str) -> None:
    QTest.keyClicks(quick.line, text)
    qtbot.waitUntil(lambda: quick.view.model().rowCount() > 0)


def test_it_is_one_line_until_there_are_answers(qtbot, quick):
    alone = quick.height()
    assert not quick.view.isVisible()
    ask(qtbot, quick, "lease")
    qtbot.waitUntil(quick.view.isVisible)
    assert quick.height() > alone + 200
    quick.line.clear()
    qtbot.waitUntil(lambda: quick.height() == alone)


def test_it_stands_in_the_middle_of_the_screen(quick):
    room = QGuiApplication.primaryScreen().availableGeometry()
    assert abs(quick.geometry().center().x() - room.center().x()) <= 2
    assert quick.y() < room.center().y()


def test_enter_opens_and_it_goes(qtbot, quick, parts, engine):
    ask(qtbot, quick, "lease")
    QTest.keyClick(quick.line, Qt.Key.Key_Down)
    QTest.keyClick(quick.line, Qt.Key.Key_Return)
    assert parts.opener.opened == ["file:///home/ada/file2.txt"]
    assert not quick.isVisible()
    qtbot.waitUntil(lambda: engine.asked("POST /v1/files/2/opened") == 1)


def test_ctrl_enter_shows_in_the_folder(qtbot, quick, parts):
    ask(qtbot, quick, "lease")
    QTest.keyClick(quick.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert parts.opener.shown == ["file:///home/ada/file1.txt"]
    assert parts.opener.opened == []
    assert not quick.isVisible()


def test_copies(qtbot, quick):
    ask(qtbot, quick, "lease")
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(quick.line, Qt.Key.Key_C, control)
    data = QGuiApplication.clipboard().mimeData()
    assert bytes(data.data("text/uri-list").data()).strip() == b"file:///home/ada/file1.txt"
    QTest.keyClick(quick.line, Qt.Key.Key_C, control | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "/home/ada/file1.txt"
    assert not QGuiApplication.clipboard().mimeData().hasFormat("text/uri-list")


def test_escape_steps_back_then_hides(qtbot, quick):
    ask(qtbot, quick, "lease")
    QTest.keyClick(quick.line, Qt.Key.Key_Escape)
    assert quick.line.text() == ""
    assert quick.isVisible()
    QTest.keyClick(quick.line, Qt.Key.Key_Escape)
    assert not quick.isVisible()


def test_the_panel_of_actions(qtbot, quick):
    QTest.keyClick(quick.line, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    panel = QApplication.activePopupWidget()
    assert isinstance(panel, QMenu)
    assert [a.isEnabled() for a in panel.actions() if not a.isSeparator()] == [False] * 4 + [True]
    assert quick.isVisible()
    panel.close()


def test_the_panel_opens_what_is_chosen(qtbot, quick, parts):
    ask(qtbot, quick, "lease")
    QTest.keyClick(quick.line, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    panel = QApplication.activePopupWidget()
    QTest.keyClick(panel, Qt.Key.Key_Down)
    QTest.keyClick(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: parts.opener.opened == ["file:///home/ada/file1.txt"])


def test_the_question_goes_on_in_the_window(qtbot, quick):
    ask(qtbot, quick, "lease")
    with qtbot.waitSignal(quick.window_wanted) as signal:
        QTest.keyClick(quick.line, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert signal.args == ["lease"]
    assert not quick.isVisible()


def test_it_comes_up_with_the_old_question_selected(qtbot, quick):
    ask(qtbot, quick, "lease")
    quick.toggle()
    assert not quick.isVisible()
    quick.toggle()
    assert quick.line.selectedText() == "lease"
    assert quick.view.model().rowCount() == 3


def test_another_window_makes_it_go(qtbot, quick):
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not quick.isVisible())


def test_an_empty_answer_says_why(qtbot, quick, engine):
    engine.hits, engine.note = (), "still-indexing"
    QTest.keyClicks(quick.line, "zebra")
    qtbot.waitUntil(lambda: bool(quick.told.text()))
    qtbot.waitUntil(lambda: "index" in quick.told.text() or "read" in quick.told.text())
    assert not quick.view.isVisible()


def test_it_and_the_window_ask_apart(qtbot, quick, parts, engine):
    parts.window.line.setText("harbour")
    ask(qtbot, quick, "lease")
    qtbot.waitUntil(lambda: parts.window.results.view.model().rowCount() == 3)
    assert {text for text, _ in engine.searches()} >= {"harbour", "lease"}
