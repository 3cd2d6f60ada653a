"""The containers of old Office files (Microsoft's Compound File Binary format), on olefile."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Self

import olefile

from jinasearch.extract.source import damaged, encrypted

if TYPE_CHECKING:
    from jinasearch.core.errors import JinasearchError
    from jinasearch.extract.source import Source

BROKEN = (
    OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError,
    struct.error,
)  # fmt: skip
"""What reading a damaged container or stream can raise."""

_STRING, _WIDE_STRING = 30, 31
_CODEPAGE, _TITLE, _AUTHOR = 1, 2, 4
_MOST_PROPERTIES = 200


class Container:
    """An open container. Use as a context manager.

    Raises:
        JinasearchError: FILE_UNREADABLE.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        try:
            self._ole = olefile.OleFileIO(io.BytesIO(source.data()))
            self.names: list[tuple[str, ...]] = [tuple(entry) for entry in self._ole.listdir()]
        except BROKEN as error:
            raise self.damaged() from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ole.close()

    def stream(self, *path: str) -> bytes:
        """The bytes of a stream, as far as they can be read; none if it is not there."""
        try:
            if not self._ole.exists(list(path)):
                return b""
            with self._ole.openstream(list(path)) as stream:
                data: bytes = stream.read()
                return data
        except BROKEN:
            return b""

    def about(self) -> tuple[str, str]:
        """Title and author."""
        # Not olefile's (0.47): it counts to whatever number a damaged file states.
        try:
            return _summary(self.stream("\x05SummaryInformation"))
        except BROKEN:
            return "", ""

    def damaged(self) -> JinasearchError:
        """The error that says that the file is broken."""
        return damaged(self._source)

    def encrypted(self) -> JinasearchError:
        """The error that says that the file is locked."""
        return encrypted(self._source)


def _summary(data: bytes) -> tuple[str, str]:
    """Title and author from a property set (MS-OLEPS 2.21)."""
    (section,) = struct.unpack_from("<I", data, 44)
    (count,) = struct.unpack_from("<I", data, section + 4)
    texts: dict[int, tuple[int, bytes]] = {}
    page = 1252
    for index in range(min(count, _MOST_PROPERTIES)):
        number, offset = struct.unpack_from("<II", data, section + 8 + 8 * index)
        kind, size = struct.unpack_from("<II", data, section + offset)
        start = section + offset + 8
        if number == _CODEPAGE:
            page = size & 0xFFFF
        elif kind in (_STRING, _WIDE_STRING):
            length = size * (2 if kind == _WIDE_STRING else 1)
            texts[number] = kind, data[start : start + length]
    title, author = (
        _name(*texts.get(number, (_STRING, b"")), page) for number in (_TITLE, _AUTHOR)
    )
    return title, author


def _name(kind: int, value: bytes, page: int) -> str:
    encoding = {65001: "utf-8", 1200: "utf-16-le"}.get(page, f"cp{page}")
    if kind == _WIDE_STRING:
        encoding = "utf-16-le"
    try:
        name = value.decode(encoding, "replace").partition("\0")[0]
    except LookupError:
        name = value.decode("cp1252", "replace").partition("\0")[0]
    # Many programs write this part wrongly: better no title than one of rubbish.
    return name if name.replace("\n", " ").isprintable() and "\ufffd" not in name else ""
