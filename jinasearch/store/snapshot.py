"""Snapshots of a graph on disk: whole under their final name, or not at all.

A snapshot's name holds the newest id in it, the dimension and a checksum of the file.
"""

from __future__ import annotations

import errno
import logging
import os
import zlib
from typing import TYPE_CHECKING

import hnswlib

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)

_BLOCK = 1 << 22
_SUFFIX = ".graph"
_OLDER = "*.hnsw"
"""Snapshots of versions before: their checksum took longer than loading them."""

DAMAGED = "graph-damaged"


def load(folder: Path, dimension: int) -> tuple[hnswlib.Index | None, str]:
    """The newest sound snapshot, or None; `DAMAGED` if one was not sound, else an empty string."""
    told = ""
    for path in _snapshots(folder):
        try:
            index = _loaded(path, dimension)
        except (OSError, RuntimeError, ValueError):
            _log.warning("a damaged snapshot of the graph is left out: %s", path.name)
            path.unlink(missing_ok=True)
            told = DAMAGED
        else:
            if index is not None:
                return index, told
    return None, told


class Draft:
    """A snapshot on its way to the disk.

    While it is made hnswlib 0.8 lets no other thread of the program run, for about two seconds a
    gigabyte. The graph may change as soon as it is made.
    """

    def __init__(self, folder: Path, index: hnswlib.Index, newest: int) -> None:
        self._folder = folder
        self._path = folder / f"draft-{os.getpid()}"
        self._name = f"{newest}-{index.dim}"
        self._size = index.index_file_size()
        try:
            index.save_index(str(self._path))
        except (OSError, RuntimeError):
            self._size = -1

    def keep(self) -> bool:
        """Make it the snapshot and drop the older ones; False if that was not possible."""
        path = self._path
        try:
            path.chmod(0o600)
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
            if path.stat().st_size != self._size:
                # hnswlib 0.8 writes on without a word when the disk is full.
                raise OSError(errno.ENOSPC, "the snapshot is cut short")  # noqa: TRY301
            path.replace(self._folder / f"{self._name}-{_checksum(path)}{_SUFFIX}")
        except OSError:
            _log.warning("the graph could not be saved; it is rebuilt at the next start")
            path.unlink(missing_ok=True)
            return False
        for old in _snapshots(self._folder)[1:]:
            old.unlink(missing_ok=True)
        return True


def _loaded(path: Path, dimension: int) -> hnswlib.Index | None:
    """The graph of a snapshot; None if it is of another dimension. Raises if it is not sound."""
    _, wide, checksum = path.stem.split("-")
    if int(wide) != dimension:
        return None
    if _checksum(path) != checksum:
        raise ValueError("the checksum in its name is another")
    index = hnswlib.Index(space="ip", dim=dimension)
    index.load_index(str(path), allow_replace_deleted=True)
    return index


def _snapshots(folder: Path) -> list[Path]:
    """Snapshots, the newest first; drafts that a crash left, and older forms, are deleted."""
    for pattern in ("draft-*", _OLDER):
        for left in folder.glob(pattern):
            left.unlink(missing_ok=True)
    return sorted(folder.glob(f"*{_SUFFIX}"), key=lambda path: -path.stat().st_mtime_ns)


def _checksum(path: Path) -> str:
    """CRC-32: it finds what a disk does to a file, at three times the speed of reading it."""
    value = 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            value = zlib.crc32(block, value)
    return f"{value:08x}"
