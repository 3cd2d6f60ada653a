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
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from jinasearch.gui import snippets, texts
from jinasearch.gui.icons import Icons, kind_icon
from jinasearch.gui.results_model import HIT_ROLE
from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from jinasearch.core.models import Hit, Mark

_ICON = 32
_PAD_X = 2 * GAP
_PAD_Y = GAP + 3
_LINE_GAP = 4
_LINES = 2


class ResultsDelegate(QStyledItemDelegate):
    """A row is as tall as what it says: one line of name, up to two of passage, one of place."""

    def __init__(self, theme: Theme, icons: Icons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._heights: dict[tuple[str, int, str], int] = {}

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
        self._background(painter, option)
        rect = option.rect.adjusted(_PAD_X, _PAD_Y, -_PAD_X, -_PAD_Y)
        ratio = painter.device().devicePixelRatio()
        icon = self._icons.kind(kind_icon(hit.kind), _ICON, ratio)
        painter.drawPixmap(rect.left(), rect.top() + 1, icon)
        rect.setLeft(rect.left() + _ICON + _PAD_X - 2)
        y = self._name_line(painter, option.font, rect, hit)
        y = self._snippet(painter, option.font, rect, y, hit)
        self._place_line(painter, option.font, rect, y, hit)
        painter.restore()

    def _background(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
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
            painter.drawRoundedRect(bar, 1.5, 1.5)

    def _name_line(self, painter: QPainter, font: QFont, rect: QRect, hit: Hit) -> int:
        colors = self._theme.colors
        small = scaled(font, 0.9)
        date = texts.date(hit.mtime)
        date_width = QFontMetrics(small).horizontalAdvance(date)
        name_font = scaled(font, 1.06, bold=True)
        metrics = QFontMetrics(name_font)
        line = QRect(rect.left(), rect.top(), rect.width(), metrics.height())
        painter.setFont(small)
        painter.setPen(QColor(colors.faint))
        painter.drawText(
            line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), date
        )
        room = line.width() - date_width - _PAD_X
        name = metrics.elidedText(hit.name, Qt.TextElideMode.ElideMiddle, room)
        marks = hit.name_marks if name == hit.name else ()
        painter.setPen(QColor(colors.text))
        layout = self._layout(name, marks, name_font)
        _lay_out(layout, room, 1)
        layout.draw(painter, QPointF(line.topLeft()))
        title = " ".join(hit.title.split())
        used = metrics.horizontalAdvance(name) + _PAD_X
        if title and title != hit.name and room - used > 60:
            painter.setFont(font)
            painter.setPen(QColor(colors.quiet))
            beside = QRect(line.left() + used, line.top(), room - used, line.height())
            shown = QFontMetrics(font).elidedText(
                title, Qt.TextElideMode.ElideRight, beside.width()
            )
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(beside, int(flags), shown)
        return line.bottom() + 1 + _LINE_GAP

    def _snippet(self, painter: QPainter, font: QFont, rect: QRect, y: int, hit: Hit) -> int:
        if not hit.passages:
            return y
        text, marks = fitted(hit, font, rect.width())
        layout = self._layout(text, marks, font)
        lines = _lay_out(layout, rect.width(), _LINES)
        color = QColor(self._theme.colors.text)
        color.setAlphaF(0.86)
        painter.setPen(color)
        if _cut_off(layout, text):
            text, marks = _elided(layout, text, marks, font, rect.width())
            layout = self._layout(text, marks, font)
            _lay_out(layout, rect.width(), _LINES)
        layout.draw(painter, QPointF(rect.left(), y))
        return y + round(lines * _line_height(font)) + _LINE_GAP

    def _place_line(self, painter: QPainter, font: QFont, rect: QRect, y: int, hit: Hit) -> None:
        colors = self._theme.colors
        small = scaled(font, 0.9)
        metrics = QFontMetrics(small)
        line = QRect(rect.left(), y, rect.width(), metrics.height())
        painter.setFont(small)
        at = texts.place(hit.passages[0].place) if hit.passages else ""
        heading = " ".join(hit.passages[0].heading.split()) if hit.passages else ""
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        left = line.left()
        if at:
            painter.setPen(QColor(colors.accent))
            painter.drawText(QRect(left, y, line.width(), line.height()), flags, at)
            left += metrics.horizontalAdvance(at) + _PAD_X
        reason = self._reason(hit)
        painter.setPen(QColor(colors.faint))
        reason_width = metrics.horizontalAdvance(reason)
        painter.drawText(
            line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), reason
        )
        room = line.right() - reason_width - _PAD_X - left
        painter.setPen(QColor(colors.quiet))
        folder = metrics.elidedText(hit.folder, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRect(left, y, room, line.height()), flags, folder)
        left += metrics.horizontalAdvance(folder) + _PAD_X
        room = line.right() - reason_width - _PAD_X - left
        if heading and room > 80:
            painter.setPen(QColor(colors.faint))
            shown = metrics.elidedText(heading, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(left, y, room, line.height()), flags, shown)

    @staticmethod
    def _reason(hit: Hit) -> str:
        if hit.by_keywords and hit.by_meaning:
            return texts.translate("delegate", "words and meaning")
        if hit.by_meaning:
            return texts.translate("delegate", "meaning")
        return texts.translate("delegate", "words")

    def _layout(self, text: str, marks: tuple[Mark, ...], font: QFont) -> QTextLayout:
        layout = QTextLayout(text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        ranges = []
        for mark in snippets.utf16(text, marks):
            found = QTextLayout.FormatRange()
            found.start = mark.start
            found.length = mark.end - mark.start
            found.format = self._mark_format()
            ranges.append(found)
        layout.setFormats(ranges)
        return layout

    def _mark_format(self) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setFontWeight(QFont.Weight.DemiBold)
        form.setBackground(QColor(self._theme.colors.mark))
        form.setForeground(QColor(self._theme.colors.mark_text))
        return form

    def _height(self, font: QFont, hit: Hit, width: int) -> int:
        height = 2 * _PAD_Y + QFontMetrics(scaled(font, 1.06, bold=True)).height()
        height += _LINE_GAP + QFontMetrics(scaled(font, 0.9)).height()
        if hit.passages:
            room = width - 2 * _PAD_X - _ICON - _PAD_X + 2
            text, marks = fitted(hit, font, room)
            lines = _lay_out(self._layout(text, marks, font), room, _LINES)
            height += round(lines * _line_height(font)) + _LINE_GAP
        return height


def fitted(hit: Hit, font: QFont, width: int) -> tuple[str, tuple[Mark, ...]]:
    """The best passage on one line of text, begun so that its first mark is in sight."""
    best = hit.passages[0]
    text, marks = snippets.single_line(best.text, best.marks)
    metrics = QFontMetrics(font)
    # CJK text has half as many characters to a line, so the text itself is the measure.
    sample = text[:200] or "x"
    wide = max(1.0, metrics.horizontalAdvance(sample) / len(sample))
    budget = max(20, int(_LINES * width / wide * 0.92))
    return snippets.window(text, marks, budget)


def _width_of(option: QStyleOptionViewItem) -> int:
    view = option.widget
    return view.viewport().width() if isinstance(view, QListView) else option.rect.width()


def _line_height(font: QFont) -> float:
    return QFontMetrics(font).height() * 1.14


def _lay_out(layout: QTextLayout, width: int, lines: int) -> int:
    """Lay out at most so many lines and say how many it took."""
    height = _line_height(layout.font()) if lines > 1 else 0.0
    layout.beginLayout()
    taken = 0
    while taken < lines:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, taken * height))
        taken += 1
    layout.endLayout()
    return taken


def _cut_off(layout: QTextLayout, text: str) -> bool:
    last = layout.lineAt(layout.lineCount() - 1)
    return last.textStart() + last.textLength() < len(text.encode("utf-16-le", "replace")) // 2


def _elided(
    layout: QTextLayout, text: str, marks: tuple[Mark, ...], font: QFont, width: int
) -> tuple[str, tuple[Mark, ...]]:
    """The text with its last line ended by an ellipsis; marks beyond are gone."""
    last = layout.lineAt(layout.lineCount() - 1)
    head = text.encode("utf-16-le", "replace")[: last.textStart() * 2].decode("utf-16-le", "ignore")
    # Marks are drawn heavier than the font, so a little room is left for them.
    tail = QFontMetrics(font).elidedText(
        text[len(head) :], Qt.TextElideMode.ElideRight, round(width * 0.97)
    )
    end = len(head) + max(0, len(tail) - 1)
    kept = tuple(type(m)(m.start, min(m.end, end)) for m in marks if m.start < end)
    return head + tail, kept
