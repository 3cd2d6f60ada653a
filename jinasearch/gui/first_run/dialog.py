"""Three steps, each with a way back; what is chosen in one is used when the next comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from jinasearch.gui.dialog_size import fitting, scrolling
from jinasearch.gui.first_run.folders_page import FoldersPage
from jinasearch.gui.first_run.model_page import ModelPage
from jinasearch.gui.first_run.pace_page import PacePage
from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from jinasearch.gui.first_run.page import Page


class FirstRun(QDialog):
    """Signal: `done_with(Page)` for each page that the user has left by "Next" or "Start"."""

    done_with = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("First steps"))
        self.setAccessibleName(self.windowTitle())
        self.folders = FoldersPage(self)
        self.model = ModelPage(self)
        self.pace = PacePage(self)
        self._stack = QStackedWidget(self)
        self._stack.setObjectName("card")
        self.pages: tuple[Page, ...] = (self.folders, self.model, self.pace)
        for page in self.pages:
            self._stack.addWidget(scrolling(page))
        self.folders.changed.connect(lambda: self.model.set_files(self.folders.files()))
        self.step = QLabel(self)
        self.step.setObjectName("faint")
        self.skip = QPushButton(self.tr("Later"), self)
        self.skip.setObjectName("link")
        self.skip.clicked.connect(self.reject)
        self.back = QPushButton(self.tr("Back"), self)
        self.back.clicked.connect(lambda: self._go(self._stack.currentIndex() - 1))
        self.next = QPushButton(self)
        self.next.setObjectName("primary")
        self.next.setDefault(True)
        self.next.clicked.connect(self._on_next)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(self.step)
        foot.addStretch(1)
        foot.addWidget(self.skip)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(2 * GAP)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)
        self.resize(
            fitting(self, 680, 520)
        )  # not by its hint: Qt takes the least height for wrapped lines
        self._go(0)

    def _on_next(self) -> None:
        at = self._stack.currentIndex()
        self.done_with.emit(self.pages[at])
        if at == len(self.pages) - 1:
            self.accept()
        else:
            self._go(at + 1)

    def _go(self, at: int) -> None:
        self._stack.setCurrentIndex(at)
        last = at == len(self.pages) - 1
        self.step.setText(
            self.tr("Step {number} of {count}").format(number=at + 1, count=len(self.pages))
        )
        self.back.setVisible(at > 0)
        self.next.setText(self.tr("Start") if last else self.tr("Next"))
        self.next.setAccessibleName(self.next.text())
        self.next.setFocus(Qt.FocusReason.OtherFocusReason)
