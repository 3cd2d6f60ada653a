"""Asks for a first and a last day between which files were changed; either may be left open."""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QVBoxLayout,
    QWidget,
)

from jinasearch.core.questions import YEARS
from jinasearch.gui.theme import GAP

_DOTS = ".."
_FORMAT = "yyyy-MM-dd"


class DateRangeDialog(QDialog):
    """Signal: `chosen(str)`, the range as it is typed behind `date:`, such as
    `2024-01-01..2024-03-31` or `..2024-03-31`. `range_` is the one it begins with, if it is one.
    """

    chosen = Signal(str)

    def __init__(self, range_: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Changed between"))
        self.setAccessibleName(self.windowTitle())
        today = QDate.currentDate()
        given = [QDate.fromString(day, Qt.DateFormat.ISODate) for day in range_.split(_DOTS)]
        first, last = given if len(given) == 2 and any(map(_is_valid, given)) else (today, today)
        fallback = first if _is_valid(first) else last
        grid = QGridLayout()
        grid.setSpacing(GAP)
        self.ends = tuple(
            self._end(grid, row, label, day, fallback)
            for row, (label, day) in enumerate(
                ((self.tr("&From"), first), (self.tr("&Until, that day too"), last))
            )
        )
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.chosen.emit(self.range))
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GAP, 2 * GAP, 2 * GAP, 2 * GAP)
        column.setSpacing(2 * GAP)
        column.addLayout(grid)
        column.addWidget(self._buttons)
        self._update()

    @property
    def range(self) -> str:
        """What is chosen now."""
        return _DOTS.join(
            day.date().toString(Qt.DateFormat.ISODate) if wanted.isChecked() else ""
            for wanted, day in self.ends
        )

    def _end(
        self, grid: QGridLayout, row: int, label: str, day: QDate, fallback: QDate
    ) -> tuple[QCheckBox, QDateEdit]:
        wanted = QCheckBox(label, self)
        wanted.setChecked(_is_valid(day))
        edit = QDateEdit(day if _is_valid(day) else fallback, self)
        edit.setDateRange(QDate(YEARS[0], 1, 1), QDate(YEARS[-1], 12, 31))
        edit.setCalendarPopup(True)
        edit.setDisplayFormat(_FORMAT)
        edit.setAccessibleName(label.replace("&", ""))
        wanted.toggled.connect(self._update)
        grid.addWidget(wanted, row, 0)
        grid.addWidget(edit, row, 1)
        return wanted, edit

    def _update(self) -> None:
        for wanted, day in self.ends:
            day.setEnabled(wanted.isChecked())
        some = any(wanted.isChecked() for wanted, _ in self.ends)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(some)


def _is_valid(day: QDate) -> bool:
    return bool(day.isValid())
