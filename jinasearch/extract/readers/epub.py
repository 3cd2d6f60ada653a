"""Reader of EPUB books: the chapters in reading order, each a web page.

Not kreuzberg's (4.10): it panics on some books that are not in Latin script.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from jinasearch.core.errors import JinasearchError
from jinasearch.extract.containers.zipped import Archive
from jinasearch.extract.decode import decode
from jinasearch.extract.outline import Builder, Outline
from jinasearch.extract.readers.html import html_outline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from jinasearch.extract.source import Source

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")


def read_epub(source: Source) -> Outline:
    """A book.

    Raises:
        JinasearchError: FILE_UNREADABLE, FILE_ENCRYPTED.
    """
    archive = Archive(source)
    root = archive.xml(_CONTAINER).find(".//{*}rootfile")
    package_name = unquote(root.get("full-path", "")) if root is not None else ""
    package = archive.xml(package_name)
    builder = Builder()
    unread = 0
    for name in _chapters(package, posixpath.dirname(package_name)):
        if builder.length > source.max_characters:
            break
        try:
            page = archive.read(name)
        except JinasearchError:
            unread += 1  # one chapter is missing or broken: the others are still worth finding
            continue
        chapter = html_outline("html", decode(page))
        for section in chapter.sections:
            heading = section.heading or ((chapter.title,) if chapter.title else ())
            builder.add(chapter.text[section.start : section.end], heading)
    if not builder.length and unread:
        raise archive.encrypted() if _ENCRYPTION in archive else archive.damaged()
    title = _meta(package, "title")
    return builder.outline(source.kind, title, _meta(package, "creator"))


def _chapters(package: Element, folder: str) -> Iterator[str]:
    items = {item.get("id"): item for item in package.iterfind(".//{*}manifest/{*}item")}
    for reference in package.iterfind(".//{*}spine/{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is not None and item.get("media-type") in _PAGES:
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))


def _meta(package: Element, name: str) -> str:
    found = package.find(f".//{{*}}metadata//{{http://purl.org/dc/elements/1.1/}}{name}")
    return "".join(found.itertext()) if found is not None else ""
