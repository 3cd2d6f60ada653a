"""Reader of mails, contacts and notes that Outlook saved (MS-OXMSG)."""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from jinasearch.extract.containers.compound import BROKEN, Container
from jinasearch.extract.decode import common_name, decode, decode_as
from jinasearch.extract.outline import Builder, Outline
from jinasearch.extract.readers.attached import add_attachment
from jinasearch.extract.readers.html import html_outline
from jinasearch.extract.readers.rtf import rtf_outline

if TYPE_CHECKING:
    from jinasearch.extract.source import Source

_SUBJECT, _TO, _CC, _BODY, _HTML, _RTF = "0037", "0E04", "0E03", "1000", "1013", "1009"
_SENDER, _SENDER_ADDRESS, _ON_BEHALF_OF = "0C1A", ("5D01", "0C1F", "0065"), "0042"
_NAME, _LONG_NAME, _SHORT_NAME, _DATA = "3001", "3707", "3704", "3701"
_SENT = (0x0039, 0x0E06)
_PAGES = (0x3FDE, 0x3FFD)
_ADDRESS_BOOK = re.compile("3A[0-9A-F]{2}")
_ATTACHMENT = re.compile("__attach_version1.0_")
_LONGEST = 1_000
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MOST_RTF = 50_000_000
_RTF_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the compression of RTF has seen before the first byte (MS-OXRTFCP 2.1.3.1.1)."""


def read_msg(source: Source) -> Outline:
    """A mail: its main headers and text, then its attachments under their names.

    Raises:
        JinasearchError: FILE_UNREADABLE.
    """
    builder = Builder()
    with Container(source) as container:
        item = _Item(container, ())
        item.add_to(builder, source, ())
        return builder.outline(source.kind, item.text(_SUBJECT) or item.text(_NAME), item.sender())


class _Item:
    """The message at a storage of the container; messages within messages are more of them."""

    def __init__(self, container: Container, path: tuple[str, ...]) -> None:
        self._container = container
        self._path = path
        properties = container.stream(*path, "__properties_version1.0")
        self._fixed = _fixed(properties, 32 if not path else 24)
        page = next((p for p in (self._number(tag) for tag in _PAGES) if p), 0)
        self._encoding = "" if page in (0, 1200) else _page_name(page)

    def add_to(
        self, builder: Builder, source: Source, heading: tuple[str, ...], depth: int = 0
    ) -> None:
        """Append the message and what is attached to it."""
        attached = self._attached()
        names = [item.file_name() for item in attached]
        head = [
            ("Subject", self.text(_SUBJECT)),
            ("From", self.sender()),
            ("To", self.text(_TO)),
            ("Cc", self.text(_CC)),
            ("Date", self._date()),
            ("Attachments", ", ".join(name for name in names if name)),
        ]
        lines = [f"{name}: {value[:_LONGEST]}" for name, value in head if value.strip()]
        lines += self._of_address_book()
        builder.add("\n\n".join(["\n".join(lines), self._body()]), heading)
        for item, name in zip(attached, names, strict=True):
            inner = item.message_path()
            if inner:
                if depth < 4 and builder.length <= source.max_characters:
                    message = _Item(self._container, inner)
                    title = name or message.text(_SUBJECT)
                    message.add_to(
                        builder, source, (*heading, title) if title else heading, depth + 1
                    )
            else:
                add_attachment(builder, source, name, item.data(_DATA), heading)

    def text(self, tag: str) -> str:
        """A property that is a text; empty if there is none."""
        data = self._stream(tag, "001F")
        if data:
            return data.decode("utf-16-le", "replace").rstrip("\0")
        return self._decoded(self._stream(tag, "001E"))

    def sender(self) -> str:
        """Name and address of the sender."""
        name = self.text(_ON_BEHALF_OF) or self.text(_SENDER)
        address = next((a for a in map(self.text, _SENDER_ADDRESS) if "@" in a), "")
        return f"{name} <{address}>" if name and address and "@" not in name else name or address

    def file_name(self) -> str:
        """The name of the attachment that this is."""
        return self.text(_LONG_NAME) or self.text(_SHORT_NAME) or self.text(_NAME)

    def message_path(self) -> tuple[str, ...]:
        """Where the message lies that is attached; empty if a file is attached."""
        inner = (*self._path, "__substg1.0_3701000D")
        found = any(entry[: len(inner)] == inner for entry in self._container.names)
        return inner if found else ()

    def _body(self) -> str:
        plain = self.text(_BODY).strip()
        if plain:
            return plain
        page = self.text(_HTML) or self._decoded(self.data(_HTML))
        if page.strip():
            return html_outline("html", page).text.strip()
        packed = self.data(_RTF)
        return rtf_outline("rtf", unpacked(packed)).text.strip() if packed else ""

    def _decoded(self, data: bytes) -> str:
        text = decode_as(data, self._encoding) if self._encoding else decode(data)
        return text.rstrip("\0")

    def data(self, tag: str) -> bytes:
        """A property that is bytes; none if it is not there."""
        return self._stream(tag, "0102")

    def _stream(self, tag: str, kind: str) -> bytes:
        return self._container.stream(*self._path, f"__substg1.0_{tag}{kind}")

    def _attached(self) -> list[_Item]:
        depth = len(self._path)
        storages = dict.fromkeys(
            entry[: depth + 1]
            for entry in self._container.names
            if len(entry) > depth + 1
            and entry[:depth] == self._path
            and _ATTACHMENT.match(entry[depth])
        )
        return [_Item(self._container, path) for path in storages]

    def _of_address_book(self) -> list[str]:
        """The lines of a contact: its names, firms, numbers and addresses."""
        depth = len(self._path)
        tags = sorted(
            {
                entry[depth][12:16]
                for entry in self._container.names
                if len(entry) == depth + 1
                and entry[:depth] == self._path
                and _ADDRESS_BOOK.match(entry[depth][12:16])
                and entry[depth][16:] in ("001F", "001E")
            }
        )
        return list(dict.fromkeys(line for line in map(self.text, tags) if line.strip()))

    def _number(self, tag: int) -> int:
        return self._fixed.get(tag, 0) & 0xFFFFFFFF

    def _date(self) -> str:
        ticks = next((self._fixed[tag] for tag in _SENT if tag in self._fixed), 0)
        try:
            return f"{_EPOCH + timedelta(microseconds=ticks // 10):%Y-%m-%d %H:%M}" if ticks else ""
        except OverflowError:
            return ""


def _fixed(properties: bytes, start: int) -> dict[int, int]:
    """The properties of fixed size, by tag: the eight bytes of each as a number."""
    found: dict[int, int] = {}
    for at in range(start, len(properties) - 15, 16):
        _, tag, _, value = struct.unpack_from("<HHIQ", properties, at)
        found[tag] = value
    return found


def _page_name(page: int) -> str:
    return {65001: "utf-8", 20127: "cp1252", 28591: "cp1252", 50220: "iso2022_jp",
            51932: "euc_jp", 51949: "cp949", 20866: "koi8_r", 21866: "koi8_u",
            54936: "gb18030"}.get(page) or common_name(f"cp{page}")  # fmt: skip


def unpacked(data: bytes) -> bytes:
    """The RTF in a compressed property (MS-OXRTFCP); as far as it goes if it is damaged."""
    if len(data) < 16:
        return b""
    size, kind = struct.unpack_from("<I4s", data, 4)
    if kind == b"MELA":
        return data[16:]
    out = bytearray(_RTF_START)
    wanted = len(out) + min(size, _MOST_RTF)
    at = 16
    try:
        while len(out) < wanted:
            flags = data[at]
            at += 1
            for bit in range(8):
                if not flags >> bit & 1:
                    out.append(data[at])
                    at += 1
                    continue
                reference = data[at] << 8 | data[at + 1]
                at += 2
                offset, length = reference >> 4, (reference & 15) + 2
                if offset == len(out) % 4096:
                    return bytes(out[len(_RTF_START) :])
                back = (len(out) - offset) % 4096
                for _ in range(length):
                    out.append(out[-back])
    except BROKEN:
        pass
    return bytes(out[len(_RTF_START) :])
