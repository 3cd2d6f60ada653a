"""Which folders of the library are watched, and which cannot be: those are looked through often."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError
from jinasearch.core.paths import shown
from jinasearch.store.place import is_network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinasearch.index.watcher import Watcher
    from jinasearch.store.folders import FolderRow

_log = logging.getLogger(__name__)


class WatchedFolders:
    """Has the folders of the library watched, as far as the system allows.

    Args:
        rows: the folders of the library.
        on_trouble: told of a folder that cannot be watched, once until it can be again.
    """

    def __init__(
        self,
        watcher: Watcher,
        rows: Callable[[], Sequence[FolderRow]],
        on_trouble: Callable[[JinasearchError], None],
    ) -> None:
        self._watcher = watcher
        self._rows = rows
        self._on_trouble = on_trouble
        self._failed: set[int] = set()

    def lack(self, folder: int) -> bool:
        """Whether not all of a folder is watched."""
        return folder in self._failed

    def begin(self, row: FolderRow) -> bool:
        """A scan begins: have its folder watched. Returns whether that it cannot be is known."""
        told = row.id in self._failed
        self._failed.discard(row.id)
        if is_network(row.path):  # others change it, and no event tells
            self._failed.add(row.id)
        try:
            self._watcher.watch(watched(row))
        except (JinasearchError, OSError) as error:
            self._fail(row, error, told=told)
        if row.is_file:
            self.enter(row, watched(row), told=told)
        return told

    def enter(self, row: FolderRow, folder: str, *, told: bool = False) -> None:
        """A scan goes into a folder: have it watched, if that was possible so far."""
        if row.id in self._failed:
            return
        try:
            self._watcher.enter(folder)
        except (JinasearchError, OSError) as error:
            self._fail(row, error, told=told)

    def stop(self, row: FolderRow) -> None:
        """Watch a folder no longer, unless that is needed for another one."""
        root = watched(row)
        if all(watched(other) != root for other in self._rows() if other.id != row.id):
            self._watcher.unwatch(root)

    def _fail(self, row: FolderRow, error: Exception, *, told: bool) -> None:
        self._failed.add(row.id)
        if told:
            return
        if isinstance(error, JinasearchError):
            self._on_trouble(
                JinasearchError(error.code, error.title, error.message, shown(row.path))
            )
        else:
            _log.warning("a folder cannot be watched: %s", error)


def watched(row: FolderRow) -> str:
    """The folder that has to be watched for a folder or a single file."""
    return os.path.dirname(row.path) if row.is_file else row.path  # noqa: PTH120
