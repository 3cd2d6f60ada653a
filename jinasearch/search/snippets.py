"""Cuts the stretch of a passage that answers and marks the words that matched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinasearch.core.models import Mark
from jinasearch.search.spelling import spellings
from jinasearch.store.cjk import CJK
from jinasearch.store.folding import aligned, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.search.query import Query

_LENGTH = 260
"""Characters of a snippet: about two lines of a result."""
_LEAD = 60
_CJK = re.compile(f"[{CJK}]")


def marker(query: Query) -> re.Pattern[str] | None:
    """A pattern that finds the query's words in folded text; None if it has none."""
    parts = []
    wanted = [
        (way, term.prefix)
        for term in (*query.terms, *query.pieces)
        for text in (term.text, *term.forms)
        for way in spellings(text)
    ]
    for way, prefix in wanted:
        words = re.findall(r"\w+", fold(way))
        if not words:
            continue
        body = r"\W+".join(re.escape(word) for word in words)
        border = "" if _CJK.match(words[0]) else r"\b"
        parts.append(border + body + ("" if prefix else border))
    return re.compile("|".join(sorted(parts, key=len, reverse=True))) if parts else None


def marks_in(text: str, pattern: re.Pattern[str] | None) -> tuple[Mark, ...]:
    """Where the query's words stand in `text`."""
    if pattern is None:
        return ()
    flat, starts, ends = aligned(text)
    return tuple(
        Mark(starts[found.start()], ends[found.end() - 1]) for found in pattern.finditer(flat)
    )


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
