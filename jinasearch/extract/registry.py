"""Which kind of file it is, by its content first and its name second, and who reads that kind."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from jinasearch.extract.decode import without_mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.extract.outline import Outline
    from jinasearch.extract.source import Source

UNKNOWN = ""
"""The kind of a file that none of the readers can read."""

_ZIPPED = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp", "epub"})
_COMPOUND = frozenset({"doc", "xls", "ppt", "msg"})
_ALIASES = {
    "docm": "docx", "dotx": "docx", "dotm": "docx",
    "xlsm": "xlsx", "xltx": "xlsx", "xltm": "xlsx",
    "pptm": "pptx", "ppsx": "pptx", "ppsm": "pptx", "potx": "pptx",
    "ott": "odt", "ots": "ods", "otp": "odp", "dot": "doc", "xlt": "xls", "pps": "ppt",
    "htm": "html", "xhtml": "html", "xht": "html", "markdown": "markdown", "md": "markdown",
    "mdown": "markdown", "mkd": "markdown", "tab": "tsv", "ipynb": "notebook",
    "jsonl": "json", "ndjson": "json", "geojson": "json", "yml": "yaml", "mht": "eml",
    "mhtml": "eml",
}  # fmt: skip
_OF_TEXT = frozenset(
    {"html", "markdown", "csv", "tsv", "notebook", "json", "xml", "yaml", "eml", "mbox"}
)
_CODE = frozenset(
    {
        "py", "pyi", "pyx", "js", "mjs", "cjs", "ts", "tsx", "jsx", "java", "kt", "kts", "scala",
        "groovy", "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "cs", "go", "rs", "rb",
        "php", "pl", "pm", "lua", "r", "jl", "swift", "dart", "hs", "ml", "mli", "fs", "clj",
        "cljs", "el", "lisp", "scm", "erl", "ex", "exs", "sh", "bash", "zsh", "fish", "ps1",
        "bat", "cmd", "sql", "vb", "vbs", "pas", "asm", "s", "f", "f90", "v", "vhd", "tcl",
        "cmake", "gradle", "css", "scss", "sass", "less", "vue", "svelte", "proto", "graphql",
        "tf", "nix", "zig", "nim", "d", "cu", "tex",
    }
)  # fmt: skip
_OPEN_DOCUMENT = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_OOXML = {b"word/": "docx", b"xl/": "xlsx", b"ppt/": "pptx"}
_PAGE = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(
    rb"(?:Return-Path|Received|Delivered-To|MIME-Version|Message-ID|X-[A-Za-z-]+): ", re.IGNORECASE
)
_MAILBOX = re.compile(rb"From [^\r\n]{0,200}?\d\d:\d\d[^\r\n]*\r?\n")
_MAIL_SENDER = re.compile(rb"^(?:From|Subject|To|Date): ", re.MULTILINE)
_UNPRINTABLE = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 14, 15, 26, 27}) + b"\x7f"


def kind_of(path: str, head: bytes) -> str:
    """The kind of a file from its name and first bytes (some thousand); `UNKNOWN` if binary."""
    suffix = PurePath(path).suffix[1:].lower()
    named = _ALIASES.get(suffix, suffix)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(head, named)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return named if named in _COMPOUND else _compound(head, named)
    if head.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    if not is_text(head):
        return UNKNOWN
    return _text(named, head)


def is_text(head: bytes) -> bool:
    """Whether bytes look like text in some encoding; an empty file is text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\0\0\xfe\xff")):
        return True
    if b"\0" in head:
        return bool(without_mark(head))
    odd = len(head) - len(head.translate(None, _UNPRINTABLE))
    return odd <= len(head) // 100


def reader_of(kind: str) -> Callable[[Source], Outline]:  # noqa: PLR0911 - one a reader
    """The function that reads files of this kind, loaded when first asked for."""
    if kind == "html":
        from jinasearch.extract.html import read_html  # noqa: PLC0415

        return read_html
    if kind == "notebook":
        from jinasearch.extract.notebook import read_notebook  # noqa: PLC0415

        return read_notebook
    if kind == "epub":
        from jinasearch.extract.epub import read_epub  # noqa: PLC0415

        return read_epub
    if kind == "odp":
        from jinasearch.extract.odp import read_odp  # noqa: PLC0415

        return read_odp
    if kind in ("eml", "mbox"):
        from jinasearch.extract import mail  # noqa: PLC0415

        return mail.read_mail if kind == "eml" else mail.read_mailbox
    if kind == "rtf":
        from jinasearch.extract.rtf import read_rtf  # noqa: PLC0415

        return read_rtf
    if kind in _ZIPPED or kind in _COMPOUND or kind == "pdf":
        from jinasearch.extract.documents import read_document  # noqa: PLC0415

        return read_document
    from jinasearch.extract import text  # noqa: PLC0415

    return {
        "markdown": text.read_markdown,
        "csv": text.read_table,
        "tsv": text.read_table,
    }.get(kind, text.read_text)


def _zipped(head: bytes, named: str) -> str:
    # OpenDocument and EPUB begin with an uncompressed file that names their type.
    length = int.from_bytes(head[26:28], "little")
    if head[30 : 30 + length] == b"mimetype":
        stated = head[30 + length : 30 + length + 80]
        for mark in sorted(_OPEN_DOCUMENT, key=len, reverse=True):
            if mark in stated:
                return _OPEN_DOCUMENT[mark]
    if named in _ZIPPED:
        return named
    for folder, kind in _OOXML.items():
        if b"[Content_Types].xml" in head and folder in head:
            return kind
    return UNKNOWN


def _compound(head: bytes, named: str) -> str:
    """Office files with a foreign name; locked new ones lie in an old container, too."""
    if named in _ZIPPED:
        return named
    for stream, kind in (
        ("WordDocument", "doc"), ("Workbook", "xls"), ("PowerPoint Document", "ppt"),
        ("__nameid_version1.0", "msg"),
    ):  # fmt: skip
        if stream.encode("utf-16-le") in head:
            return kind
    return UNKNOWN


def _text(named: str, head: bytes) -> str:  # noqa: PLR0911 - one a kind
    if named in _OF_TEXT:
        return named
    if named in _CODE:
        return "code"
    if _PAGE.match(head):
        return "html"
    if _MAILBOX.match(head):
        return "mbox"
    if _MAIL.match(head) and _MAIL_SENDER.search(head):
        return "eml"
    if head.lstrip()[:5] == b"<?xml":
        return "xml"
    return "text"
