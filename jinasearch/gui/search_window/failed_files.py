"""Files that could not be read, each with its reason, and a button to try them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from jinasearch.gui import texts
from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from jinasearch.engine.protocol import FileEntry, Files


class FailedFiles(QDialog):
    """Signals: `retry_wanted`, `opened(str)` with the URI of a file on double-click."""

    retry_wanted = Signal()
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Files that could not be read"))
        self.setAccessibleName(self.windowTitle())
        self._note = QLabel(self.tr("Asking…"), self)
        self._note.setObjectName("quiet")
        self.table = QTreeWidget(self)
        self.table.setAccessibleName(self.windowTitle())
        self.table.setHeaderLabels([self.tr("File"), self.tr("Reason")])
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.table.itemDoubleClicked.connect(self._on_open)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        retry = buttons.addButton(self.tr("Try again"), QDialogButtonBox.ButtonRole.ActionRole)
        retry.clicked.connect(self.retry_wanted)
        retry.clicked.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(GAP)
        column.addWidget(self._note)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        self.resize(720, 420)

    def show_files(self, files: Files) -> None:
        """Fill the table."""
        self.table.clear()
        self.table.addTopLevelItems([_row(entry) for entry in files.files])
        text = texts.count_of_files(files.total)
        if files.total > len(files.files):
            text += " · " + self.tr("the first {count} are shown").format(
                count=texts.number(len(files.files))
            )
        self._note.setText(text)

    def _on_open(self, item: QTreeWidgetItem) -> None:
        self.opened.emit(item.data(0, Qt.ItemDataRole.UserRole))


def _row(entry: FileEntry) -> QTreeWidgetItem:
    item = QTreeWidgetItem([entry.path, texts.reason(entry.reason)])
    item.setToolTip(0, entry.path)
    item.setToolTip(1, entry.title or entry.reason)
    item.setData(0, Qt.ItemDataRole.UserRole, entry.uri)
    return item
