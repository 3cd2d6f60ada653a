"""The passage of a result laid out in two lines: measured cheaply, made once, painted often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from jinasearch.gui import snippets

if TYPE_CHECKING:
    from jinasearch.core.models import Mark, PassageHit
    from jinasearch.gui.theme import Theme

LINES = 2
_KEPT = 200
"""Layouts kept: several screens of results."""
_SURELY_ONE_LINE = 0.9
"""Marks are drawn heavier than what was measured."""
_ROOM_FOR_MARKS = (0.97, 0.92, 0.86, 0.8)
"""Shares of the last line for its text, measured as if without marks; the first that fits holds."""
_SURELY_TOO_LONG = 4
"""Times as much as has room: what comes after is neither seen nor measured."""
_SAMPLE = 80
"""Characters by which the width of a text is guessed."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A passage ready to be drawn, and how many lines it takes."""

    layout: QTextLayout
    lines: int


class PassageLayouts:
    """Lays passages out and keeps the last ones."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._laid: dict[tuple[str, tuple[Mark, ...], int, str, str], Laid] = {}

    def lines(self, passage: PassageHit, font: QFont, width: int) -> int:
        """How many lines the passage takes; lays it out only where a measure cannot tell."""
        text, _, room = fitted(passage, font, width)
        # Measuring is most of the work of a new list, and a long text is known by its beginning.
        metrics = QFontMetrics(font)
        advance = metrics.horizontalAdvance(text[:room])
        if advance <= width and room < len(text):
            advance = metrics.horizontalAdvance(text)
        if advance > width:
            return LINES
        if advance < _SURELY_ONE_LINE * width:
            return 1 if text else 0
        return self.laid(passage, font, width).lines

    def laid(self, passage: PassageHit, font: QFont, width: int) -> Laid:
        """The passage laid out at this width."""
        key = (passage.text, passage.marks, width, font.key(), self._theme.colors.mark)
        laid = self._laid.pop(key, None) or self._lay(passage, font, width)
        self._laid[key] = laid
        if len(self._laid) > _KEPT:
            del self._laid[next(iter(self._laid))]
        return laid

    def layout(self, text: str, marks: tuple[Mark, ...], font: QFont) -> QTextLayout:
        """A text with its marks, still to be laid out by `lay_out`."""
        layout = QTextLayout(text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if QGuiApplication.isRightToLeft():  # beside the icon, whatever the text's own direction
            option.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
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

    def _lay(self, passage: PassageHit, font: QFont, width: int) -> Laid:
        text, marks, _ = fitted(passage, font, width)
        layout = self.layout(text, marks, font)
        lines = lay_out(layout, width, LINES)
        if _cut_off(layout, text):
            first = layout
            for room in _ROOM_FOR_MARKS:
                short, kept = _elided(first, text, marks, font, round(width * room))
                layout = self.layout(short, kept, font)
                lay_out(layout, width, LINES)
                if not _cut_off(layout, short):
                    break
        layout.setCacheEnabled(True)
        return Laid(layout, lines)

    def _mark_format(self) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setFontWeight(QFont.Weight.DemiBold)
        form.setBackground(QColor(self._theme.colors.mark))
        form.setForeground(QColor(self._theme.colors.mark_text))
        return form


def fitted(passage: PassageHit, font: QFont, width: int) -> tuple[str, tuple[Mark, ...], int]:
    """The passage on one line of text, begun so that its first mark is in sight and ended where
    nothing is seen any more; and about how many characters have room.
    """
    text, marks = snippets.single_line(passage.text, passage.marks)
    # CJK text has half as many characters to a line, so the text itself is the measure.
    sample = text[:_SAMPLE] or "x"
    wide = max(1.0, QFontMetrics(font).horizontalAdvance(sample) / len(sample))
    room = max(20, int(LINES * width / wide * 0.92))
    text, marks = snippets.window(text, marks, room)
    return *snippets.cut(text, marks, _SURELY_TOO_LONG * room), room


def line_height(font: QFont) -> float:
    """The height of a line of a passage, with some air."""
    return QFontMetrics(font).height() * 1.14


def lay_out(layout: QTextLayout, width: int, lines: int) -> int:
    """Lay out at most so many lines and say how many it took."""
    height = line_height(layout.font()) if lines > 1 else 0.0
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
    tail = QFontMetrics(font).elidedText(text[len(head) :], Qt.TextElideMode.ElideRight, width)
    end = len(head) + max(0, len(tail) - 1)
    kept = tuple(type(m)(m.start, min(m.end, end)) for m in marks if m.start < end)
    return head + tail, kept
