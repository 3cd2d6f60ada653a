"""What the user wants of the pace: pauses, full speed now, a preset, a start with the session."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from jinasearch.core.models import Status
from jinasearch.engine import protocol
from jinasearch.gui.tray import seconds_until_tomorrow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from jinasearch.engine.protocol import Autostart
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.search_window.actions import Actions

_HOUR = 3600.0


class PaceActions(QObject):
    """Connects the actions to the engine, and shows in them what holds now.

    Signals: `answered(Status)` after each change, `failed(JinasearchError)`.
    """

    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, client: EngineClient, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._client = client
        self._actions = actions
        self._status = Status()
        self._presets = {
            "quiet": actions.quiet,
            "balanced": actions.balanced,
            "full": actions.full,
        }
        actions.pause.triggered.connect(lambda: self.pause(not self._status.paused))
        actions.pause_hour.triggered.connect(lambda: self.pause(True, _HOUR))
        actions.pause_tomorrow.triggered.connect(self._pause_until_tomorrow)
        actions.hurry.triggered.connect(self.hurry)
        actions.autostart.triggered.connect(self._set_autostart)
        actions.quiet.triggered.connect(lambda: self._choose("quiet"))
        actions.balanced.triggered.connect(lambda: self._choose("balanced"))
        actions.full.triggered.connect(lambda: self._choose("full"))

    def joined(self) -> None:
        """There is an engine: ask it whether the program starts with the session."""
        self._client.call(
            protocol.autostart(), self._show_autostart, lambda _error: None, lane="autostart"
        )

    def set_status(self, status: Status) -> None:
        """Show what holds now."""
        self._status = status
        preset = self._presets.get(status.pace.preset)
        if status.pace.hurried:
            self._actions.hurry.setChecked(True)  # one tick: the speed that holds now
        elif preset is not None:
            preset.setChecked(True)

    def pause(self, paused: bool, seconds: float | None = None) -> None:
        """Pause, for `seconds` or until resumed; or resume."""
        call = protocol.pause(protocol.Pause(paused, seconds))
        self._client.call(call, self.answered.emit, self._on_error, lane="pause")

    def hurry(self, wanted: bool) -> None:
        """Full speed now, or no longer."""
        call = protocol.set_pace(protocol.SetPace(hurry=wanted))
        self._client.call(call, self.answered.emit, self._on_error, lane="pause")

    def _choose(self, preset: str) -> None:
        hurry = False if self._status.pace.hurried else None
        call = protocol.set_pace(protocol.SetPace(preset=preset, hurry=hurry))
        self._client.call(call, self.answered.emit, self._on_error, lane="preset")

    def _pause_until_tomorrow(self) -> None:
        self.pause(True, seconds_until_tomorrow(datetime.now().astimezone()))

    def _set_autostart(self, wanted: bool) -> None:
        call = protocol.set_autostart(protocol.SetAutostart(wanted))
        self._client.call(call, self._show_autostart, self._on_error, lane="autostart")

    def _show_autostart(self, found: Autostart) -> None:
        self._actions.autostart.setChecked(found.on)

    def _on_error(self, error: object) -> None:
        """A click checks an action at once: what was refused is shown as it was."""
        self.set_status(self._status)
        self.joined()
        self.failed.emit(error)
