"""Reader of old presentations (Microsoft's PowerPoint Binary format, MS-PPT).

Not kreuzberg's (4.10): it tells the slides not apart, reads what was deleted, and misses locks.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jinasearch.core.models import Place
from jinasearch.extract.containers.compound import BROKEN, Container
from jinasearch.extract.outline import Builder, Outline, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.extract.source import Source

_HEADER = struct.Struct("<HHI")
_DOCUMENT, _SLIDE, _NOTES, _MASTER = 1000, 1006, 1008, 1016
_SLIDE_PERSIST, _NOTES_ATOM, _LIST = 1011, 1009, 4080
_TEXT_HEADER, _TEXT_CHARS, _TEXT_BYTES, _STRING = 3999, 4000, 4008, 4026
_PLACEHOLDER, _HEADERS_FOOTERS, _TAG_DATA, _COMMENT = 3011, 4057, 5003, 12000
_USER_EDIT = 4085
_SHAPE = 0xF004
_LOCKED_TOKEN = 0xF3D1C4DF
_TITLES = (0, 6)
_MASTER_PLACEHOLDERS = range(1, 9)
"""Placeholders of a master with text such as "Click to edit" (2.13.24)."""
_DEEPEST = 30
_MOST_EDITS = 1_000
_NOT_TEXT = re.compile("[\x00-\x08\x0c\x0e-\x1f\ufffc]")


@dataclass(frozen=True, slots=True)
class _Record:
    kind: int
    instance: int
    data: memoryview
    is_container: bool

    def children(self) -> Iterator[_Record]:
        """The records within, as far as they are sound."""
        yield from _records(self.data)


@dataclass(slots=True)
class _Slide:
    """A slide's place in the file, its number in links, and its texts, with the title's first."""

    persist: int
    identifier: int
    texts: list[tuple[int, str]] = field(default_factory=list)


def read_ppt(source: Source) -> Outline:
    """A presentation: each slide with its title as heading, then its notes.

    Raises:
        JinasearchError: FILE_UNREADABLE, FILE_ENCRYPTED.
    """
    with Container(source) as container:
        stream = container.stream("PowerPoint Document")
        user = container.stream("Current User")
        if int.from_bytes(user[12:16], "little") == _LOCKED_TOKEN or any(
            name[0] == "EncryptedSummary" for name in container.names
        ):
            raise container.encrypted()
        if not stream:
            raise container.damaged()
        title, author = container.about()
    builder = Builder()
    _Reader(memoryview(stream), user).add_to(builder)
    return builder.outline(source.kind, title, author)


class _Reader:
    def __init__(self, stream: memoryview, user: bytes) -> None:
        self._stream = stream
        try:
            self._places, document = _directory(stream, int.from_bytes(user[16:20], "little"))
        except BROKEN:
            self._places, document = {}, 0
        self._document = self._at(document, _DOCUMENT) or next(
            (record for record in _records(stream) if record.kind == _DOCUMENT), None
        )
        self._footers: dict[str, None] = {}

    def add_to(self, builder: Builder) -> None:
        slides = self._list(0)
        if not slides or not self._places:
            # The directory is broken: all that is there, whichever slide it was on.
            for part in _records(self._stream):
                builder.add("\n".join(_texts(part)))
            return
        notes = self._notes()
        for number, slide in enumerate(slides, 1):
            lines = [text for _, text in slide.texts]
            record = self._at(slide.persist, _SLIDE)
            if record is not None:
                lines += _texts(record)
                self._collect_footers(record)
            titles = [text for kind, text in slide.texts if kind in _TITLES] or lines[:1]
            heading = (one_line(titles[0]),) if titles else ()
            lines += notes.get(slide.identifier, [])
            builder.add("\n".join(lines), heading, Place(slide=number))
        if self._document is not None:
            self._collect_footers(self._document)
        builder.add("\n".join(dict.fromkeys([*self._footers, *self._designs()])))

    def _list(self, instance: int) -> list[_Slide]:
        """The slides (0), masters (1) or notes (2) that the document lists."""
        slides: list[_Slide] = []
        if self._document is None:
            return slides
        for record in self._document.children():
            if record.kind != _LIST or record.instance != instance:
                continue
            kind = 0
            for child in record.children():
                if child.kind == _SLIDE_PERSIST and len(child.data) >= 16:
                    persist, _, _, identifier = struct.unpack_from("<IIII", child.data)
                    slides.append(_Slide(persist, identifier))
                elif child.kind == _TEXT_HEADER:
                    kind = int.from_bytes(child.data[:4], "little")
                elif slides:
                    text = _text(child)
                    if text:
                        slides[-1].texts.append((kind, text))
        return slides

    def _notes(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for page in self._list(2):
            record = self._at(page.persist, _NOTES)
            if record is None:
                continue
            for child in record.children():
                if child.kind == _NOTES_ATOM:
                    slide = int.from_bytes(child.data[:4], "little")
                    found.setdefault(slide, []).extend(_texts(record))
        return found

    def _designs(self) -> Iterator[str]:
        """What stands on the masters beside their placeholders, and what they are called."""
        for page in self._list(1):
            master = self._at(page.persist, _MASTER)
            if master is None:
                continue
            yield from _texts(master, master=True)
            for child in master.children():
                if child.kind == _STRING:
                    yield _clean(bytes(child.data).decode("utf-16-le", "replace"))

    def _collect_footers(self, record: _Record) -> None:
        for child in record.children():
            if child.kind == _HEADERS_FOOTERS:
                for text in child.children():
                    if text.kind == _STRING:
                        line = _clean(bytes(text.data).decode("utf-16-le", "replace"))
                        if line:
                            self._footers[line] = None

    def _at(self, persist: int, kind: int) -> _Record | None:
        place = self._places.get(persist)
        record = None if place is None else next(_records(self._stream[place:]), None)
        return record if record is not None and record.kind == kind else None


def _directory(stream: memoryview, edit: int) -> tuple[dict[int, int], int]:
    """Where the newest version of each object lies, and the number of the document (2.1.2)."""
    places: dict[int, int] = {}
    document = 0
    seen: set[int] = set()
    while edit not in seen and len(seen) < _MOST_EDITS:
        seen.add(edit)
        record = next(_records(stream[edit:]), None)
        if record is None or record.kind != _USER_EDIT:
            break
        before, directory, reference = struct.unpack_from("<III", record.data, 8)
        document = document or reference
        entries = next((part.data for part in _records(stream[directory:])), b"")
        at = 0
        while at + 4 <= len(entries):
            head = int.from_bytes(entries[at : at + 4], "little")
            first, count = head & 0xFFFFF, head >> 20
            at += 4
            for number in range(count):
                place = int.from_bytes(entries[at : at + 4], "little")
                at += 4
                places.setdefault(first + number, place)
        if not before:
            break
        edit = before
    return places, document


def _records(data: memoryview) -> Iterator[_Record]:
    at = 0
    while at + 8 <= len(data):
        head, kind, length = _HEADER.unpack_from(data, at)
        yield _Record(kind, head >> 4, data[at + 8 : at + 8 + length], head & 0xF == 0xF)
        at += 8 + length


def _texts(record: _Record, depth: int = 0, *, master: bool = False) -> list[str]:
    """The texts below a record: boxes, shapes, tables and remarks, in the order of the file."""
    found: list[str] = []
    if depth > _DEEPEST:
        return found
    for child in record.children():
        if child.kind == _HEADERS_FOOTERS or (
            master and child.kind == _SHAPE and _is_placeholder(child)
        ):
            continue
        if child.kind == _COMMENT:
            found += [
                _clean(bytes(text.data).decode("utf-16-le", "replace"))
                for text in child.children()
                if text.kind == _STRING and text.instance == 1
            ]
        elif child.is_container or child.kind == _TAG_DATA:
            found += _texts(child, depth + 1, master=master)
        else:
            text = _text(child)
            if text:
                found.append(text)
    return found


def _is_placeholder(shape: _Record, depth: int = 0) -> bool:
    for child in shape.children():
        if child.kind == _PLACEHOLDER:
            return len(child.data) > 4 and child.data[4] in _MASTER_PLACEHOLDERS
        if child.is_container and depth < 4 and _is_placeholder(child, depth + 1):
            return True
    return False


def _text(record: _Record) -> str:
    if record.kind == _TEXT_CHARS:
        return _clean(bytes(record.data).decode("utf-16-le", "replace"))
    if record.kind == _TEXT_BYTES:
        return _clean(bytes(record.data).decode("latin-1"))
    return ""


def _clean(text: str) -> str:
    text = text.replace("\r", "\n").replace("\v", "\n")
    return _NOT_TEXT.sub("", text).strip(" *") if text.strip(" *\n") else ""
