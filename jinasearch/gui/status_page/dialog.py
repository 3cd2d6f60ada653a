"""The page itself: a summary, a row for each folder, whether a file is indexed, what went wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from jinasearch.core.models import Status
from jinasearch.gui.dialog_size import fitting, scrolling
from jinasearch.gui.search_window.why_panel import WhyPanel
from jinasearch.gui.status_page.folders_table import FoldersTable
from jinasearch.gui.status_page.summary import Summary
from jinasearch.gui.theme import GAP, Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

    from jinasearch.core.models import Folder, Minute

_HISTORY_MS = 5000


class StatusPage(QDialog):
    """A file or folder that is dropped anywhere on it is asked about in `why`.

    Signals: `history_wanted` while it is open, `files_wanted(int)` with a folder's number or 0 for
    all, `models_wanted`.
    """

    history_wanted = Signal()
    files_wanted = Signal(int)
    models_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Status"))
        self.setAccessibleName(self.windowTitle())
        self.summary = Summary(theme, self)
        self.folders = FoldersTable(self)
        self.folders.files_wanted.connect(self.files_wanted)
        self.why = WhyPanel(self)
        self.setAcceptDrops(True)
        hint = QLabel(self.tr("Enter on a folder lists its files that were left."), self)
        hint.setObjectName("faint")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        left = buttons.addButton(self.tr("Files left…"), QDialogButtonBox.ButtonRole.ActionRole)
        left.clicked.connect(lambda: self.files_wanted.emit(0))
        models = buttons.addButton(self.tr("Models…"), QDialogButtonBox.ButtonRole.ActionRole)
        models.clicked.connect(self.models_wanted)
        for button in buttons.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter is the table's
        foot = QHBoxLayout()
        foot.addWidget(hint, 1)
        foot.addWidget(buttons)
        inside = QWidget(self)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GAP + 4)
        rows.addWidget(self.summary)
        rows.addWidget(self.folders, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(GAP + 4)
        column.addWidget(scrolling(inside), 1)
        column.addWidget(self.why)  # its answer is in sight wherever the page is scrolled to
        column.addLayout(foot)
        self._ask = QTimer(self)
        self._ask.setInterval(_HISTORY_MS)
        self._ask.timeout.connect(self.history_wanted)
        self._ask.start()
        self.show_status(Status())
        self.resize(fitting(self, 860, 760))  # room for a handful of folders

    def show_status(self, status: Status) -> None:
        """What the engine does now."""
        self.summary.show_status(status)

    def show_folders(self, folders: Sequence[Folder]) -> None:
        """What each folder has."""
        self.folders.show_folders(folders)

    def show_minutes(self, minutes: Sequence[Minute]) -> None:
        """What was done when."""
        self.summary.chart.show_minutes(minutes, time.time())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt's: files and folders can be dropped anywhere on the page."""
        self.why.dragEnterEvent(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Qt's: the drag went away."""
        self.why.dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt's: ask about what was dropped."""
        self.why.dropEvent(event)
