"""A dialog that asks for files or a folder, drawn by the system or by Qt."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDir, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

_LAST = "last-folder"
"""A property of the application, which all dialogs share."""


class FileDialog(QFileDialog):
    """Signal: `chosen(list[QUrl])`, never empty, in whichever way the dialog is drawn.

    One that Qt draws does not emit `urlSelected` and `urlsSelected` when it is accepted, but
    `accepted` always comes. It deletes itself when it is closed.

    It begins in `folder` or, if that is empty, where the last one ended, the first one at home.
    """

    chosen = Signal(list)

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        mode: QFileDialog.FileMode = QFileDialog.FileMode.ExistingFile,
        folder: str = "",
    ) -> None:
        super().__init__(parent, title, folder or _last_folder())
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
            _keep_folder(self.directory().absolutePath())
            self.chosen.emit(urls)


def _last_folder() -> str:
    application = QCoreApplication.instance()
    kept = application.property(_LAST) if application is not None else None
    return kept if isinstance(kept, str) and QDir(kept).exists() else QDir.homePath()


def _keep_folder(path: str) -> None:
    application = QCoreApplication.instance()
    if application is not None:
        application.setProperty(_LAST, path)
