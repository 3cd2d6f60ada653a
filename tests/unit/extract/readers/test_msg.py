from __future__ import annotations

import struct

import pytest
from compound_file import container

from jinasearch.extract.readers.msg import unpacked

_TEXT, _BYTES = "001F", "001E"


def _property(tag: str, text: str) -> dict[str, bytes]:
    return {f"__substg1.0_{tag}{_TEXT}": text.encode("utf-16-le")}


def _fixed(skip: int, **values: int) -> bytes:
    return bytes(skip) + b"".join(
        struct.pack("<HHIQ", 0x0040, int(tag[1:], 16), 6, value) for tag, value in values.items()
    )


def _message(*parts: dict[str, bytes], properties: bytes = bytes(32)) -> bytes:
    streams = {"__properties_version1.0": properties}
    for part in parts:
        streams |= part
    return container(streams)


def _below(storage: str, *parts: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{storage}/{name}": data for part in parts for name, data in part.items()}


def _text(document) -> str:
    return "\n".join(passage.text for passage in document.passages)


def test_main_headers_and_text(document_of):
    data = _message(
        _property("0037", "Grüße"), _property("0C1A", "Änne"), _property("0C1F", "a@b.org"),
        _property("0E04", "Bob"), _property("1000", "Hello there"),
        properties=_fixed(32, t0039=133_444_224_000_000_000),
    )  # fmt: skip
    document = document_of("a", data)
    assert (document.kind, document.title, document.author) == ("msg", "Grüße", "Änne <a@b.org>")
    assert _text(document) == (
        "Subject: Grüße\nFrom: Änne <a@b.org>\nTo: Bob\nDate: 2023-11-14 08:00\n\nHello there"
    )


@pytest.mark.parametrize(
    ("page", "encoding", "text"),
    [(1251, "cp1251", "автоматически"), (932, "cp932", "テスト用"), (65001, "utf-8", "łódź")],
)
def test_texts_in_old_encodings(document_of, page, encoding, text):
    data = _message(
        {"__substg1.0_1000001E": text.encode(encoding)}, properties=_fixed(32, t3FFD=page)
    )
    assert _text(document_of("a.msg", data)) == text


def test_html_and_rtf_stand_in_for_the_text(document_of):
    page = _message({"__substg1.0_10130102": b"<p>Good <b>day</b></p>"})
    assert _text(document_of("a.msg", page)) == "Good day"
    rich = rb"{\rtf1\ansi Good day}"
    packed = struct.pack("<II4sI", len(rich) + 12, len(rich), b"MELA", 0) + rich
    assert _text(document_of("a.msg", _message({"__substg1.0_10090102": packed}))) == "Good day"


def test_compressed_rtf():
    # The worked example of the specification (MS-OXRTFCP 4.1).
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232"
        "0af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked(packed[:30]).startswith(b"{\\rtf1\\ansi")
    assert unpacked(b"") == b""


def test_attachments_and_messages_within(document_of):
    data = _message(
        _property("1000", "Body"),
        _below("__attach_version1.0_#00000000", _property("3707", "notes.md"),
               {"__substg1.0_37010102": b"# Top\nfrom Markdown" + b"\n" * 5_000}),
        _below("__attach_version1.0_#00000001", _property("3001", "The other"),
               _below("__substg1.0_3701000D", _property("0037", "Inner"),
                      _property("1000", "deep inside"),
                      {"__properties_version1.0": bytes(24)})),
    )  # fmt: skip
    document = document_of("a.msg", data)
    assert "Attachments: notes.md, The other" in document.passages[0].text
    text = _text(document)
    assert "from Markdown" in text
    assert "Subject: Inner\n\ndeep inside" in text


def test_contacts_have_their_numbers_and_firms(document_of):
    data = _message(
        _property("3001", "Ann"), _property("3A16", "Ann Ltd"), _property("3A08", "+49 1")
    )
    document = document_of("a.msg", data)
    assert document.title == "Ann"
    assert _text(document) == "+49 1\nAnn Ltd"
