"""Reader of OpenDocument texts, spreadsheets and presentations (OASIS OpenDocument 1.3, part 3).

Not kreuzberg's (4.10): it loses the text of lists in tables, of frames and of sections, unpacks
repeated cells without limit, and does not know presentations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError
from jinasearch.core.models import Place
from jinasearch.extract.containers.zipped import Archive
from jinasearch.extract.outline import Builder, Outline, one_line
from jinasearch.extract.readers.flow import Flow
from jinasearch.extract.readers.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from jinasearch.extract.source import Source

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_MANIFEST = "META-INF/manifest.xml"

_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_NOT_TEXT = frozenset(
    {
        f"{_TEXT}tracked-changes", f"{_TEXT}sequence-decls", f"{_TEXT}variable-decls",
        f"{_OFFICE}forms", f"{_TEXT}note-citation", f"{_TEXT}ruby-text", f"{_DC}creator",
        f"{_DC}date", f"{_OFFICE}binary-data", f"{_OFFICE}event-listeners",
    }
)  # fmt: skip
_GAPS = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_WIDEST = 1_000
"""Columns of a sheet that are read."""
_MOST_REPEATS = 20
"""A cell with text that is repeated across a row is told no more often than this."""


def read_opendocument(source: Source) -> Outline:
    """A text, spreadsheet or presentation.

    Raises:
        JinasearchError: FILE_UNREADABLE, FILE_ENCRYPTED.
    """
    archive = Archive(source)
    if _MANIFEST in archive and b"encryption-data" in archive.read(_MANIFEST):
        raise archive.encrypted()
    builder = Builder()
    first = ""
    truncated = False
    if source.kind == "ods":
        truncated = _read_sheets(builder, archive, source.max_characters)
    elif source.kind == "odp":
        _read_slides(builder, archive.xml("content.xml"))
    else:
        first = _read_text(builder, archive)
    title, author = _about(archive)
    return builder.outline(source.kind, title or first, author, truncated=truncated)


def _read_text(builder: Builder, archive: Archive) -> str:
    flow = Flow(builder)
    body = archive.xml("content.xml").find(f"{_OFFICE}body")
    for element in body if body is not None else ():
        _add(flow, element)
    if "styles.xml" in archive:  # where headers and footers lie
        try:
            styles = archive.xml("styles.xml")
        except JinasearchError:
            styles = None
        if styles is not None:
            for page in styles.iter(f"{_STYLE}master-page"):
                for element in page:
                    _add(flow, element)
    flow.finish()
    return flow.title


def _add(flow: Flow, element: Element) -> None:
    if element.tag in _NOT_TEXT:
        return
    if element.tag in _PARAGRAPHS:
        aside: list[Element] = []
        text = "".join(_pieces(element, aside))
        level = 0
        if element.tag == f"{_TEXT}h":
            level = _number(element, f"{_TEXT}outline-level", 1, 10)
        flow.paragraph(text, level)
        for inner in aside:  # frames, notes and remarks that are anchored in the paragraph
            _add(flow, inner)
    elif element.tag == f"{_TABLE}table":
        flow.end_table()
        for row in element.iter(f"{_TABLE}table-row"):
            flow.row([cell for _, cell in _cells(row)])
        flow.end_table()
    else:
        for child in element:
            _add(flow, child)


def _pieces(element: Element, aside: list[Element]) -> Iterator[str]:
    """The text of a paragraph; what has paragraphs of its own is put aside."""
    yield element.text or ""
    for child in element:
        if child.tag in _GAPS:
            yield _GAPS[child.tag]
        elif child.tag in _NOT_TEXT:
            pass
        elif _has_paragraphs(child):
            aside.append(child)
        else:
            yield from _pieces(child, aside)
        yield child.tail or ""


def _has_paragraphs(element: Element) -> bool:
    return any(next(element.iter(tag), None) is not None for tag in _PARAGRAPHS)


def _lines(element: Element) -> Iterator[str]:
    """All paragraphs below an element, each once."""
    if element.tag in _NOT_TEXT:
        return
    if element.tag in _PARAGRAPHS:
        aside: list[Element] = []
        line = "".join(_pieces(element, aside))
        if line.strip():
            yield line
        for inner in aside:
            yield from _lines(inner)
        return
    for child in element:
        yield from _lines(child)


def _cells(row: Element) -> Iterator[tuple[int, str]]:
    """Column (from 0) and text of a row's cells, as far as the last one with text."""
    column = 0
    waiting: list[tuple[int, str]] = []
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        text = " ".join(_lines(cell)) or _value(cell)
        count = _number(cell, f"{_TABLE}number-columns-repeated", 1, _WIDEST)
        for repeat in range(count):
            if column >= _WIDEST:
                return
            told = text if repeat < _MOST_REPEATS else ""
            waiting.append((column, told))
            column += 1
            if told:
                yield from waiting
                waiting.clear()


def _value(cell: Element) -> str:
    for name in ("string-value", "date-value", "time-value", "boolean-value", "value"):
        value = cell.get(f"{_OFFICE}{name}")
        if value is not None:
            return value
    return ""


def _number(element: Element, name: str, default: int, most: int) -> int:
    try:
        return max(1, min(int(element.get(name, default)), most))
    except ValueError:
        return default


def _read_sheets(builder: Builder, archive: Archive, max_characters: int) -> bool:
    """Add all sheets, row by row; returns whether there was too much of them."""
    sheet = Sheet(builder, "")
    number = 1
    for event, element in archive.events("content.xml"):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                sheet.finish()
                sheet = Sheet(builder, element.get(f"{_TABLE}name", ""))
                number = 1
        elif element.tag == f"{_TABLE}table-row":
            sheet.row(number, [cell for _, cell in _cells(element)])
            number += _number(element, f"{_TABLE}number-rows-repeated", 1, 1 << 24)
            element.clear()
        elif element.tag == f"{_TABLE}shapes":
            sheet.aside(list(_lines(element)))
        if sheet.length > max_characters:
            sheet.finish()
            return True
    sheet.finish()
    return False


def _read_slides(builder: Builder, content: Element) -> None:
    for number, slide in enumerate(content.iter(f"{_DRAW}page"), 1):
        lines = list(_lines(slide))
        builder.add("\n".join(lines), (one_line(_heading(slide) or lines[0]),) if lines else (),
                    Place(slide=number))  # fmt: skip


def _heading(slide: Element) -> str:
    for frame in slide.iter(f"{_DRAW}frame"):
        if frame.get(f"{_PRESENTATION}class") == "title":
            return " ".join(_lines(frame))
    return ""


def _about(archive: Archive) -> tuple[str, str]:
    try:
        meta = archive.xml("meta.xml")
    except JinasearchError:
        return "", ""
    return meta.findtext(f".//{_DC}title") or "", meta.findtext(f".//{_DC}creator") or ""
