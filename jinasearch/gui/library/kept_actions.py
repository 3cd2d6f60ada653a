"""What is done with copies of the library that were put aside: the questions and the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from jinasearch.core.paths import to_uri
from jinasearch.engine import protocol
from jinasearch.gui import formatting
from jinasearch.gui.library.kept_dialog import KeptDialog
from jinasearch.gui.question import question

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox, QWidget

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.kept_copy import KeptCopy
    from jinasearch.engine.protocol import Kept
    from jinasearch.gui.engine_client import EngineClient

_LANE = "library-kept"


class KeptActions(QObject):
    """Signals: `known(tuple of KeptCopy)` with what is kept, `restore_wanted(uri)`."""

    known = Signal(tuple)
    restore_wanted = Signal(str)

    def __init__(self, client: EngineClient, parent: QObject) -> None:
        super().__init__(parent)
        self._client = client
        self.dialog: KeptDialog | None = None
        self.question: QMessageBox | None = None

    def ask(self) -> None:
        """Ask the engine what is kept."""
        self._client.call(protocol.kept(), self._on_kept, lambda _error: None, lane=_LANE)

    def show(self, parent: QWidget) -> None:
        """Open the dialog on it."""
        dialog = KeptDialog(parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.discard_wanted.connect(self._ask_to_discard)
        dialog.restore_wanted.connect(self._restore)
        dialog.finished.connect(self._on_closed)
        self.dialog = dialog
        self.ask()
        dialog.open()

    def _restore(self, copy: KeptCopy) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self.restore_wanted.emit(to_uri(copy.path))

    def _ask_to_discard(self, copies: list[KeptCopy]) -> None:
        if self.dialog is None:
            return
        size = formatting.size(sum(copy.bytes for copy in copies))
        told = "\n".join(copy.path for copy in copies)
        title = self.tr("Delete %Ln copies for good?", "", len(copies))
        box = question(self.dialog, title, f"{told}\n{size}", self.tr("Delete"))
        box.accepted.connect(lambda: self._discard([copy.name for copy in copies]))
        box.destroyed.connect(self._on_answered)
        self.question = box
        box.open()

    def _discard(self, names: list[str]) -> None:
        """One after the other: the last answer tells what is left."""
        first, *others = names

        def then(kept: Kept) -> None:
            self._on_kept(kept)
            if others:
                self._discard(others)

        request = protocol.discard(protocol.Discard(first))
        self._client.call(request, then, self._on_error, lane=_LANE)

    def _on_error(self, error: JinasearchError) -> None:
        if self.dialog is not None:
            self.dialog.show_error(error)

    def _on_kept(self, kept: Kept) -> None:
        self.known.emit(kept.copies)
        if self.dialog is not None:
            self.dialog.show_copies(kept.copies)

    def _on_answered(self) -> None:
        self.question = None

    def _on_closed(self) -> None:
        self.dialog = None
