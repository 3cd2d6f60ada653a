"""Opens the status page and keeps it filled while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from jinasearch.core.models import Status
from jinasearch.engine import protocol
from jinasearch.gui.search_window import why_asking
from jinasearch.gui.status_page.dialog import StatusPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from jinasearch.core.models import Folder
    from jinasearch.engine.protocol import History
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.theme import Theme

_LANE = "history"


class StatusActions(QObject):
    """Signals: `files_wanted(int)` and `models_wanted`, as the page's."""

    files_wanted = Signal(int)
    models_wanted = Signal()

    def __init__(self, client: EngineClient, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._client = client
        self._theme = theme
        self._window = window
        self._status = Status()
        self._folders: Sequence[Folder] = ()
        self.dialog: StatusPage | None = None

    def show(self) -> None:
        """Open the page, or bring it to the front."""
        if self.dialog is not None:
            self.dialog.raise_()
            self.dialog.activateWindow()
            return
        page = StatusPage(self._theme, self._window)
        page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page.history_wanted.connect(self._ask)
        page.files_wanted.connect(self.files_wanted)
        page.models_wanted.connect(self.models_wanted)
        why_asking.join(page.why, self._client)
        page.finished.connect(self._on_closed)
        page.show_status(self._status)
        page.show_folders(self._folders)
        self.dialog = page
        page.show()
        self._ask()

    def ask_about_file(self) -> None:
        """Let the user choose a file, and tell on the page whether it is indexed."""
        self.show()
        if self.dialog is not None:
            self.dialog.why.choose_file()

    def set_status(self, status: Status) -> None:
        """What the engine does now."""
        self._status = status
        if self.dialog is not None:
            self.dialog.show_status(status)

    def set_folders(self, folders: Sequence[Folder]) -> None:
        """What each folder has."""
        self._folders = folders
        if self.dialog is not None:
            self.dialog.show_folders(folders)

    def _ask(self) -> None:
        self._client.call(protocol.history(), self._on_history, lambda _error: None, lane=_LANE)

    def _on_history(self, history: History) -> None:
        if self.dialog is not None:
            self.dialog.show_minutes(history.minutes)

    def _on_closed(self) -> None:
        self.dialog = None
        self._client.cancel(_LANE)
