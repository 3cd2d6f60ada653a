"""Opens the dialog of settings, carries its wishes to the engine, hears of changes elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from jinasearch.core.settings import WindowSettings
from jinasearch.engine import protocol
from jinasearch.engine.protocol import ChangeSettings, SettingsReply
from jinasearch.gui.hotkey.hotkey import Bound
from jinasearch.gui.settings.dialog import SettingsDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.settings import Value
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.icons import Icons

_LANE = "settings"


class SettingsActions(QObject):
    """Signal: `window_changed(WindowSettings)` when the window's own settings are others now."""

    window_changed = Signal(object)

    def __init__(
        self,
        client: EngineClient,
        icons: Icons,
        settings: WindowSettings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._icons = icons
        self._settings = settings
        self._bound = Bound.OFF
        self._tray = True
        self.dialog: SettingsDialog | None = None

    def show(self, window: QWidget) -> None:
        """Open the dialog over `window`, or bring it to the front."""
        if self.dialog is not None:
            self.dialog.raise_()
            self.dialog.activateWindow()
            return
        dialog = SettingsDialog(self._icons, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wanted.connect(self._change)
        dialog.finished.connect(self._on_closed)
        dialog.show_bound(self._bound)
        dialog.show_tray(there=self._tray)
        self.dialog = dialog
        dialog.show()
        self.refresh()

    def refresh(self) -> None:
        """Ask for the settings: somebody may have changed them."""
        self._client.call(protocol.settings(), self._on_reply, self._on_error, lane=_LANE)

    def show_bound(self, bound: Bound) -> None:
        """What became of the key."""
        self._bound = bound
        if self.dialog is not None:
            self.dialog.show_bound(bound)

    def show_tray(self, *, there: bool) -> None:
        """Whether the desktop has a tray."""
        self._tray = there
        if self.dialog is not None:
            self.dialog.show_tray(there=there)

    def _change(self, name: str, value: Value | None) -> None:
        request = ChangeSettings({name: value})
        self._client.call(protocol.change_settings(request), self._on_reply, self._on_refused)

    def _on_reply(self, reply: SettingsReply) -> None:
        if self.dialog is not None:
            self.dialog.show_reply(reply)
        prefix = "window."
        own = {e.name.removeprefix(prefix): e.value for e in reply.entries if prefix in e.name}
        settings = WindowSettings(**own)  # type: ignore[arg-type] # the engine has checked them
        if settings != self._settings:
            self._settings = settings
            self.window_changed.emit(settings)

    def _on_error(self, error: JinasearchError) -> None:
        if self.dialog is not None:
            self.dialog.show_error(error)

    def _on_refused(self, error: JinasearchError) -> None:
        self.refresh()
        self._on_error(error)

    def _on_closed(self) -> None:
        self.dialog = None
