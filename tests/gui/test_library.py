"""The library as a whole in the window: backed up, brought back, checked and mended."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from library_samples import KEPT, MENDED, PLAN, REMARKED, SOUND, UNSOUND
from PySide6.QtCore import QLocale, QPoint, QUrl
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.library_work import LibraryWork, Work
from jinasearch.core.models import Folder
from jinasearch.engine import protocol
from jinasearch.gui.app import speak
from jinasearch.gui.engine_link import LinkState
from jinasearch.gui.library import actions, words
from jinasearch.gui.library.restore_dialog import RestoreDialog
from jinasearch.gui.search_window.folders_model import DETAIL_ROLE

FILE = "file:///home/ada/kept%20safe.jinasearch"
EXPORT = "POST /v1/library/export"


@pytest.fixture
def library(parts):
    """The actions, with the dialog open."""
    parts.window.actions_.library.trigger()
    opened = parts.window.library_actions
    yield opened
    if opened.dialog is not None:
        opened.dialog.close()


def told(qtbot, library, start: str) -> str:
    qtbot.waitUntil(lambda: library.dialog.told.text().startswith(start))
    assert library.dialog.backup.isEnabled()
    assert not library.dialog.bar.isVisible()
    assert library.dialog.told.accessibleName() == library.dialog.told.text()
    return library.dialog.told.text()


def test_a_backup_goes_where_the_user_says(qtbot, library, engine):
    engine.exported = protocol.Exported(FILE, "/home/ada/kept safe.jinasearch", 337_000_000)
    engine.delays["POST /v1/library/export"] = 0.2
    library.dialog.backup.click()
    dialog = library.question
    assert isinstance(dialog, QFileDialog)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.chosen.emit([QUrl(FILE)])
    dialog.close()
    assert library.dialog.bar.isVisible()
    assert not library.dialog.backup.isEnabled()
    text = told(qtbot, library, "✓ The backup was written")
    assert "/home/ada/kept safe.jinasearch" in text
    assert "337" in text
    assert engine.bodies("POST /v1/library/export") == [{"uri": FILE, "replace": False}]


@pytest.mark.parametrize("yes", [True, False])
def test_another_backup_is_replaced_after_a_question(qtbot, library, engine, yes):
    """A dialog of the system may not have asked: it knows the name without the suffix."""
    engine.errors[EXPORT] = JinasearchError(Code.EXISTS, "There is such a file", path="/a/b")
    library.back_up(FILE)
    qtbot.waitUntil(lambda: isinstance(library.question, QMessageBox))
    box = library.question
    assert "/a/b" in box.informativeText()
    assert library.dialog.backup.isEnabled()
    del engine.errors[EXPORT]
    role = QMessageBox.ButtonRole.AcceptRole
    next(b for b in box.buttons() if (box.buttonRole(b) == role) == yes).click()
    if yes:
        told(qtbot, library, "✓ The backup was written")
    qtbot.waitUntil(lambda: library.question is None)
    assert [body["replace"] for body in engine.bodies(EXPORT)] == [False, True][: 1 + yes]


def test_what_cannot_be_written_is_told_with_a_remedy(qtbot, library, engine):
    engine.errors["POST /v1/library/export"] = JinasearchError(
        Code.DISK_FULL, "The disk is full", "Free some space and try again.", "/media/stick"
    )
    library.back_up(FILE)
    text = told(qtbot, library, "✗ ")
    assert "/media/stick" in text
    assert "Free some space" in text


def test_it_goes_on_when_the_dialog_is_closed(qtbot, library, engine):
    engine.exported = protocol.Exported(FILE, "/home/ada/kept.jinasearch", 1)
    engine.delays["POST /v1/library/export"] = 0.3
    library.back_up(FILE)
    library.dialog.close()
    assert library.dialog is None
    library.show()
    assert library.dialog.bar.isVisible()
    told(qtbot, library, "✓ The backup was written")


def test_a_backup_is_shown_before_it_takes_the_place(qtbot, parts, library, engine):
    engine.import_plan = PLAN
    library.look_into(FILE)
    qtbot.waitUntil(lambda: isinstance(library.question, RestoreDialog))
    dialog = library.question
    assert "19,607 files" in dialog.told.text()
    rows = [dialog.table.topLevelItem(row) for row in range(2)]
    assert [row.text(2) for row in rows] == ["not there", "there"]
    assert "1,204 files" in dialog.warning.text()
    dialog.table.setCurrentItem(rows[0])
    dialog.set_place(QUrl("file:///home/ada/D%C3%B6cs"))
    qtbot.waitUntil(lambda: engine.asked("POST /v1/library/import/plan") == 2)
    places = [{"old": "file:///home/anna/Documents", "new": "file:///home/ada/D%C3%B6cs"}]
    assert engine.bodies("POST /v1/library/import/plan")[1]["places"] == places
    dialog.settings.setChecked(False)
    dialog.accept_button.click()
    told(qtbot, library, "✓ The backup is the library now")
    (asked,) = engine.bodies("POST /v1/library/import")
    assert (asked["uri"], asked["places"], asked["settings"]) == (FILE, places, False)
    assert parts.starter.starts == 1


def test_a_plan_that_comes_late_finds_no_dialog(qtbot, library, engine):
    engine.import_plan = PLAN
    library.look_into(FILE)
    qtbot.waitUntil(lambda: isinstance(library.question, RestoreDialog))
    dialog = library.question
    engine.delays["POST /v1/library/import/plan"] = 0.2
    dialog.table.setCurrentItem(dialog.table.topLevelItem(0))
    dialog.set_place(QUrl("file:///home/ada/D%C3%B6cs"))
    qtbot.waitUntil(lambda: engine.asked("POST /v1/library/import/plan") == 2)
    dialog.reject()
    qtbot.waitUntil(lambda: library.question is None)
    qtbot.wait(400)  # an exception in a slot fails the test


@pytest.mark.parametrize("code", [Code.INTERNAL, Code.ENGINE_UNREACHABLE])
def test_an_engine_that_does_not_end_is_told(qtbot, library, engine, monkeypatch, code):
    monkeypatch.setattr(actions, "_END_MS", 50)
    engine.errors["POST /v1/stop"] = JinasearchError(code, "It goes on")
    engine.checks = [UNSOUND]
    library.dialog.repair.click()
    lines = told(qtbot, library, "✗ It goes on").splitlines()
    assert "next time" in lines[-1]


def test_an_engine_that_is_not_started_again_is_told(qtbot, parts, library, engine):
    parts.starter.error = JinasearchError(Code.LIBRARY_NEWER, "A newer library")
    library.dialog.repair.click()
    qtbot.waitUntil(lambda: library.dialog.told.text().startswith("✗ A newer library"))
    assert not library.dialog.bar.isVisible()


def test_an_engine_that_is_lost_may_have_taken_the_backup(qtbot, library, engine):
    engine.errors["POST /v1/library/import"] = JinasearchError(
        Code.ENGINE_UNREACHABLE, "The engine does not answer"
    )
    engine.import_plan = PLAN
    library.look_into(FILE)
    qtbot.waitUntil(lambda: isinstance(library.question, RestoreDialog))
    library.question.accept_button.click()
    assert "next time" in told(qtbot, library, "✗ The engine does not answer")


def test_a_library_that_was_kept_has_no_version(qtbot, library, engine):
    engine.import_plan = replace(PLAN, version="", has_settings=False)
    library.look_into(FILE)
    qtbot.waitUntil(lambda: isinstance(library.question, RestoreDialog))
    assert library.question.told.text().startswith("Last changed ")
    assert not library.question.settings_told.isVisible()
    library.question.reject()


def test_a_file_that_is_no_backup(qtbot, library, engine):
    engine.errors["POST /v1/library/import/plan"] = JinasearchError(
        Code.BAD_REQUEST, "The file cannot be imported: it is none of the program's own", path="/a"
    )
    library.look_into(FILE)
    assert "none of the program's own" in told(qtbot, library, "✗ ")


def test_a_check_tells_what_is_sound_and_what_is_not(qtbot, library, engine):
    engine.checks = [SOUND, UNSOUND]
    library.dialog.check.click()
    assert "database" in told(qtbot, library, "Everything is sound.")
    library.dialog.check.click()
    lines = told(qtbot, library, "Something is not sound.").splitlines()
    assert lines[1] == "✗ what the rows say"
    assert lines[2].strip().startswith("5 texts")
    assert "Repair" in lines[3]
    assert lines[4].startswith("✓ Sound: database, words")


def test_a_repair_starts_the_engine_again_and_tells_what_was_mended(qtbot, parts, library, engine):
    engine.checks = [UNSOUND, MENDED]
    library.dialog.repair.click()
    text = told(qtbot, library, "Something was not sound and has been mended.")
    assert "✓ Mended: what the rows say" in text
    assert "✓ Mended: some of what the library held" in text
    assert "✗" not in text
    order = [name for name, _ in engine.requests if name in WANTED]
    assert order == ["POST /v1/check", "POST /v1/repair", "POST /v1/stop", "POST /v1/check"]
    assert parts.starter.starts == 1


WANTED = {"POST /v1/check", "POST /v1/repair", "POST /v1/stop"}


def test_without_an_engine_nothing_can_be_asked_for(qtbot, parts, library, engine):
    parts.starter.error = JinasearchError(Code.ENGINE_FAILED, "No engine")
    engine.stop()
    qtbot.waitUntil(lambda: not library.dialog.check.isEnabled())


DRIVES = ("file:///home/ada/usb", "file:///home/ada/n%FFs")


def test_a_drive_inside_a_folder_that_is_away_is_told(qtbot, parts, engine):
    engine.folders = [Folder(1, "file:///home/ada", "/home/ada", drives_away=DRIVES)]
    window = parts.window
    window.folder_actions.refresh()
    model = window.side.model
    qtbot.waitUntil(lambda: "away" in str(model.index(1).data(DETAIL_ROLE)))
    tip = model.data(model.index(1), 3)
    told = "not connected: /home/ada/usb; what was read from it is kept"
    assert tip.split("<br>")[1] == told
    window.actions_.status.trigger()
    table = window.status_actions.dialog.folders
    assert "not connected: /home/ada/usb, /home/ada/n\ufffds" in table.topLevelItem(0).text(0)
    window.status_actions.dialog.close()


def show_work(engine, work):
    engine.status = replace(engine.status, work=work)
    engine.send(protocol.Event("status", engine.status))


def test_how_far_it_is_is_told_in_percent(qtbot, library, engine):
    bar = library.dialog.bar
    engine.exported = protocol.Exported(FILE, "/home/ada/kept safe.jinasearch", 337_000_000)
    engine.delays[EXPORT] = 1.0
    library.back_up(FILE)
    assert bar.isVisible()
    assert bar.maximum() == 0  # nothing is known yet
    show_work(engine, LibraryWork(Work.BACKING_UP, 1, 1, 0.425))
    qtbot.waitUntil(lambda: bar.value() == 42)
    assert bar.maximum() == 100
    assert library.dialog.told.text() == "The backup is being written…  42 %"
    show_work(engine, None)
    told(qtbot, library, "✓ The backup was written")


def test_what_was_begun_at_the_prompt_is_told_too(qtbot, library, engine):
    show_work(engine, LibraryWork(Work.CHECKING, 4, 7))
    qtbot.waitUntil(library.dialog.bar.isVisible)
    assert library.dialog.told.text() == "The library is being checked (step 4 of 7)…  42 %"
    assert not library.dialog.check.isEnabled()
    show_work(engine, None)
    qtbot.waitUntil(library.dialog.check.isEnabled)
    assert not library.dialog.bar.isVisible()


def test_mending_at_a_start_is_told_with_its_steps(qtbot, library, parts, engine):
    engine.findings = [SOUND]
    library.dialog.repair.click()
    qtbot.waitUntil(lambda: parts.link.state is not LinkState.CONNECTED)
    parts.starter.opening.emit(LibraryWork(Work.MENDING))
    if parts.link.state is not LinkState.CONNECTED:
        assert library.dialog.told.text() == "The library is being mended…  0 %"
    parts.starter.opening.emit(None)
    told(qtbot, library, "Everything is sound")


def test_copies_that_are_kept_are_listed_and_deleted_on_a_yes(qtbot, parts, engine):
    engine.kept = KEPT
    parts.window.actions_.library.trigger()
    actions = parts.window.library_actions
    qtbot.waitUntil(actions.dialog.kept.isEnabled)
    assert "3 copies" in actions.dialog.kept_told.text()
    assert "1.8" in actions.dialog.kept_told.text()
    actions.dialog.kept.click()
    dialog = actions.kept.dialog
    table = dialog.table
    qtbot.waitUntil(lambda: table.topLevelItemCount() == 3)
    assert not dialog.discard.isEnabled()
    for row in (1, 2):
        table.topLevelItem(row).setSelected(True)
    assert not dialog.restore.isEnabled()
    for yes in (False, True):
        dialog.discard.click()
        qtbot.waitUntil(lambda: actions.kept.question is not None)
        box = actions.kept.question
        assert "2 copies" in box.text()
        assert KEPT.copies[1].path in box.informativeText()
        role = QMessageBox.ButtonRole.AcceptRole
        next(b for b in box.buttons() if (box.buttonRole(b) == role) == yes).click()
        qtbot.waitUntil(lambda: actions.kept.question is None)
    qtbot.waitUntil(lambda: table.topLevelItemCount() == 1)
    asked = engine.bodies("POST /v1/library/kept/discard")
    assert asked == [{"name": copy.name} for copy in KEPT.copies[1:]]
    assert "1 copy" in actions.dialog.kept_told.text()
    table.topLevelItem(0).setSelected(True)
    dialog.restore.click()
    qtbot.waitUntil(lambda: bool(engine.bodies("POST /v1/library/import/plan")))
    (plan,) = engine.bodies("POST /v1/library/import/plan")
    assert plan["uri"] == Path(KEPT.copies[0].path).as_uri()
    qtbot.waitUntil(lambda: actions.question is not None)
    actions.question.reject()
    actions.dialog.close()


def test_a_copy_that_cannot_be_deleted_stays_and_is_told(qtbot, library, engine):
    engine.kept = KEPT
    library.kept.show(library.dialog)
    dialog = library.kept.dialog
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() == 3)
    engine.errors["POST /v1/library/kept/discard"] = JinasearchError(
        Code.NO_PERMISSION, "The copy cannot be deleted", "Delete it by hand.", "/x/y.db"
    )
    library.kept._discard([KEPT.copies[0].name])
    qtbot.waitUntil(lambda: "Delete it by hand." in dialog.told.text())
    assert dialog.table.topLevelItemCount() == 3
    dialog.close()


@pytest.mark.parametrize("found", [SOUND, UNSOUND, MENDED, REMARKED])
def test_no_english_slips_into_what_is_said_in_chinese(qapp, found):
    QLocale.setDefault(QLocale("zh_CN"))
    speak(qapp, QLocale())
    said = words.findings(found).replace("SQLite", "").replace("/home/ada", "")
    said = re.sub(r"/[\w./]+", "", said)
    assert re.findall(r"[A-Za-z]{2,}", said) == []


def test_drives_that_do_not_come_back_are_forgotten_after_a_question(qtbot, parts, engine):
    engine.folders = [Folder(1, "file:///home/ada", "/home/ada", drives_away=DRIVES)]
    window = parts.window
    window.folder_actions.refresh()

    def folder():
        return window.side.model.folder(window.side.model.index(1, 0))

    qtbot.waitUntil(lambda: bool(folder().drives_away))
    window._folder_menu(folder(), QPoint(0, 0))
    menu = QApplication.activePopupWidget()
    entry = next(action for action in menu.actions() if action.text().startswith("Forget drives"))
    entry.trigger()
    menu.close()
    box = window.folder_actions.dialog
    assert "/home/ada/usb\n/home/ada/n\ufffds" in box.informativeText()
    role = QMessageBox.ButtonRole.AcceptRole
    next(b for b in box.buttons() if box.buttonRole(b) == role).click()
    qtbot.waitUntil(lambda: len(engine.bodies("POST /v1/folders/forget")) == 2)
    assert [body["uri"] for body in engine.bodies("POST /v1/folders/forget")] == list(DRIVES)
    qtbot.waitUntil(lambda: not folder().drives_away)
    window._folder_menu(folder(), QPoint(0, 0))
    menu = QApplication.activePopupWidget()
    assert not any(action.text().startswith("Forget drives") for action in menu.actions())
    menu.close()
