"""A row a folder: how much of it can be found, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from jinasearch.gui import formatting, texts
from jinasearch.gui.elided_label import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.models import Folder

_ROWS = 6
_FOLDER = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FoldersTable(QTreeWidget):
    """Signal: `files_wanted(int)` with a folder's number: its files that were left."""

    files_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Folders"))
        titles = [
            self.tr("Folder"),
            self.tr("Files"),
            self.tr("By words"),
            self.tr("By meaning"),
            self.tr("Passages"),
            self.tr("Failed"),
            self.tr("Left out"),
        ]
        self.setHeaderLabels(titles)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(titles)):
            self.headerItem().setTextAlignment(column, _RIGHT)
        self.itemActivated.connect(
            lambda item, _column: self.files_wanted.emit(item.data(0, _FOLDER))
        )

    def sizeHint(self) -> QSize:
        """A few rows at least; where the screen has no room for more, the page is scrolled."""
        return QSize(super().sizeHint().width(), _ROWS * self.fontMetrics().height())

    def show_folders(self, folders: Sequence[Folder]) -> None:
        """Fill the table, keeping the chosen row."""
        current = self.currentItem()
        chosen = None if current is None else current.data(0, _FOLDER)
        self.clear()
        for folder in folders:
            item = self._row(folder)
            self.addTopLevelItem(item)
            if folder.id == chosen:
                self.setCurrentItem(item)

    def _row(self, folder: Folder) -> QTreeWidgetItem:
        count = folder.coverage
        name = folder.path
        if folder.gone:
            name += "  ·  " + self.tr("not there any more")
        elif folder.away:
            name += "  ·  " + self.tr("not connected")
        elif folder.drives_away:
            places = self.tr(", ", "between paths").join(texts.drives_away(folder))
            name += "  ·  " + self.tr("not connected: {places}").format(places=places)
        item = QTreeWidgetItem(
            [
                name,
                formatting.number(count.files),
                formatting.percent(count.files - count.unread, count.files),
                texts.meaning_share(count),
                formatting.number(count.passages),
                formatting.number(count.failed),
                formatting.number(count.skipped),
            ]
        )
        for column in range(1, self.columnCount()):
            item.setTextAlignment(column, _RIGHT)
        item.setToolTip(0, plain_tip(texts.folder_tip(folder)))
        item.setData(0, _FOLDER, folder.id)
        return item
