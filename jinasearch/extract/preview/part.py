"""The part of a long text that is shown: around the passage, with lines of bearable length."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jinasearch.core.models import Mark
from jinasearch.core.preview import Form, Preview, Span

BEFORE = 10_000
AFTER = 26_000
"""Characters shown before and behind the beginning of the passage."""
_LONGEST_LINE = 2_000


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch `[start, end)` of a text."""

    start: int
    end: int


def around(text: str, at: int, lines_before: int = 150, lines_after: int = 450) -> Cut:
    """The stretch of `text` to show around the offset `at`, of whole lines where they are short."""
    start = _back(text, at, lines_before)
    end = _on(text, at, lines_after)
    return Cut(start, end)


def shown(
    form: Form,
    text: str,
    spans: list[Span],
    passage: tuple[Mark, ...],
    words: tuple[Mark, ...],
) -> Preview:
    """A preview of `text`, which is short enough to be shown, its endless lines broken."""
    breaks = _breaks(text)
    if breaks:
        pieces = [text[a:b] for a, b in zip([0, *breaks], [*breaks, len(text)], strict=True)]
        text = "\n".join(pieces)
        spans = [
            Span(_moved(span.start, breaks), _moved(span.end, breaks, end=True), span.style)
            for span in spans
        ]
        passage = tuple(_moved_mark(mark, breaks) for mark in passage)
        words = tuple(_moved_mark(mark, breaks) for mark in words)
    return Preview(form, text=text, spans=tuple(spans), passage=passage, words=words)


def narrowed(preview: Preview) -> Preview:
    """The part of a whole text's preview around its passage. Lines stay whole."""
    at = preview.passage[0].start if preview.passage else 0
    cut = around(preview.text, at)
    if cut.start == 0 and cut.end == len(preview.text):
        return preview
    return replace(
        preview,
        text=preview.text[cut.start : cut.end],
        spans=tuple(
            Span(max(span.start, cut.start) - cut.start, min(span.end, cut.end) - cut.start, style)
            for span in preview.spans
            if span.start < cut.end and span.end > cut.start
            for style in (span.style,)
        ),
        passage=_within(preview.passage, cut),
        words=_within(preview.words, cut),
        first_line=preview.first_line + preview.text.count("\n", 0, cut.start),
        cut=True,
    )


def _within(marks: tuple[Mark, ...], cut: Cut) -> tuple[Mark, ...]:
    moved = (
        Mark(max(mark.start, cut.start) - cut.start, min(mark.end, cut.end) - cut.start)
        for mark in marks
    )
    return tuple(mark for mark in moved if mark.start < mark.end)


def _back(text: str, at: int, lines: int) -> int:
    least = max(0, at - BEFORE)
    place = at
    for _ in range(lines + 1):
        before = text.rfind("\n", least, place)
        if before < 0:
            # No line begins within reach: the text's own start, or the middle of a long line.
            return place if least and place < at else least
        place = before
    return place + 1


def _on(text: str, at: int, lines: int) -> int:
    most = min(len(text), at + AFTER)
    place = at
    for _ in range(lines):
        after = text.find("\n", place, most)
        if after < 0:
            return most if most == len(text) or place == at else place - 1
        place = after + 1
    return place - 1


def _breaks(text: str) -> list[int]:
    breaks: list[int] = []
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        breaks += range(start + _LONGEST_LINE, end, _LONGEST_LINE)
        start = end + 1
    return breaks


def _moved(offset: int, breaks: list[int], *, end: bool = False) -> int:
    return offset + sum(place < offset or (place == offset and not end) for place in breaks)


def _moved_mark(mark: Mark, breaks: list[int]) -> Mark:
    return Mark(_moved(mark.start, breaks), _moved(mark.end, breaks, end=True))
