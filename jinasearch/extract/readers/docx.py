"""Reader of Office Open XML texts (ECMA-376, part 1, chapter 17).

Not kreuzberg's (4.10): it loses signs such as `<` and text in boxes, headers and footers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError
from jinasearch.extract.containers.openxml import Package, local, texts
from jinasearch.extract.containers.zipped import Archive
from jinasearch.extract.outline import Builder, Outline
from jinasearch.extract.readers.attached import add_attachment
from jinasearch.extract.readers.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from jinasearch.extract.source import Source

_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOT_TEXT = frozenset(
    {
        "del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "pPr", "rPr", "sectPr",
        "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "posOffset",
        "bookmarkStart", "bookmarkEnd", "proofErr", "fldData", "docPartObj", "textpath",
    }
)  # fmt: skip
_HEADING_NAME = re.compile(r"heading\s*(\d)", re.IGNORECASE)
_DEEPEST = 200


def read_docx(source: Source) -> Outline:
    """A text: its body, notes and remarks, then headers, footers, charts and diagrams.

    Raises:
        JinasearchError: FILE_UNREADABLE, FILE_ENCRYPTED.
    """
    package = Package(Archive(source))
    builder = Builder()
    reader = _Reader(package, builder)
    reader.read()
    reader.flow.finish()
    for part in reader.foreign:
        try:
            data = package.archive.read(part)
        except JinasearchError:
            continue  # the text around it is worth finding without it
        add_attachment(builder, source, part.rpartition("/")[2], data)
    title, author = package.about()
    return builder.outline(source.kind, title or reader.flow.title, author)


class _Reader:
    def __init__(self, package: Package, builder: Builder) -> None:
        self._package = package
        self._main = package.main(
            package.first(("word/document.xml", "word/document2.xml")) or "word/document.xml"
        )
        self._levels = self._style_levels()
        self._notes = {kind: self._by_number(kind) for kind in ("footnote", "endnote", "comment")}
        self._aside: list[Element] = []
        self._depth = 0
        self.flow = Flow(builder)
        self.foreign: list[str] = []
        """Parts in other formats that are shown as part of the text."""

    def read(self) -> None:
        self._add(self._package.archive.xml(self._main))
        told: set[str] = set()
        for kind in ("header", "footer"):
            for part in self._package.of_kind(self._main, kind):
                tree = self._package.tree(part)
                text = "".join(tree.itertext()) if tree is not None else ""
                if tree is not None and text not in told:
                    told.add(text)
                    self._add(tree)
        for folder in ("word/charts/", "word/diagrams/data"):
            for part in self._package.parts(folder):
                for line in texts(self._package, part, "t"):
                    self.flow.paragraph(line)

    def _add(self, element: Element) -> None:
        """Append all that an element holds, paragraph by paragraph."""
        name = local(element)
        if name in _NOT_TEXT or self._depth > _DEEPEST:
            return
        self._depth += 1
        if name == "p":
            self._add_paragraph(element)
        elif name == "tbl":
            self.flow.end_table()
            for row in _below(element, "tr"):
                self.flow.row([self._cell(cell) for cell in _below(row, "tc")])
            self.flow.end_table()
        elif name == "altChunk":
            targets = self._package.targets(self._main)
            part = next((targets[v] for v in element.attrib.values() if v in targets), "")
            if part:
                self.foreign.append(part)
        else:
            for child in _shown(element):
                self._add(child)
        self._depth -= 1

    def _add_paragraph(self, paragraph: Element) -> None:
        outer, self._aside = self._aside, []
        text = "".join(self._pieces(paragraph))
        self.flow.paragraph(text, self._level(paragraph))
        aside, self._aside = self._aside, outer
        for element in aside:  # text boxes, notes and remarks that are anchored here
            self._add(element)

    def _pieces(self, element: Element) -> Iterator[str]:
        for child in _shown(element):
            name = local(child)
            if name == "t":
                yield child.text or ""
            elif name in _SIGNS:
                yield _SIGNS[name]
            elif name == "sym":
                yield _symbol(child)
            elif name in ("txbxContent", "p", "tbl"):
                self._aside.append(child)
            elif name in ("footnoteReference", "endnoteReference", "commentReference"):
                note = self._notes[name.removesuffix("Reference")].get(_value(child, "id"))
                if note is not None:
                    self._aside.append(note)
            elif name not in _NOT_TEXT:
                yield from self._pieces(child)

    def _cell(self, cell: Element) -> str:
        lines: list[str] = []
        for paragraph in _below(cell, "p"):
            outer, self._aside = self._aside, []
            lines.append("".join(self._pieces(paragraph)))
            aside, self._aside = self._aside, outer
            lines += [self._cell(element) for element in aside]
        return " ".join(lines)

    def _level(self, paragraph: Element) -> int:
        for properties in paragraph:
            if local(properties) != "pPr":
                continue
            level = 0
            for child in properties:
                if local(child) == "outlineLvl":
                    return _outline_level(child)
                if local(child) == "pStyle":
                    level = self._levels.get(_value(child, "val"), 0)
            return level
        return 0

    def _style_levels(self) -> dict[str, int]:
        """The level of the styles that are headings."""
        styles = next(iter(self._package.of_kind(self._main, "styles")), "word/styles.xml")
        tree = self._package.tree(styles)
        levels: dict[str, int] = {}
        based: dict[str, str] = {}
        for style in tree if tree is not None else ():
            identifier = _value(style, "styleId")
            for element in style.iter():
                name = local(element)
                if name == "name":
                    found = _HEADING_NAME.match(_value(element, "val"))
                    if found:
                        levels[identifier] = int(found[1])
                elif name == "outlineLvl":
                    levels[identifier] = _outline_level(element)
                elif name == "basedOn":
                    based[identifier] = _value(element, "val")
        for identifier in based:
            at = identifier
            for _ in range(10):
                if at in levels:
                    levels.setdefault(identifier, levels[at])
                    break
                at = based.get(at, "")
        return levels

    def _by_number(self, kind: str) -> dict[str, Element]:
        found: dict[str, Element] = {}
        for part in self._package.of_kind(self._main, f"{kind}s"):
            tree = self._package.tree(part)
            for note in tree if tree is not None else ():
                if local(note) == kind:
                    found[_value(note, "id")] = note
        return found


def _shown(element: Element) -> Iterator[Element]:
    """The children; of alternatives for programs of different age only the first."""
    for child in element:
        if local(child) == "AlternateContent":
            yield from list(child)[:1]
        else:
            yield child


def _below(element: Element, name: str) -> Iterator[Element]:
    """The nearest descendants of a name, through whatever wraps them."""
    for child in _shown(element):
        found = local(child)
        if found == name:
            yield child
        elif found not in _NOT_TEXT:
            yield from _below(child, name)


def _symbol(element: Element) -> str:
    try:
        code = int(_value(element, "char"), 16)
    except ValueError:
        return ""
    # Signs of symbol fonts stand in the private area and mean nothing in any other font.
    return "" if 0xE000 <= code <= 0xF8FF or not 0 < code < 0xD800 else chr(code)


def _outline_level(element: Element) -> int:
    value = _value(element, "val")
    return int(value) + 1 if value and value in "012345678" else 0


def _value(element: Element, name: str) -> str:
    return next((v for k, v in element.items() if k == name or k.endswith("}" + name)), "")
