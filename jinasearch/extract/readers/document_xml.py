"""Documents that are one XML file: FictionBook, flat OpenDocument, Word 2003, DocBook, SVG.

Their words stand in elements within elements. Other XML is data, and read as it stands.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from jinasearch.extract.outline import Builder, Headings, Outline, one_line

_ROOT = re.compile(
    r"<(?:\w+:)?(FictionBook|wordDocument|svg|package|book|article|chapter|document)\b([^>]*)>"
)
_OF_DOCUMENTS = ("FictionBook", "wordDocument", "svg")
_NAMESPACES = ("opendocument", "docbook", "office/2006/xmlPackage")
_UNSEEN = frozenset(
    {"binary", "binary-data", "binData", "binaryData", "style", "styles", "automatic-styles",
     "master-styles", "font-face-decls", "fonts", "settings", "scripts", "script", "docPr",
     "lists", "metadata"}
)  # fmt: skip
_LINES = frozenset(
    {"p", "h", "v", "para", "simpara", "title", "subtitle", "text-author", "table-row", "tr",
     "row", "text", "desc", "listitem", "item", "term", "book-title", "creator", "keyword",
     "first-name", "last-name", "empty-line", "br", "line-break"}
)  # fmt: skip
_SPACES_APART = frozenset({"table-cell", "tc", "td", "th", "entry", "tspan", "tab", "s"})
_SECTIONS = frozenset({"section", "sect1", "sect2", "sect3", "sect4", "chapter", "part"})
_TITLES = frozenset({"book-title", "Title"})
_SPACES = re.compile(r"\s+")


def is_document(text: str) -> bool:
    """Whether XML is a document and no data."""
    root = _ROOT.search(text[:8192])
    if root is None:
        return False
    return root[1] in _OF_DOCUMENTS or any(name in root[2] for name in _NAMESPACES)


def document_outline(kind: str, text: str, *, truncated: bool = False) -> Outline:
    """The words of a document, a paragraph a line, under the titles of their sections.

    Of one that is damaged, what stands before the fault. Without entities that unfold to more
    than the file itself, no words are longer than it.
    """
    reader = _Reader(len(text))
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    try:
        parser.Parse(text.encode(), True)
    except (expat.ExpatError, OverflowError):
        truncated = True
    reader.finish()
    return reader.builder.outline(kind, reader.title, truncated=truncated)


class _Reader:
    def __init__(self, longest: int) -> None:
        self._left = longest
        self.builder = Builder()
        self.title = ""
        self._headings = Headings()
        self._lines: list[str] = []
        self._line: list[str] = []
        self._unseen = 0
        self._sections = 0
        self._in_title = False
        self._level = 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if self._unseen or name in _UNSEEN:
            self._unseen += 1
            return
        if name in _LINES:
            self._end_line()
        if name in _SECTIONS:
            self._sections += 1
        elif name in ("title", "h") and not self._in_title:
            self._flush()
            self._in_title = True
            level = attributes.get("text:outline-level", "") if name == "h" else ""
            self._level = int(level) if level.isdecimal() else max(1, self._sections)

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if self._unseen:
            self._unseen -= 1
            return
        if name in _TITLES:
            self.title = self.title or one_line("".join(self._line))
        if name in _LINES:
            self._end_line()
        elif name in _SPACES_APART:
            self._line.append(" ")
        if name in _SECTIONS:
            self._sections -= 1
        elif name in ("title", "h") and self._in_title:
            heading = one_line(" ".join(self._lines))
            self._headings.enter(self._level, heading)
            self.title = self.title or heading
            self._in_title = False

    def words(self, text: str) -> None:
        self._left -= len(text)
        if self._left < 0:
            raise OverflowError
        if not self._unseen:
            self._line.append(text)

    def finish(self) -> None:
        self._end_line()
        self._flush()

    def _end_line(self) -> None:
        line = _SPACES.sub(" ", "".join(self._line)).strip()
        self._line.clear()
        if line:
            self._lines.append(line)

    def _flush(self) -> None:
        self.builder.add("\n".join(self._lines), self._headings.path)
        self._lines.clear()
