"""The tray's icon and menu, and when the program ends with its window."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from PySide6.QtWidgets import QMessageBox, QSystemTrayIcon

from jinasearch.core import settings as settings_file
from jinasearch.core.models import Activity, Progress, Status
from jinasearch.core.settings import Settings, WindowSettings
from jinasearch.core.wake import Wake
from jinasearch.engine.protocol import Event, SettingsReply
from jinasearch.gui import tray_icon
from jinasearch.gui.hotkey.hotkey import Bound, Hotkey
from jinasearch.gui.icons import Icons
from jinasearch.gui.program import Program, Start, Views
from jinasearch.gui.quick_query.window import QuickQuery
from jinasearch.gui.settings.actions import SettingsActions
from jinasearch.gui.tray import Tray, seconds_until_tomorrow
from jinasearch.gui.tray_icon import TrayState

BUSY = Status(
    activity=Activity.EMBEDDING,
    keywords=Progress(100, 100, 0.0, None),
    meaning=Progress(30, 100, 1.0, None),
)


class Key(Hotkey):
    """A desktop where every key can be had, or none."""

    answer = Bound.YES

    def bind(self, keys):
        self.wanted = keys.toString()
        return Bound.OFF if keys.isEmpty() else self.answer


class App:
    """Takes notes of what the real application would do."""

    def __init__(self) -> None:
        self.ended = 0
        self.logs_out = False

    def setQuitOnLastWindowClosed(self, _: bool) -> None:
        pass

    def isSavingSession(self) -> bool:
        return self.logs_out

    def quit(self) -> None:
        self.ended += 1


class Shown:
    """A tray's icon on a desktop with a tray."""

    def __init__(self, tray) -> None:
        self.tray, self.seen = tray, False

    def __getattr__(self, name):
        return getattr(QSystemTrayIcon(self.tray), name)

    def isVisible(self) -> bool:
        return self.seen

    def setVisible(self, seen: bool) -> None:
        self.seen = seen


@pytest.fixture
def there(monkeypatch):
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)


@pytest.fixture
def make(qapp, qtbot, parts, monkeypatch):
    made = []

    def program(settings=WindowSettings(), key: Bound = Bound.YES) -> Program:  # noqa: B008
        icons = Icons(parts.theme)

        def views(_language: str) -> Views:
            quick = QuickQuery(parts.client, parts.link, parts.theme, icons, parts.opener)
            qtbot.addWidget(quick)
            tray = Tray(parts.link, icons)
            tray.icon = Shown(tray)
            return Views(parts.window, quick, tray)

        hotkey = Key()
        hotkey.answer = key
        actions = SettingsActions(parts.client, icons, settings)
        program = Program(
            qapp, parts.client, parts.link, parts.theme, views, hotkey, actions, settings
        )
        program._app = App()
        made.append(program)
        return program

    yield program
    for one in made:
        one.views.tray._look.stop()
        one.deleteLater()
    qapp.setQuitOnLastWindowClosed(True)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (Status(), TrayState.IDLE),
        (BUSY, TrayState.WORKING),
        (replace(BUSY, paused=True), TrayState.PAUSED),
        (replace(BUSY, activity=Activity.PROBLEM, paused=True), TrayState.PROBLEM),
    ],
)
def test_one_thing_is_said(status, state):
    assert tray_icon.state_of(status) is state


def test_the_share_counts_words_and_meaning_alike():
    assert tray_icon.share_of(BUSY) == pytest.approx(0.65)
    assert tray_icon.share_of(Status()) == 1.0


def test_every_state_looks_different(qapp, parts):
    icons = Icons(parts.theme)
    pictures = [
        tray_icon.icon(icons, state, share).pixmap(22, 22).toImage()
        for state, share in [(s, 0.5) for s in TrayState] + [(TrayState.WORKING, 0.9)]
    ]
    for number, one in enumerate(pictures):
        assert all(one != other for other in pictures[number + 1 :])


def test_the_menu_tells_and_pauses(qtbot, make, engine, there):
    program = make()
    tray = program.views.tray
    program._on_event(Event("status", status=BUSY))
    assert "65" in tray.state_line.text()
    assert not tray.resume.isVisible()
    tray.pause_hour.trigger()
    qtbot.waitUntil(lambda: engine.asked("POST /v1/pause") == 1)
    assert engine.bodies("POST /v1/pause")[0] == {"paused": True, "seconds": 3600.0}
    program._on_event(Event("status", status=replace(BUSY, paused=True)))
    assert tray.resume.isVisible()
    assert not tray.pause.isVisible()
    tray.resume.trigger()
    qtbot.waitUntil(lambda: engine.asked("POST /v1/pause") == 2)
    assert engine.bodies("POST /v1/pause")[1]["paused"] is False


def test_tomorrow_is_six_in_the_morning():
    zone = timezone(timedelta(hours=2))
    assert seconds_until_tomorrow(datetime(2026, 5, 1, 23, 0, tzinfo=zone)) == 7 * 3600
    assert seconds_until_tomorrow(datetime(2026, 5, 1, 0, 0, tzinfo=zone)) == 30 * 3600


def test_with_a_tray_the_program_outlives_its_window(make, parts, there):
    program = make()
    parts.window.close()
    assert program._app.ended == 0
    program.views.tray.window.trigger()
    assert parts.window.isVisible()
    program.views.tray.quit.trigger()
    assert program._app.ended == 1


def test_without_a_tray_closing_the_window_ends_the_program(make, parts):
    program = make(key=Bound.UNSUPPORTED)
    parts.window.close()
    assert program._app.ended == 1


def asked_at_the_end(parts) -> QMessageBox:
    parts.window.close()
    (box,) = parts.window.findChildren(QMessageBox)
    assert box.isVisible()
    return box


def test_without_a_tray_it_is_told_that_the_key_ends_with_the_window(make, parts):
    program = make()
    box = asked_at_the_end(parts)
    assert "Ctrl+Alt+Space shows nothing" in box.informativeText()
    assert program._app.ended == 0
    box.accept()
    assert program._app.ended == 1


def test_without_a_tray_it_can_go_on_for_the_key(make, parts):
    program = make()
    asked_at_the_end(parts).reject()
    assert program._app.ended == 0
    program.hotkey.pressed.emit()
    assert program.views.quick.isVisible()


def test_who_logs_out_is_not_asked(make, parts):
    program = make()
    program._app.logs_out = True
    parts.window.close()
    assert program._app.ended == 1


def test_who_does_not_want_to_be_asked_wants_no_tray(qtbot, make, parts, engine):
    program = make()
    box = asked_at_the_end(parts)
    box.checkBox().setChecked(True)
    box.accept()
    qtbot.waitUntil(lambda: program._app.ended == 1)
    assert engine.bodies("PATCH /v1/settings") == [{"values": {"window.tray": False}}]


@pytest.mark.parametrize("tray", [True, False])
def test_the_settings_say_whether_there_is_a_tray(qtbot, make, engine, monkeypatch, tray):
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: tray)
    engine.settings = SettingsReply(settings_file.entries(Settings()))
    program = make()
    program._show_settings()
    dialog = program.settings_actions.dialog
    qtbot.waitUntil(lambda: bool(dialog.rows))
    assert ("no tray" in dialog.rows["window.tray"].help.text()) is not tray
    dialog.close()


def test_a_second_hidden_start_shows_nothing(qtbot, make, parts, engine):
    parts.window.hide()
    program = make()
    program.on_wake(Wake(("file:///home/ada/New",), hidden=True))
    qtbot.waitUntil(lambda: engine.asked("POST /v1/folders") == 1)
    assert not parts.window.isVisible()
    assert not program.views.quick.isVisible()


def test_who_wants_no_tray_gets_none(make, parts, there):
    program = make(WindowSettings(tray=False))
    assert not program.views.tray.is_there
    parts.window.close()
    assert program._app.ended == 1


def test_quitting_in_the_menu_ends_it_even_with_a_tray(make, parts, there):
    program = make()
    parts.window.actions_.quit.trigger()
    assert program._app.ended == 1


def test_started_hidden_it_shows_nothing_where_it_can_be_called(make, parts, there):
    parts.window.hide()
    make().start(Start.HIDDEN)
    assert not parts.window.isVisible()


def test_started_hidden_it_shows_where_nothing_could_call_it(make, parts):
    parts.window.hide()
    make(key=Bound.UNSUPPORTED).start(Start.HIDDEN)
    assert parts.window.isVisible()


def test_the_small_window_alone_ends_the_program_where_nothing_could_call_it(qtbot, make, parts):
    parts.window.hide()
    program = make(key=Bound.TAKEN)
    program.start(Start.QUICK)
    assert program.views.quick.isVisible()
    program.views.quick.step_back()
    qtbot.waitUntil(lambda: program._app.ended == 1)


def test_going_on_in_the_window_does_not_end_it(qtbot, make, parts):
    parts.window.hide()
    program = make(key=Bound.UNSUPPORTED)
    program.start(Start.QUICK)
    program.views.quick.line.setText("lease")
    program.views.quick.actions_.to_window.trigger()
    qtbot.wait(50)
    assert program._app.ended == 0
    assert parts.window.isVisible()
    assert parts.window.line.text() == "lease"


def test_a_second_start_toggles_the_small_window(make):
    program = make()
    program.on_wake(Wake((), toggle=True))
    assert program.views.quick.isVisible()


def test_the_key_of_the_settings_is_bound(make):
    program = make(WindowSettings(hotkey="Ctrl+Alt+J"))
    assert program.hotkey.wanted == "Ctrl+Alt+J"
    assert program.bound is Bound.YES
    program.hotkey.pressed.emit()
    assert program.views.quick.isVisible()
    program.apply(WindowSettings(hotkey=""))
    assert program.bound is Bound.OFF
