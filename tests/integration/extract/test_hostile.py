"""Files that were made to do harm: each costs a bounded time, and the next one is read."""

from __future__ import annotations

import io
import zipfile

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.settings import ExtractSettings

_LARGE = 200_000_000
_LAUGHS = "".join(f"<!ENTITY l{level} '{f'&l{level - 1};' * 10}'>" for level in range(1, 10))
_LAUGH = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


def _docx(document: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", document)
    return stream.getvalue()


def _word(text: str, before: str = "") -> bytes:
    body = f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
    return _docx(f"{before}{body}</w:body></w:document>".encode())


def _files() -> dict[str, bytes]:
    deep = 200_000
    return {
        "laughs.xml": f"{_LAUGH}<x>&l9;</x>".encode(),
        "laughs.svg": f"{_LAUGH}<svg><text>&l9;</text></svg>".encode(),
        "laughs.docx": _word("&l9;", _LAUGH),
        "outside.xml": f"{_OUTSIDE}<x>&f;</x>".encode(),
        "outside.docx": _word("&f;", _OUTSIDE),
        "bomb.docx": _docx(b"<a>" + b"x" * 300_000_000),
        "deep.xml": b"<a>" * deep,
        "deep.html": b"<html>" + b"<div>" * (deep // 20),
        "deep.json": b"[" * deep,
        "deep.rtf": b"{\\rtf1" + b"{" * deep,
        "deep.md": b">" * deep,
        "brackets.md": b"[" * deep,
        "commas.csv": b"a," * (deep * 5),
        "quotes.csv": b'"' * deep,
        "headers.eml": b"From: a@b.c\nTo: b@c.d\nSubject: x\n" + b" x\n" * deep,
        "parts.eml": b"From: a@b.c\nTo: b@c.d\nContent-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\n\nx\n" * 10_000,
        "froms.mbox": b"From a@b.c Mon Jan 01 10:00:00 2024\nSubject: x\n\n" * 3_000,
        "line.txt": b"x" * 10_000_000,
        "numbers.pdf": b"%PDF-1.7\n" + b"1 0 obj<</Length 99999999999>>stream\n" * 1_000,
        "cut.gz": b"\x1f\x8b\x08" + bytes(100),
    }


_FILES = _files()
_TOLD = {
    Code.FILE_UNREADABLE, Code.FILE_KIND_UNKNOWN, Code.FILE_OUT_OF_MEMORY, Code.FILE_TIMED_OUT,
}  # fmt: skip


@pytest.fixture(scope="module")
def confined():
    from jinasearch.extract.pool import ExtractWorker

    from .conftest import COMMAND

    worker = ExtractWorker(COMMAND, ExtractSettings(timeout_seconds=20))
    yield worker
    worker.stop()


@pytest.mark.parametrize("name", _FILES)
def test_harm_is_bounded(confined, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(_FILES[name])
    try:
        document = confined.extract(str(path), _LARGE, archives=True).document
    except JinasearchError as error:
        told = error.code
    else:
        told = None
        text = "".join(passage.text for passage in document.passages)
        assert "root:" not in text
        assert len(text) <= 2_100_000
    assert told is None or told in _TOLD
    assert confined.memory_bytes() < 1_500_000_000
    good = tmp_path / "good.txt"
    good.write_text("albatross")
    assert confined.extract(str(good), _LARGE).document.passages[0].text == "albatross"
