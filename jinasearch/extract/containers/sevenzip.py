"""Where py7zr puts what it unpacks: into memory, and of each member no more than a limit."""

from __future__ import annotations

import io

from py7zr.io import Py7zIO, WriterFactory


class Item(Py7zIO):
    """One unpacked member."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._pieces = io.BytesIO()

    def write(self, s: bytes | bytearray) -> int:
        """Take more of it."""
        self._size += len(s)
        if self._size <= self._limit:
            self._pieces.write(s)
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        """Some of it, from where it stands."""
        return self._pieces.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in it."""
        return self._pieces.seek(offset, whence)

    def flush(self) -> None:
        """Nothing waits."""

    def size(self) -> int:
        """Bytes, those beyond the limit too."""
        return self._size

    def content(self) -> bytes:
        """All of it, or nothing of one that is larger than the limit."""
        return self._pieces.getvalue() if self._size <= self._limit else b""


class Shelf(WriterFactory):
    """Collects the members of an archive in its order."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.items: list[tuple[str, Item]] = []

    def create(self, filename: str) -> Item:
        """The place of the next member."""
        item = Item(self._limit)
        self.items.append((filename, item))
        return item
