"""Reader of old Word files (Microsoft's Word Binary format, MS-DOC), from Word 6 on.

Not kreuzberg's (4.10): it reads neither Word 6 and 95 nor notes, boxes, headers and footers, takes
rows apart, and does not know locks.
"""

from __future__ import annotations

import itertools
import re
import struct
from bisect import bisect_right
from typing import TYPE_CHECKING

from jinasearch.extract.containers.compound import BROKEN, Container
from jinasearch.extract.decode import decode
from jinasearch.extract.outline import Builder, Outline
from jinasearch.extract.readers.flow import Flow

if TYPE_CHECKING:
    from jinasearch.extract.source import Source

_MAGIC = (0xA5EC, 0xA5DC, 0xA5DB, 0xA699)
_WORD_97 = 0xC1 - 0x10
"""Versions below have no piece in 16 bits a letter (2.5.1, nFib)."""
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_CLX, _PAPX = 0x1A2, 0x102
_PAGE = 512
_ROW_END = b"\x17\x24\x01"
"""sprmPFTtp: this mark ends a row of a table."""
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_NOT_TEXT = re.compile("[\x00-\x06\x08\x0e-\x1d\x1f]")
_LINE_ENDS = re.compile("([\r\x07\x0c])")


def read_doc(source: Source) -> Outline:
    """A text with its headings and tables, then notes, headers, remarks and text boxes.

    Raises:
        JinasearchError: FILE_UNREADABLE, FILE_ENCRYPTED.
    """
    with Container(source) as container:
        word = container.stream("WordDocument")
        if len(word) < 0x60 or int.from_bytes(word[:2], "little") not in _MAGIC:
            raise container.damaged()
        version, flags = _short(word, 2), _short(word, 0x0A)
        if flags & _ENCRYPTED:
            raise container.encrypted()
        table = container.stream("1Table" if flags & _SECOND_TABLE else "0Table")
        title, author = container.about()
        try:
            text = _Word(word, table, old=version < _WORD_97)
        except BROKEN as error:
            raise container.damaged() from error
    builder = Builder()
    flow = Flow(builder, "| ")
    text.add_to(flow)
    flow.finish()
    return builder.outline(source.kind, title or flow.title, author)


class _Word:
    def __init__(self, word: bytes, table: bytes, *, old: bool) -> None:
        self._word = word
        self._table = table
        self._pieces = [] if old else self._piece_table()
        """First position in the text, first byte in the stream, bytes a letter, and the text."""
        if self._pieces:
            self.text = "".join(piece[3] for piece in self._pieces)
        else:
            # In what encoding Word 6 wrote is told nowhere. The marks are kept from decode(),
            # which makes \r to \n.
            first, last = struct.unpack_from("<II", word, 0x18)
            if last <= first:
                raise ValueError
            self.text = decode(word[first:last].replace(b"\r", b"\x0c")).replace("\x0c", "\r")
        self._starts, self._properties = ([], []) if old else self._paragraph_properties()

    def add_to(self, flow: Flow) -> None:
        """Append the paragraphs and the rows of the tables."""
        cells: list[str] = []
        at = 0
        pieces = _LINE_ENDS.split(self._without_fields())
        for line, mark in itertools.zip_longest(pieces[::2], pieces[1::2], fillvalue=""):
            at += len(line) + len(mark)
            text = _NOT_TEXT.sub("", line.replace("\x0b", "\n").replace("\x1e", "-"))
            text = text.replace("\ue000", "")
            if mark == "\x07":
                ends_row, _ = self._paragraph(at - 1)
                if text or not ends_row:
                    cells.append(text)
                if ends_row or (not text and not self._properties):
                    flow.row(cells)
                    cells = []
            elif cells and mark == "\r" and text:
                cells.append(text)
            else:
                if cells:
                    flow.row(cells)
                    cells = []
                flow.paragraph(text, self._paragraph(at - 1)[1] if text.strip() else 0)
        flow.row(cells)

    def _without_fields(self) -> str:
        """The text with the results of its fields only; no position changes."""
        text = self.text
        for _ in range(5):
            if "\x13" not in text:
                break
            text = _FIELD.sub(_result, text)
        return text

    def _piece_table(self) -> list[tuple[int, int, int, str]]:
        offset, length = struct.unpack_from("<II", self._word, _CLX)
        data = self._table[offset : offset + length]
        at = 0
        while at < len(data) and data[at] == 1:  # properties, told by those who use them
            at += 3 + _short(data, at + 1)
        if at >= len(data) or data[at] != 2:
            return []
        size = int.from_bytes(data[at + 1 : at + 5], "little")
        plan = data[at + 5 : at + 5 + size]
        count = (len(plan) - 4) // 12
        positions = struct.unpack_from(f"<{count + 1}I", plan)
        pieces = []
        for index in range(count):
            place = int.from_bytes(plan[4 * (count + 1) + 8 * index + 2 :][:4], "little")
            letters = max(0, min(positions[index + 1] - positions[index], len(self._word)))
            if place & 0x40000000:
                start, width = (place & 0x3FFFFFFF) // 2, 1
                text = self._word[start : start + letters].decode("cp1252", "replace")
            else:
                start, width = place, 2
                data16 = self._word[start : start + 2 * letters]
                text = data16.decode("utf-16-le", "surrogatepass")
            pieces.append((positions[index], start, width, text))
        return pieces

    def _paragraph_properties(self) -> tuple[list[int], list[tuple[bool, int]]]:
        """Where the paragraphs begin in the stream; whether they end rows; heading levels."""
        try:
            return self._read_properties()
        except BROKEN:
            return [], []

    def _read_properties(self) -> tuple[list[int], list[tuple[bool, int]]]:
        offset, length = struct.unpack_from("<II", self._word, _PAPX)
        plan = self._table[offset : offset + length]
        count = max(0, (len(plan) - 4) // 8)
        found: list[tuple[int, tuple[bool, int]]] = []
        for number in struct.unpack_from(f"<{count}I", plan, 4 * (count + 1)):
            page = self._word[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
            if len(page) < _PAGE:
                continue
            runs = page[-1]
            starts = struct.unpack_from(f"<{runs}I", page)
            for index, start in enumerate(starts):
                at = 2 * page[4 * (runs + 1) + 13 * index]
                found.append((start, _properties(page, at) if at else (False, 0)))
        found.sort(key=lambda entry: entry[0])
        return [start for start, _ in found], [properties for _, properties in found]

    def _paragraph(self, position: int) -> tuple[bool, int]:
        """Whether the paragraph that ends at a position of the text ends a row, and its level."""
        if not self._starts or not self._pieces:
            return False, 0
        index = bisect_right(self._pieces, position, key=lambda piece: piece[0]) - 1
        first, start, width, _ = self._pieces[max(0, index)]
        found = bisect_right(self._starts, start + (position - first) * width) - 1
        return self._properties[found] if found >= 0 else (False, 0)


def _properties(page: bytes, at: int) -> tuple[bool, int]:
    # The length counts pairs of bytes, less one; if it is 0, it follows (2.9.175).
    count = page[at]
    start, length = (at + 1, 2 * count - 1) if count else (at + 2, 2 * page[at + 1])
    data = page[start : start + length]
    style = _short(data, 0) if len(data) >= 2 else 0
    # The styles 1 to 9 are the nine headings in every file (2.9.271).
    return _ROW_END in data[2:], style if style <= 9 else 0


def _result(field: re.Match[str]) -> str:
    # As long as before, so that every letter keeps its position.
    shown = field[1] or ""
    before = field.start(1) - field.start() if field[1] is not None else len(field[0])
    return "\ue000" * before + shown + "\ue000" * (len(field[0]) - before - len(shown))


def _short(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")
