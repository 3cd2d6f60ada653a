"""The containers of old Office files (Microsoft's Compound File Binary format), on olefile."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Self

import olefile

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from jinasearch.extract.source import Source

BROKEN = (
    OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError,
    struct.error,
)  # fmt: skip
"""What reading a damaged container or stream can raise."""


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
        try:
            about = self._ole.get_metadata()
            page = about.codepage or 1252
            return _name(about.title, page), _name(about.author, page)
        except BROKEN:
            return "", ""

    def damaged(self) -> JinasearchError:
        """The error that says that the file is broken."""
        return JinasearchError(
            Code.FILE_UNREADABLE,
            f"The file is damaged or no valid {self._source.kind.upper()} file",
            "Try to open it with its own program.",
            shown(self._source.path),
        )

    def encrypted(self) -> JinasearchError:
        """The error that says that the file is locked."""
        return JinasearchError(
            Code.FILE_ENCRYPTED,
            "The file is locked with a password",
            "Save a copy without the password to have its text found; its name is found anyway.",
            shown(self._source.path),
        )


def _name(value: object, page: int) -> str:
    if not isinstance(value, bytes):
        return value if isinstance(value, str) else ""
    encoding = {65001: "utf-8", 1200: "utf-16-le"}.get(page & 0xFFFF, f"cp{page & 0xFFFF}")
    try:
        name = value.decode(encoding, "replace").partition("\0")[0]
    except LookupError:
        name = value.decode("cp1252", "replace").partition("\0")[0]
    # Many programs write this part wrongly: better no title than one of rubbish.
    return name if name.replace("\n", " ").isprintable() and "\ufffd" not in name else ""
