"""Shown while something is held over the window: what becomes of it where it falls."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from jinasearch.gui.icons import Icons

_ICON = 40


class Zone(StrEnum):
    """What a place of the window does with what falls there."""

    INDEX = "index"
    LIKE = "like"


class DropOverlay(QWidget):
    """Lies over the results. It takes no drops itself: the window does, and asks `zone_at`."""

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._theme = theme
        self._icons = icons
        self._zones: tuple[Zone, ...] = (Zone.INDEX, Zone.LIKE)
        self._over: Zone | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Drop here"))
        self.hide()

    def show_over(self, covered: QWidget, zones: tuple[Zone, ...]) -> None:
        """Cover a part of the window and offer these zones."""
        self._zones = zones
        self._over = zones[0]
        at = covered.mapTo(self._window, QPoint(0, 0))
        self.setGeometry(at.x(), at.y(), covered.width(), covered.height())
        self.raise_()
        self.show()
        self.update()

    def zone_at(self, position: QPoint) -> Zone:
        """The zone at a place of the window; beside all zones the first."""
        inside = self.mapFrom(self._window, position)
        for zone, box in zip(self._zones, self._boxes(), strict=True):
            if box.contains(inside):
                return zone
        return self._zones[0]

    def move_to(self, position: QPoint) -> None:
        """What is held is there now."""
        over = self.zone_at(position)
        if over is not self._over:
            self._over = over
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the zones."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = self._theme.colors
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.window))
        painter.drawRoundedRect(QRectF(self.rect()), 11, 11)
        for zone, box in zip(self._zones, self._boxes(), strict=True):
            self._draw(painter, zone, box)

    def _draw(self, painter: QPainter, zone: Zone, box: QRectF) -> None:
        colors = self._theme.colors
        chosen = zone is self._over
        pen = QPen(QColor(colors.accent if chosen else colors.line), 2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(colors.selected if chosen else colors.base))
        painter.drawRoundedRect(box, 14, 14)
        color = QColor(colors.accent if chosen else colors.quiet)
        name = "folder-add" if zone is Zone.INDEX else "like"
        pixmap = self._icons.pixmap(name, _ICON, painter.device().devicePixelRatio(), color)
        middle = box.center()
        painter.drawPixmap(round(middle.x() - _ICON / 2), round(middle.y() - _ICON), pixmap)
        painter.setPen(QColor(colors.text))
        painter.setFont(scaled(self.font(), 1.15, bold=chosen))
        text = self.tr("Index it") if zone is Zone.INDEX else self.tr("Find more like it")
        below = QRectF(box.left(), middle.y() + GAP, box.width(), 4 * GAP)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignCenter), text)

    def _boxes(self) -> list[QRectF]:
        room = QRectF(self.rect()).adjusted(2 * GAP, 2 * GAP, -2 * GAP, -2 * GAP)
        count = len(self._zones)
        width = (room.width() - (count - 1) * 2 * GAP) / count
        return [
            QRectF(room.left() + at * (width + 2 * GAP), room.top(), width, room.height())
            for at in range(count)
        ]
