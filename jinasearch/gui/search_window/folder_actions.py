"""Adding, removing and ruling folders: the questions to the user and the calls to the engine."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from jinasearch.engine import protocol
from jinasearch.gui.file_dialog import FileDialog
from jinasearch.gui.question import question
from jinasearch.gui.search_window.drops import large_ones
from jinasearch.gui.search_window.folders_model import name_of
from jinasearch.gui.search_window.rules_dialog import RulesDialog
from jinasearch.gui.texts import drives_away

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QUrl

    from jinasearch.core.models import Folder, Rules
    from jinasearch.engine.protocol import Folders
    from jinasearch.gui.engine_client import EngineClient


_PREVIEW_LANE = "rules-preview"


class FolderActions(QObject):
    """Folders given while there is no engine are added when it comes.

    Signals: `folders(list of Folder)` after each answer, `failed(JinasearchError)`.
    """

    folders = Signal(object)
    failed = Signal(object)

    def __init__(self, client: EngineClient, window: QWidget, home: PurePath | None = None) -> None:
        super().__init__(window)
        self._client = client
        self._window = window
        self._home = Path.home() if home is None else home
        self._waiting: list[str] = []
        self._joined = False
        self.dialog: QWidget | None = None
        """The dialog that is open, if any."""

    def set_joined(self, *, joined: bool) -> None:
        """There is an engine, or not. With one, what waited is sent."""
        self._joined = joined
        if joined:
            self.refresh()
            waiting, self._waiting = self._waiting, []
            if waiting:
                self._send(waiting)

    def refresh(self) -> None:
        """Ask for the folders and their counts."""
        self._client.call(protocol.folders(), self._on_folders, lambda _error: None, lane="folders")

    def ask_folder(self) -> None:
        """Let the user choose a folder."""
        self._choose(QFileDialog.FileMode.Directory, self.tr("Add folder"))

    def ask_files(self) -> None:
        """Let the user choose files."""
        self._choose(QFileDialog.FileMode.ExistingFiles, self.tr("Add files"))

    def add(self, uris: Sequence[str]) -> None:
        """Index these; asks first if one is a whole home or drive."""
        if not uris:
            return
        large = large_ones(uris, self._home)
        if not large:
            self.add_now(uris)
            return
        box = self._question(
            self.tr("Add all of {path}?").format(path=large[0]),
            self.tr(
                "That can be very many files. They can be found by words within minutes, "
                "but learning what all of them mean takes hours. You can pause it at any time."
            ),
            self.tr("Add all of it"),
        )
        box.accepted.connect(lambda: self.add_now(uris))
        box.open()

    def add_now(self, uris: Sequence[str]) -> None:
        """Index these, now or as soon as there is an engine; asks nothing."""
        if self._joined:
            self._send(uris)
        else:
            self._waiting.extend(uris)

    def remove(self, folder: Folder) -> None:
        """Forget a folder, after asking."""
        box = self._question(
            self.tr("Remove {name}?").format(name=name_of(folder)),
            self.tr(
                "Its files are no longer found, and what was read from them is deleted from the "
                "library. The files themselves are not touched."
            ),
            self.tr("Remove"),
        )
        box.accepted.connect(
            lambda: self._client.call(
                protocol.remove_folder(folder.id), self._on_folders, self.failed.emit
            )
        )
        box.open()

    def forget_away(self, folder: Folder) -> None:
        """Forget what was on the drives within a folder that are away, after asking."""
        told = self.tr(
            "What was read from them is deleted from the library. What is there now stays. Do this "
            "only if they do not come back."
        )
        box = self._question(
            self.tr("Forget what was on drives that are away?"),
            "\n".join([told, "", *drives_away(folder)]),
            self.tr("Forget"),
        )
        box.accepted.connect(lambda: self._forget(folder.drives_away))
        box.open()

    def _forget(self, places: Sequence[str]) -> None:
        for uri in places:
            call = protocol.forget_away(protocol.ForgetAway(uri))
            self._client.call(call, self._on_folders, self.failed.emit)

    def edit_rules(self, folder: Folder) -> None:
        """Show a folder's rules and let the user change them."""
        dialog = RulesDialog(folder, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.rules_wanted.connect(self._set_rules)
        dialog.preview_wanted.connect(
            lambda number, rules: self._client.call(
                protocol.preview_rules(number, protocol.SetRules(rules)),
                dialog.show_preview,
                dialog.show_problem,
                lane=_PREVIEW_LANE,
            )
        )
        dialog.finished.connect(lambda: self._client.cancel(_PREVIEW_LANE))
        self._hold(dialog)
        dialog.open()

    def _set_rules(self, folder: int, rules: Rules) -> None:
        call = protocol.set_rules(folder, protocol.SetRules(rules))
        self._client.call(call, self._on_folders, self.failed.emit)

    def _send(self, uris: Sequence[str]) -> None:
        call = protocol.add_folders(protocol.AddFolders(tuple(uris)))
        self._client.call(call, self._on_folders, self.failed.emit)

    def _on_folders(self, reply: Folders) -> None:
        self.folders.emit(list(reply.folders))

    def _choose(self, mode: QFileDialog.FileMode, title: str) -> None:
        dialog = FileDialog(self._window, title, mode)
        dialog.chosen.connect(self._on_chosen)
        self._hold(dialog)
        dialog.open()

    def _on_chosen(self, urls: list[QUrl]) -> None:
        self.add([bytes(url.toEncoded().data()).decode() for url in urls if url.isLocalFile()])

    def _question(self, title: str, text: str, yes: str) -> QMessageBox:
        box = question(self._window, title, text, yes)
        self._hold(box)
        return box

    def _hold(self, dialog: QWidget) -> None:
        self.dialog = dialog
        dialog.destroyed.connect(lambda: self._on_destroyed(dialog))

    def _on_destroyed(self, dialog: QWidget) -> None:
        if self.dialog is dialog:
            self.dialog = None
