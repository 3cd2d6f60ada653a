"""A dialog that asks for files or a folder, drawn by the system or by Qt."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget


class FileDialog(QFileDialog):
    """Signal: `chosen(list[QUrl])`, never empty, in whichever way the dialog is drawn.

    One that Qt draws does not emit `urlSelected` and `urlsSelected` when it is accepted, but
    `accepted` always comes. It deletes itself when it is closed.
    """

    chosen = Signal(list)

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        mode: QFileDialog.FileMode = QFileDialog.FileMode.ExistingFile,
        folder: str = "",
    ) -> None:
        super().__init__(parent, title, folder)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFileMode(mode)
        self.setOption(QFileDialog.Option.ShowDirsOnly, on=mode is QFileDialog.FileMode.Directory)
        self.accepted.connect(self._on_accepted)

    def ask_where_to_save(self, suffix: str) -> None:
        """Ask for a new file instead; `suffix` is added to a name without one."""
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setFileMode(QFileDialog.FileMode.AnyFile)
        self.setDefaultSuffix(suffix)

    def _on_accepted(self) -> None:
        urls = self.selectedUrls()
        if urls:
            self.chosen.emit(urls)
