from __future__ import annotations

import struct

import pytest
from compound_file import container

from jinasearch.core.errors import Code, JinasearchError

_PLAIN, _LOCKED = 0xE391C05F, 0xF3D1C4DF


def _record(kind: int, data: bytes, instance: int = 0, *, holds: bool = False) -> bytes:
    return struct.pack("<HHI", instance << 4 | (15 if holds else 0), kind, len(data)) + data


def _chars(text: str) -> bytes:
    return _record(4000, text.encode("utf-16-le"))


def _name(text: str, instance: int = 0) -> bytes:
    return _record(4026, text.encode("utf-16-le"), instance)


def _shape(*inner: bytes) -> bytes:
    return _record(1036, _record(0xF004, b"".join(inner), holds=True), holds=True)


def _listed(persist: int, identifier: int, *texts: bytes) -> bytes:
    return _record(1011, struct.pack("<IIIII", persist, 0, 0, identifier, 0)) + b"".join(texts)


def _title(text: str) -> bytes:
    return _record(3999, struct.pack("<I", 0)) + _chars(text)


def _presentation(token: int = _PLAIN, *, directory: bool = True) -> bytes:
    lists = (
        _record(4080, _listed(2, 256, _title("Second made, shown first")) + _listed(3, 257), 0,
                holds=True),
        _record(4080, _listed(4, 300), 1, holds=True),
        _record(4080, _listed(5, 301), 2, holds=True),
    )  # fmt: skip
    footer = _record(4057, _name("The footer", 2), holds=True)
    remark = _record(12000, _name("Bob") + _name("A remark", 1), holds=True)
    objects = {
        1: _record(1000, b"".join(lists) + footer, holds=True),
        3: _record(1006, _shape(_record(4008, b"Caf\xe9\rin bytes")), holds=True),
        2: _record(1006, _shape(_chars("In a shape")) + _record(5003, remark), holds=True),
        4: _record(
            1016,
            _shape(_chars("Click to edit"), _record(3011, struct.pack("<iBBH", 0, 1, 0, 0)))
            + _shape(_chars("On every slide"))
            + _name("Blue design", 2),
            holds=True,
        ),
        5: _record(
            1008, _record(1009, struct.pack("<I", 256)) + _shape(_chars("To say")), holds=True
        ),
    }
    stream = _record(1006, _shape(_chars("Deleted long ago")), holds=True)
    places = {}
    for number, data in objects.items():
        places[number] = len(stream)
        stream += data
    at = len(stream)
    entries = struct.pack("<I", 5 << 20 | 1) + b"".join(
        struct.pack("<I", places[number]) for number in range(1, 6)
    )
    stream += _record(6002, entries)
    edit = len(stream)
    stream += _record(4085, struct.pack("<IIIIIII", 0, 0, 0, at, 1, 5, 0))
    user = struct.pack("<HHIIII", 0, 4086, 20, 20, token, edit if directory else 7) + bytes(8)
    return container({"PowerPoint Document": stream, "Current User": user})


def test_slides_in_their_order_with_titles_notes_and_remarks(document_of):
    document = document_of("a.ppt", _presentation())
    assert document.kind == "ppt"
    assert [(p.place.slide, p.heading, p.text) for p in document.passages] == [
        (
            1,
            "Second made, shown first",
            "Second made, shown first\nIn a shape\nA remark\nTo say",
        ),
        (2, "Café in bytes", "Café\nin bytes"),
        (None, "", "The footer\nOn every slide\nBlue design"),
    ]


def test_a_locked_presentation_is_said_to_be(document_of):
    with pytest.raises(JinasearchError) as caught:
        document_of("a.ppt", _presentation(_LOCKED))
    assert caught.value.code == Code.FILE_ENCRYPTED


def test_without_its_directory_all_there_is_is_read(document_of):
    text = "\n".join(p.text for p in document_of("a.ppt", _presentation(directory=False)).passages)
    assert "In a shape" in text
    assert "Deleted long ago" in text


@pytest.mark.parametrize("name", ["a", "a.doc", "a.bin"])
def test_it_is_known_by_its_content(document_of, name):
    assert document_of(name, _presentation()).kind == "ppt"
