"""A file that is being read: opened so that nothing can block, read only as far as needed."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, BinaryIO, Self

from jinasearch.core import files
from jinasearch.core.cloud import Clouds
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.extract.protocol import Limits
    from jinasearch.extract.sandbox.allowance import Allowance

_HEAD = 8192
_BYTES_PER_CHARACTER = 4


class Source:
    """One open file. Use as a context manager.

    Args:
        descriptor: the file, opened by somebody else with `open_regular()`.

    Raises:
        JinasearchError: NOT_FOUND, NO_PERMISSION, FILE_TOO_LARGE, FILE_UNREADABLE (not a regular
            file, or an input/output error).
    """

    def __init__(self, path: str, limits: Limits, descriptor: int | None = None) -> None:
        self.path = path
        self.kind = ""
        self.depth = 0
        self.allowance: Allowance | None = None
        """What may be unpacked; None: archives stay closed."""
        self.max_characters = limits.max_characters
        try:
            self._fd = (
                open_regular(path, None if limits.online else Clouds())
                if descriptor is None
                else descriptor
            )
        except OSError as error:
            raise unreadable(path, error) from error
        self._stat = os.fstat(self._fd)
        self._data: bytes | None = None
        if self.size > limits.max_bytes:
            self.close()
            raise JinasearchError(
                Code.FILE_TOO_LARGE,
                "The file is larger than the limit of its folder",
                "Raise the folder's size limit to have it read.",
                shown(path),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def size(self) -> int:
        """Bytes, when it was opened."""
        return self._stat.st_size

    @property
    def mtime_ns(self) -> int:
        """Time of the last change when it was opened, in nanoseconds since the epoch."""
        return self._stat.st_mtime_ns

    def head(self) -> bytes:
        """The first 8,192 bytes."""
        return self._read(_HEAD)

    def data(self) -> bytes:
        """The whole file, as long as it was when opened."""
        if self._data is None:
            self._data = self._read(self.size)
        return self._data

    def open(self) -> BinaryIO:
        """A stream of the file, for readers that need not see all of it. To be closed."""
        if self._data is not None or self._fd < 0:
            return io.BytesIO(self.data())
        os.lseek(self._fd, 0, os.SEEK_SET)
        return os.fdopen(os.dup(self._fd), "rb")

    def read_for(self, characters: int) -> tuple[bytes, bool]:
        """Enough bytes for `characters` characters in any encoding, and whether that is all."""
        enough = characters * _BYTES_PER_CHARACTER + _BYTES_PER_CHARACTER
        if self.size <= enough:
            return self.data(), True
        return self._read(enough), False

    def close(self) -> None:
        """Close the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _read(self, count: int) -> bytes:
        try:
            return b"".join(_pieces(self._fd, count))
        except OSError as error:
            raise unreadable(self.path, error) from error


class Part(Source):
    """A file within a file, such as the attachment of a mail. `depth`: how many lie around it."""

    def __init__(
        self,
        name: str,
        data: bytes,
        max_characters: int,
        depth: int = 1,
        allowance: Allowance | None = None,
    ) -> None:
        self.path = name
        self.kind = ""
        self.depth = depth
        self.allowance = allowance
        self.max_characters = max_characters
        self._fd = -1
        self._data = data

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data())

    def _read(self, count: int) -> bytes:
        return self.data()[:count]


def unreadable(path: str, error: OSError) -> JinasearchError:
    """What an error of the operating system means to the user."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return JinasearchError(Code.NOT_FOUND, "The file is no longer there", path=shown(path))
    if isinstance(error, PermissionError):
        return JinasearchError(
            Code.NO_PERMISSION,
            "You have no permission to read the file",
            "Give yourself the right to read it, or exclude it.",
            shown(path),
        )
    if isinstance(error, OnlineOnly):
        return JinasearchError(
            Code.FILE_ONLINE_ONLY,
            "The file's content is in the cloud, not on this machine",
            "Have it kept on this machine, or let the folder's rules fetch such files.",
            shown(path),
        )
    return JinasearchError(
        Code.FILE_UNREADABLE,
        f"The file cannot be read: {error.strerror or 'not a regular file'}",
        "Try to open it with its own program.",
        shown(path),
    )


def damaged(source: Source) -> JinasearchError:
    """The error that says that a file is broken."""
    return JinasearchError(
        Code.FILE_UNREADABLE,
        f"The file is damaged or no valid {source.kind.upper()} file",
        "Try to open it with its own program.",
        shown(source.path),
    )


def encrypted(source: Source) -> JinasearchError:
    """The error that says that a file is locked."""
    return JinasearchError(
        Code.FILE_ENCRYPTED,
        "The file is locked with a password",
        "Save a copy without the password to have its text found; its name is found anyway.",
        shown(source.path),
    )


class OnlineOnly(OSError):  # noqa: N818 - told to the user as FILE_ONLINE_ONLY
    """To open the file would download it."""


def open_regular(path: str, clouds: Clouds | None) -> int:
    """A descriptor to read a regular file from, without ever waiting for another program.

    Raises:
        OSError: it is not there, not to be opened, or no regular file.
        OnlineOnly: its content is in one of `clouds`; None allows that.
    """

    def look(found: os.stat_result) -> None:
        if clouds is not None and clouds.holds(path, found):
            raise OnlineOnly

    return files.open_regular(path, look)


def _pieces(fd: int, count: int) -> Iterator[bytes]:
    os.lseek(fd, 0, os.SEEK_SET)
    while count > 0:
        piece = os.read(fd, min(count, 1 << 24))
        if not piece:
            return
        count -= len(piece)
        yield piece
