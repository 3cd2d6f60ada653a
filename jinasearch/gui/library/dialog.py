"""The library as a whole: back it up, bring a backup back, look whether it is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from jinasearch.gui import formatting
from jinasearch.gui.dialog_size import fitting, scrolling
from jinasearch.gui.elided_label import without_mnemonic
from jinasearch.gui.library import words
from jinasearch.gui.theme import GAP, scaled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.kept_copy import KeptCopy
    from jinasearch.core.models import Status


class LibraryDialog(QDialog):
    """Signals: `backup_wanted`, `restore_wanted`, `check_wanted`, `repair_wanted`,
    `kept_wanted`."""

    backup_wanted = Signal()
    restore_wanted = Signal()
    check_wanted = Signal()
    repair_wanted = Signal()
    kept_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Library"))
        self.setAccessibleName(self.windowTitle())
        self.place = QLabel(self)
        self.place.setObjectName("quiet")
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.place.setWordWrap(True)
        self.backup = self._button(self.tr("&Back up…"))
        self.backup.clicked.connect(self.backup_wanted)
        self.restore = self._button(self.tr("&Restore…"))
        self.restore.clicked.connect(self.restore_wanted)
        self.check = self._button(self.tr("&Check"))
        self.check.clicked.connect(self.check_wanted)
        self.repair = self._button(self.tr("R&epair"))
        self.repair.clicked.connect(self.repair_wanted)
        self.kept = self._button(self.tr("&Kept copies…"))
        self.kept.clicked.connect(self.kept_wanted)
        self.kept_told = QLabel(self)
        self._keeps = False
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("At work"))
        self.told = QLabel(self)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told.setWordWrap(True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        inside = QWidget(self)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GAP + 4)
        rows.addWidget(self.place)
        rows.addWidget(self._card())
        rows.addWidget(self.bar)
        rows.addWidget(self.told, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(GAP + 4)
        column.addWidget(scrolling(inside), 1)
        column.addWidget(buttons)
        self.set_free(free=True)

    def sizeHint(self) -> QSize:
        """Room for a few lines of findings."""
        return fitting(self, 680, 520)

    def show_status(self, status: Status) -> None:
        """Where the library lies and how large it is."""
        parts = (status.library, formatting.size(status.library_bytes) if status.library else "")
        self.place.setText("  ·  ".join(filter(None, parts)))

    def set_free(self, *, free: bool) -> None:
        """Whether there is an engine with nothing of this in hand."""
        for button in (self.backup, self.restore, self.check, self.repair):
            button.setEnabled(free)
        self.kept.setEnabled(free and self._keeps)

    def show_kept(self, copies: Sequence[KeptCopy]) -> None:
        """What was put aside."""
        self._keeps = bool(copies)
        self.kept_told.setText(words.kept(copies))
        self.kept.setEnabled(self._keeps and self.backup.isEnabled())

    def show_work(self, text: str, percent: int | None = None) -> None:
        """Something is under way, of which so much is done where that is known."""
        self.set_free(free=False)
        self.bar.setRange(0, 0 if percent is None else 100)
        if percent is not None:
            self.bar.setValue(percent)
            text = f"{text}  {formatting.percent(percent, 100)}"  # the bar is too thin for it
        self.bar.setVisible(True)
        self._tell(text)

    def show_result(self, text: str) -> None:
        """What has come of it."""
        self.set_free(free=True)
        self.bar.setVisible(False)
        self._tell(text)

    def showEvent(self, event: object) -> None:  # noqa: ARG002 - Qt's signature
        """At rest when it opens."""
        self.bar.setVisible(not self.backup.isEnabled())

    def _tell(self, text: str) -> None:
        self.told.setText(text)
        self.told.setAccessibleName(text)

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAccessibleName(without_mnemonic(text))
        button.setAutoDefault(False)
        return button

    def _card(self) -> QFrame:
        """What can be done, a row each: its name, what it means, its buttons."""
        rows = (
            (
                self.tr("Backup"),
                self.tr(
                    "A copy of index, folders and settings in one file, while all goes on. It "
                    "holds the text of your files: keep it where others cannot read it."
                ),
                (self.backup,),
            ),
            (
                self.tr("Restore, or move here"),
                self.tr(
                    "Such a file takes the place of this library, on this machine or another. "
                    "The library that is here now is kept beside it."
                ),
                (self.restore,),
            ),
            (
                self.tr("Is it sound?"),
                self.tr(
                    "Looks at database, texts, vectors and graph. Repairing makes anew what is "
                    "wrong and starts the engine again; no file of yours is touched."
                ),
                (self.check, self.repair),
            ),
            (
                self.tr("Kept copies"),
                self.tr(
                    "What was here before a backup was restored or the program was updated, and "
                    "what was damaged. Those from before a restore go only when you delete them."
                ),
                (self.kept,),
            ),
        )
        card = QFrame(self)
        card.setObjectName("card")
        grid = QGridLayout(card)
        grid.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        grid.setHorizontalSpacing(2 * GAP)
        grid.setVerticalSpacing(2 * GAP)
        grid.setColumnStretch(0, 1)
        for number, (title, means, buttons) in enumerate(rows):
            text = QVBoxLayout()
            text.setSpacing(2)
            heading = QLabel(title, card)
            heading.setFont(scaled(heading.font(), 1.0, bold=True))
            meaning = QLabel(means, card)
            meaning.setObjectName("quiet")
            meaning.setWordWrap(True)
            text.addWidget(heading)
            text.addWidget(meaning)
            if self.kept in buttons:
                self.kept_told.setObjectName("quiet")
                self.kept_told.setWordWrap(True)
                text.addWidget(self.kept_told)
            text.addStretch(1)
            grid.addLayout(text, number, 0)
            side = QVBoxLayout()
            side.setSpacing(GAP)
            for button in buttons:
                side.addWidget(button)
            side.addStretch(1)
            grid.addLayout(side, number, 1)
        return card
