"""Where events of the file system come from: inotify on Linux, watchdog's observers elsewhere."""

from __future__ import annotations

import sys
from typing import Protocol


class Listener(Protocol):
    """Who is told of events."""

    def touch(self, path: str) -> None:
        """Something happened to a path."""

    def move(self, old: str, new: str) -> None:
        """What stood at `old` stands at `new` now. Both are touched as well."""

    def lose(self, root: str) -> None:
        """Events of a root were lost, or it went itself: it has to be looked through again."""


class Source(Protocol):
    """Tells which paths change in watched folders.

    Made with a `Listener`, which is called from any thread.
    """

    def watch(self, root: str) -> None:
        """Begin with a root: a folder, or the folder of a single file."""

    def enter(self, folder: str) -> None:
        """Watch the entries of a folder at or below a root; call it before they are listed.

        Raises OSError: ENOSPC when the system allows no more.
        """

    def leave(self, folders: set[str]) -> None:
        """These folders stand there no longer: what was watched at and below them is not."""

    def unwatch(self, root: str) -> None:
        """Watch nothing of a root any more, unless it may belong to another one."""

    def close(self) -> None:
        """End."""


def system_source(listener: Listener) -> Source:
    """The source for this system. Raises OSError(EMFILE) when the system allows no more."""
    if sys.platform == "linux":
        from jinasearch.index.folder_events import FolderEvents  # noqa: PLC0415 - this system's

        return FolderEvents(listener)
    else:  # noqa: RET505 - mypy knows platforms by branches
        from jinasearch.index.tree_events import TreeEvents  # noqa: PLC0415

        return TreeEvents(listener)
