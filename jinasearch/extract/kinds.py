"""Which kind of file it is: by its content first, and by its name where that leaves a choice."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import PurePath
from typing import TYPE_CHECKING

import olefile

from jinasearch.extract.containers.unpack import is_tar
from jinasearch.extract.decode import decode, without_mark

if TYPE_CHECKING:
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
    "jsonl": "json", "ndjson": "json", "geojson": "json", "yml": "yaml",
    "cfg": "ini", "conf": "ini", "properties": "ini", "desktop": "ini", "mht": "eml",
    "mhtml": "eml", "mbx": "mbox", "rest": "rst", "adoc": "asciidoc",
    "tex": "latex", "ltx": "latex", "fodt": "xml", "fods": "xml", "fodp": "xml",
    "fb2": "xml", "svg": "xml", "docbook": "xml", "dbk": "xml",
}  # fmt: skip
_OF_TEXT = frozenset(
    {
        "html",
        "markdown",
        "csv",
        "tsv",
        "notebook",
        "json",
        "xml",
        "yaml",
        "toml",
        "ini",
        "eml",
        "mbox",
    }
)
_CODE = frozenset(
    {
        "py", "pyi", "pyx", "js", "mjs", "cjs", "ts", "tsx", "jsx", "java", "kt", "kts", "scala",
        "groovy", "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "cs", "go", "rs", "rb",
        "php", "pl", "pm", "lua", "r", "jl", "swift", "dart", "hs", "ml", "mli", "fs", "clj",
        "cljs", "el", "lisp", "scm", "erl", "ex", "exs", "sh", "bash", "zsh", "fish", "ps1",
        "bat", "cmd", "sql", "vb", "vbs", "pas", "asm", "s", "f", "f90", "v", "vhd", "tcl",
        "cmake", "gradle", "css", "scss", "sass", "less", "vue", "svelte", "proto", "graphql",
        "tf", "nix", "zig", "nim", "d", "cu",
    }
)  # fmt: skip
_MEDIA_TYPES = (
    (b"application/epub+zip", "epub"),
    (b"opendocument.text", "odt"),
    (b"opendocument.spreadsheet", "ods"),
    (b"opendocument.presentation", "odp"),
)
_MEMBERS = (
    ("word/document", "docx"), ("xl/workbook.bin", "xlsb"), ("xl/", "xlsx"), ("ppt/", "pptx"),
    ("META-INF/container.xml", "epub"),
)  # fmt: skip
"""What the name of a file begins with that a zip archive of the kind holds."""
_PROGRAMS = frozenset(
    {"jar", "war", "ear", "apk", "aab", "aar", "ipa", "whl", "xpi", "nupkg", "vsix", "oxt", "npz"}
)
"""Zip archives that are programs or numbers: nobody looks for what is in them."""
_ZIP = b"PK\x03\x04"
_PACKED = (
    (_ZIP, "zip"), (b"PK00" + _ZIP, "zip"), (b"PK\x05\x06", "zip"), (b"PK\x07\x08", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gz"), (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF87a", "gif"),
    (b"GIF89a", "gif"), (b"II*\0", "tiff"), (b"MM\0*", "tiff"),
)  # fmt: skip
_STREAMS = (
    ("EncryptedPackage", "docx"),  # a locked docx, xlsx or pptx
    ("WordDocument", "doc"), ("PowerPoint Document", "ppt"), ("PP97_DUALSTORAGE", "ppt"),
    ("Workbook", "xls"), ("Book", "xls"), ("__properties_version1.0", "msg"),
)  # fmt: skip
_MIMETYPE_BYTES = 200
_BEFORE_PAGE = re.compile(rb"\s+|<\?xml[^>]*>")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_NOTEBOOK = re.compile(rb'\s*\{\s*"(?:cells|metadata|nbformat|worksheets)"\s*:')
_MAILBOX = re.compile(rb"From [^\r\n]{0,200}?\d\d:\d\d[^\r\n]*\r?\n")
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):[ \t\r\n]")
_MAIL_HEADERS = frozenset(
    {b"from", b"to", b"subject", b"date", b"message-id", b"received", b"mime-version",
     b"return-path", b"delivered-to", b"reply-to", b"content-type"}
)  # fmt: skip
_SENT = frozenset({b"from", b"received", b"return-path", b"message-id"})
_BLANK = b" \t\r\n\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_UNPRINTABLE = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 14, 15, 26, 27}) + b"\x7f"


def kind_of(source: Source) -> str:
    """The kind of an open file; `UNKNOWN` if it holds no text that can be read."""
    suffix = PurePath(source.path).suffix[1:].lower()
    named = _ALIASES.get(suffix, suffix)
    head = source.head()
    packed = _packed(head)  # first: the first file in an archive may be a PDF file
    if packed:
        return _zipped(source, named) if head.startswith(_ZIP) else packed
    if _is_pdf(head):
        return "pdf"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(source, named)
    if head.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    if not is_text(head):
        return "zip" if named == "zip" else UNKNOWN  # the last of several volumes begins anyhow
    if head.startswith(_WIDE_MARKS) or b"\0" in head:
        head = decode(head, cut_off=True).encode("utf-8", "replace")
    return _text(named, head.removeprefix(b"\xef\xbb\xbf"))


def _packed(head: bytes) -> str:
    for mark, kind in _PACKED:
        if head.startswith(mark):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[:2] == b"BM" and head[6:10] == bytes(4) and len(head) > 26:
        return "bmp"
    if head[:3] == b"BZh" and head[4:10] == b"1AY&SY":
        return "bz2"
    return "tar" if len(head) >= 512 and is_tar(head) else UNKNOWN


def is_text(head: bytes) -> bool:
    """Whether bytes look like text in some encoding; an empty file is text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\0\0\xfe\xff")):
        return True
    if b"\0" in head:
        return bool(without_mark(head))
    odd = len(head) - len(head.translate(None, _UNPRINTABLE))
    return odd <= len(head) // 100


def _is_pdf(head: bytes) -> bool:
    # Some begin with the remains of a download; a text about PDF files is none.
    at = head.find(b"%PDF-", 0, 1024)
    return at == 0 or (at > 0 and (not head[:at].strip(_BLANK) or not is_text(head)))


def _zipped(source: Source, named: str) -> str:
    head = source.head()
    length = int.from_bytes(head[26:28], "little")
    if head[30 : 30 + length] == b"mimetype":  # usually not compressed, so that it can be seen
        kind = _of_media_type(head[30 + length : 30 + length + _MIMETYPE_BYTES])
        if kind:
            return kind
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                with archive.open("mimetype") as member:
                    kind = _of_media_type(member.read(_MIMETYPE_BYTES))
                    if kind:
                        return kind
    except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError):
        # Its reader says that it is damaged.
        return named if named in _ZIPPED or named == "zip" else UNKNOWN
    for start, kind in _MEMBERS:
        if any(name.replace("\\", "/").startswith(start) for name in names):
            return kind
    if named in _ZIPPED and "[Content_Types].xml" in names:
        return named
    return UNKNOWN if named in _PROGRAMS else "zip"


def _of_media_type(stated: bytes) -> str:
    return next((kind for mark, kind in _MEDIA_TYPES if mark in stated), UNKNOWN)


def _compound(source: Source, named: str) -> str:
    """Office files of old, and locked new ones, which are wrapped in a container of old."""
    try:
        with source.open() as stream, olefile.OleFileIO(stream) as container:
            names = {entry[0].lower() for entry in container.listdir() if len(entry) == 1}
    except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError):
        return named if named in _COMPOUND or named in _ZIPPED else UNKNOWN
    for name, kind in _STREAMS:
        if name.lower() in names:
            return named if kind == "docx" and named in _ZIPPED else kind
    return named if named in _COMPOUND else UNKNOWN


def _text(named: str, head: bytes) -> str:
    if named in _CODE:
        return "code"
    kind = "text"
    if named in ("markdown", "mbox", "rst", "org", "asciidoc", "latex"):
        kind = named
    elif _is_page(head):
        kind = "html"
    elif _MAILBOX.match(head) and named not in ("csv", "tsv"):
        kind = "mbox"
    elif _NOTEBOOK.match(head) and b'"cell_type"' in head:
        kind = "notebook"
    elif named in _OF_TEXT:
        kind = named
    elif _is_mail(head):
        kind = "eml"
    elif head.lstrip()[:5] == b"<?xml":
        kind = "xml"
    elif head[:2] == b"#!" and b"/" in head[:20]:
        kind = "code"
    return kind


def _is_page(head: bytes) -> bool:
    at = 0
    while True:
        if head.startswith(b"<!--", at):
            end = head.find(b"-->", at)
            if end < 0:
                return False
            at = end + 3
        elif before := _BEFORE_PAGE.match(head, at):
            at = before.end()
        else:
            return _PAGE.match(head, at) is not None


def _is_mail(head: bytes) -> bool:
    found: set[bytes] = set()
    for number, line in enumerate(head.splitlines()):
        if not line:
            break
        if number and line[:1] in (b" ", b"\t"):
            continue
        header = _HEADER.match(line + b"\n")
        if header is None:
            return False
        found.add(header[1].lower())
    return bool(found & _SENT) and len(found & _MAIL_HEADERS) >= 2
