"""Cuts the stretch of a passage that answers and marks the words that matched."""

from __future__ import annotations

import re
from collections import Counter
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
    return tuple(Mark(start, end) for start, end in _spans(text, pattern))


def snippet(text: str, pattern: re.Pattern[str] | None) -> tuple[str, tuple[Mark, ...]]:
    """The best stretch of `text`, white space collapsed, and the marks in it."""
    flat = " ".join(text.split())
    spans = _spans(flat, pattern)
    if len(flat) <= _LENGTH:
        return flat, tuple(Mark(start, end) for start, end in spans)
    start = _start(flat, spans)
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
        Mark(first + shift, last + shift) for first, last in spans if first >= start and last <= end
    )
    return lead + flat[start:end] + tail, inside


def _spans(text: str, pattern: re.Pattern[str] | None) -> list[tuple[int, int]]:
    """Where each of the query's words begins and ends in `text`."""
    if pattern is None:
        return []
    flat, starts, ends = aligned(text)
    if isinstance(starts, range):  # as long as it was
        return [found.span() for found in pattern.finditer(flat)]
    return [(starts[found.start()], ends[found.end() - 1]) for found in pattern.finditer(flat)]


def _start(flat: str, spans: Sequence[tuple[int, int]]) -> int:
    """Where the window with the most different matched words begins, at a word's start."""
    if not spans:
        return 0
    words = [flat[start:end].lower() for start, end in spans]
    inside: Counter[str] = Counter()
    best, best_count = spans[0][0], 0
    last = 0
    for first, (start, _) in enumerate(spans):
        while last < len(spans) and spans[last][1] <= start + _LENGTH - _LEAD:
            inside[words[last]] += 1
            last += 1
        if len(inside) > best_count:
            best, best_count = start, len(inside)
        if last == first:  # longer than the window
            last += 1
        elif inside[words[first]] == 1:
            del inside[words[first]]
        else:
            inside[words[first]] -= 1
    start = max(0, min(best - _LEAD, len(flat) - _LENGTH))
    space = flat.find(" ", start, best)
    return space + 1 if start and space != -1 else start
