"""The work of the last hour as thin bars: files read above, what they mean below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jinasearch.gui import formatting
from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.models import Minute

MINUTES = 60
_HEIGHT = 118


class Chart(QWidget):
    """A bar a minute; each half has a scale of its own, as files and passages differ in size."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._files = [0] * MINUTES
        self._vectors = [0] * MINUTES
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Work of the last hour"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Low and wide."""
        return QSize(400, _HEIGHT)

    def show_minutes(self, minutes: Sequence[Minute], now: float) -> None:
        """Show the last hour before `now`, in seconds since the epoch."""
        self._files, self._vectors = [0] * MINUTES, [0] * MINUTES
        last = int(now // 60)
        for minute in minutes:
            at = MINUTES - 1 - (last - minute.start // 60)
            if 0 <= at < MINUTES:
                self._files[at] += minute.files
                self._vectors[at] += minute.vectors
        told = self.tr("{files} read, {passages} learned in the last hour").format(
            files=formatting.count_of_files(sum(self._files)),
            passages=formatting.count_of_passages(sum(self._vectors)),
        )
        self.setAccessibleDescription(told)
        self.setToolTip(told)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both halves."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(scaled(self.font(), 0.85))
        colors = self._theme.colors
        line = 1.4 * painter.fontMetrics().height()  # Chinese signs reach lower
        half = (self.height() - GAP - line) / 2
        upper = QRectF(0, 0, self.width(), half)
        lower = QRectF(0, half + GAP, self.width(), half)
        self._half(painter, upper, self.tr("Words"), self._files, QColor(colors.accent))
        meaning = QColor(colors.of_kind("document"))
        self._half(painter, lower, self.tr("Meaning"), self._vectors, meaning)
        below = QRectF(0, self.height() - line, self.width(), line)
        below.setLeft(self._beside_names(painter))
        painter.setPen(QColor(colors.quiet))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self.tr("an hour ago"))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self.tr("now"))

    def _beside_names(self, painter: QPainter) -> float:
        """Where bars begin."""
        metrics = painter.fontMetrics()
        names = (self.tr("Words"), self.tr("Meaning"))
        return max(map(metrics.horizontalAdvance, names)) + 2.0 * GAP

    def _half(
        self, painter: QPainter, box: QRectF, name: str, values: Sequence[int], color: QColor
    ) -> None:
        colors = self._theme.colors
        left = self._beside_names(painter)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(QColor(colors.quiet))
        painter.drawText(QRectF(box.left(), box.top(), left, box.height()), flags, name)
        bars = QRectF(box.left() + left, box.top(), box.width() - left, box.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.line))
        painter.drawRect(QRectF(bars.left(), bars.bottom() - 1, bars.width(), 1))
        step = bars.width() / MINUTES
        most = max(values)
        painter.setBrush(color)
        for at, value in enumerate(values):
            if value:
                height = max(2.0, (bars.height() - 2) * value / most)
                bar = QRectF(bars.left() + at * step + 0.5, 0, max(1.0, step - 1.5), height)
                bar.moveBottom(bars.bottom() - 1)
                painter.drawRoundedRect(bar, 1, 1)
