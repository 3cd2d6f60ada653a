"""The program around the windows: how they are called, and when it ends."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QKeySequence

from jinasearch.engine import protocol
from jinasearch.gui.hotkey.hotkey import Bound, Hotkey

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.models import Status
    from jinasearch.core.settings import WindowSettings
    from jinasearch.core.wake import Wake
    from jinasearch.engine.protocol import Event
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.engine_link import EngineLink
    from jinasearch.gui.quick_query.window import QuickQuery
    from jinasearch.gui.search_window.window import SearchWindow
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


class Program(QObject):
    """Joins window, small window, tray and hotkey.

    It ends when the window is closed, unless it stays reachable in a tray that is really there.
    Signal: `hotkey_changed(Bound)`.
    """

    hotkey_changed = Signal(object)

    def __init__(
        self,
        app: QApplication,
        client: EngineClient,
        link: EngineLink,
        window: SearchWindow,
        quick: QuickQuery,
        tray: Tray,
        hotkey: Hotkey,
        settings: WindowSettings,
    ) -> None:
        super().__init__(app)
        self._app = app
        self._client = client
        self._link = link
        self.window = window
        self.quick = quick
        self.tray = tray
        self.hotkey = hotkey
        self.bound = Bound.OFF
        app.setQuitOnLastWindowClosed(False)
        window.closed.connect(self._on_window_closed)
        window.quit_wanted.connect(self.quit)
        quick.window_wanted.connect(self.show_window)
        quick.hidden.connect(self._on_quick_hidden)
        tray.quick_wanted.connect(quick.toggle)
        tray.window_wanted.connect(lambda: self.show_window(""))
        tray.quit_wanted.connect(self.quit)
        tray.pause_wanted.connect(self._pause)
        tray.there.connect(self._on_tray)
        hotkey.pressed.connect(quick.toggle)
        hotkey.changed.connect(self._on_hotkey)
        link.received.connect(self._on_event)
        self.apply(settings)
        QTimer.singleShot(_PREPARE_MS, quick.winId)

    def apply(self, settings: WindowSettings) -> None:
        """Use these settings from now on."""
        self.tray.set_wanted(wanted=settings.tray)
        self._on_hotkey(self.hotkey.bind(QKeySequence(settings.hotkey)))

    def start(self, what: Start) -> None:
        """Show what the user asked for."""
        if what is Start.QUICK:
            self.quick.come_up()
        elif what is Start.WINDOW or not self.reachable:
            self.window.show()

    @property
    def reachable(self) -> bool:
        """Whether the program can be called while none of its windows shows."""
        return self.tray.is_there or self.bound is Bound.YES

    def on_wake(self, wake: Wake) -> None:
        """A second start asks for something."""
        if wake.toggle:
            self.quick.toggle()
        else:
            self.window.wake(wake.uris)

    def show_window(self, text: str) -> None:
        """Bring the window to the front, going on with a question."""
        self.window.wake(())
        if text:
            self.window.line.setText(text)

    def quit(self) -> None:
        """End the program; the engine goes on by itself."""
        self.hotkey.close()
        self.tray.set_wanted(wanted=False)
        self._link.close()
        self._app.quit()

    def _on_window_closed(self) -> None:
        if not self.tray.is_there:
            self.quit()

    def _on_quick_hidden(self) -> None:
        if not self.window.isVisible() and not self.reachable:
            # In a moment: it may have given way to the window.
            QTimer.singleShot(0, self._quit_unless_seen)

    def _quit_unless_seen(self) -> None:
        if not self.window.isVisible() and not self.quick.isVisible():
            self.quit()

    def _on_tray(self, there: bool) -> None:
        if not there and not self.window.isVisible() and not self.quick.isVisible():
            self.window.show()  # never hidden beyond reach

    def _on_hotkey(self, bound: Bound) -> None:
        self.bound = bound
        self.hotkey_changed.emit(bound)

    def _on_event(self, event: Event) -> None:
        if event.status is not None:
            self.tray.set_status(event.status)

    def _pause(self, paused: bool, seconds: float | None) -> None:
        call = protocol.pause(protocol.Pause(paused, seconds))
        self._client.call(call, self._on_paused, self._on_error, lane="pause")

    def _on_paused(self, status: Status) -> None:
        self.tray.set_status(status)

    def _on_error(self, error: JinasearchError) -> None:
        self.tray.icon.showMessage(error.title, error.message)
