"""Every dialog that asks for a file or folder, as Qt draws it: a path pasted, a button pressed."""

from __future__ import annotations

from pathlib import Path

import pytest
from library_samples import PLAN
from opened_windows import open_first_steps, open_left, open_library, open_models, open_status
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
)

from jinasearch.core.models import FileState, Proposal
from jinasearch.engine import protocol
from jinasearch.gui.library.restore_dialog import RestoreDialog

STARTER = protocol.ModelEntry(
    "starter", "Starter", 4, (4,), 9, ("en",), "MIT", "", 1, "ready", in_use=True
)


@pytest.fixture(autouse=True)
def _drawn_by_qt(qapp):
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    yield
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, on=False)


@pytest.fixture
def answer(qtbot, tmp_path):
    """Pastes a path into the dialog and presses its button; returns the URI of the path."""

    def typed(dialog: QFileDialog, name: str) -> str:
        qtbot.waitUntil(dialog.isVisible)
        path = tmp_path / name
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        line.setFocus()
        line.selectAll()
        QApplication.clipboard().setText(str(path))
        QTest.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        buttons = dialog.findChild(QDialogButtonBox, "buttonBox")
        saves = dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
        which = QDialogButtonBox.StandardButton
        button = buttons.button(which.Save if saves else which.Open)
        qtbot.waitUntil(button.isEnabled)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not dialog.isVisible())
        return bytes(QUrl.fromLocalFile(str(path)).toEncoded().data()).decode()

    (tmp_path / "my files").mkdir()
    (tmp_path / "a letter.txt").write_text("Dear Ada")
    (tmp_path / "kept.jinasearch").write_bytes(b"")
    return typed


def the_dialog(parent) -> QFileDialog:
    return parent.findChildren(QFileDialog)[-1]


def press(dialog, text: str) -> None:
    buttons = dialog.findChildren(QAbstractButton)
    next(b for b in buttons if b.text().replace("&", "") == text).click()


def test_it_begins_at_home_and_then_where_the_last_one_ended(
    qtbot, parts, engine, answer, tmp_path
):
    qapp = QApplication.instance()
    qapp.setProperty("last-folder", None)
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    parts.window.folder_actions.ask_folder()
    dialog = the_dialog(parts.window)
    assert dialog.directory().absolutePath() == str(Path.home())
    dialog.setDirectory(str(chosen))
    dialog.selectFile(str(chosen))
    dialog.accept()
    parts.window.folder_actions.ask_folder()
    dialog = the_dialog(parts.window)
    assert dialog.directory().absolutePath() in (str(chosen), str(tmp_path))
    dialog.reject()
    qapp.setProperty("last-folder", None)


def test_a_folder_is_added(qtbot, parts, engine, answer):
    parts.window.actions_.add_folder.trigger()
    uri = answer(the_dialog(parts.window), "my files")
    qtbot.waitUntil(lambda: engine.asked("POST /v1/folders") == 1)
    assert engine.bodies("POST /v1/folders")[0]["uris"] == [uri]


def test_files_are_added(qtbot, parts, engine, answer):
    parts.window.actions_.add_files.trigger()
    uri = answer(the_dialog(parts.window), "a letter.txt")
    qtbot.waitUntil(lambda: engine.asked("POST /v1/folders") == 1)
    assert engine.bodies("POST /v1/folders")[0]["uris"] == [uri]


@pytest.mark.parametrize("opened", [open_status, open_left])
@pytest.mark.parametrize(
    ("button", "name"), [("Choose file…", "a letter.txt"), ("Choose folder…", "my files")]
)
def test_whether_it_is_indexed(qtbot, parts, engine, answer, opened, button, name):
    page = opened(parts, qtbot)
    press(page, button)
    uri = answer(the_dialog(page), name)
    qtbot.waitUntil(lambda: engine.asked("POST /v1/files/why") == 1)
    assert engine.bodies("POST /v1/files/why") == [{"uri": uri}]
    page.close()


def test_a_backup_is_written(qtbot, parts, engine, answer):
    dialog = open_library(parts, qtbot)
    dialog.backup.click()
    uri = answer(parts.window.library_actions.question, "today")
    qtbot.waitUntil(lambda: engine.asked("POST /v1/library/export") == 1)
    assert engine.bodies("POST /v1/library/export")[0]["uri"] == uri + ".jinasearch"
    dialog.close()


def test_a_backup_is_looked_into_and_a_folder_of_it_found_elsewhere(qtbot, parts, engine, answer):
    engine.import_plan = PLAN
    dialog = open_library(parts, qtbot)
    library = parts.window.library_actions
    dialog.restore.click()
    uri = answer(library.question, "kept.jinasearch")
    qtbot.waitUntil(lambda: isinstance(library.question, RestoreDialog))
    assert engine.bodies("POST /v1/library/import/plan")[0]["uri"] == uri
    library.question.elsewhere.click()
    place = answer(the_dialog(library.question), "my files")
    qtbot.waitUntil(lambda: engine.asked("POST /v1/library/import/plan") == 2)
    assert engine.bodies("POST /v1/library/import/plan")[1]["places"][0]["new"] == place
    library.question.reject()
    dialog.close()


def test_a_model_is_taken_from_a_folder(qtbot, parts, engine, answer, tmp_path):
    engine.models = protocol.Models((STARTER,))
    dialog = open_models(parts, qtbot)
    dialog.folder.click()
    answer(the_dialog(dialog), "my files")
    qtbot.waitUntil(lambda: engine.asked("POST /v1/models/folder") == 1)
    assert engine.bodies("POST /v1/models/folder")[0]["path"] == str(tmp_path / "my files")
    dialog.close()


def test_another_folder_joins_the_first_steps(qtbot, parts, engine, answer):
    engine.models = protocol.Models((STARTER,))
    engine.proposals = protocol.Proposals((Proposal("file:///home/ada", "/home/ada", 3, 10),))
    dialog = open_first_steps(parts, qtbot)
    press(dialog, "Another folder…")
    uri = answer(the_dialog(dialog), "my files")
    qtbot.waitUntil(lambda: uri in dialog.folders.chosen())
    dialog.reject()


def test_the_list_of_what_was_left_is_saved(qtbot, parts, engine, answer, tmp_path):
    engine.files = protocol.Files(
        (), 3, (protocol.ReasonCount(FileState.FAILED, "file-encrypted", 3),)
    )
    dialog = open_left(parts, qtbot)
    press(dialog, "Save list…")
    answer(the_dialog(dialog), "left")
    qtbot.waitUntil((tmp_path / "left.csv").exists)
    dialog.close()
