"""Readers of files that are text as they stand: prose, Markdown, source code, tables, logs."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from jinasearch.core.models import Place
from jinasearch.extract.decode import decode
from jinasearch.extract.outline import Headings, Outline, Section, cleaned, one_line, plain
from jinasearch.extract.readers.flow import header_of, one_row

if TYPE_CHECKING:
    from jinasearch.extract.source import Source

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+([^\n]*)$|^ {0,3}(```+|~~~+)", re.MULTILINE)
_UNDERLINED = re.compile(r"^ {0,3}(\S[^\n]{0,200})\n {0,3}(=+|-{2,})[ \t]*$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:([^\n]*)$", re.MULTILINE)
_FRONT_AUTHOR = re.compile(r"^authors?:([^\n]*)$", re.MULTILINE)
_DELIMITERS = ",;\t|"


def text_of(source: Source) -> tuple[str, bool]:
    """The text of a file, and whether it goes on beyond the characters that are read."""
    data, whole = source.read_for(source.max_characters)
    return cleaned(decode(data, cut_off=not whole)), not whole


def read_text(source: Source) -> Outline:
    """Prose, logs, source code, JSON, XML and the like: lines as they are."""
    text, truncated = text_of(source)
    return plain(source.kind, text, truncated=truncated)


def read_markdown(source: Source) -> Outline:
    """Markdown: sections by headings of either style; the title from front matter or heading."""
    text, truncated = text_of(source)
    return markdown_outline(source.kind, text, truncated=truncated)


def markdown_outline(kind: str, text: str, *, truncated: bool = False) -> Outline:
    """The outline of Markdown text."""
    sections: list[Section] = []
    headings = Headings()
    title = author = ""
    front = _FRONT_MATTER.match(text)
    body = 0
    if front is not None:
        named = _FRONT_TITLE.search(front[1])
        title = named[1].strip(" \t\"'") if named else ""
        by = _FRONT_AUTHOR.search(front[1])
        author = by[1].strip(" \t[]\"'") if by else ""
        body = front.end()
    start, line, path = 0, 1, headings.path
    for at, level, heading in markdown_headings(text, body):
        if at > start:
            sections.append(Section(start, at, path, Place(line=line)))
            line += text.count("\n", start, at)
        start, path = at, headings.enter(level, heading)
        if not title and level == 1:
            title = heading
    sections.append(Section(start, len(text), path, Place(line=line)))
    return Outline(
        kind, text, tuple(sections), one_line(title), one_line(author), truncated=truncated
    )


def markdown_headings(text: str, body: int = 0) -> list[tuple[int, int, str]]:
    """Offset, level and text of the headings of Markdown, those in code blocks left out."""
    found: list[tuple[int, int, str]] = []
    fences: list[tuple[int, int]] = []
    fence = ""
    opened = 0
    for match in _HEADING.finditer(text, body):
        mark = match[3]
        if mark and not fence:
            fence, opened = mark[:3], match.start()
        elif mark and mark.startswith(fence):
            fences.append((opened, match.end()))
            fence = ""
        elif not mark and not fence:
            found.append((match.start(), len(match[1]), _without_closing(match[2])))
    if fence:
        fences.append((opened, len(text)))
    inside = iter(fences)
    current = next(inside, None)
    for match in _UNDERLINED.finditer(text, body):
        while current is not None and current[1] <= match.start():
            current = next(inside, None)
        in_fence = current is not None and current[0] <= match.start()
        if not in_fence and match[1][0] not in "#>-|*":
            found.append((match.start(), 1 if match[2][0] == "=" else 2, match[1]))
    return sorted(found)


def _without_closing(heading: str) -> str:
    """`Title ##` is closed, `C#` is not (CommonMark 4.2)."""
    heading = heading.strip(" \t")
    rest = heading.rstrip("#")
    return rest.rstrip(" \t") if not rest or rest[-1] in " \t" else heading


def read_table(source: Source) -> Outline:
    """CSV and TSV: a line a row; the first row, if it names columns, is the heading."""
    text, truncated = text_of(source)
    delimiter = "\t" if source.kind == "tsv" else _delimiter(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return plain(source.kind, text, truncated=truncated)
    whole = "\n".join(" | ".join(one_row(cell) for cell in row) for row in rows)
    header = header_of(rows[0]) if len(rows) > 1 else ""
    heading = (header,) if header else ()
    section = Section(0, len(whole), heading, Place(row=1))
    return Outline(source.kind, whole, (section,), truncated=truncated)


def _delimiter(text: str) -> str:
    first = text[:4096].splitlines()[:5]
    counts = {mark: [line.count(mark) for line in first] for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: (min(counts[mark], default=0), sum(counts[mark])))
