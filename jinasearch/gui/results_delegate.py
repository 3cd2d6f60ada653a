"""Paints one result: icon, name, date, the passage that answers, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from jinasearch.gui import formatting, texts
from jinasearch.gui.icons import Icons, kind_icon
from jinasearch.gui.mirror import Mirror, isolated
from jinasearch.gui.passage_layout import PassageLayouts, lay_out, line_height
from jinasearch.gui.results_model import HIT_ROLE
from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from jinasearch.core.models import Hit

_ICON = 32
_FADED = 0.45
_PAD_X = 2 * GAP
_PAD_Y = GAP + 3
_LINE_GAP = 4
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class ResultsDelegate(QStyledItemDelegate):
    """A row is as tall as what it says: one line of name, up to two of passage, one of place.

    `sizes`: whether it tells how large the file is. `faded`: whether it is an old answer.
    """

    def __init__(self, theme: Theme, icons: Icons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sizes = False
        self.faded = False
        self._theme = theme
        self._icons = icons
        self._layouts = PassageLayouts(theme)
        self._heights: dict[tuple[str, int, str], int] = {}
        self._fixed: dict[str, int] = {}

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The row's height at the view's present width."""
        hit: Hit = index.data(HIT_ROLE)
        width = _width_of(option)
        passage = hit.passages[0].text if hit.passages else ""
        key = (passage, width, option.font.key())
        height = self._heights.get(key)
        if height is None:
            if len(self._heights) > 2000:
                self._heights.clear()
            height = self._height(option.font, hit, width)
            self._heights[key] = height
        return QSize(200, height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the row."""
        hit: Hit = index.data(HIT_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.faded:
            painter.setOpacity(_FADED)
        mirror = Mirror(option)
        self._background(painter, option, mirror)
        rect = option.rect.adjusted(_PAD_X, _PAD_Y, -_PAD_X, -_PAD_Y)
        ratio = painter.device().devicePixelRatio()
        icon = self._icons.kind(kind_icon(hit.kind), _ICON, ratio)
        painter.drawPixmap(mirror.corner(rect.left(), rect.top() + 1, _ICON), icon)
        rect.setLeft(rect.left() + _ICON + _PAD_X - 2)
        y = self._name_line(painter, option.font, rect, hit, mirror)
        y = self._snippet(painter, option.font, rect, y, hit, mirror)
        self._place_line(painter, option.font, rect, y, hit, mirror)
        painter.restore()

    def _background(self, painter: QPainter, option: QStyleOptionViewItem, mirror: Mirror) -> None:
        colors = self._theme.colors
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if not (selected or hovered):
            return
        back = QRectF(option.rect).adjusted(3, 1.5, -3, -1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.selected if selected else colors.hover))
        painter.drawRoundedRect(back, 8, 8)
        if selected:
            painter.setBrush(QColor(colors.accent))
            bar = QRectF(back.left(), back.top() + 8, 3, back.height() - 16)
            painter.drawRoundedRect(mirror.edge(bar), 1.5, 1.5)

    def _name_line(
        self, painter: QPainter, font: QFont, rect: QRect, hit: Hit, mirror: Mirror
    ) -> int:
        colors = self._theme.colors
        small = scaled(font, 0.9)
        date = formatting.date(hit.mtime)
        if self.sizes:
            date = f"{formatting.size(hit.size)}   {date}"
        date_width = QFontMetrics(small).horizontalAdvance(date)
        name_font = scaled(font, 1.06, bold=True)
        metrics = QFontMetrics(name_font)
        line = QRect(rect.left(), rect.top(), rect.width(), metrics.height())
        painter.setFont(small)
        painter.setPen(QColor(colors.faint))
        painter.drawText(mirror.box(line), _RIGHT, date)
        room = line.width() - date_width - _PAD_X
        whole = formatting.one_line(hit.name)
        name = metrics.elidedText(whole, Qt.TextElideMode.ElideMiddle, room)
        marks = hit.name_marks if name == whole else ()
        painter.setPen(QColor(colors.text))
        layout = self._layouts.layout(name, marks, name_font)
        lay_out(layout, room, 1)
        layout.draw(painter, QPointF(mirror.corner(line.left(), line.top(), room)))
        title = " ".join(hit.title.split())
        used = metrics.horizontalAdvance(name) + _PAD_X
        if title and title != hit.name and room - used > 60:
            painter.setFont(font)
            painter.setPen(QColor(colors.quiet))
            beside = QRect(line.left() + used, line.top(), room - used, line.height())
            shown = QFontMetrics(font).elidedText(
                title, Qt.TextElideMode.ElideRight, beside.width()
            )
            painter.drawText(mirror.box(beside), _LEFT, shown)
        return line.bottom() + 1 + _LINE_GAP

    def _snippet(
        self, painter: QPainter, font: QFont, rect: QRect, y: int, hit: Hit, mirror: Mirror
    ) -> int:
        if not hit.passages:
            return y
        laid = self._layouts.laid(hit.passages[0], font, rect.width())
        color = QColor(self._theme.colors.text)
        color.setAlphaF(0.86)
        painter.setPen(color)
        laid.layout.draw(painter, QPointF(mirror.corner(rect.left(), y, rect.width())))
        return y + round(laid.lines * line_height(font)) + _LINE_GAP

    def _place_line(
        self, painter: QPainter, font: QFont, rect: QRect, y: int, hit: Hit, mirror: Mirror
    ) -> None:
        colors = self._theme.colors
        small = scaled(font, 0.9)
        metrics = QFontMetrics(small)
        line = QRect(rect.left(), y, rect.width(), metrics.height())
        painter.setFont(small)
        if hit.away:
            away = texts.translate("delegate", "drive not connected")
            painter.setPen(QColor(colors.warn))
            painter.drawText(mirror.box(line), _RIGHT, away)
            line.setRight(line.right() - metrics.horizontalAdvance(away) - _PAD_X)
        at = texts.places([passage.place for passage in hit.passages])
        best = hit.passages[0] if hit.passages else None
        heading = "" if best is None else texts.heading(best.heading, best.place)
        left = line.left()
        if at:
            painter.setPen(QColor(colors.accent))
            # A path inside an archive can be long, and must leave room for the file's own folder.
            at = metrics.elidedText(at, Qt.TextElideMode.ElideMiddle, line.width() // 2)
            width = metrics.horizontalAdvance(at)
            painter.drawText(mirror.box(QRect(left, y, width, line.height())), _LEFT, at)
            left += width + _PAD_X
        reason = self._reason(hit)
        painter.setPen(QColor(colors.faint))
        reason_width = metrics.horizontalAdvance(reason)
        painter.drawText(mirror.box(line), _RIGHT, reason)
        room = line.right() - reason_width - _PAD_X - left
        painter.setPen(QColor(colors.quiet))
        whole = formatting.one_line(hit.folder)
        folder = metrics.elidedText(whole, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(mirror.box(QRect(left, y, room, line.height())), _LEFT, isolated(folder))
        left += metrics.horizontalAdvance(folder) + _PAD_X
        room = line.right() - reason_width - _PAD_X - left
        if heading and room > 80:
            painter.setPen(QColor(colors.faint))
            shown = metrics.elidedText(heading, Qt.TextElideMode.ElideRight, room)
            painter.drawText(mirror.box(QRect(left, y, room, line.height())), _LEFT, shown)

    @classmethod
    def _reason(cls, hit: Hit) -> str:
        """Why it answers, and how many files stand behind it."""
        parts = (texts.folded(hit.folded), cls._found_by(hit))
        return "   ".join(part for part in parts if part)

    @staticmethod
    def _found_by(hit: Hit) -> str:
        if hit.exact:
            return texts.translate("delegate", "exactly as typed")
        if hit.by_keywords and hit.by_meaning:
            return texts.translate("delegate", "words and meaning")
        if hit.by_meaning:
            return texts.translate("delegate", "meaning")
        return texts.translate("delegate", "words") if hit.by_keywords else ""

    def _height(self, font: QFont, hit: Hit, width: int) -> int:
        height = self._fixed.get(font.key())
        if height is None:
            height = 2 * _PAD_Y + QFontMetrics(scaled(font, 1.06, bold=True)).height()
            height += _LINE_GAP + QFontMetrics(scaled(font, 0.9)).height()
            self._fixed[font.key()] = height
        if hit.passages:
            room = width - 2 * _PAD_X - _ICON - _PAD_X + 2
            lines = self._layouts.lines(hit.passages[0], font, room)
            height += round(lines * line_height(font)) + _LINE_GAP
        return height


def _width_of(option: QStyleOptionViewItem) -> int:
    view = option.widget
    return view.viewport().width() if isinstance(view, QListView) else option.rect.width()
