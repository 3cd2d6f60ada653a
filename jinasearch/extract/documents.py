"""Reader of PDF files and new presentations, on kreuzberg.

No OCR, no network, and no cache on disk: the texts of a user's files lie in the library alone.
"""

from __future__ import annotations

import functools
import itertools
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import kreuzberg

from jinasearch.extract.outline import Builder, Headings, Outline, cleaned
from jinasearch.extract.pdf import notes, pages_without_text, runs_left, texts
from jinasearch.extract.slides import slide_titles
from jinasearch.extract.source import damaged, encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.core.errors import JinasearchError
    from jinasearch.extract.source import Source

MIME = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
"""The media type by which kreuzberg knows each kind."""

_ENCRYPTED = ("encrypt", "password")
_COMPOUND = b"\xd0\xcf\x11\xe0"


def read_document(source: Source) -> Outline:
    """A file of one of the kinds in `MIME`.

    Raises:
        JinasearchError: FILE_ENCRYPTED, FILE_UNREADABLE.
    """
    try:
        result = kreuzberg.extract_bytes_sync(
            source.data(), MIME[source.kind], config=_configuration()
        )
    except kreuzberg.KreuzbergError as error:
        raise _failure(source, error) from error
    builder = Builder()
    metadata: dict[str, Any] = dict(result.metadata)
    titles = _headings(result)
    slides = slide_titles(source) if source.kind == "pptx" else []
    _add_pages(builder, source.data(), result.content, metadata, titles, slides)
    if source.kind == "pdf":
        for number, lines in notes(source.data()):
            builder.add("\n".join(lines), page=number)
    title = _title(metadata) or next(filter(None, slides), "")
    outline = builder.outline(source.kind, title, _author(metadata))
    if source.kind != "pdf":
        return outline
    with_text = {section.page for section in outline.sections if section.page}
    return replace(outline, pictures=pages_without_text(source.data(), with_text))


@functools.cache
def _configuration() -> kreuzberg.ExtractionConfig:
    options: dict[str, Any] = {
        "use_cache": False,
        "disable_ocr": True,  # known to the library, missing from its type stub
        "enable_quality_processing": False,
        "include_document_structure": True,
        "pages": kreuzberg.PageConfig(extract_pages=True),
        "concurrency": kreuzberg.ConcurrencyConfig(max_threads=1),
    }
    return kreuzberg.ExtractionConfig(**options)


def _headings(result: kreuzberg.ExtractionResult) -> deque[tuple[int, str]]:
    """Level and text of the document's headings, in reading order."""
    found: deque[tuple[int, str]] = deque()
    nodes: list[Any] = list(result.document["nodes"]) if result.document else []
    for node in nodes:
        content = node["content"]
        if content["node_type"] in ("heading", "title"):
            text = str(content.get("text", ""))
            if text.strip():
                found.append((int(content.get("level", 1)), text.strip()))
    return found


def _add_pages(
    builder: Builder,
    data: bytes,
    content: str,
    metadata: dict[str, Any],
    titles: deque[tuple[int, str]],
    slides: list[str],
) -> None:
    headings = Headings()
    pages = metadata.get("pages") or {}
    unit = pages.get("unit_type")
    divided = list(_pages(content, pages.get("boundaries") or []))
    turned = [number for number, text in divided if number and runs_left(text)]
    right = texts(data, turned) if turned and unit == "page" else {}
    for number, found in divided:
        text = right.get(number or 0) or found
        if unit == "slide":
            builder.add(text, _slide_heading(slides, number, text), slide=number)
            continue
        for path, part in _by_headings(text, titles, headings):
            builder.add(
                part,
                path,
                page=number if unit == "page" else None,
            )


def _slide_heading(slides: list[str], number: int | None, text: str) -> tuple[str, ...]:
    title = slides[number - 1] if number and number <= len(slides) else ""
    return (title,) if title and "".join(title.split()) in "".join(text.split()) else ()


def _pages(content: str, boundaries: list[dict[str, int]]) -> Iterator[tuple[int | None, str]]:
    """The content by pages or slides. What lies between two of them goes with the first."""
    if not boundaries:
        yield None, content
        return
    data = content.encode()
    starts = [0, *(boundary["byte_start"] for boundary in boundaries[1:]), len(data)]
    for boundary, (start, end) in zip(boundaries, itertools.pairwise(starts), strict=True):
        yield boundary["page_number"], data[start:end].decode("utf-8", "replace")


def _by_headings(
    text: str, titles: deque[tuple[int, str]], headings: Headings
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Cut `text` where the next headings stand on lines of their own; those found are used up."""
    start = 0
    at = 0
    path = headings.path
    while titles:
        level, title = titles[0]
        found = _line(text, title, at)
        if found < 0:
            break
        titles.popleft()
        yield path, text[start:found]
        start, at = found, found + len(title)
        path = headings.enter(level, title)
    yield path, text[start:]


def _line(text: str, title: str, start: int) -> int:
    while (found := text.find(title, start)) >= 0:
        if found == 0 or text[found - 1] == "\n":
            return found
        start = found + 1
    return -1


def _title(metadata: dict[str, Any]) -> str:
    return cleaned(str(metadata.get("title") or metadata.get("subject") or ""))


def _author(metadata: dict[str, Any]) -> str:
    authors = metadata.get("authors") or [metadata.get("from_email")]
    return ", ".join(str(name) for name in authors if name) if isinstance(authors, list) else ""


def _failure(source: Source, error: kreuzberg.KreuzbergError) -> JinasearchError:
    reason = str(error).lower()
    if any(word in reason for word in _ENCRYPTED) or source.head().startswith(_COMPOUND):
        return encrypted(source)  # a locked presentation lies in a container of old
    return damaged(source)
