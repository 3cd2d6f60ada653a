"""Reader of new presentations, on kreuzberg.

No OCR, no network, and no cache on disk: the texts of a user's files lie in the library alone.
"""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any

import kreuzberg

from jinasearch.core.models import Place
from jinasearch.extract.outline import Builder, Outline, cleaned
from jinasearch.extract.readers.slides import slide_titles
from jinasearch.extract.source import damaged, encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.core.errors import JinasearchError
    from jinasearch.extract.source import Source

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_ENCRYPTED = ("encrypt", "password")
_COMPOUND = b"\xd0\xcf\x11\xe0"


def read_presentation(source: Source) -> Outline:
    """A new presentation.

    Raises:
        JinasearchError: FILE_ENCRYPTED, FILE_UNREADABLE.
    """
    try:
        result = kreuzberg.extract_bytes_sync(source.data(), _MEDIA_TYPE, config=_configuration())
    except kreuzberg.KreuzbergError as error:
        raise _failure(source, error) from error
    metadata: dict[str, Any] = dict(result.metadata)
    titles = slide_titles(source)
    pages = metadata.get("pages") or {}
    slides = pages.get("unit_type") == "slide"
    builder = Builder()
    for number, text in _pages(result.content, pages.get("boundaries") or []):
        if slides:
            builder.add(text, _heading(titles, number, text), Place(slide=number))
        else:
            builder.add(text)
    title = _title(metadata) or next(filter(None, titles), "")
    return builder.outline(source.kind, title, _author(metadata))


@functools.cache
def _configuration() -> kreuzberg.ExtractionConfig:
    options: dict[str, Any] = {
        "use_cache": False,
        "disable_ocr": True,  # known to the library, missing from its type stub
        "enable_quality_processing": False,
        "pages": kreuzberg.PageConfig(extract_pages=True),
        "concurrency": kreuzberg.ConcurrencyConfig(max_threads=1),
    }
    return kreuzberg.ExtractionConfig(**options)


def _heading(titles: list[str], number: int | None, text: str) -> tuple[str, ...]:
    title = titles[number - 1] if number and number <= len(titles) else ""
    return (title,) if title and "".join(title.split()) in "".join(text.split()) else ()


def _pages(content: str, boundaries: list[dict[str, int]]) -> Iterator[tuple[int | None, str]]:
    """The content by slides. What lies between two of them goes with the first."""
    if not boundaries:
        yield None, content
        return
    data = content.encode()
    starts = [0, *(boundary["byte_start"] for boundary in boundaries[1:]), len(data)]
    for boundary, (start, end) in zip(boundaries, itertools.pairwise(starts), strict=True):
        yield boundary["page_number"], data[start:end].decode("utf-8", "replace")


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
