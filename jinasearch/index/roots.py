"""Questions about an indexed folder itself: may it be one, is it there, is it still the same?"""

from __future__ import annotations

import os
import stat as stat_bits
import threading
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from jinasearch.index.rules import Matcher
    from jinasearch.store.folders import FolderRow


def verify(path: str, private: Sequence[str]) -> None:
    """Raise JinasearchError if a folder or file cannot be indexed.

    BAD_REQUEST, NO_PERMISSION or NOT_FOUND.
    """
    display = shown(path)
    if not os.path.isabs(path):  # noqa: PTH117
        raise JinasearchError(Code.BAD_REQUEST, "Give the folder's full path", path=display)
    try:
        os.stat(path)  # noqa: PTH116
        if os.path.isdir(path):  # noqa: PTH112
            with os.scandir(path) as entries:
                next(entries, None)
    except PermissionError as error:
        raise JinasearchError(
            Code.NO_PERMISSION,
            "This folder may not be read",
            "Give yourself the right to read it, or choose another one.",
            display,
        ) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise JinasearchError(
            Code.NOT_FOUND, "There is no such file or folder", "Check the path.", display
        ) from error
    except OSError as error:
        raise JinasearchError(
            Code.BAD_REQUEST, f"This folder cannot be read: {error.strerror}", path=display
        ) from error
    if any(inside(path, place) for place in private):
        raise JinasearchError(Code.BAD_REQUEST, "The library does not index itself", path=display)


def inside(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def entered(matcher: Matcher, root: str, path: str) -> bool:
    """Whether a scan from `root` would come as far down as the folder of `path`."""
    parents: list[str] = []
    parent = os.path.dirname(path) if path != root else root  # noqa: PTH120
    while parent != root:
        parents.append(parent)
        above = os.path.dirname(parent)  # noqa: PTH120
        if above == parent:
            return False
        parent = above
    return all(matcher.enter(folder) for folder in reversed(parents))


def identity_of(path: str) -> tuple[int, int] | None:
    """What tells whether a folder is still the same one; files are exchanged when saved."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return found.st_dev, found.st_ino if stat_bits.S_ISDIR(found.st_mode) else 0


def is_away(path: str, devices: Collection[int]) -> bool:
    """Whether a folder's drive is not there: the folder is missing, or an empty mount point.

    `devices`: the numbers of those on which its files were.
    """
    try:
        found = os.stat(path)  # noqa: PTH116
        if not devices or found.st_dev in devices or not stat_bits.S_ISDIR(found.st_mode):
            return False
        with os.scandir(path) as entries:
            return next(entries, None) is None
    except OSError:
        return True


def owner(rows: Sequence[FolderRow], path: str) -> FolderRow | None:
    """The innermost folder that holds `path`."""
    owners = [row for row in rows if inside(path, row.path)]
    return max(owners, key=lambda row: len(row.path), default=None)


class KnownRoots:
    """The folders of the library as they were when they were looked through last. Thread-safe.

    Who looks now and then whether they are still there asks this, and not the database: also
    reading a file writes to the disk, when it was read last.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, tuple[str, tuple[int, int] | None]] = {}

    def note(self, row: FolderRow) -> None:
        """A folder is looked through as it is now."""
        with self._lock:
            self._known[row.id] = (row.path, identity_of(row.path))

    def drop(self, folder: int) -> None:
        """A folder is in the library no longer."""
        with self._lock:
            self._known.pop(folder, None)

    def here(self) -> list[str]:
        """The paths of those that were there."""
        with self._lock:
            return [path for path, identity in self._known.values() if identity]

    def exchanged(self) -> list[int]:
        """Those that themselves came, went or were exchanged since."""
        with self._lock:
            known = list(self._known.items())
        return [folder for folder, (path, before) in known if identity_of(path) != before]

    def is_same(self, row: FolderRow) -> bool:
        """Whether a folder is the one that was looked through last."""
        with self._lock:
            known = self._known.get(row.id)
        return known is None or identity_of(row.path) == known[1]

    def in_place(self, place: str) -> list[int]:
        """Those that are `place`, or lie in it themselves."""
        with self._lock:
            return [
                folder
                for folder, (path, _) in self._known.items()
                if place in (path, os.path.dirname(path))  # noqa: PTH120
            ]
