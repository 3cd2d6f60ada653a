from __future__ import annotations

import struct

import pytest
from compound_file import container

from jinasearch.core.errors import Code, JinasearchError


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _bof(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))


def _label(row: int, column: int, text: str) -> bytes:
    coded = text.encode("utf-16-le")
    return _record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + coded)


def _number(row: int, column: int, value: float) -> bytes:
    return _record(0x203, struct.pack("<HHHd", row, column, 0, value))


def _book(*cells: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    name = struct.pack("<BB", 6, 0) + b"People"
    head = _bof(5) + before
    place = len(head) + 4 + 6 + len(name) + 4
    stream = head + _record(0x85, struct.pack("<IBB", place, 0, 0) + name) + _record(0x0A)
    stream += _bof(0x10) + b"".join(cells) + after + _record(0x0A)
    return container({"Workbook": stream})


def _text(document) -> str:
    return "\n".join(passage.text for passage in document.passages)


def test_rows_have_sheet_number_and_header(document_of):
    cells = [_label(2, 0, "Name"), _label(2, 1, "Größe")]
    for row in range(3, 120):
        cells += [_label(row, 0, f"Person {row}"), _number(row, 1, row + 0.5)]
    document = document_of("a", _book(*cells))
    assert document.kind == "xls"
    assert len(document.passages) > 1
    assert {p.heading for p in document.passages} == {"People › Name | Größe"}
    assert {p.place.sheet for p in document.passages} == {"People"}
    assert document.passages[0].place.row == 3
    assert "Person 7 | 7.5" in document.passages[0].text
    last = document.passages[-1]
    assert last.place.row == int(last.text.split()[1]) + 1


def test_text_boxes_and_remarks(document_of):
    boxes = b""
    for text, coded in (
        ("In a box", b"\0In a box"),
        ("Größe", b"\1" + "Größe".encode("utf-16-le")),
    ):
        boxes += _record(0x1B6, bytes(10) + struct.pack("<HHI", len(text), 0, 0))
        boxes += _record(0x3C, coded)
    assert _text(document_of("a.xls", _book(after=boxes))) == "In a box\nGröße"


def test_a_locked_workbook_is_said_to_be(document_of):
    with pytest.raises(JinasearchError) as caught:
        document_of("a.xls", _book(before=_record(0x2F, bytes(6))))
    assert caught.value.code == Code.FILE_ENCRYPTED


def test_a_broken_workbook_is_said_to_be(document_of):
    with pytest.raises(JinasearchError) as caught:
        document_of("a.xls", container({"Workbook": b"junk"}))
    assert caught.value.code == Code.FILE_UNREADABLE
