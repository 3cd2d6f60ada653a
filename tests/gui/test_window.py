"""The window as a person uses it, against a fake engine."""

from dataclasses import replace

import pytest
from fake_engine import FULL, FakeEngine, make_hit
from parts import make_parts
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QMessageBox,
    QProgressBar,
)

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import (
    Activity,
    FileState,
    ModelInUse,
    Notice,
    Progress,
    Ruling,
    Status,
)
from jinasearch.engine import protocol
from jinasearch.engine.protocol import Event, Mode, SearchReply
from jinasearch.gui import window_state
from jinasearch.gui.engine_link import LinkState
from jinasearch.gui.search_window.failed_files import FailedFiles
from jinasearch.gui.search_window.rules_dialog import RulesDialog


@pytest.fixture
def window(parts):
    return parts.window


def rows(window) -> int:
    return window.results.view.model().rowCount()


def search(qtbot, window, text="lease"):
    QTest.keyClicks(window.line, text)
    qtbot.waitUntil(lambda: rows(window) > 0)


def drop(window, *paths: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    how = (data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, *how)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, *how))


def test_typing_begins_at_once_and_finds(qtbot, window, parts):
    assert window.focusWidget() is window.line
    search(qtbot, window)
    assert window.results.count.text() == "3 files"
    assert window.results.view.chosen().file == 1


def test_keyboard_alone_is_enough(qtbot, window, parts, engine):
    search(qtbot, window)
    QTest.keyClick(window.line, Qt.Key.Key_Down)
    assert window.results.view.chosen().file == 2
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    assert parts.opener.opened == ["file:///home/ada/file2.txt"]
    qtbot.waitUntil(lambda: engine.asked("POST /v1/files/2/opened") == 1)
    QTest.keyClick(window.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert parts.opener.shown == ["file:///home/ada/file2.txt"]
    QTest.keyClick(window.line, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "/home/ada/file2.txt"
    QTest.keyClick(window.line, Qt.Key.Key_Escape)
    assert window.line.text() == ""
    assert window.results.page() is window.results.empty


def test_ctrl_c_copies_the_lines_selection_if_there_is_one(qtbot, window):
    search(qtbot, window)
    window.line.selectAll()
    QTest.keyClick(window.line, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "lease"


def test_a_double_click_opens(qtbot, window, parts):
    search(qtbot, window)
    view = window.results.view
    at = view.visualRect(view.model().index(1)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert parts.opener.opened == ["file:///home/ada/file2.txt"]


@pytest.mark.parametrize(
    ("trouble", "keys", "told"),
    [
        (Code.NO_PROGRAM, Qt.KeyboardModifier.NoModifier, "No program opened the file"),
        (Code.FILE_GONE, Qt.KeyboardModifier.NoModifier, "not there any more"),
        (Code.NO_FILE_MANAGER, Qt.KeyboardModifier.ControlModifier, "No file manager"),
    ],
)
def test_a_file_that_is_not_opened_is_told(qtbot, window, parts, trouble, keys, told):
    parts.opener.trouble = trouble
    search(qtbot, window)
    QTest.keyClick(window.line, Qt.Key.Key_Return, keys)
    text = window.banner.strips()[0].label.text()
    assert "/home/ada/file1.txt" in text
    assert told in text


def test_text_being_composed_is_not_searched(qtbot, window, engine):
    QApplication.sendEvent(window.line, QInputMethodEvent("zufang", []))
    qtbot.wait(150)
    assert engine.searches() == []
    done = QInputMethodEvent()
    done.setCommitString("租房")
    QApplication.sendEvent(window.line, done)
    qtbot.waitUntil(lambda: bool(engine.searches()))
    assert engine.searches()[0][0] == "租房"


def test_old_results_stay_until_new_ones_arrive(qtbot, window, engine):
    search(qtbot, window)
    engine.delays["POST /v1/search"] = 0.2
    QTest.keyClicks(window.line, "s")
    qtbot.wait(100)
    assert rows(window) == 3


def test_coverage_stands_beside_results(qtbot, window, engine):
    engine.status = Status(coverage=replace(FULL, passages_embedded=3900))
    search(qtbot, window)
    qtbot.waitUntil(lambda: window.results.coverage.text() == "found by meaning so far: 43 %")


def test_files_that_are_left_out_are_not_waited_for(qtbot, window, engine):
    left_out = replace(FULL, files=FULL.files + 20, failed=5, skipped=15)
    engine.status = Status(coverage=left_out)
    search(qtbot, window)
    qtbot.waitUntil(lambda: len(engine.searches()) == 2)
    qtbot.waitUntil(lambda: window.results.coverage.text() == "")


def test_a_model_that_wakes_is_told_beside_the_first_results(qtbot, window, engine):
    first = SearchReply("lease", Mode.KEYWORDS, (make_hit(1),), FULL, 1.0, "")
    window.results.show_reply(first, fresh=True)
    assert "comparing" in window.results.coverage.text()
    waking = Status(coverage=FULL, model=ModelInUse("starter", state="waking"))
    engine.send(Event("status", waking))
    qtbot.waitUntil(lambda: "waking up" in window.results.coverage.text())
    engine.send(Event("status", replace(waking, model=ModelInUse("starter", state="ready"))))
    qtbot.waitUntil(lambda: "comparing" in window.results.coverage.text())


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("", "Try other words"),
        ("still-indexing", "100 % of it by meaning"),
        ("meaning-unavailable", "cannot be used"),
        ("language-unknown-to-model", "language"),
        ("nothing-indexed", "No file"),
    ],
)
def test_nothing_found_says_why(qtbot, window, engine, note, words):
    engine.hits = ()
    engine.note = note
    QTest.keyClicks(window.line, "zebra")
    qtbot.waitUntil(lambda: "zebra" in window.results.empty.headline.text())
    assert words in window.results.empty.detail.text()


def test_without_folders_the_welcome_asks_for_one(qapp, qtbot):
    with FakeEngine(folders=False) as engine:
        parts = make_parts(qapp, engine)
        window = parts.window
        qtbot.addWidget(window)
        window.show()
        parts.link.open()
        qtbot.waitUntil(lambda: window.results.page() is window.results.welcome)
        assert window.results.welcome.button.text() == "Add folder…"
        drop(window, "/home/ada/Documents")
        qtbot.waitUntil(lambda: window.results.page() is window.results.empty)
        assert engine.bodies("POST /v1/folders")[0]["uris"] == ["file:///home/ada/Documents"]
        assert window.side.isVisible()
        parts.close()


def test_drops_anywhere_are_added_with_every_odd_name(qtbot, window, engine):
    drop(window, "/data/täst #1%.pdf", "/data/other/")
    qtbot.waitUntil(lambda: engine.asked("POST /v1/folders") == 1)
    assert engine.bodies("POST /v1/folders")[0]["uris"] == [
        "file:///data/t%C3%A4st%20%231%25.pdf",
        "file:///data/other",
    ]


def test_a_whole_drive_is_asked_about(qtbot, window, engine):
    drop(window, "/media/ada/Backup")
    box = window.folder_actions.dialog
    assert isinstance(box, QMessageBox)
    assert "/media/ada/Backup" in box.text()
    qtbot.wait(100)
    assert engine.asked("POST /v1/folders") == 0
    accept = next(b for b in box.buttons() if b.text() == "Add all of it")
    accept.click()
    qtbot.waitUntil(lambda: engine.asked("POST /v1/folders") == 1)


def test_refusing_adds_nothing(qtbot, window, engine):
    drop(window, "/")
    window.folder_actions.dialog.reject()
    qtbot.wait(100)
    assert engine.asked("POST /v1/folders") == 0


def test_folders_given_before_the_engine_is_there_are_added_when_it_comes(qapp, qtbot):
    with FakeEngine(folders=False) as engine:
        parts = make_parts(qapp, engine)
        qtbot.addWidget(parts.window)
        parts.window.add_uris(["file:///home/ada/Documents"])
        parts.link.open()
        qtbot.waitUntil(lambda: engine.asked("POST /v1/folders") == 1)
        parts.close()


def test_removing_a_folder_asks(qtbot, window, engine):
    qtbot.waitUntil(lambda: window.side.model.rowCount() == 2)
    window.side.list.setCurrentIndex(window.side.model.index(1))
    assert window.actions_.remove_folder.isEnabled()
    window.actions_.remove_folder.trigger()
    box = window.folder_actions.dialog
    next(b for b in box.buttons() if b.text() == "Remove").click()
    qtbot.waitUntil(lambda: engine.asked("DELETE /v1/folders/1") == 1)
    qtbot.waitUntil(lambda: window.results.page() is window.results.welcome)


def test_choosing_a_folder_limits_the_search(qtbot, window, engine):
    search(qtbot, window)
    window.side.list.setCurrentIndex(window.side.model.index(1))
    qtbot.waitUntil(lambda: engine.bodies("POST /v1/search")[-1]["folder"] == 1)


def test_rules_are_shown_and_changed(qtbot, window, engine):
    qtbot.waitUntil(lambda: window.side.model.rowCount() == 2)
    window.folder_actions.edit_rules(window.side.model.folders()[0])
    dialog = window.folder_actions.dialog
    assert isinstance(dialog, RulesDialog)
    assert dialog.gitignore.isChecked()
    dialog.exclude.setPlainText("*.bak\n\n build/ ")
    dialog.hidden.setChecked(True)
    dialog._save()
    qtbot.waitUntil(lambda: engine.asked("PUT /v1/folders/1/rules") == 1)
    rules = engine.bodies("PUT /v1/folders/1/rules")[0]["rules"]
    assert rules["exclude"] == ["*.bak", "build/"]
    assert rules["hidden"] is True


def test_pause_and_resume(qtbot, window, engine):
    engine.send(Event("status", Status(activity=Activity.EMBEDDING, coverage=FULL)))
    qtbot.waitUntil(window.bottom.pause.isVisible)
    QTest.mouseClick(window.bottom.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.bottom.pause.text() == "Resume")
    assert engine.bodies("POST /v1/pause") == [{"paused": True, "seconds": None}]
    assert "Paused" in window.bottom.summary.text()
    window.actions_.pause.trigger()
    qtbot.waitUntil(lambda: window.bottom.pause.text() == "Pause")


def test_notices_can_be_dismissed_and_do_not_come_back(qtbot, window, engine):
    notice = Notice("watch-limit", "The system watches no more folders", "Raise it.", "/data")
    status = Status(coverage=FULL, notices=(notice,))
    engine.send(Event("status", status))
    qtbot.waitUntil(window.banner.isVisible)
    (strip,) = window.banner.strips()
    assert "/data" in strip.label.text()
    strip.dismissed.emit()
    assert not window.banner.isVisible()
    engine.send(Event("status", replace(status, revision=2)))
    qtbot.waitUntil(lambda: window._status.revision == 2)
    assert not window.banner.isVisible()


def test_a_notice_that_is_over_goes_away(qtbot, window, engine):
    engine.send(Event("status", Status(notices=(Notice("disk-full", "The disk is full"),))))
    qtbot.waitUntil(window.banner.isVisible)
    engine.send(Event("status", Status(revision=3)))
    qtbot.waitUntil(lambda: not window.banner.isVisible())


def test_errors_are_shown_with_what_to_do(qtbot, window, engine):
    engine.errors["POST /v1/folders"] = JinasearchError(
        Code.NOT_FOUND, "There is no such folder", "Look at how it is written.", "/nowhere"
    )
    drop(window, "/nowhere")
    qtbot.waitUntil(window.banner.isVisible)
    text = window.banner.strips()[0].label.text()
    assert text == "There is no such folder: /nowhere\nLook at how it is written."


def test_a_killed_engine_comes_back_and_the_question_is_asked_again(qtbot, window, parts, engine):
    search(qtbot, window)
    engine.hits = (make_hit(8),)
    engine.stop()
    qtbot.waitUntil(lambda: "restarting" in window.bottom.summary.text())
    assert rows(window) == 3
    qtbot.waitUntil(lambda: parts.link.state is LinkState.CONNECTED, timeout=8000)
    qtbot.waitUntil(lambda: rows(window) == 1)
    assert parts.starter.starts == 1


def test_a_start_that_fails_is_told(qtbot, qapp):
    parts = make_parts(qapp, None)
    qtbot.addWidget(parts.window)
    parts.window.show()
    parts.link.open()
    qtbot.waitUntil(parts.window.banner.isVisible)
    assert parts.window.bottom.summary.text() == "The engine is not running"
    parts.close()


def _failed_files(qtbot, window, engine) -> FailedFiles:
    locked, torn = (
        protocol.FileEntry(number, f"file:///a/{name}", f"/a/{name}", FileState.FAILED, reason)
        for number, name, reason in (
            (4, "b.pdf", "file-encrypted"),
            (5, "c.doc", "file-unreadable"),
        )
    )
    counts = tuple(protocol.ReasonCount(entry.state, entry.reason, 1) for entry in (locked, torn))
    engine.files = protocol.Files((locked, torn), 2, counts)
    engine.send(Event("status", Status(coverage=replace(FULL, failed=2))))
    qtbot.waitUntil(window.bottom.failed.isVisible)
    window.bottom.failed.click()
    dialog = window.findChild(FailedFiles)
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() == 2)
    return dialog


def _asked_for(engine, path: str):
    return engine.bodies(path)[-1]


def test_files_that_were_not_read_are_listed_by_reason_and_tried_again(qtbot, window, engine):
    dialog = _failed_files(qtbot, window, engine)
    item = dialog.table.topLevelItem(0)
    assert (item.text(0), item.text(1)) == ("/a/b.pdf", "Protected by a password")
    reasons = [dialog.reasons.itemText(index) for index in range(dialog.reasons.count())]
    assert reasons == ["All reasons (2)", "Protected by a password (1)", "Cannot be read (1)"]
    dialog.name.setText("C.D")
    assert item.isHidden()
    assert not dialog.table.topLevelItem(1).isHidden()
    again = next(b for b in dialog.findChildren(QAbstractButton) if b.text() == "Try again")
    dialog.name.setText("neither")
    again.click()
    dialog.name.clear()
    again.click()
    qtbot.waitUntil(lambda: engine.asked("POST /v1/files/retry") == 1)
    assert _asked_for(engine, "POST /v1/files/retry") == {"reason": "", "uris": [], "again": False}
    qtbot.waitUntil(lambda: engine.asked("POST /v1/files") == 2)
    dialog.table.topLevelItem(1).setSelected(True)
    again.click()
    qtbot.waitUntil(lambda: engine.asked("POST /v1/files/retry") == 2)
    assert _asked_for(engine, "POST /v1/files/retry")["uris"] == ["file:///a/c.doc"]
    dialog.close()


def test_the_list_of_files_that_were_not_read_is_saved(qtbot, window, engine, tmp_path):
    dialog = _failed_files(qtbot, window, engine)
    target = tmp_path / "left.csv"
    dialog.save(str(target))
    qtbot.waitUntil(lambda: target.exists() and "c.doc" in target.read_text("utf-8-sig"))
    with qtbot.waitSignal(dialog.failed):
        dialog.save(str(tmp_path / "nowhere" / "left.csv"))
    dialog.close()


def test_a_file_that_is_dropped_tells_whether_it_is_indexed(qtbot, window, engine):
    dialog = _failed_files(qtbot, window, engine)
    engine.why = protocol.Why(
        "file:///a/x.log",
        "/a/x.log",
        exists=True,
        indexed_folder="/a",
        ruling=Ruling("ignored-by-gitignore", "/a/x.log", "*.log", "/a/.gitignore"),
    )
    dialog.why.asked.emit("file:///a/x.log")
    qtbot.waitUntil(lambda: ".gitignore" in dialog.why.answer.text())
    assert "Pattern *.log in /a/.gitignore" in dialog.why.answer.text()
    assert _asked_for(engine, "POST /v1/files/why") == {"uri": "file:///a/x.log"}
    dialog.close()


def test_every_part_has_an_accessible_name(qtbot, window, engine):
    status = Status(
        activity=Activity.EMBEDDING,
        coverage=replace(FULL, failed=2),
        keywords=Progress(1, 2),
        meaning=Progress(1, 2),
        notices=(Notice("disk-full", "The disk is full"),),
    )
    engine.send(Event("status", status))
    qtbot.waitUntil(window.bottom.failed.isVisible)
    kinds = (QAbstractButton, QLineEdit, QAbstractItemView, QProgressBar)
    parts = [
        part
        for kind in kinds
        for part in window.findChildren(kind)
        if not part.objectName().startswith("qt_") and part.parent() is not window.line
    ]
    nameless = [part for part in parts if not part.accessibleName()]
    assert len(parts) > 8
    assert nameless == []


def test_the_window_stands_as_it_did(qapp, qtbot, parts, tmp_path):
    state = QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat)
    window_state.restore(parts.window, state)
    assert parts.window.actions_.preview.isChecked()
    parts.window.actions_.preview.setChecked(False)
    parts.window.resize(900, 640)
    window_state.keep(parts.window, state)
    state.sync()
    with FakeEngine() as engine:
        other = make_parts(qapp, engine)
        qtbot.addWidget(other.window)
        again = QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat)
        window_state.restore(other.window, again)
        assert not other.window.actions_.preview.isChecked()
        assert other.window.actions_.side_panel.isChecked()
        assert other.window.width() == 900
        again.setValue("window/split", "nonsense")
        window_state.restore(other.window, again)
        other.close()


def test_every_action_has_a_shortcut_of_its_own_and_a_place_in_a_menu(window):
    does = window.actions_
    actions = [getattr(does, name) for name in type(does).__slots__]
    in_menus = {
        id(action) for menu in window.menuBar().actions() for action in menu.menu().actions()
    }
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert all(action.shortcuts() for action in actions)
    assert len(set(keys)) == len(keys)
    assert {id(action) for action in actions} <= in_menus


def test_the_context_menu_has_the_actions_of_a_result(qtbot, window):
    search(qtbot, window)
    window._result_menu(QPoint(0, 0))
    menu = QApplication.activePopupWidget()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "&Open",
        "Show in &folder",
        "&Copy file",
        "Copy &path",
        "&More like this",
        "&Less like this",
        "&Why this file…",
        "&Preview",
        "&Read again",
        "Leave o&ut this file…",
        "Leave out its fol&der…",
    ]
    menu.close()
