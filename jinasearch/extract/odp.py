"""Reader of OpenDocument presentations, which kreuzberg (4.10) does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError
from jinasearch.extract.outline import Builder, Outline, one_line
from jinasearch.extract.zipped import Archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from jinasearch.extract.source import Source

_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_MANIFEST = "META-INF/manifest.xml"


def read_odp(source: Source) -> Outline:
    """A presentation: a section a slide, its first line as heading.

    Raises:
        JinasearchError: FILE_UNREADABLE, FILE_ENCRYPTED.
    """
    archive = Archive(source)
    if _MANIFEST in archive and b"encryption-data" in archive.read(_MANIFEST):
        raise archive.encrypted()
    builder = Builder()
    for number, slide in enumerate(archive.xml("content.xml").iter(f"{_DRAW}page"), 1):
        lines = list(_lines(slide))
        heading = (one_line(lines[0]),) if lines else ()
        builder.add("\n".join(lines), heading, slide=number)
    title, author = _about(archive)
    return builder.outline(source.kind, title, author)


def _lines(slide: Element) -> Iterator[str]:
    for element in slide.iter():
        if element.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            line = "".join(_pieces(element))
            if line.strip():
                yield line


def _pieces(element: Element) -> Iterator[str]:
    for part in element.iter():
        if part.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
            yield " "
        yield part.text or ""
        if part is not element:
            yield part.tail or ""


def _about(archive: Archive) -> tuple[str, str]:
    try:
        meta = archive.xml("meta.xml")
    except JinasearchError:
        return "", ""
    return meta.findtext(f".//{_DC}title") or "", meta.findtext(f".//{_DC}creator") or ""
