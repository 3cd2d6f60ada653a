"""Cuts the stretch of a passage that answers and marks the words that matched."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from jinasearch.core.models import Mark
from jinasearch.search.spelling import spellings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.search.query import Query

_LENGTH = 260
"""Characters of a snippet: about two lines of a result."""
_LEAD = 60


def marker(query: Query) -> re.Pattern[str] | None:
    """A pattern that finds the query's words in folded text; None if it has none."""
    parts = []
    wanted = [
        (way, term.prefix)
        for term in (*query.terms, *query.pairs, *query.forms)
        for way in spellings(term.text)
    ]
    for way, prefix in wanted:
        words = re.findall(r"\w+", fold(way))
        if not words:
            continue
        body = r"\W+".join(re.escape(word) for word in words)
        latin = words[0][0].isascii()
        parts.append((r"\b" if latin else "") + body + ("" if prefix or not latin else r"\b"))
    return re.compile("|".join(sorted(parts, key=len, reverse=True))) if parts else None


def fold(text: str) -> str:
    """Lower case without accents, character for character: offsets stay what they were."""
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def marks_in(text: str, pattern: re.Pattern[str] | None) -> tuple[Mark, ...]:
    """Where the query's words stand in `text`."""
    if pattern is None:
        return ()
    return tuple(Mark(*found.span()) for found in pattern.finditer(fold(text)))


def snippet(text: str, pattern: re.Pattern[str] | None) -> tuple[str, tuple[Mark, ...]]:
    """The best stretch of `text`, white space collapsed, and the marks in it."""
    flat = " ".join(text.split())
    marks = marks_in(flat, pattern)
    if len(flat) <= _LENGTH:
        return flat, marks
    start = _start(flat, marks)
    end = min(len(flat), start + _LENGTH)
    if end < len(flat):
        end = (
            flat.rfind(" ", start + _LENGTH // 2, end)
            if " " in flat[start + _LENGTH // 2 : end]
            else end
        )
    lead = "…" if start else ""
    tail = "…" if end < len(flat) else ""
    shift = len(lead) - start
    inside = tuple(
        Mark(mark.start + shift, mark.end + shift)
        for mark in marks
        if mark.start >= start and mark.end <= end
    )
    return lead + flat[start:end] + tail, inside


def _start(flat: str, marks: Sequence[Mark]) -> int:
    """Where the window with the most different matched words begins, at a word's start."""
    if not marks:
        return 0
    best, best_count = marks[0].start, 0
    for mark in marks:
        seen = {
            flat[other.start : other.end].lower()
            for other in marks
            if mark.start <= other.start and other.end <= mark.start + _LENGTH - _LEAD
        }
        if len(seen) > best_count:
            best, best_count = mark.start, len(seen)
    start = max(0, min(best - _LEAD, len(flat) - _LENGTH))
    space = flat.find(" ", start, best)
    return space + 1 if start and space != -1 else start
