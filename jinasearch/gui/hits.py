"""What can be done with a result, wherever it is shown: open, show in its folder, copy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from jinasearch.core import kinds
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Place
from jinasearch.core.paths import from_uri, shown
from jinasearch.engine import protocol
from jinasearch.gui import error_words
from jinasearch.gui.results_model import file_data

if TYPE_CHECKING:
    from jinasearch.core.models import Folded, Hit
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.opener import Failed, Opener

_IN_CELLS = ("notebook", "ipynb")


class Hits(QObject):
    """Signal: `failed(JinasearchError)`."""

    failed = Signal(object)

    def __init__(self, client: EngineClient, opener: Opener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._opener = opener

    def open(self, hit: Hit, passage: int = 0) -> None:
        """Open the file, and let the engine know: what people open is embedded first.

        A PDF file opens at the page of this one of its passages, a text at its line, where the
        program can do that.
        """
        place = hit.passages[passage].place if passage < len(hit.passages) else Place()
        page = place.page if hit.kind == "pdf" else None
        # Only of plain text are the lines that were counted those that an editor shows.
        plain = kinds.group_of(hit.kind) in ("text", "code") and hit.kind not in _IN_CELLS
        self._open(hit.file, hit.uri, self._telling(hit), page, place.line if plain else None)

    def open_folded(self, other: Folded) -> None:
        """Open a file that stands behind a result."""
        self._open(other.file, other.uri, partial(self._tell, other.path))

    def open_uri(self, uri: str) -> None:
        """Open a file or folder that is no result."""
        self._opener.open_file(uri, partial(self._tell, shown(from_uri(uri))))

    def show_in_folder(self, hit: Hit) -> None:
        """Show the file in the file manager."""
        self._opener.show_in_folder(hit.uri, self._telling(hit))

    @staticmethod
    def copy_path(hit: Hit) -> None:
        """Put the path on the clipboard."""
        QGuiApplication.clipboard().setText(file_data([hit]).text())

    @staticmethod
    def copy_file(hit: Hit) -> None:
        """Put the file on the clipboard."""
        QGuiApplication.clipboard().setMimeData(file_data([hit]))

    def _open(
        self,
        file: int,
        uri: str,
        failed: Failed,
        page: int | None = None,
        line: int | None = None,
    ) -> None:
        self._client.call(protocol.opened(file), lambda _done: None, lambda _error: None)
        self._opener.open_file(uri, failed, page, line)

    def _telling(self, hit: Hit) -> Failed:
        def tell(code: Code) -> None:
            missed = code is Code.FILE_GONE and hit.away
            self._tell(hit.path, Code.DRIVE_AWAY if missed else code)

        return tell

    def _tell(self, path: str, code: Code) -> None:
        self.failed.emit(JinasearchError(code, error_words.headline(code, ""), path=path))
