"""Walks a folder and compares it with what the library knows, without reading any content."""

from __future__ import annotations

import logging
import os
import stat as stat_bits
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jinasearch.core.models import FileStat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinasearch.index.rules import Matcher
    from jinasearch.store.files import Known

_log = logging.getLogger(__name__)
_BATCH = 500

TOO_LARGE = "too-large"
"""The one reason of the rules that leaves a file in the library by its name."""


@dataclass(slots=True)
class Changes:
    """What a scan found: files new or changed, moved (row, new place), left out, gone (row, path).

    A gone row is removed only if it still stands at that path: it may have moved meanwhile.
    """

    changed: list[FileStat] = field(default_factory=list)
    moved: list[tuple[int, FileStat]] = field(default_factory=list)
    skipped: list[tuple[FileStat, str]] = field(default_factory=list)
    gone: list[tuple[int, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.changed) + len(self.moved) + len(self.skipped) + len(self.gone)


Identify = Callable[[FileStat], int | None]
"""Finds the row of a file that stood elsewhere before: same device, inode, size and time."""


def scan(
    start: str, matcher: Matcher, known: Mapping[str, Known], identify: Identify
) -> Iterator[Changes]:
    """Compare the tree at `start` (a folder or a file) with `known`, its rows by path.

    Yields changes in batches, so that reading can begin before the walk ends. What could not be
    looked at (no permission, an I/O error) is not reported gone.
    """
    changes = Changes()
    visited: set[str] = set()
    unseen: list[str] = []
    moved_rows: set[int] = set()
    for found in _walk(start, matcher, unseen):
        visited.add(found.path)
        _compare(found, matcher, known, identify, changes, moved_rows)
        if len(changes) >= _BATCH:
            yield changes
            changes = Changes()
    kept = tuple(folder + os.sep for folder in unseen)
    changes.gone = [
        (row.id, path)
        for path, row in known.items()
        if path not in visited
        and row.id not in moved_rows
        and path not in unseen
        and not path.startswith(kept)
    ]
    if changes:
        yield changes


def stat_of(path: str) -> FileStat:
    """What the file system says of `path` (links followed). Raises OSError."""
    return _file_stat(path, os.stat(path))  # noqa: PTH116 - names that are not UTF-8


def _compare(
    found: FileStat,
    matcher: Matcher,
    known: Mapping[str, Known],
    identify: Identify,
    changes: Changes,
    moved_rows: set[int],
) -> None:
    row = known.get(found.path)
    reason = matcher.why_out(found.path, found)
    if reason == TOO_LARGE:
        if row is None or not _same(row, found) or row.reason != reason:
            changes.skipped.append((found, reason))
    elif reason:
        if row is not None:
            changes.gone.append((row.id, found.path))
    elif row is None:
        moved = identify(found)
        if moved is None:
            changes.changed.append(found)
        else:
            moved_rows.add(moved)
            changes.moved.append((moved, found))
    elif not _same(row, found) or row.reason == TOO_LARGE:
        changes.changed.append(found)


def _same(row: Known, found: FileStat) -> bool:
    return row.size == found.size and row.mtime_ns == found.mtime_ns


def _walk(start: str, matcher: Matcher, unseen: list[str]) -> Iterator[FileStat]:
    try:
        first = os.stat(start)  # noqa: PTH116 - names that are not UTF-8
    except FileNotFoundError:
        return
    except OSError as error:
        _log.warning("cannot look at an entry: %s", error.strerror)
        unseen.append(start)
        return
    if stat_bits.S_ISREG(first.st_mode):
        yield _file_stat(start, first)
        return
    folders = [start]
    while folders:
        for entry in _list(folders.pop(), unseen):
            if entry.is_dir(follow_symlinks=False):
                if matcher.enter(entry.path):
                    folders.append(entry.path)
                continue
            found = _look(entry)
            if found is not None:
                yield found


def _list(folder: str, unseen: list[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []
    except OSError as error:
        _log.warning("cannot list a folder: %s", error.strerror)
        unseen.append(folder)
        return []


def _look(entry: os.DirEntry[str]) -> FileStat | None:
    try:
        found = entry.stat()
    except OSError:
        return None  # a dangling or looping link, or gone since it was listed
    return _file_stat(entry.path, found) if stat_bits.S_ISREG(found.st_mode) else None


def _file_stat(path: str, found: os.stat_result) -> FileStat:
    return FileStat(path, found.st_size, found.st_mtime_ns, found.st_dev, found.st_ino)
