"""Events by watchdog's observers, which watch whole trees. For systems that offer just that.

Written with care for Windows and macOS, and not tried there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver, ObservedWatch

    from jinasearch.index.events import Listener

_EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]


class TreeEvents:
    """Implements `Source`. A lost event is found by the next regular scan."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._observer: BaseObserver = Observer()
        self._observer.start()
        self._watches: dict[str, ObservedWatch] = {}

    def watch(self, root: str) -> None:
        """Watch all that is below a root."""
        if root not in self._watches:
            self._watches[root] = self._observer.schedule(
                _Handler(root, self._listener), root, recursive=True, event_filter=_EVENTS
            )

    def enter(self, folder: str) -> None:
        """Nothing to do: the whole tree is watched."""

    def leave(self, folders: set[str]) -> None:
        """Nothing to do either."""

    def unwatch(self, root: str) -> None:
        """Watch a root no longer."""
        watch = self._watches.pop(root, None)
        if watch is not None:
            self._observer.unschedule(watch)

    def close(self) -> None:
        """End."""
        self._observer.stop()
        self._observer.join(5)


class _Handler(FileSystemEventHandler):
    def __init__(self, root: str, listener: Listener) -> None:
        self._root = root
        self._listener = listener

    def on_any_event(self, event: FileSystemEvent) -> None:
        old, new = os.fsdecode(event.src_path), os.fsdecode(event.dest_path)
        if old and new:
            self._listener.move(old, new)
        for path in filter(None, (old, new)):
            (self._listener.lose if path == self._root else self._listener.touch)(path)
