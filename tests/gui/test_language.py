"""Another language while the program runs: new windows take the old ones' place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QLocale, QUrl
from shiboken6 import delete, isValid

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Status
from jinasearch.core.settings import WindowSettings
from jinasearch.engine import protocol
from jinasearch.gui.app import speak
from jinasearch.gui.history.history import History
from jinasearch.gui.hotkey.hotkey import Bound, Hotkey
from jinasearch.gui.icons import Icons
from jinasearch.gui.program import Program, Views
from jinasearch.gui.quick_query.window import QuickQuery
from jinasearch.gui.search_window.window import SearchWindow
from jinasearch.gui.settings.actions import SettingsActions
from jinasearch.gui.tray import Tray

ENGLISH, CHINESE = WindowSettings(language="en"), WindowSettings(language="zh_CN")


class NoKey(Hotkey):
    def bind(self, keys):
        return Bound.OFF


@pytest.fixture
def program(qapp, parts, tmp_path):
    """The program with real windows, made as the program itself makes them."""
    icons = Icons(parts.theme)
    history = History(tmp_path / "history.json", ENGLISH)

    def views(language: str) -> Views:
        speak(qapp, QLocale(language))
        window = SearchWindow(parts.client, parts.link, parts.theme, icons, parts.opener)
        quick = QuickQuery(parts.client, parts.link, parts.theme, icons, parts.opener)
        window.use_history(history)
        quick.walk.use(history)
        return Views(window, quick, Tray(parts.link, icons))

    actions = SettingsActions(parts.client, icons, ENGLISH)
    made = Program(qapp, parts.client, parts.link, parts.theme, views, NoKey(), actions, ENGLISH)
    made.history = history
    yield made
    made.views.tray._look.stop()
    for view in (made.views.window, made.views.quick, made.views.tray):
        delete(view)
    delete(made)
    qapp.setQuitOnLastWindowClosed(True)


def speak_chinese(qapp, program) -> SearchWindow:
    """The window that was there before, which is gone now."""
    old = program.views
    program.apply(CHINESE)
    for view in (old.window, old.quick, old.tray):
        qapp.sendPostedEvents(view, QEvent.Type.DeferredDelete)
        assert not isValid(view)
    return old.window


def test_nothing_of_the_old_windows_listens_any_more(qapp, qtbot, program, parts, engine):
    """What goes wrong in a slot fails the test."""
    old = speak_chinese(qapp, program)
    assert program.views.window is not old
    program.apply(WindowSettings(language="zh_CN", scheme="dark"))
    program.apply(WindowSettings(language="zh_CN", scheme="light"))
    program.history.set_private(True)
    parts.link.opening_changed.emit(None)
    parts.link.tell_again()
    engine.send(protocol.Event("status", status=Status()))
    qtbot.waitUntil(lambda: not program.views.window._status.notices)
    assert program.views.window.actions_.private.isChecked()


def test_an_answer_that_the_old_window_waited_for_is_dropped(qapp, qtbot, program, parts):
    """It would be given to what is no longer there."""
    old = program.views.window
    heard: list[object] = []
    parts.client.call(protocol.status(), old._on_status, heard.append)
    speak_chinese(qapp, program)
    parts.client.call(protocol.status(), lambda _: heard.append("new"), heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["new"]


def _ask_to_leave_out(window: SearchWindow, engine) -> None:
    window.exclusions.leave_out(engine.hits[0])


def _read_again(window: SearchWindow, engine) -> None:
    window.exclusions.read_again(engine.hits[0])


def _look_into_a_backup(window: SearchWindow, engine) -> None:
    window.library_actions.look_into("file:///b.jinasearch-backup")


def _add_models(window: SearchWindow, engine) -> None:
    engine.errors["POST /v1/models/folder"] = JinasearchError(Code.BAD_REQUEST, "No model")
    window.model_actions.browser.take(QUrl("file:///models/of-mine"))


def _end_the_engine(window: SearchWindow, engine) -> None:
    engine.errors["POST /v1/stop"] = JinasearchError(Code.LIBRARY_BUSY, "Not now")
    window.library_actions._start_anew(lambda: None)


@pytest.mark.parametrize(
    "ask", [_ask_to_leave_out, _read_again, _look_into_a_backup, _add_models, _end_the_engine]
)
def test_nor_is_it_given_to_what_the_window_waited_with(qapp, qtbot, program, parts, engine, ask):
    """It may wait with part of a method, or a function of no object."""
    ask(program.views.window, engine)
    speak_chinese(qapp, program)
    heard: list[object] = []
    parts.client.call(protocol.status(), heard.append, heard.append)
    qtbot.waitUntil(lambda: bool(heard) and not parts.client._running)
