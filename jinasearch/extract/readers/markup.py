"""Readers of texts with marks of their own: reStructuredText, Org, LaTeX, AsciiDoc, XML.

The text stays as it stands in the file, so that its lines are the file's; only its headings are
understood.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from jinasearch.core.models import Place
from jinasearch.extract.outline import Headings, Outline, Section, one_line, plain
from jinasearch.extract.readers.document_xml import document_outline, is_document
from jinasearch.extract.readers.text import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.extract.source import Source

_RST = re.compile(
    r"^(?:(?P<over>([!-/:-@[-`{-~])\2{2,})[ \t]*\n[ \t]*)?(?P<text>\S[^\n]*)\n"
    r"(?P<under>([!-/:-@[-`{-~])\5{2,})[ \t]*$",
    re.MULTILINE,
)
_ORG = re.compile(r"^(\*+)[ \t]+(?:(?:TODO|DONE)[ \t]+)?(\S.*)$", re.MULTILINE)
_ORG_TAGS = re.compile(r":[\w@#%:]+:")
_ORG_TITLE = re.compile(r"^#\+TITLE:[ \t]*(.*)$", re.MULTILINE | re.IGNORECASE)
_ASCIIDOC = re.compile(r"^(={1,6})[ \t]+(\S.*)$", re.MULTILINE)
_LATEX_VALUE = r"(?:\[[^\]]{0,500}\])?\{((?:[^{}]|\{[^{}]{0,500}\}){0,500})\}"
_LATEX = re.compile(
    r"^[^%\n]*?\\(part|chapter|section|subsection|subsubsection|paragraph)\*?" + _LATEX_VALUE,
    re.MULTILINE,
)
_LATEX_TITLE = re.compile(r"\\title" + _LATEX_VALUE)
_LATEX_AUTHOR = re.compile(r"\\author" + _LATEX_VALUE)
_LATEX_AND = re.compile(r"[ \t]*(?:\\(?:and|AND|And)\b|\\\\)[ \t]*")
_ORG_AUTHOR = re.compile(r"^#\+AUTHOR:[ \t]*(.*)$", re.MULTILINE | re.IGNORECASE)
_RST_AUTHOR = re.compile(r"^:Authors?:[ \t]*(\S.*)$", re.MULTILINE)
_ASCIIDOC_AUTHOR = re.compile(
    r"\A=[ \t]+\S.*\n(?::author:[ \t]*)?([^\W\d][^\n<:=]{1,80}?)[ \t]*+(?:<[^>\n]*+>)?[ \t]*+\n"
)
_LATEX_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")
_LATEX_MARKS = re.compile(r"\\[A-Za-z]+\*?[ ]?|[{}]")
_LINE_ENDS = re.compile(r"&#(?:0*1[03]|x0*[ad]);?", re.IGNORECASE)
_TITLE_TAG = re.compile(r"<(?:\w+:)?title\b[^<>]*>([^<]{1,300})</", re.IGNORECASE)


def read_rst(source: Source) -> Outline:
    """reStructuredText: headings are underlined, with signs that each file chooses."""
    text, truncated = text_of(source)
    outline = _outline(source.kind, text, list(_rst_headings(text)), truncated=truncated)
    return _by(outline, _RST_AUTHOR.search(text))


def read_org(source: Source) -> Outline:
    """Org: headings begin with asterisks."""
    text, truncated = text_of(source)
    found = [
        (match.start(), len(match[1]), _without_tags(match[2])) for match in _ORG.finditer(text)
    ]
    title = _ORG_TITLE.search(text)
    named = title[1] if title else ""
    outline = _outline(source.kind, text, found, named, truncated=truncated)
    return _by(outline, _ORG_AUTHOR.search(text))


def read_asciidoc(source: Source) -> Outline:
    """AsciiDoc: headings begin with equals signs."""
    text, truncated = text_of(source)
    found = [(match.start(), len(match[1]), match[2]) for match in _ASCIIDOC.finditer(text)]
    outline = _outline(source.kind, text, found, truncated=truncated)
    return _by(outline, _ASCIIDOC_AUTHOR.match(text))


def read_latex(source: Source) -> Outline:
    """LaTeX: parts, chapters, sections."""
    text, truncated = text_of(source)
    found = [
        (match.start(), _LATEX_LEVELS.index(match[1]) + 1, _LATEX_MARKS.sub("", match[2]))
        for match in _LATEX.finditer(text)
    ]
    title = _LATEX_TITLE.search(text)
    named = _LATEX_MARKS.sub("", title[1]) if title else ""
    outline = _outline(source.kind, text, found, named, truncated=truncated)
    return _by(outline, _LATEX_AUTHOR.search(text))


def read_xml(source: Source) -> Outline:
    """XML: documents by their words; data as its lines are, with letters for what stands in for
    them, such as `&#xfc;`."""
    text, truncated = text_of(source)
    if is_document(text):
        outline = document_outline(source.kind, text, truncated=truncated)
        if outline.sections:
            return outline
    text = html.unescape(_LINE_ENDS.sub(" ", text))
    title = _TITLE_TAG.search(text)
    return plain(source.kind, text, title[1] if title else "", truncated=truncated)


def _by(outline: Outline, author: re.Match[str] | None) -> Outline:
    """The outline with its author, without LaTeX's marks."""
    if author is None:
        return outline
    name = _LATEX_MARKS.sub("", _LATEX_AND.sub(", ", author[1]))
    return replace(outline, author=one_line(name).strip(" ,"))


def _without_tags(heading: str) -> str:
    words = heading.rsplit(None, 1)
    return words[0] if len(words) == 2 and _ORG_TAGS.fullmatch(words[1]) else heading


def _rst_headings(text: str) -> Iterator[tuple[int, int, str]]:
    styles: list[tuple[str, bool]] = []
    for match in _RST.finditer(text):
        over, under, heading = match["over"], match["under"], match["text"]
        if over and over[0] != under[0]:
            over = None
        # An underline shorter than its text is one of a table or a mistake.
        if len(under) < len(heading.rstrip()) and not over:
            continue
        if not heading.strip(heading.strip()[0]):
            continue  # a line of signs only: the border of a table
        style = (under[0], bool(over))
        if style not in styles:
            styles.append(style)
        yield match.start(), styles.index(style) + 1, heading.strip()


def _outline(
    kind: str,
    text: str,
    found: list[tuple[int, int, str]],
    title: str = "",
    *,
    truncated: bool,
) -> Outline:
    """Sections from the offsets, levels and texts of the headings."""
    headings = Headings()
    sections: list[Section] = []
    start, line, path = 0, 1, headings.path
    for at, level, heading in found:
        if at > start:
            sections.append(Section(start, at, path, Place(line=line)))
            line += text.count("\n", start, at)
        start, path = at, headings.enter(level, heading)
        title = title or heading
    sections.append(Section(start, len(text), path, Place(line=line)))
    return Outline(kind, text, tuple(sections), one_line(title), truncated=truncated)
