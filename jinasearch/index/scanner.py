"""Walks a folder and compares it with what the library knows, without reading any content."""

from __future__ import annotations

import errno
import logging
import os
import stat as stat_bits
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jinasearch.core.models import FileStat, FileState
from jinasearch.index.roots import inside
from jinasearch.index.rules import ONLINE, TOO_LARGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jinasearch.index.rules import Matcher
    from jinasearch.store.files import Known

_log = logging.getLogger(__name__)
_BATCH = 500
_RECENT_SECONDS = 10.0
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
_MOST_NS = 2**63 - 1
"""Times beyond the year 2262 are kept as that."""

_BY_NAME = (TOO_LARGE, ONLINE)
"""The reasons of the rules that leave a file in the library by its name."""
_READ = (FileState.KEYWORDS, FileState.READY)


@dataclass(slots=True)
class Changes:
    """What a scan found.

    `changed`: new or changed. `moved`: (row, where it stands now, perhaps in another's place).
    `renumbered`: (row, the same file with another device or inode number). `skipped`: too large,
    or in a cloud alone.
    `left_out`: (row, path) that the rules leave out. `gone`: (row, path) that is not there.
    `away`: mount points whose drive is not there, told once all was looked at.

    Rows that are left out or gone are removed only if they still stand at that path.
    """

    changed: list[FileStat] = field(default_factory=list)
    moved: list[tuple[int, FileStat]] = field(default_factory=list)
    renumbered: list[tuple[int, FileStat]] = field(default_factory=list)
    skipped: list[tuple[FileStat, str]] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    gone: list[tuple[int, str]] = field(default_factory=list)
    away: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return (
            len(self.changed)
            + len(self.moved)
            + len(self.renumbered)
            + len(self.skipped)
            + len(self.left_out)
            + len(self.gone)
            + len(self.away)
        )


Identify = Callable[[FileStat, Collection[int]], int | None]
"""Finds the row, not among the given ones, of a file that stood elsewhere before."""


def scan(
    starts: Iterable[str],
    matcher: Matcher,
    known: Mapping[str, Known],
    identify: Identify,
    on_folder: Callable[[str], None] = lambda _: None,
    *,
    touched: bool = False,
    away: Collection[str] = (),
) -> Iterator[Changes]:
    """Compare the trees at `starts` (folders or files) with `known`, the rows by path.

    `on_folder` is told each folder before its entries are listed. With `touched` something is
    known to have happened to the starts: files among them that changed just now count as changed
    even if size and time are as they were, for clocks tick slowly and can be set. `away`: paths
    that another file system held than the one that is there now.

    Yields changes in batches, so that reading can begin before the walk ends. What could not be
    looked at (no permission, an I/O error) and what lies on a drive that is away is not reported
    gone.
    """
    comparison = _Comparison(matcher, known, identify, away)
    walk = Walk(matcher, on_folder)
    for start in starts:
        for found in walk.files(start):
            link = found.path in walk.links
            comparison.add(found, sure=touched and start in walk.recent, link=link)
            if len(comparison.changes) >= _BATCH:
                yield comparison.take()
    comparison.end(walk.unseen)
    if comparison.changes:
        yield comparison.take()


def stands(path: str, root: str) -> bool:
    """Whether something below `root` stands at exactly this path.

    A file system that ignores case finds it under other spellings too.
    """
    if not os.path.lexists(path):
        return False
    below = path[len(root) :]
    other = below.swapcase()
    if other == below or not os.path.lexists(root + other):
        return True
    while len(path) > len(root):
        folder, name = os.path.split(path)
        try:
            if name not in os.listdir(folder):  # noqa: PTH208 - names that are not UTF-8
                return False
        except OSError:
            return True
        path = folder
    return True


class _Comparison:
    """Collects what differs between the files that are found and the rows that are known."""

    def __init__(
        self,
        matcher: Matcher,
        known: Mapping[str, Known],
        identify: Identify,
        away: Collection[str],
    ) -> None:
        self.changes = Changes()
        self._matcher = matcher
        self._known = known
        self._identify = identify
        self._away = away
        self._visited: set[str] = set()
        self._moved: set[int] = set()
        self._replaced: list[FileStat] = []
        self._devices: set[int] = set()

    def take(self) -> Changes:
        """What was collected since the last time."""
        taken, self.changes = self.changes, Changes()
        return taken

    def add(self, found: FileStat, *, sure: bool, link: bool) -> None:
        """A file is there."""
        if found.path in self._visited:
            return
        self._visited.add(found.path)
        if any(inside(found.path, place) for place in self._away):
            return  # it stands there instead of what is away, which it would be taken for
        row = self._known.get(found.path)
        if row is not None:
            self._devices.add(row.device)
        reason = self._matcher.why_out(found.path, found, link=link)
        if reason in _BY_NAME:
            if row is None or not _same(row, found) or not _stays(row, reason):
                self.changes.skipped.append((found, reason))
        elif reason:
            if row is not None:
                self.changes.left_out.append((row.id, found.path))
        elif row is None:
            self._add_unknown(found)
        else:
            self._add_known(row, found, sure=sure)

    def end(self, unseen: list[str]) -> None:
        """All has been found: what took another's place, and what is missing?"""
        for found in self._replaced:
            self._add_unknown(found)
        kept = tuple(folder.rstrip(os.sep) + os.sep for folder in unseen)
        drives = _Drives(self._devices)
        for path, row in self._known.items():
            if path in self._visited or row.id in self._moved:
                continue
            if path in unseen or path.startswith(kept) or drives.lack(path, row.device):
                continue
            if any(inside(path, place) for place in self._away):
                continue
            out = self._matcher.why_out(path, None)
            (self.changes.left_out if out else self.changes.gone).append((row.id, path))
        self.changes.away = sorted({*drives.left, *self._away})

    def _add_known(self, row: Known, found: FileStat, *, sure: bool) -> None:
        another = (row.device, row.inode) != (found.device, found.inode)
        if another and not _same(row, found):
            # Looked at last: the file that stood here may be found elsewhere, and the one that
            # stands here now may be one that stood elsewhere.
            self._replaced.append(found)
        elif sure or not _same(row, found) or row.reason in _BY_NAME:
            self.changes.changed.append(found)
        elif another:
            self.changes.renumbered.append((row.id, found))

    def _add_unknown(self, found: FileStat) -> None:
        moved = self._identify(found, self._moved)
        if moved is None:
            self.changes.changed.append(found)
        else:
            self._moved.add(moved)
            self.changes.moved.append((moved, found))


class Walk:
    """Finds the files of trees, going into no folder that the rules close.

    `on_folder` is told each folder before its entries are listed. `unseen` holds what could not be
    looked at, `recent` the starts that changed just now.
    """

    def __init__(self, matcher: Matcher, on_folder: Callable[[str], None]) -> None:
        self.unseen: list[str] = []
        self.recent: set[str] = set()
        self.links: set[str] = set()
        self._matcher = matcher
        self._on_folder = on_folder

    def files(self, start: str) -> Iterator[FileStat]:
        """The files below `start`, or `start` itself if it is one, links followed."""
        try:
            first = os.stat(start)  # noqa: PTH116 - names that are not UTF-8
        except OSError as error:
            self._cannot_look(start, error)
            return
        if stat_bits.S_ISREG(first.st_mode):
            if os.path.islink(start):  # noqa: PTH114
                self.links.add(start)
            if abs(time.time() - max(first.st_mtime, first.st_ctime)) < _RECENT_SECONDS:
                self.recent.add(start)
            yield self._file_stat(start, first)
            return
        enter = stat_bits.S_ISDIR(first.st_mode) and self._matcher.enter(start)
        folders = [start] if enter else []
        while folders:
            for entry in self._list(folders.pop()):
                if self._is_folder(entry):
                    if self._matcher.enter(entry.path):
                        folders.append(entry.path)
                    continue
                found = self._look(entry)
                if found is not None:
                    yield found

    def _list(self, folder: str) -> list[os.DirEntry[str]]:
        self._on_folder(folder)
        try:
            with os.scandir(folder) as entries:
                return list(entries)
        except OSError as error:
            self._cannot_look(folder, error)
            return []

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir(follow_symlinks=False)
        except OSError:  # _look() tells
            return False

    def _look(self, entry: os.DirEntry[str]) -> FileStat | None:
        try:
            found = entry.stat()
            if entry.is_symlink():  # known from the listing: asking again would double the time
                self.links.add(entry.path)
        except OSError as error:
            self._cannot_look(entry.path, error)
            return None
        if not stat_bits.S_ISREG(found.st_mode):
            return None
        return self._file_stat(entry.path, found)

    def _file_stat(self, path: str, found: os.stat_result) -> FileStat:
        return file_stat(path, found, online=self._matcher.clouds.holds(path, found))

    def _cannot_look(self, path: str, error: OSError) -> None:
        if error.errno in _NOT_THERE:  # gone since it was listed, or a link that leads nowhere
            return
        _log.warning("cannot look at an entry: %s", error.strerror)
        self.unseen.append(path)


class _Drives:
    """Tells files that were deleted from files on a drive that is away.

    A drive that was mounted inside the folder leaves an empty folder behind, on another device
    than its files. Device numbers change at a restart: one from which a file was found on another
    is no sign. `left`: the empty folders.
    """

    def __init__(self, accounted: set[int]) -> None:
        self.left: set[str] = set()
        self._accounted = accounted
        self._empty: dict[str, tuple[int, str] | None] = {}

    def lack(self, path: str, device: int) -> bool:
        if device in self._accounted:
            return False
        here = self._nearest_empty(os.path.dirname(path))  # noqa: PTH120
        if here is None or here[0] == device:
            return False
        self.left.add(here[1])
        return True

    def _nearest_empty(self, folder: str) -> tuple[int, str] | None:
        """Device and path of the nearest folder that is there, if that is empty."""
        if folder not in self._empty:
            try:
                found = os.stat(folder)  # noqa: PTH116
                with os.scandir(folder) as entries:
                    empty = next(entries, None) is None
                self._empty[folder] = (found.st_dev, folder) if empty else None
            except OSError as error:
                above = os.path.dirname(folder)  # noqa: PTH120
                higher = error.errno in _NOT_THERE and above != folder
                self._empty[folder] = self._nearest_empty(above) if higher else None
        return self._empty[folder]


def _same(row: Known, found: FileStat) -> bool:
    return row.size == found.size and row.mtime_ns == found.mtime_ns


def _stays(row: Known, reason: str) -> bool:
    """Whether a row that is left by its name needs no word: what was read of a file before its
    content went to the cloud is still true.
    """
    return row.reason == reason or (reason == ONLINE and row.state in _READ)


def file_stat(path: str, found: os.stat_result, *, online: bool = False) -> FileStat:
    """What a row keeps of what the file system says."""
    mtime_ns = max(-_MOST_NS, min(_MOST_NS, found.st_mtime_ns))
    return FileStat(path, found.st_size, mtime_ns, found.st_dev, found.st_ino, online)
