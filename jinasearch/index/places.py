"""Tells a drive that is away from a folder that was emptied, whatever lies where it was mounted."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from jinasearch.index.filesystems import Filesystems
from jinasearch.index.roots import inside
from jinasearch.store import files, places

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from jinasearch.store.database import Library
    from jinasearch.store.folders import FolderRow

_SAMPLE = 400
"""Files that are looked for where another file system stands now."""


class Places:
    """The file systems of the folders, as they were when their files were seen. Thread-safe.

    One that is not there is away, and what was read from it is kept: also where its mount point
    has gone, and where another one, or the folder beneath, holds other files. Where most of its
    files stand all the same, they were moved to another drive, and that one counts from now on.

    Args:
        filesystems: what is mounted now.
    """

    def __init__(
        self, library: Library, filesystems: Callable[[], Filesystems] = Filesystems
    ) -> None:
        self._library = library
        self._filesystems = filesystems
        self._lock = threading.Lock()
        self._judged: set[tuple[int, str, str, str]] = set()  # away: it need not be judged again

    def away(self, row: FolderRow, starts: Sequence[str] | None = None) -> tuple[str, ...]:
        """Where the file systems of a folder are missing: its own path, or ones within it; those
        alone that have to do with `starts`, if given.

        What is there otherwise is noted, to be missed later.
        """
        if row.is_file or not os.path.isdir(row.path):  # noqa: PTH112 - names that are not UTF-8
            return ()
        now = self._filesystems()
        connection = self._library.reader()
        known = places.of(connection, row.id)
        with self._lock:
            away = [path for path in known if self._is_away(row.id, path, known, now)]
        within = [path for path in now.below(row.path) if places.has_files(connection, path)]
        here = {path: now.of(path) for path in (row.path, *within)}
        noted = {path: identity for path, identity in here.items() if identity}
        noted |= {path: known[path] for path in away}
        if noted != known:
            self._library.writer.run(lambda c: places.exchange(c, row.id, known, noted))
        if starts is not None:
            away = [
                path
                for path in away
                if any(inside(path, start) or inside(start, path) for start in starts)
            ]
        return tuple(sorted(away))

    def is_gone(self, row: FolderRow, devices: Collection[int]) -> bool:
        """Whether a folder or file went alone: what is left of its path is on the drive where it
        was. `devices`: the numbers of those on which its files were, where nothing else tells.
        """
        place = os.path.realpath(row.path)  # a link may lead to a drive that is away
        left = _left_of(place)
        if left is None or left[0] == place:
            return False
        above, device = left
        known = places.of(self._library.reader(), row.id).get(row.path)
        return self._filesystems().of(above) == known if known else device in devices

    def forget(self, row: FolderRow, path: str) -> None:
        """What was mounted at or below a path, or above it within the folder, does not come back;
        what is there now counts."""

        def leaves(place: str) -> bool:
            return inside(place, path) or (inside(path, place) and place != row.path)

        self._library.writer.run(lambda c: places.leave(c, row.id, leaves))

    def _is_away(self, folder: int, path: str, known: Mapping[str, str], now: Filesystems) -> bool:
        identity = now.of(path) if os.path.isdir(path) else "none"  # noqa: PTH112
        if identity in (known[path], ""):
            return False
        key = (folder, path, known[path], identity)
        if key in self._judged:
            return True
        inner = [place for place in known if place != path and inside(place, path)]
        if self._stands_here(path, inner):
            return False
        self._judged.add(key)
        return True

    def _stands_here(self, path: str, inner: Sequence[str]) -> bool:
        """Whether at least half of what was on a file system stands at its place."""
        rows = files.listing_below(self._library.reader(), path)
        own = [
            (name, row.size)
            for name, row in rows.items()
            if not any(inside(name, place) for place in inner)
        ]
        sample = own[:: max(1, len(own) // _SAMPLE)]
        return 2 * sum(_size_of(name) == size for name, size in sample) >= len(sample)


def _left_of(path: str) -> tuple[str, int] | None:
    """What stands at a path, or is the nearest above it, with the number of its device; None if it
    cannot be looked at, or nothing is there: on Windows a drive may be missing."""
    while True:
        try:
            return path, os.lstat(path).st_dev
        except (FileNotFoundError, NotADirectoryError):
            path, below = os.path.dirname(path), path  # noqa: PTH120
            if path == below:
                return None
        except OSError:
            return None


def _size_of(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return -1
