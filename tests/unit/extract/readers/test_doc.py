from __future__ import annotations

import struct

import pytest
from compound_file import container

from jinasearch.core.errors import Code, JinasearchError

_TEXT_AT = 0x600


def _doc(
    text: str,
    *,
    flags: int = 0,
    paragraphs: dict[int, bytes] | None = None,
    wide: bool = True,
    version: int = 0xC1,
    **more: bytes,
) -> bytes:
    """A Word file of one piece; `paragraphs`: style and properties from a position on."""
    coded = text.encode("utf-16-le" if wide else "cp1252")
    word = bytearray(_TEXT_AT + len(coded))
    word[:4] = struct.pack("<HH", 0xA5EC if version > 0x65 else 0xA5DC, version)
    word[0x0A:0x0C] = struct.pack("<H", flags)
    word[0x18:0x20] = struct.pack("<II", _TEXT_AT, _TEXT_AT + len(coded))
    word[_TEXT_AT:] = coded
    place = _TEXT_AT if wide else (_TEXT_AT * 2 | 0x40000000)
    plan = struct.pack("<IIHIH", 0, len(text), 0, place, 0)
    table = b"\x01\x02\x00xx" + b"\x02" + struct.pack("<I", len(plan)) + plan
    word[0x1A2:0x1AA] = struct.pack("<II", 0, len(table))
    if paragraphs:
        page = bytearray(512)
        width = 2 if wide else 1
        starts = [_TEXT_AT + at * width for at in (*paragraphs, len(text))]
        page[: 4 * len(starts)] = struct.pack(f"<{len(starts)}I", *starts)
        at = 300
        for index, properties in enumerate(paragraphs.values()):
            data = properties + b"\0" * (1 - len(properties) % 2)
            page[4 * len(starts) + 13 * index] = at // 2
            page[at : at + 1 + len(data)] = bytes((len(data) // 2 + 1,)) + data
            at += 2 + len(data) + len(data) % 2
        page[511] = len(paragraphs)
        word += bytes(-len(word) % 512)
        number = len(word) // 512
        word += page
        word[0x102:0x10A] = struct.pack("<II", len(table), 12)
        table += struct.pack("<III", starts[0], starts[-1], number)
    return container({"WordDocument": bytes(word), "0Table": table, **more})


def _text(document) -> str:
    return "\n".join(passage.text for passage in document.passages)


@pytest.mark.parametrize("wide", [True, False])
def test_paragraphs(document_of, wide):
    document = document_of("a", _doc("Größe – “so”\rTwo\x0bthree\x1efour\r", wide=wide))
    assert document.kind == "doc"
    assert _text(document) == "Größe – “so”\nTwo\nthree-four"


def test_of_a_field_only_its_result_is_shown(document_of):
    text = "See \x13 HYPERLINK \x13 PAGE \x141\x15 \x14the site\x15 and \x13 TOC \x15here\r"
    assert _text(document_of("a.doc", _doc(text))) == "See the site and here"


def test_headings_by_style(document_of):
    filler = "word " * 80
    text = f"Handbook\r{filler}\rLeave\r{filler}\r"
    second = text.index("Leave")
    levels = {
        0: struct.pack("<H", 1), 9: struct.pack("<H", 0), second: struct.pack("<H", 2),
        second + 6: struct.pack("<H", 0),
    }  # fmt: skip
    document = document_of("a.doc", _doc(text, paragraphs=levels))
    assert [p.heading for p in document.passages] == ["Handbook", "Handbook › Leave"]
    assert document.title == "Handbook"


def test_rows_of_tables(document_of):
    text = "Before\ra\x07b\x07\x07c\x07\x07\x07After\r"
    ends, cell = struct.pack("<H", 0) + b"\x16\x24\x01\x17\x24\x01", struct.pack("<H", 0)
    properties = {0: cell, 11: ends, 12: cell, 15: ends, 16: cell}
    document = document_of("a.doc", _doc(text, paragraphs=properties))
    assert _text(document) == "Before\n| a | b |\n| c |  |\nAfter"


def test_word_6_is_read_in_its_own_encoding(document_of):
    text = "Четыре балла и семь лет. Съешь же ещё этих мягких французских булок.\r"
    data = _doc(text.encode("cp1251").decode("cp1252"), wide=False, version=0x65)
    assert _text(document_of("a.doc", data)) == text.strip()


def _summary(*properties: tuple[int, bytes]) -> bytes:
    head = bytes(44) + struct.pack("<I", 48)
    offset = 8 + 8 * len(properties)
    table, values = b"", b""
    for number, value in properties:
        table += struct.pack("<II", number, offset + len(values))
        values += value + b"\0" * (-len(value) % 4)
    return head + struct.pack("<II", 0, len(properties)) + table + values


def test_title_and_author(document_of):
    summary = _summary(
        (1, struct.pack("<II", 2, 1251)),
        (2, struct.pack("<II", 30, 5) + "План".encode("cp1251") + b"\0"),
        (4, struct.pack("<II", 31, 4) + "Änne".encode("utf-16-le")),
        (9, struct.pack("<II", 0x101E, 0xFFFFFFFF)),
    )
    document = document_of("a.doc", _doc("Text\r", **{"\x05SummaryInformation": summary}))
    assert (document.title, document.author) == ("План", "Änne")


def test_a_locked_file_is_said_to_be(document_of):
    with pytest.raises(JinasearchError) as caught:
        document_of("a.doc", _doc("x", flags=0x0100))
    assert caught.value.code == Code.FILE_ENCRYPTED


def test_a_broken_file_is_said_to_be(document_of):
    with pytest.raises(JinasearchError) as caught:
        document_of("a.doc", container({"WordDocument": b"\xec\xa5", "x": b""}))
    assert caught.value.code == Code.FILE_UNREADABLE
