"""The rules dialog tells what its rules would change while they are edited."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import LeftOut, Rules, RulesPreview
from jinasearch.gui.search_window.rules_dialog import RulesDialog
from jinasearch.index.patterns import check_rules, naming

PREVIEW = RulesPreview(
    files=1200,
    bytes=3_400_000,
    newly_out=7,
    newly_in=1,
    leaving=tuple(f"/home/ada/{name}.bak" for name in "abcdefg"),
    coming=("/home/ada/<b>.txt",),
    left_out=(LeftOut("excluded-by-pattern", 7, 1, ("/home/ada/a.bak",)),),
)


@pytest.fixture
def dialog(parts, qtbot, engine):
    engine.rules_preview = PREVIEW
    actions = parts.window.folder_actions
    actions.edit_rules(engine.folders[0])
    qtbot.waitUntil(lambda: engine.asked("POST /v1/folders/1/rules/preview") == 1)
    return actions.dialog


def test_what_would_change_is_told_with_examples(qtbot, dialog):
    qtbot.waitUntil(lambda: dialog.told.text() != "")
    assert dialog.told.text().splitlines() == [
        "1,200 files with 3.4 MB would be found.",
        "7 files would go: a.bak, b.bak, c.bak, d.bak, e.bak, …",
        "1 file would come: <b>.txt",
    ]
    assert "&lt;b&gt;.txt" in dialog.told.toolTip()
    assert "7 files, 1 folder" in dialog.told.toolTip()


def test_every_edit_asks_anew_once(qtbot, dialog, engine):
    dialog.exclude.setPlainText("*.bak")
    dialog.types["code"].setChecked(True)
    qtbot.waitUntil(lambda: engine.asked("POST /v1/folders/1/rules/preview") == 2)
    rules = engine.bodies("POST /v1/folders/1/rules/preview")[-1]["rules"]
    assert rules["exclude"] == ["*.bak"]
    assert rules["without"] == ["code"]
    assert engine.asked("PUT /v1/folders/1/rules") == 0


def test_a_pattern_that_is_none_yet_is_told(qtbot, dialog, engine):
    engine.errors["POST /v1/folders/1/rules/preview"] = JinasearchError(
        Code.BAD_REQUEST, "This is no pattern: !"
    )
    dialog.exclude.setPlainText("!")
    qtbot.waitUntil(lambda: dialog.told.text() == "This is no pattern: !")


def test_a_part_of_a_large_folder_is_called_a_part(dialog):
    dialog.show_preview(replace(PREVIEW, complete=False))
    assert "large" in dialog.told.text()


def test_types_are_kept(qtbot, dialog, engine):
    dialog.types["archive"].setChecked(True)
    dialog._save()
    qtbot.waitUntil(lambda: engine.asked("PUT /v1/folders/1/rules") == 1)
    assert engine.bodies("PUT /v1/folders/1/rules")[0]["rules"]["without"] == ["archive"]
    assert isinstance(dialog.told, QLabel)


@pytest.mark.parametrize(
    "pattern",
    [
        naming("a name that ends in a space "),
        naming("Rapport\u00a0: 2024.txt"),
        naming("one\x0bname\x85of\x1cmany.txt"),
        naming("two\\ "),
        "\\ begins",
    ],
)
def test_what_is_not_touched_stays_as_it_was(parts, engine, pattern):
    rules = Rules(exclude=("*.bak", pattern), include=(pattern,))
    dialog = RulesDialog(replace(engine.folders[0], rules=rules), parts.window)
    assert dialog.rules() == rules
    check_rules(dialog.rules())


def test_empty_lines_and_spaces_behind_are_no_part_of_a_pattern(qtbot, dialog):
    dialog.exclude.setPlainText("*.tmp  \n\n   \n/a\\   \n/b\t")
    dialog.exclude.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(dialog.exclude, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(dialog.exclude, "/c")
    assert dialog.rules().exclude == ("*.tmp", "/a\\ ", "/b", "/c")
