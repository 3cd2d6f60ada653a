"""Takes a model from a folder on the disk: the user names it, the engine says whether it is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import from_uri, shown
from jinasearch.engine import protocol
from jinasearch.gui.file_dialog import FileDialog

if TYPE_CHECKING:
    from jinasearch.gui.engine_client import EngineClient

_LANE = "model-folder"


class ModelBrowser(QObject):
    """Signals: `listed(ModelEntry)` when a folder's model is among the others, `refused(
    JinasearchError)` if it cannot be used.
    """

    listed = Signal(object)
    refused = Signal(object)

    def __init__(self, client: EngineClient, parent: QObject) -> None:
        super().__init__(parent)
        self._client = client

    def ask(self, window: QWidget) -> None:
        """Let the user choose a folder."""
        title = self.tr("Choose a model's folder")
        dialog = FileDialog(window, title, QFileDialog.FileMode.Directory)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, self.tr("Choose"))
        dialog.chosen.connect(self._on_chosen)
        dialog.open()

    def _on_chosen(self, urls: list[QUrl]) -> None:
        self.take(urls[0])

    def take(self, url: QUrl) -> None:
        """Have the model of this folder listed."""
        try:
            path = from_uri(bytes(url.toEncoded().data()).decode())
        except JinasearchError as error:
            self.refused.emit(error)
            return
        if shown(path) != path:
            self.refused.emit(
                JinasearchError(
                    Code.BAD_REQUEST,
                    self.tr("The folder's name cannot be used"),
                    self.tr("Rename it: its name is not valid UTF-8."),
                    shown(path),
                )
            )
            return
        call = protocol.add_model_folder(protocol.ModelFolder(path))
        self._client.call(call, self.listed.emit, self.refused.emit, lane=_LANE, owner=self)

    def stop(self) -> None:
        """Nobody waits for the answer any more."""
        self._client.cancel(_LANE)
