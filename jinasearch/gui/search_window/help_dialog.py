"""What can be typed, and which keys do what: one list, to be read beside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QMainWindow,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from jinasearch.gui.dialog_size import fitting
from jinasearch.gui.elided_label import without_mnemonic
from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from collections.abc import Iterator

translate = QCoreApplication.translate


def show(window: QMainWindow) -> None:
    """Open it beside the window, which can be used meanwhile."""
    there = window.findChild(HelpDialog)
    if there is not None:
        there.raise_()
        there.activateWindow()
        return
    dialog = HelpDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()


class HelpDialog(QDialog):
    """The query language, then the shortcuts of all actions in the window's menus."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Shortcuts and query language"))
        self.setAccessibleName(self.windowTitle())
        self.table = QTreeWidget(self)
        self.table.setAccessibleName(self.windowTitle())
        self.table.setHeaderHidden(True)
        self.table.setColumnCount(2)
        self.table.setRootIsDecorated(False)
        self.table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._add(self.tr("What can be asked"), _language())
        self._add(self.tr("Shortcuts"), _shortcuts(window))
        self.table.expandAll()
        header = self.table.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(GAP)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        self.resize(fitting(self, 680, 620))

    def _add(self, title: str, rows: Iterator[tuple[str, str]]) -> None:
        top = QTreeWidgetItem([title])
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        self.table.addTopLevelItem(top)
        top.setFirstColumnSpanned(True)
        for written, does in rows:
            top.addChild(QTreeWidgetItem([written, does]))


def _language() -> Iterator[tuple[str, str]]:
    yield "letter insurance", translate("HelpDialog", "both words, or what means the same")
    yield '"notice to terminate"', translate("HelpDialog", "these words in a row")
    yield "tea OR coffee", translate("HelpDialog", "either word")
    yield "insur*", translate("HelpDialog", "words that begin so")
    yield (
        "~/Documents/report.pdf",
        translate("HelpDialog", "that file, by its full path or file: address"),
    )
    yield "-milk", translate("HelpDialog", "nothing that holds the word")
    yield "type:pdf  ext:md", translate("HelpDialog", "files of a type or with an extension")
    yield "in:projects", translate("HelpDialog", "below a folder, by its name or path")
    yield (
        "name:budget  title:  author:",
        translate("HelpDialog", "words of the file's name, its title, its author"),
    )
    yield "from:ann  to:bob", translate("HelpDialog", "mails by sender or recipient")
    yield "date:2024-03  date:2023..2024", translate("HelpDialog", "last changed in that time")
    yield (
        "before:2024  after:yesterday",
        translate("HelpDialog", "until it begins; from its beginning on"),
    )
    yield "size:>10mb  size:1k..5k", translate("HelpDialog", "larger, smaller, between")
    yield "lang:de", translate("HelpDialog", "texts in a language, where it can be told")
    yield "like:report.pdf", translate("HelpDialog", "close in meaning to a file")
    yield (
        "sort:name  sort:-date",
        translate("HelpDialog", "by name, date, size or path; with - the other way round"),
    )
    yield "-type:pdf", translate("HelpDialog", "any filter can be excluded")


def _shortcuts(window: QMainWindow) -> Iterator[tuple[str, str]]:
    native = QKeySequence.SequenceFormat.NativeText
    for title in window.menuBar().actions():
        menu = title.menu()
        for action in menu.actions() if isinstance(menu, QMenu) else ():
            keys = [key.toString(native) for key in action.shortcuts()]
            if any(keys):
                yield "  ".join(keys), without_mnemonic(action.text())
