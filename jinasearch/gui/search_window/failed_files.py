"""Files that were not read, by reason, with buttons to try them again and to take the list away."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRunnable, Qt, QThreadPool, Signal, SignalInstance
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from jinasearch.core.models import FileState
from jinasearch.core.tables import write_table
from jinasearch.engine import protocol
from jinasearch.gui import error_words, formatting
from jinasearch.gui.dialog_size import fitting
from jinasearch.gui.elided_label import plain_tip
from jinasearch.gui.file_dialog import FileDialog
from jinasearch.gui.search_window.why_panel import WhyPanel
from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from collections.abc import Sequence

LEFT = (FileState.FAILED, FileState.SKIPPED)
_URI = Qt.ItemDataRole.UserRole


class FailedFiles(QDialog):
    """Files that were not read, and whether any other file is indexed.

    Signals: `list_wanted(FilesRequest)`, to be answered by `show_files`; `retry_wanted(
    RetryRequest)`; `opened(str)` with the URI of a file on double-click or Enter;
    `failed(str)` with what went wrong when the list was written.
    """

    list_wanted = Signal(object)
    retry_wanted = Signal(object)
    opened = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None, folder: int | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self.setWindowTitle(self.tr("Files that were not read"))
        self.setAccessibleName(self.windowTitle())
        self._found = protocol.Files()
        self._counts: tuple[protocol.ReasonCount, ...] = ()
        self._note = QLabel(self.tr("Asking…"), self)
        self._note.setObjectName("quiet")
        self.reasons = QComboBox(self)
        self.reasons.setAccessibleName(self.tr("Reason"))
        self.reasons.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.reasons.addItem(self.tr("All reasons"), "")
        self.reasons.activated.connect(lambda _index: self.ask())
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(self.tr("Part of the name"))
        self.name.setAccessibleName(self.name.placeholderText())
        self.name.setClearButtonEnabled(True)
        self.name.textChanged.connect(self._filter)
        self.table = self._make_table()
        self.why = WhyPanel(self)
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(self.reasons)
        top.addWidget(self.name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(GAP)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self._note)
        column.addWidget(self.why)
        column.addWidget(self._make_buttons())
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter opens the chosen file, and closes nothing
        self.resize(fitting(self, 780, 540))

    def ask(self) -> None:
        """Have the files of the chosen reason listed."""
        reason = self.reasons.currentData()
        request = protocol.FilesRequest(LEFT, self._folder, protocol.MOST_FILES, reason)
        self.list_wanted.emit(request)

    def show_files(self, found: protocol.Files) -> None:
        """Fill the table."""
        self._found = found
        if not self.reasons.currentData():
            self._count(found)
        self.table.clear()
        self.table.addTopLevelItems([_row(entry) for entry in found.files])
        self._filter()

    def _count(self, found: protocol.Files) -> None:
        self.reasons.clear()
        every = self.tr("All reasons ({count})").format(count=formatting.number(found.total))
        self.reasons.addItem(every, "")
        for count in found.reasons:
            told = f"{error_words.reason(count.reason)} ({formatting.number(count.files)})"
            self.reasons.addItem(told, count.reason)

    def _filter(self) -> None:
        part = self.name.text().casefold()
        shown = 0
        for item in self._items():
            fits = part in item.text(0).casefold()
            item.setHidden(not fits)
            shown += fits
        text = formatting.count_of_files(self._found.total)
        if shown < self._found.total:
            text += " · " + self.tr("{count} are shown").format(count=formatting.number(shown))
        self._note.setText(text)

    def _items(self) -> list[QTreeWidgetItem]:
        found = map(self.table.topLevelItem, range(self.table.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _retry(self) -> None:
        """Those that are selected; if none are, all that are shown."""
        items = self.table.selectedItems()
        if not items and self.name.text():
            items = [item for item in self._items() if not item.isHidden()]
        chosen = [item.data(0, _URI) for item in items]
        reason = "" if chosen else self.reasons.currentData()
        if not chosen and self.name.text():
            return
        self.retry_wanted.emit(protocol.RetryRequest(reason, tuple(dict.fromkeys(chosen))))

    def _export(self) -> None:
        dialog = FileDialog(self, self.tr("Save list"))
        dialog.ask_where_to_save("csv")
        dialog.setNameFilters([self.tr("Table (*.csv)"), "JSON (*.json)"])
        dialog.chosen.connect(lambda urls: self.save(urls[0].toLocalFile()))
        dialog.open()

    def save(self, path: str) -> None:
        """Write what is listed to a file, beside the window's thread."""
        rows = [
            (
                entry.path,
                entry.state.value,
                entry.reason,
                error_words.reason(entry.reason),
                entry.title,
            )
            for entry in self._found.files
        ]
        QThreadPool.globalInstance().start(_Writing(Path(path), rows, self.failed))

    def _make_table(self) -> QTreeWidget:
        table = QTreeWidget(self)
        table.setAccessibleName(self.windowTitle())
        table.setHeaderLabels([self.tr("File"), self.tr("Reason")])
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        table.itemActivated.connect(lambda item: self.opened.emit(item.data(0, _URI)))
        return table

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        for text, does in (
            (self.tr("Try again"), self._retry),
            (self.tr("Save list…"), self._export),
        ):
            button = buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
            button.setAccessibleName(text)
            button.setAutoDefault(False)
            button.clicked.connect(does)
        buttons.rejected.connect(self.reject)
        return buttons


class _Writing(QRunnable):
    def __init__(self, path: Path, rows: Sequence[Sequence[str]], failed: SignalInstance) -> None:
        super().__init__()
        self._path = path
        self._rows = rows
        self._failed = failed

    def run(self) -> None:
        try:
            write_table(self._path, ("path", "state", "reason", "in words", "title"), self._rows)
        except OSError as error:
            with contextlib.suppress(RuntimeError):  # the dialog was closed meanwhile
                self._failed.emit(error.strerror or str(error))


def _row(entry: protocol.FileEntry) -> QTreeWidgetItem:
    item = QTreeWidgetItem([entry.path, error_words.reason(entry.reason)])
    item.setToolTip(0, plain_tip(entry.path))
    item.setToolTip(1, plain_tip(entry.title or entry.reason))
    item.setData(0, _URI, entry.uri)
    return item
