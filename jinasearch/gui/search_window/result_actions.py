"""What can be done with a result: opened, shown in its folder, copied, taken as an example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol
from jinasearch.gui.results_model import file_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.core.models import Hit
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.opener import Opener
    from jinasearch.gui.search_window.actions import Actions


class ResultActions(QObject):
    """`chosen` gives the result that is chosen now, and the number of its passage in the preview.

    Signals: `failed(JinasearchError)`, `used()` when the question has led to something,
    `like_wanted(Hit)`.
    """

    failed = Signal(object)
    used = Signal()
    like_wanted = Signal(object)

    def __init__(
        self,
        client: EngineClient,
        opener: Opener,
        chosen: Callable[[], Hit | None],
        passage: Callable[[], int],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._opener = opener
        self._chosen = chosen
        self._passage = passage
        self._window = parent

    def connect_actions(self, does: Actions) -> None:
        """Let the window's actions do this."""
        does.open.triggered.connect(self.open_chosen)
        does.show_in_folder.triggered.connect(self.show_in_folder)
        does.copy_path.triggered.connect(self.copy_path)
        does.copy_file.triggered.connect(self.copy_file)
        does.more_like.triggered.connect(self.more_like)

    def open_chosen(self) -> None:
        """Open the result that is chosen."""
        hit = self._chosen()
        if hit is not None:
            self.open(hit)

    def open(self, hit: Hit) -> None:
        """Open a result in its program, at the page that answers where the program can do that."""
        self.used.emit()
        self._client.call(protocol.opened(hit.file), lambda _done: None, lambda _error: None)
        passage = self._passage()
        page = hit.passages[passage].place.page if passage < len(hit.passages) else None
        if not self._opener.open_file(hit.uri, page if hit.kind == "pdf" else None):
            self.failed.emit(
                JinasearchError(
                    Code.NOT_FOUND,
                    self.tr("No program opened the file"),
                    self.tr("Choose a program for its kind in your desktop's settings."),
                    hit.path,
                )
            )

    def show_in_folder(self) -> None:
        """Show the file in the file manager."""
        hit = self._chosen()
        if hit is not None:
            self.used.emit()
            self._opener.show_in_folder(hit.uri)

    def copy_path(self) -> None:
        """Put the path on the clipboard, as text."""
        hit = self._chosen()
        if hit is not None:
            self.used.emit()
            QGuiApplication.clipboard().setText(file_data([hit]).text())

    def copy_file(self) -> None:
        """Put the file on the clipboard, to be pasted in a file manager or a mail."""
        hit = self._chosen()
        if hit is not None:
            self.used.emit()
            QGuiApplication.clipboard().setMimeData(file_data([hit]))

    def more_like(self) -> None:
        """Ask for files that are like this one."""
        hit = self._chosen()
        if hit is not None:
            self.like_wanted.emit(hit)

    def menu(self, does: Actions, at: QPoint) -> None:
        """The context menu of the result that is chosen."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([does.open, does.show_in_folder])
        menu.addSeparator()
        menu.addActions([does.copy_file, does.copy_path])
        menu.addSeparator()
        menu.addActions([does.more_like, does.preview])
        menu.popup(at)
