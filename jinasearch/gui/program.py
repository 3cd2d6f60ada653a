"""The program around the windows: how they are called, and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QCheckBox, QMessageBox, QSystemTrayIcon

from jinasearch.engine import protocol
from jinasearch.gui import error_words
from jinasearch.gui.engine_link import LinkState
from jinasearch.gui.hotkey.hotkey import Bound, Hotkey
from jinasearch.gui.question import question

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.models import Hit, Status
    from jinasearch.core.settings import WindowSettings
    from jinasearch.core.wake import Wake
    from jinasearch.engine.protocol import Event
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.engine_link import EngineLink
    from jinasearch.gui.quick_query.window import QuickQuery
    from jinasearch.gui.search_window.window import SearchWindow
    from jinasearch.gui.settings.actions import SettingsActions
    from jinasearch.gui.theme import Theme
    from jinasearch.gui.tray import Tray

_PREPARE_MS = 1500
"""After the start: the small window is made ready when the large one has its answers."""


class Start(StrEnum):
    """What shows first."""

    WINDOW = "window"
    HIDDEN = "hidden"
    """Nothing, where the program can be reached all the same."""
    QUICK = "quick"
    """The small window."""


@dataclass(frozen=True, slots=True)
class Views:
    """What the user sees of the program, in one language."""

    window: SearchWindow
    quick: QuickQuery
    tray: Tray


class Program(QObject):
    """Joins window, small window, tray, hotkey and settings.

    It ends when the window is closed, unless it stays reachable in a tray that is really there.
    `make_views` makes the windows; it is called again when the language has changed, with its code.
    """

    def __init__(
        self,
        app: QApplication,
        client: EngineClient,
        link: EngineLink,
        theme: Theme,
        make_views: Callable[[str], Views],
        hotkey: Hotkey,
        settings_actions: SettingsActions,
        settings: WindowSettings,
    ) -> None:
        super().__init__(app)
        self._app = app
        self._client = client
        self._link = link
        self._theme = theme
        self._make_views = make_views
        self._settings = settings
        self.hotkey = hotkey
        self.settings_actions = settings_actions
        self.bound = Bound.OFF
        app.setQuitOnLastWindowClosed(False)
        hotkey.pressed.connect(self._toggle)
        hotkey.changed.connect(self._on_hotkey)
        link.received.connect(self._on_event)
        settings_actions.window_changed.connect(self.apply)
        self.views = self._made()
        self._use(settings)

    def start(self, what: Start, *, first_run: bool = False) -> None:
        """Show what the user asked for; with `first_run` the first steps if nothing is indexed."""
        if first_run and what is Start.WINDOW:
            self._link.state_changed.connect(self._offer_first_run)
        if what is Start.QUICK:
            self.views.quick.come_up()
        elif what is Start.WINDOW or not self.reachable:
            self.views.window.show()

    @property
    def reachable(self) -> bool:
        """Whether the program can be called while none of its windows shows."""
        return self.views.tray.is_there or self.bound is Bound.YES

    def apply(self, settings: WindowSettings) -> None:
        """Use these settings from now on."""
        before, self._settings = self._settings, settings
        if settings.language != before.language:
            self._speak_anew()
        self._use(settings, before)

    def on_wake(self, wake: Wake) -> None:
        """A second start asks for something."""
        if wake.toggle:
            self._toggle()
        elif wake.hidden:
            self.views.window.add_uris(wake.uris)
        else:
            self.views.window.wake(wake.uris)

    def show_window(self, text: str) -> None:
        """Bring the window to the front, going on with a question."""
        self.views.window.wake(())
        if text:
            self.views.window.line.setText(text)

    def _show_like(self, hit: Hit) -> None:
        self.views.window.wake(())
        self.views.window.more_like(hit)

    def quit(self) -> None:
        """End the program; the engine goes on by itself."""
        self.hotkey.close()
        self.views.tray.set_wanted(wanted=False)
        self._link.close()
        self._app.quit()

    def _use(self, settings: WindowSettings, before: WindowSettings | None = None) -> None:
        self.views.tray.set_wanted(wanted=settings.tray)
        self._theme.follow(settings.scheme)
        if before is None or before.hotkey != settings.hotkey:
            self._on_hotkey(self.hotkey.bind(QKeySequence(settings.hotkey)))

    def _made(self) -> Views:
        views = self._make_views(self._settings.language)
        window, quick, tray = views.window, views.quick, views.tray
        window.closed.connect(self._on_window_closed)
        window.quit_wanted.connect(self.quit)
        window.settings_wanted.connect(self._show_settings)
        quick.window_wanted.connect(self.show_window)
        quick.like_wanted.connect(self._show_like)
        quick.hidden.connect(self._on_quick_hidden)
        tray.quick_wanted.connect(quick.toggle)
        tray.window_wanted.connect(lambda: self.show_window(""))
        tray.settings_wanted.connect(self._show_settings_from_tray)
        tray.quit_wanted.connect(self.quit)
        tray.pause_wanted.connect(self._pause)
        tray.there.connect(self._on_tray)
        QTimer.singleShot(_PREPARE_MS, quick, quick.prepare)
        return views

    def _speak_anew(self) -> None:
        """Put new windows in the old ones' place: their texts are made once."""
        old = self.views
        self.views = self._made()
        window = self.views.window
        window.setGeometry(old.window.geometry())
        window.line.setText(old.window.line.text())
        self.views.quick.actions_.preview.setChecked(old.quick.actions_.preview.isChecked())
        settings_open = self.settings_actions.dialog is not None
        if old.window.isVisible():
            window.show()
        old.tray.set_wanted(wanted=False)
        for view in (old.window, old.quick, old.tray):
            view.blockSignals(True)
        old.window.close()
        for view in (old.window, old.quick, old.tray):
            view.deleteLater()
        self._link.tell_again()
        if settings_open:
            self._show_settings()

    def _offer_first_run(self, state: LinkState) -> None:
        if state is LinkState.CONNECTED:
            self._link.state_changed.disconnect(self._offer_first_run)
            self.views.window.first_run.offer()

    def _toggle(self) -> None:
        self.views.quick.toggle()

    def _show_settings(self) -> None:
        self.settings_actions.show_tray(there=QSystemTrayIcon.isSystemTrayAvailable())
        self.settings_actions.show(self.views.window)

    def _show_settings_from_tray(self) -> None:
        self.show_window("")
        self._show_settings()

    def _on_window_closed(self) -> None:
        if self.views.tray.is_there:
            return
        can_ask = not self._app.isSavingSession()  # whoever logs out is not held up
        if can_ask and self._settings.tray and self.bound is Bound.YES:
            self._ask_about_end()
        else:
            self.quit()

    def _ask_about_end(self) -> None:
        """There is no tray to stay in; what would end with the window is told."""
        key = QKeySequence(self._settings.hotkey).toString(QKeySequence.SequenceFormat.NativeText)
        box = question(
            self.views.window,
            self.tr("End the program with its window?"),
            self.tr(
                "This desktop has no tray, where it could stay. While it does not run, {key} shows"
                " nothing; files are read all the same."
            ).format(key=key),
            self.tr("End it"),
        )
        box.button(QMessageBox.StandardButton.Cancel).setText(self.tr("Go on for the key"))
        again = QCheckBox(self.tr("Do not ask again"), box)
        box.setCheckBox(again)
        box.accepted.connect(lambda: self._end(asks_again=not again.isChecked()))
        box.open()

    def _end(self, *, asks_again: bool) -> None:
        if asks_again:
            self.quit()
            return
        call = protocol.change_settings(protocol.ChangeSettings({"window.tray": False}))
        self._client.call(call, lambda _: self.quit(), lambda _: self.quit())

    def _on_quick_hidden(self) -> None:
        if not self.views.window.isVisible() and not self.reachable:
            # In a moment: it may have given way to the window.
            QTimer.singleShot(0, self, self._quit_unless_seen)

    def _quit_unless_seen(self) -> None:
        if not self.views.window.isVisible() and not self.views.quick.isVisible():
            self.quit()

    def _on_tray(self, there: bool) -> None:
        if not there and not self.views.window.isVisible() and not self.views.quick.isVisible():
            self.views.window.show()  # never hidden beyond reach

    def _on_hotkey(self, bound: Bound) -> None:
        self.bound = bound
        self.settings_actions.show_bound(bound)

    def _on_event(self, event: Event) -> None:
        if event.status is not None:
            self.views.tray.set_status(event.status)
        if event.kind == "settings":
            self.settings_actions.refresh()

    def _pause(self, paused: bool, seconds: float | None) -> None:
        call = protocol.pause(protocol.Pause(paused, seconds))
        self._client.call(call, self._on_paused, self._on_error, lane="pause")

    def _on_paused(self, status: Status) -> None:
        self.views.tray.set_status(status)

    def _on_error(self, error: JinasearchError) -> None:
        title, advice = (
            error_words.headline(error.code, error.title),
            error_words.advice(error.code, error.message),
        )
        self.views.tray.icon.showMessage(title, advice)
