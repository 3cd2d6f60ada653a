"""The dialog of settings: every setting has words, changes are used at once and elsewhere too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from jinasearch.core import settings as settings_file
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.settings import Settings, WindowSettings
from jinasearch.engine.protocol import Event, SettingsReply
from jinasearch.gui.hotkey.hotkey import Bound
from jinasearch.gui.icons import Icons
from jinasearch.gui.settings import controls, words
from jinasearch.gui.settings.actions import SettingsActions


@pytest.fixture
def actions(qtbot, parts, engine):
    engine.settings = SettingsReply(settings_file.entries(Settings()), "/home/ada/settings.toml")
    made = SettingsActions(parts.client, Icons(parts.theme), WindowSettings())
    made.show(parts.window)
    qtbot.waitUntil(lambda: bool(made.dialog.rows))
    yield made
    if made.dialog is not None:
        made.dialog.close()


def wanted(qtbot, engine):
    qtbot.waitUntil(lambda: engine.asked("PATCH /v1/settings") > 0)
    return engine.bodies("PATCH /v1/settings")[-1]["values"]


def test_every_setting_has_words():
    known = {name for page in words.pages() for name in page.settings}
    assert {entry.name for entry in settings_file.entries(Settings())} - known == set()


def test_every_choice_has_a_name():
    technical = {"onnx", "openvino", "cuda", "fp32", "bf16", "fp16", "int8"}
    for entry in settings_file.entries(Settings()):
        for value in entry.choices:
            if value not in technical:
                assert words.choice(entry.name, value) != value, (entry.name, value)


def test_a_switch_is_used_at_once(qtbot, actions, engine):
    row = actions.dialog.rows["window.tray"]
    assert row.control.isChecked()
    assert not row.back.isVisible()
    row.control.setFocus()
    QTest.keyClick(row.control, Qt.Key.Key_Space)
    assert wanted(qtbot, engine) == {"window.tray": False}
    qtbot.waitUntil(row.back.isVisible)


def test_back_to_the_default(qtbot, actions, engine):
    engine.settings = replace(
        engine.settings,
        entries=settings_file.entries(Settings(window=WindowSettings(scheme="dark"))),
    )
    actions.refresh()
    row = actions.dialog.rows["window.scheme"]
    qtbot.waitUntil(row.back.isVisible)
    assert row.control.currentData() == "dark"
    row.back.click()
    assert wanted(qtbot, engine) == {"window.scheme": None}


def test_a_number_is_shown_in_its_unit(qtbot, actions, engine):
    actions.dialog.pages.setCurrentRow(1)
    row = actions.dialog.rows["extract.memory_bytes"]
    assert row.control.value() == 1500
    row.control.setValue(900)
    assert wanted(qtbot, engine) == {"extract.memory_bytes": 900_000_000}


def test_searching_shows_rows_of_all_pages(actions):
    dialog = actions.dialog
    assert not dialog.rows["engine.port"].isVisible()
    QTest.keyClicks(dialog.line, "port machine")
    assert dialog.rows["engine.port"].isVisible()
    assert not dialog.rows["window.tray"].isVisible()
    dialog.line.clear()
    assert dialog.rows["window.tray"].isVisible()


def test_a_refusal_is_told_and_the_value_goes_back(qtbot, actions, engine):
    engine.errors["PATCH /v1/settings"] = JinasearchError(Code.BAD_REQUEST, "No such port")
    row = actions.dialog.rows["engine.port"]
    row.control.setValue(70_000)
    qtbot.waitUntil(lambda: "No such port" in actions.dialog.told.text())
    qtbot.waitUntil(lambda: row.control.value() == 0)


def test_the_key_is_pressed_not_typed(qtbot, actions, engine):
    row = actions.dialog.rows["window.hotkey"]
    assert isinstance(row.control, controls.Keys)
    row.control.setKeySequence(QKeySequence("Ctrl+Alt+J"))
    row.control.editingFinished.emit()
    assert wanted(qtbot, engine) == {"window.hotkey": "Ctrl+Alt+J"}


@pytest.mark.parametrize("bound", list(Bound))
def test_what_became_of_the_key_is_told(actions, bound):
    actions.show_bound(bound)
    assert actions.dialog.rows["window.hotkey"].help.text()
    if bound is Bound.UNSUPPORTED:
        assert "jinasearch toggle" in actions.dialog.rows["window.hotkey"].help.text()


def test_a_change_by_somebody_else_reaches_the_window(qtbot, actions, engine):
    heard = []
    actions.window_changed.connect(heard.append)
    changed = WindowSettings(scheme="dark")
    engine.settings = SettingsReply(settings_file.entries(Settings(window=changed)))
    actions.refresh()
    qtbot.waitUntil(lambda: heard == [changed])


def test_the_language_changes_at_once(qtbot, parts, engine, qapp):
    from test_tray import App, Key, Shown

    from jinasearch.gui.app import speak
    from jinasearch.gui.program import Program, Views
    from jinasearch.gui.quick_query.window import QuickQuery
    from jinasearch.gui.search_window.window import SearchWindow
    from jinasearch.gui.tray import Tray

    icons = Icons(parts.theme)

    def views(language: str) -> Views:
        speak(qapp, QLocale(language or "en_GB"))
        window = SearchWindow(parts.client, parts.link, parts.theme, icons, parts.opener)
        quick = QuickQuery(parts.client, parts.link, parts.theme, icons, parts.opener)
        tray = Tray(parts.link, icons)
        tray.icon = Shown(tray)
        return Views(window, quick, tray)

    settings = WindowSettings()
    actions = SettingsActions(parts.client, icons, settings)
    program = Program(qapp, parts.client, parts.link, parts.theme, views, Key(), actions, settings)
    program._app = App()
    program.views.window.show()
    program.views.window.line.setText("lease")
    program.apply(replace(settings, language="zh_CN"))
    window = program.views.window
    assert window.isVisible()
    assert window.line.text() == "lease"
    assert window.actions_.quit.text() == "退出(&Q)"
    assert program._app.ended == 0
    qtbot.waitUntil(lambda: window.results.view.model().rowCount() == 3)
    program._on_event(Event("settings"))
    program.views.tray._look.stop()
    window.blockSignals(True)
    window.close()
    window.deleteLater()
    program.deleteLater()
    qapp.setQuitOnLastWindowClosed(True)
