"""The folder list as a Qt model: "all folders" first, then one row a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from jinasearch.gui import formatting, texts
from jinasearch.gui.elided_label import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.models import Coverage, Folder

FOLDER_ROLE = Qt.ItemDataRole.UserRole + 1
"""The row's `Folder`; None for "all folders"."""

DETAIL_ROLE = Qt.ItemDataRole.UserRole + 2
"""The row's second line."""

SHARE_ROLE = Qt.ItemDataRole.UserRole + 3
"""How much of the folder can be found by keywords, 0 to 1; None when all of it."""

_Index = QModelIndex | QPersistentModelIndex


class FoldersModel(QAbstractListModel):
    """Folders by number; counts change in place."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folders: list[Folder] = []

    def set_folders(self, folders: Sequence[Folder]) -> None:
        """Show these folders."""
        same = [f.id for f in folders] == [f.id for f in self._folders]
        if not same:
            self.beginResetModel()
        self._folders = list(folders)
        if not same:
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def folders(self) -> list[Folder]:
        """The folders shown."""
        return self._folders

    def folder(self, index: _Index) -> Folder | None:
        """The folder of a row; None for "all folders"."""
        if not index.isValid() or index.row() == 0:
            return None
        return self._folders[index.row() - 1]

    def row_of(self, folder: int | None) -> int:
        """The row of a folder's number; 0 for None or one that is not there."""
        return next((i for i, f in enumerate(self._folders, 1) if f.id == folder), 0)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """One more than there are folders."""
        return 0 if parent.isValid() else len(self._folders) + 1

    def data(  # noqa: PLR0911 - one line a role
        self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name, second line, share, and what a screen reader says."""
        if not index.isValid():
            return None
        folder = self.folder(index)
        match role:
            case r if r == FOLDER_ROLE:
                return folder
            case Qt.ItemDataRole.DisplayRole:
                return name_of(folder) if folder else self.tr("All folders")
            case r if r == DETAIL_ROLE:
                return self._detail(folder)
            case r if r == SHARE_ROLE:
                return None if folder is None else _share(folder.coverage)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(texts.folder_tip(folder)) if folder else None
            case Qt.ItemDataRole.AccessibleTextRole:
                name = name_of(folder) if folder else self.tr("All folders")
                return f"{name}, {self._detail(folder)}"
        return None

    def _detail(self, folder: Folder | None) -> str:
        if folder is None:
            return formatting.count_of_files(sum(f.coverage.files for f in self._folders))
        if folder.away:
            return self.tr("not there any more") if folder.gone else self.tr("not connected")
        if folder.drives_away:
            files = formatting.count_of_files(folder.coverage.files)
            return self.tr("{files}, a drive is away").format(files=files)
        coverage = folder.coverage
        if coverage.unread:
            return self.tr("{done} of {total} files").format(
                done=formatting.number(coverage.files - coverage.unread),
                total=formatting.number(coverage.files),
            )
        return formatting.count_of_files(coverage.files)


def name_of(folder: Folder) -> str:
    """A folder's own name; the whole path of a root."""
    trimmed = folder.path.rstrip("/\\")
    return trimmed.replace("\\", "/").rpartition("/")[2] or folder.path


def _share(coverage: Coverage) -> float | None:
    return 1 - coverage.unread / coverage.files if coverage.unread else None
