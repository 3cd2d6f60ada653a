"""Where events of the file system come from: inotify on Linux, watchdog's observers elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Source(Protocol):
    """Tells which paths change in watched folders.

    Made with two callables, called from any thread: `touch(path)` for a path that something
    happened to, `lose(root)` when events of a root were lost or the root itself went, so that it
    has to be looked through again.
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


def system_source(touch: Callable[[str], None], lose: Callable[[str], None]) -> Source:
    """The source for this system. Raises OSError(EMFILE) when the system allows no more."""
    if sys.platform == "linux":
        from jinasearch.index.folder_events import FolderEvents  # noqa: PLC0415 - this system's

        return FolderEvents(touch, lose)
    else:  # noqa: RET505 - mypy knows platforms by branches
        from jinasearch.index.tree_events import TreeEvents  # noqa: PLC0415

        return TreeEvents(touch, lose)
