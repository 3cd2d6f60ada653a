"""Copies of the library that were put aside: what each is, how old and large, and to delete it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from jinasearch.gui import formatting
from jinasearch.gui.dialog_size import fitting
from jinasearch.gui.elided_label import plain_tip, without_mnemonic
from jinasearch.gui.library import words
from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.kept_copy import KeptCopy


class KeptDialog(QDialog):
    """Signals: `discard_wanted(list of KeptCopy)`, `restore_wanted(KeptCopy)`."""

    discard_wanted = Signal(list)
    restore_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._copies: tuple[KeptCopy, ...] = ()
        self.setWindowTitle(self.tr("Kept copies of the library"))
        self.setAccessibleName(self.windowTitle())
        self.table = QTreeWidget(self)
        self.table.setAccessibleName(self.windowTitle())
        self.table.setHeaderLabels([self.tr("What it is"), self.tr("From"), self.tr("Size")])
        self.table.setRootIsDecorated(False)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._update)
        self.told = QLabel(self)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        action = QDialogButtonBox.ButtonRole.ActionRole
        self.restore = buttons.addButton(self.tr("&Restore…"), action)
        self.restore.clicked.connect(lambda: self.restore_wanted.emit(self.chosen()[0]))
        self.discard = buttons.addButton(self.tr("&Delete…"), action)
        self.discard.clicked.connect(lambda: self.discard_wanted.emit(self.chosen()))
        for button in (self.restore, self.discard):
            button.setAccessibleName(without_mnemonic(button.text()))
            button.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(GAP + 2)
        column.addWidget(self.table, 1)
        column.addWidget(self.told)
        column.addWidget(buttons)
        self.resize(fitting(self, 640, 360))
        self._update()

    def show_copies(self, copies: Sequence[KeptCopy]) -> None:
        """What is kept, the newest first."""
        self._copies = tuple(copies)
        self.table.clear()
        for copy in copies:
            size = formatting.size(copy.bytes)
            item = QTreeWidgetItem([words.kept_why(copy.why), formatting.moment(copy.made), size])
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(0, plain_tip(copy.path))
            self.table.addTopLevelItem(item)
        self.told.setText(
            self.tr("They hold the text of your files. The library in use needs none of them.")
            if copies
            else self.tr("Nothing is kept.")
        )
        self._update()

    def show_error(self, error: JinasearchError) -> None:
        """Why that cannot be done."""
        self.told.setText(words.error(error))

    def chosen(self) -> list[KeptCopy]:
        """The rows that the user has chosen."""
        chosen = (self.table.indexOfTopLevelItem(item) for item in self.table.selectedItems())
        return [self._copies[row] for row in sorted(chosen)]

    def _update(self) -> None:
        chosen = self.chosen()
        self.discard.setEnabled(bool(chosen))
        self.restore.setEnabled(len(chosen) == 1 and words.can_be_restored(chosen[0]))
