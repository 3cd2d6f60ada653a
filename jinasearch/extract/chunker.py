"""Cuts a file's text into passages along its structure, bounded in size.

Sizes are weights: a character weighs 1, one of a wide script (Chinese, Japanese, Korean) 2,
because it says about twice as much and costs about twice the tokens.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from jinasearch.core.models import Document, Passage, Place
from jinasearch.extract.outline import SEPARATOR, Outline, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

AIM = 900
"""What a passage should weigh: about 230 tokens of English."""
MOST = 1600
"""What no passage outweighs."""
_LEAST = 450
"""A cut is not sought before this weight."""
_WHOLE = 1200
"""What weighs no more is not cut for the sake of the aim."""
_SHORT = 300
"""A section lighter than this joins its neighbour if both still fit the aim."""

_WIDE = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_WIDE_RUNS = re.compile(_WIDE.pattern + "+")
_SPACE = re.compile(r"\s*")
_SENTENCE_ENDS = (". ", "! ", "? ", "。", "！", "？", "; ", "；")
_CLOSERS = "」』”’）)》〉】］]\"'"
_JOINERS = "\u200d\u2060"


def cut(outline: Outline) -> Document:
    """Cut `outline` into a document's passages.

    Every character of the text but white space lies in exactly one passage, and
    `outline.text[place.start:place.end] == passage.text`.
    """
    wide = _WIDE.search(outline.text) is not None
    passages: list[Passage] = []
    for section in _joined(outline, wide):
        passages.extend(_passages(outline.text, section, wide))
    return Document(outline.kind, outline.title, outline.author, tuple(passages), outline.truncated)


def _joined(outline: Outline, wide: bool) -> Iterator[Section]:
    text = outline.text
    last: Section | None = None
    for section in outline.sections:
        if last is None:
            last = section
        elif _belong_together(text, last, section, wide):
            last = replace(last, end=section.end, heading=_heading_of(last, section))
        else:
            yield last
            last = section
    if last is not None:
        yield last


def _belong_together(text: str, first: Section, second: Section, wide: bool) -> bool:
    lighter = min(first.end - first.start, second.end - second.start)
    if lighter >= _SHORT or second.end - first.start > AIM:
        return False
    return _where(first) == _where(second) and _weight(text, first.start, second.end, wide) <= AIM


def _heading_of(first: Section, second: Section) -> tuple[str, ...]:
    """The headings of two sections that are joined: what they share, or those of the second if
    the first only leads to it."""
    both = zip(first.heading, second.heading, strict=False)
    shared = tuple(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], both))
    leads = shared == first.heading and second.end - second.start > 2 * (first.end - first.start)
    return second.heading if leads else shared


def _where(section: Section) -> Place:
    return replace(section.place, line=None, row=None)


def _passages(text: str, section: Section, wide: bool) -> Iterator[Passage]:
    heading = SEPARATOR.join(section.heading)
    line = section.place.line
    row = section.place.row
    counted = section.start
    for start, end in _cuts(text, section.start, section.end, wide):
        line_end = None
        if line is not None:
            line += text.count("\n", counted, start)
            line_end = line + text.count("\n", start, end)
        if row is not None:
            row += text.count("\n", counted, start)
        counted = start
        place = replace(section.place, start=start, end=end, line=line, line_end=line_end, row=row)
        yield Passage(text[start:end], heading, place)


def _cuts(text: str, start: int, end: int, wide: bool) -> Iterator[tuple[int, int]]:
    while end > start and text[end - 1].isspace():
        end -= 1
    while True:
        start = _after_space(text, start, end)
        if start >= end:
            return
        stop = _stop(text, start, end, wide)
        last = stop
        while text[last - 1].isspace():
            last -= 1
        yield start, last
        start = stop


def _after_space(text: str, start: int, end: int) -> int:
    found = _SPACE.match(text, start, end)
    return start if found is None else found.end()


def _stop(text: str, start: int, end: int, wide: bool) -> int:
    """Where the passage that begins at `start` ends: at the strongest border near the aim."""
    most = _reach(text, start, end, MOST, wide)
    aim = AIM
    if most == end:
        weight = _weight(text, start, end, wide)
        if weight <= _WHOLE:
            return end
        aim = weight // 2
    wanted = _reach(text, start, end, aim, wide)
    least = start + max(1, (wanted - start) * _LEAST // AIM)
    for border in ("\n\n", "\n"):
        before = text.rfind(border, least, wanted)
        if before >= 0:
            return before
        after = text.find(border, wanted, most)
        if after >= 0:
            return after
    sentence = _sentence_end(text, least, wanted)
    if sentence <= start:
        sentence = _sentence_end(text, wanted, most)
    if sentence > start:
        return sentence
    return _word_end(text, start, least, most)


def _sentence_end(text: str, low: int, high: int) -> int:
    best = -1
    for mark in _SENTENCE_ENDS:
        found = text.rfind(mark, low, high)
        if found >= 0:
            best = max(best, found + 1)
    while 0 < best < high and text[best] in _CLOSERS:
        best += 1
    return best


def _word_end(text: str, start: int, least: int, most: int) -> int:
    for at in range(most, least, -1):
        if text[at].isspace() if at < len(text) else True:
            return at
        if _is_wide(text[at - 1]) and _is_wide(text[at]) and _is_border(text, at):
            return at
    # One word fills the passage: not within a letter and its accents, at least.
    for at in range(most, max(start, most - 64), -1):
        if _is_border(text, at):
            return at
    return most


def _is_wide(character: str) -> bool:
    return _WIDE.match(character) is not None


def _is_border(text: str, at: int) -> bool:
    """Whether the characters around `at` are separate signs to the eye (simplified UAX 29)."""
    if at >= len(text):
        return True
    here = text[at]
    if here in _JOINERS or text[at - 1] in _JOINERS:
        return False
    if "\U0001f1e6" <= here <= "\U0001f1ff" or "\U0001f3fb" <= here <= "\U0001f3ff":
        return False
    if "\u1160" <= here <= "\u11ff":
        return False
    return not unicodedata.category(here).startswith("M")


def _weight(text: str, start: int, end: int, wide: bool) -> int:
    weight = end - start
    if wide:
        weight += sum(map(len, _WIDE_RUNS.findall(text, start, end)))
    return weight


def _reach(text: str, start: int, end: int, weight: int, wide: bool) -> int:
    """The furthest place from `start` with at most `weight` in between; at least one character."""
    reached = min(end, start + weight)
    while wide:
        heavy = _weight(text, start, reached, wide)
        if heavy <= weight:
            break
        reached = start + max(1, (reached - start) * weight // heavy)
        if reached == start + 1:
            break
    return reached
