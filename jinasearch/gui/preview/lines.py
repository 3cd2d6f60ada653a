"""A preview's text as lines, each with its style and its stretches, in the units that Qt counts in.

Free of widgets and fonts, so it can be tested.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jinasearch.core.preview import BLOCKS, Preview, Style
from jinasearch.gui import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.core.models import Mark


@dataclass(slots=True)
class Line:
    """One line: its text, the style of the whole, and `(start, length, style)` within it."""

    text: str
    block: Style | None = None
    ranges: list[tuple[int, int, Style]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines, and the marks as `(start, end)` positions in the document that they make."""

    lines: list[Line]
    passage: list[tuple[int, int]]
    words: list[tuple[int, int]]


def lines_of(preview: Preview) -> Lines:
    """The preview's text, taken apart."""
    texts_ = preview.text.split("\n")
    lines = [Line(text) for text in texts_]
    starts = _starts(texts_)
    places = iter(preview.places)
    for span in preview.spans:
        first = bisect_right(starts, span.start) - 1
        if span.style in (Style.PLACE, Style.RULE):
            lines[first].block = span.style
            if span.style is Style.PLACE and (place := next(places, None)) is not None:
                lines[first].text = texts.place(place)
            continue
        for number, start, end in _pieces(starts, texts_, span.start, span.end):
            line = lines[number]
            if span.style in BLOCKS:
                if line.block is None or span.style is Style.QUOTE:
                    line.block = span.style
            else:
                line.ranges.append((_units(line.text, start), _length(line.text, start, end),
                                    span.style))  # fmt: skip
    positions = _positions(lines)
    return Lines(
        lines,
        list(_placed(preview.passage, starts, texts_, positions)),
        list(_placed(preview.words, starts, texts_, positions)),
    )


def _starts(lines: list[str]) -> list[int]:
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    return starts


def _positions(lines: list[Line]) -> list[int]:
    positions, at = [], 0
    for line in lines:
        positions.append(at)
        at += _units(line.text, len(line.text)) + 1
    return positions


def _pieces(
    starts: list[int], lines: list[str], start: int, end: int
) -> Iterator[tuple[int, int, int]]:
    """A stretch of the text by lines: number, and columns from and to."""
    number = max(0, bisect_right(starts, start) - 1)
    while number < len(lines) and starts[number] < end:
        left = max(0, start - starts[number])
        right = min(len(lines[number]), end - starts[number])
        if right > left:
            yield number, left, right
        number += 1


def _placed(
    marks: tuple[Mark, ...], starts: list[int], lines: list[str], positions: list[int]
) -> Iterator[tuple[int, int]]:
    for mark in marks:
        pieces = list(_pieces(starts, lines, mark.start, mark.end))
        if pieces:
            (first, left, _), (last, _, right) = pieces[0], pieces[-1]
            yield (
                positions[first] + _units(lines[first], left),
                positions[last] + _units(lines[last], right),
            )


def _units(text: str, upto: int) -> int:
    """UTF-16 units of the first `upto` characters: those beyond the BMP are two."""
    if text.isascii():
        return upto
    return len(text[:upto].encode("utf-16-le", "surrogatepass")) // 2


def _length(text: str, start: int, end: int) -> int:
    return _units(text, end) - _units(text, start)
