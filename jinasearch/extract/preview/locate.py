"""Finds a passage in another rendering of the same text: white space and case may differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinasearch.core.models import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PIECE = re.compile(r"[^\n.!?。！？;；|]+")
_LEAST = 6
"""Characters, white space aside, that a piece must have to be looked for."""
_NEAR = 40
"""Stretches with fewer characters between them are one."""
_MOST_WORDS = 500


def find(passage: str, text: str, around: int = 0) -> tuple[Mark, ...]:
    """Where `passage` stands in `text`; of several places the one nearest to offset `around`.

    A passage that is not there as a whole is looked for in pieces, in their order.
    """
    exact = whole(passage, text, around)
    if exact is not None:
        return (exact,)
    haystack, at = _squeezed(text)
    found: list[Mark] = []
    start = 0
    for piece in _PIECE.findall(passage):
        squeezed, _ = _squeezed(piece)
        if len(squeezed) < _LEAST:
            continue
        place = haystack.find(squeezed, start)
        if place >= 0:
            end = place + len(squeezed)
            found.append(Mark(at[place], at[end - 1] + 1))
            start = end
    return _joined(found)


def whole(passage: str, text: str, around: int = 0) -> Mark | None:
    """The same for the passage as a whole."""
    wanted, _ = _squeezed(passage)
    haystack, at = _squeezed(text)
    place = _nearest(wanted, haystack, at, around) if wanted else -1
    return Mark(at[place], at[place + len(wanted) - 1] + 1) if place >= 0 else None


def words(wanted: Iterable[str], text: str) -> tuple[Mark, ...]:
    """Where any of the words begins a word of `text`, whatever its case."""
    parts = [
        (r"\b" if word[0].isascii() and word[0].isalnum() else "")
        + r"\s+".join(re.escape(part) for part in word.split())
        for word in sorted(wanted, key=len, reverse=True)
        if word.strip()
    ]
    if not parts:
        return ()
    pattern = re.compile("|".join(parts), re.IGNORECASE)
    marks: list[Mark] = []
    for match in pattern.finditer(text):
        marks.append(Mark(*match.span()))
        if len(marks) == _MOST_WORDS:
            break
    return tuple(marks)


def inside(marks: Sequence[Mark], start: int, end: int) -> tuple[Mark, ...]:
    """The marks within `[start, end)`, counted from `start`."""
    cut = (Mark(max(mark.start, start) - start, min(mark.end, end) - start) for mark in marks)
    return tuple(mark for mark in cut if mark.start < mark.end)


def _nearest(wanted: str, haystack: str, at: Sequence[int], around: int) -> int:
    best = -1
    place = haystack.find(wanted)
    while place >= 0:
        if best < 0 or abs(at[place] - around) < abs(at[best] - around):
            best = place
        place = haystack.find(wanted, place + 1)
    return best


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The text without white space and case, and where each of its characters stood."""
    at = [place for place, character in enumerate(text) if not character.isspace()]
    squeezed = "".join(_small(text[place]) for place in at)
    return squeezed, at


def _small(character: str) -> str:
    small = character.lower()
    return small if len(small) == 1 else character


def _joined(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    joined: list[Mark] = []
    for mark in marks:
        if joined and mark.start - joined[-1].end <= _NEAR:
            joined[-1] = Mark(joined[-1].start, mark.end)
        else:
            joined.append(mark)
    return tuple(joined)
