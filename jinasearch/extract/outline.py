"""What a reader hands to the chunker: a file's text, and where its sections lie in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from jinasearch.core.models import Place

SEPARATOR = " › "
"""Stands between the headings of a path."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_LONGEST_NAME = 300
_ANYWHERE = Place()


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch `[start, end)` of the text under one heading and in one place of the file.

    The `line` or `row` of its place is the number of its first line; None: lines mean nothing
    here. The place's own offsets are those of passages, and not set yet.
    Sections follow each other without overlap; between two there is nothing but white space.
    """

    start: int
    end: int
    heading: tuple[str, ...] = ()
    place: Place = _ANYWHERE


@dataclass(frozen=True, slots=True)
class Outline:
    """The text of a file, whole. `truncated`: the file holds more than was read.

    `pictures` are the pages (from 1) that show something and have no text: scans, or a picture.
    """

    kind: str
    text: str
    sections: tuple[Section, ...]
    title: str = ""
    author: str = ""
    truncated: bool = False
    pictures: tuple[int, ...] = ()


class Builder:
    """Collects sections in reading order into one text."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._sections: list[Section] = []

    def add(self, text: str, heading: tuple[str, ...] = (), place: Place = _ANYWHERE) -> None:
        """Append a section; one without text leaves no trace."""
        text = cleaned(text)
        if not text or text.isspace():
            return
        start = self._length
        self._parts += (text, "\n\n")
        self._length += len(text) + 2
        self._sections.append(Section(start, start + len(text), heading, place))

    @property
    def length(self) -> int:
        """Characters collected so far."""
        return self._length

    def outline(
        self, kind: str, title: str = "", author: str = "", *, truncated: bool = False
    ) -> Outline:
        """Everything added so far."""
        text = "".join(self._parts)
        return Outline(
            kind, text, tuple(self._sections), one_line(title), one_line(author), truncated
        )


def plain(kind: str, text: str, title: str = "", *, truncated: bool = False) -> Outline:
    """A text without structure, with line numbers."""
    text = cleaned(text)
    return Outline(
        kind,
        text,
        (Section(0, len(text), place=Place(line=1)),),
        one_line(title),
        truncated=truncated,
    )


def limited(outline: Outline, max_characters: int) -> Outline:
    """The outline cut off after `max_characters` of its text."""
    if len(outline.text) <= max_characters:
        return outline
    sections = tuple(
        section if section.end <= max_characters else replace(section, end=max_characters)
        for section in outline.sections
        if section.start < max_characters
    )
    return replace(outline, text=outline.text[:max_characters], sections=sections, truncated=True)


def cleaned(text: str) -> str:
    """The text without what neither SQLite nor JSON can hold: NUL and lone surrogates."""
    return _UNSTORABLE.sub("", text)


def one_line(text: str) -> str:
    """A title or a heading on one line, at most 300 characters."""
    return _SPACES.sub(" ", cleaned(text)).strip()[:_LONGEST_NAME]


class Headings:
    """The path of headings at the place reached, from headings with levels (1 is the top)."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, level: int, text: str) -> tuple[str, ...]:
        """Pass a heading: what was open at its level and below is closed."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        text = one_line(text)
        if text:
            self._open.append((level, text))
        return self.path

    @property
    def path(self) -> tuple[str, ...]:
        """The headings above the place reached, outermost first."""
        return tuple(text for _, text in self._open)
