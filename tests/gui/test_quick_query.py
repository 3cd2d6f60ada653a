"""The small window: called over others, by real keys, and gone when it is not needed."""

from __future__ import annotations

import pytest
from fake_engine import make_hit
from PySide6.QtCore import QPoint, QRect, QSettings, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import PassageHit, Place
from jinasearch.gui import window_state
from jinasearch.gui.accent import contrast
from jinasearch.gui.icons import Icons
from jinasearch.gui.quick_query import frame
from jinasearch.gui.quick_query.window import QuickQuery
from jinasearch.gui.theme import DARK, LIGHT


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


def test_a_file_that_is_not_opened_is_told_until_the_next_question(qtbot, quick, parts):
    ask(qtbot, quick, "lease")
    parts.opener.trouble = Code.FILE_GONE
    QTest.keyClick(quick.line, Qt.Key.Key_Return)
    assert quick.isVisible()
    assert quick.told.text() == "The file is not there any more"
    quick.session.repeat()
    qtbot.wait(100)
    assert quick.told.text() == "The file is not there any more"
    quick.line.setText("lease contract")
    qtbot.waitUntil(lambda: quick.told.text() == "3 files")


def fail(qtbot, quick, engine) -> None:
    engine.errors["POST /v1/search"] = JinasearchError(Code.DISK_FULL, "No room")
    QTest.keyClicks(quick.line, "lease")
    qtbot.waitUntil(lambda: quick.told.text() == "No room")
    del engine.errors["POST /v1/search"]


def test_a_question_that_failed_is_told_until_it_is_answered(qtbot, quick, engine):
    fail(qtbot, quick, engine)
    quick.session.on_changed()
    qtbot.waitUntil(lambda: quick.told.text() == "3 files")


def test_a_question_that_failed_is_asked_again_when_it_comes_up(qtbot, quick, engine):
    fail(qtbot, quick, engine)
    quick.hide()
    quick.come_up()
    assert quick.told.text() == ""
    qtbot.waitUntil(lambda: quick.told.text() == "3 files")


def test_a_file_that_was_not_opened_is_forgotten_when_it_comes_up(qtbot, quick, parts):
    ask(qtbot, quick, "lease")
    qtbot.waitUntil(lambda: quick.told.text() == "3 files")
    parts.opener.trouble = Code.FILE_GONE
    QTest.keyClick(quick.line, Qt.Key.Key_Return)
    assert quick.told.text() == "The file is not there any more"
    quick.hide()
    quick.come_up()
    assert quick.told.text() == "3 files"


def test_answers_to_the_question_before_are_greyed(qtbot, quick, parts, engine):
    ask(qtbot, quick, "lease")
    parts.starter.engine = None
    engine.stop()
    qtbot.waitUntil(lambda: parts.link.state != "connected")
    assert not quick.view.itemDelegate().faded
    quick.line.setText("lease contract")
    qtbot.waitUntil(lambda: quick.view.itemDelegate().faded)


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
    offered = {a.text(): a.isEnabled() for a in panel.actions() if not a.isSeparator()}
    assert offered == {
        "Open": False,
        "Show in folder": False,
        "Copy file": False,
        "Copy path": False,
        "More like this": False,
        "Preview": True,
        "Go on in the window": True,
    }
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


def test_a_key_shows_a_preview_beside_the_results(qtbot, quick, engine):
    ask(qtbot, quick, "lease")
    assert not quick.preview.isVisible()
    assert engine.asked("POST /v1/preview") == 0
    before = quick.geometry()
    QTest.keyClick(quick.line, Qt.Key.Key_F4)
    qtbot.waitUntil(lambda: quick.preview.text.toPlainText() == "What is in file 1.")
    assert quick.width() > before.width()
    assert abs(quick.geometry().center().x() - before.center().x()) <= 1
    assert quick.preview.height() == quick.answers.height()
    QTest.keyClick(quick.line, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: quick.preview.text.toPlainText() == "What is in file 2.")
    QTest.keyClick(quick.line, Qt.Key.Key_F4)
    assert not quick.preview.isVisible()
    qtbot.waitUntil(lambda: quick.geometry() == before)


def test_the_space_bar_in_the_list_looks_into_the_file(qtbot, quick):
    ask(qtbot, quick, "lease")
    quick.view.setFocus()
    QTest.keyClick(quick.view, Qt.Key.Key_Space)
    qtbot.waitUntil(quick.preview.isVisible)


def test_the_file_opens_at_the_passage_that_is_looked_at(qtbot, quick, parts, engine):
    passages = (PassageHit("a", place=Place(page=3)), PassageHit("b", place=Place(page=7)))
    engine.hits = (make_hit(1, "lease.pdf", kind="pdf", passages=passages),)
    QTest.keyClick(quick.line, Qt.Key.Key_F4)
    ask(qtbot, quick, "lease")
    qtbot.waitUntil(lambda: engine.asked("POST /v1/preview") == 1)
    QTest.keyClick(quick.line, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(quick.line, Qt.Key.Key_Return)
    assert parts.opener.pages == [7]


def test_the_preview_comes_again_as_it_was_left(quick, tmp_path):
    state = QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat)
    window_state.restore_quick(quick, state)
    assert not quick.actions_.preview.isChecked()
    quick.actions_.preview.trigger()
    window_state.keep_quick(quick, state)
    quick.actions_.preview.trigger()
    window_state.restore_quick(quick, state)
    assert quick.actions_.preview.isChecked()


def test_weak_matches_wait_behind_a_row(qtbot, quick, engine):
    engine.hits = (make_hit(1), make_hit(2, certain=False), make_hit(3, certain=False))
    ask(qtbot, quick, "lease")
    qtbot.waitUntil(lambda: quick.told.text() == "1 file")
    assert quick.answers.more.text() == "2 more, less certain"
    assert quick.answers.more.isVisible()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(quick.line, Qt.Key.Key_B, control | shift)
    assert [hit.file for hit in quick.view.hits()] == [1, 2, 3]
    assert not quick.answers.more.isVisible()
    assert quick.told.text() == "3 files"


def test_better_results_wait_until_they_are_asked_for(qtbot, quick, engine):
    ask(qtbot, quick, "lease")
    qtbot.waitUntil(lambda: not quick.session._busy)
    QTest.keyClick(quick.line, Qt.Key.Key_Down)
    engine.hits = (make_hit(9), make_hit(2), make_hit(1), make_hit(3))
    quick.session.repeat()
    qtbot.waitUntil(quick.answers.better.isVisible)
    assert [hit.file for hit in quick.view.hits()] == [1, 2, 3, 9]
    QTest.keyClick(quick.line, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert [hit.file for hit in quick.view.hits()] == [9, 2, 1, 3]
    assert quick.view.chosen().file == 9


def test_more_like_a_result_goes_on_in_the_window(qtbot, quick):
    ask(qtbot, quick, "lease")
    with qtbot.waitSignal(quick.like_wanted) as signal:
        QTest.keyClick(quick.line, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert signal.args[0].file == 1
    assert not quick.isVisible()


def test_both_windows_have_the_same_keys(quick, parts):
    ours, theirs = quick.actions_, parts.window.actions_
    for name in set(type(ours).__slots__) & set(type(theirs).__slots__):
        assert getattr(ours, name).shortcuts()[0] == getattr(theirs, name).shortcuts()[0], name


def test_it_stays_on_its_screen():
    room = QRect(100, 50, 1000, 600)
    size = QSize(frame.width(room, preview=True), 400)
    assert size.width() == 968
    wide = frame.widened(QRect(700, 300, 300, 100), size, room)
    assert room.contains(wide)
    assert frame.body_height(room, 120, preview=True) == 344
    assert room.contains(frame.place(room, QSize(720, 344 + 120)))


def test_corners_are_round_only_where_something_is_behind_them(qtbot, quick, monkeypatch):
    def corner() -> int:
        return quick.grab().toImage().pixelColor(0, 0).alpha()

    quick.hide()
    monkeypatch.setattr(quick._compositor, "is_there", lambda: True)
    quick.come_up()
    assert corner() == 0
    quick.hide()
    monkeypatch.setattr(quick._compositor, "is_there", lambda: False)
    quick.come_up()
    assert corner() == 255


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_its_edge_is_seen_over_the_main_window(quick, parts, colors):
    parts.theme.use(colors)
    image = quick.grab().toImage()
    for place in (QPoint(0, image.height() // 2), QPoint(image.width() // 2, 0)):
        edge = image.pixelColor(place)
        for behind in (colors.window, colors.base):
            assert contrast(edge, QColor(behind)) >= 3  # WCAG 2.2, 1.4.11: what is no text
