"""Turns file system events into paths to look at again, once they have come to rest."""

from __future__ import annotations

import errno
import logging
import threading
import time
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

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from watchdog.observers.api import BaseObserver, ObservedWatch

_log = logging.getLogger(__name__)

_QUIET_SECONDS = 0.3
"""A path is looked at when nothing happened to it for this long …"""
_PATIENCE_SECONDS = 1.2
"""… or when it has been busy for this long: a log that is always written is still found."""

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


class Watcher:
    """Watches folders; calls `on_rest` with batches of paths that changed and came to rest.

    A rename is reported as two paths, the old and the new: who compares them with the library
    knows the file again by its identity.
    """

    def __init__(self, on_rest: Callable[[list[str]], None]) -> None:
        self._on_rest = on_rest
        self._observer: BaseObserver = Observer()
        self._watches: dict[str, ObservedWatch] = {}
        self._changed = threading.Condition()
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="watcher-rest", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._observer.start()
        self._thread.start()

    def watch(self, folder: str, *, recursive: bool = True) -> None:
        """Watch a folder. Raises JinasearchError(WATCH_LIMIT) when the system allows no more."""
        if folder in self._watches:
            return
        handler = _Handler(self._touch)
        try:
            self._watches[folder] = self._observer.schedule(
                handler, folder, recursive=recursive, event_filter=_EVENTS
            )
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EMFILE):
                raise
            limit = "max_user_watches" if error.errno == errno.ENOSPC else "max_user_instances"
            raise JinasearchError(
                Code.WATCH_LIMIT,
                f"The system's limit fs.inotify.{limit} is reached",
                "Changes in this folder are found by a regular scan instead. To raise the limit: "
                f"sudo sysctl fs.inotify.{limit}=524288",
                shown(folder),
            ) from error

    def unwatch(self, folder: str) -> None:
        """Watch a folder no longer."""
        watch = self._watches.pop(folder, None)
        if watch is not None:
            self._observer.unschedule(watch)

    def close(self) -> None:
        """Stop; paths that have not come to rest are found by the next start's scan."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._observer.stop()
        if self._thread.is_alive():
            self._thread.join(5)
        if self._observer.is_alive():
            self._observer.join(5)

    def _touch(self, path: str) -> None:
        now = time.monotonic()
        with self._changed:
            if not self._last:
                self._changed.notify_all()
            self._first.setdefault(path, now)
            self._last[path] = now

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._last)
                if self._closed:
                    return
                rested = self._take_rested()
                if not rested:
                    self._changed.wait_for(lambda: self._closed, _QUIET_SECONDS / 3)
                    continue
            try:
                self._on_rest(rested)
            except Exception:  # noqa: BLE001 - logged; the thread must go on
                _log.exception("looking at changed paths failed; the next scan finds them")

    def _take_rested(self) -> list[str]:
        now = time.monotonic()
        rested = [
            path
            for path, last in self._last.items()
            if now - last >= _QUIET_SECONDS or now - self._first[path] >= _PATIENCE_SECONDS
        ]
        for path in rested:
            del self._last[path], self._first[path]
        return rested


class _Handler(FileSystemEventHandler):
    def __init__(self, touch: Callable[[str], None]) -> None:
        self._touch = touch

    def on_any_event(self, event: FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            if path:
                self._touch(
                    path if isinstance(path, str) else path.decode(errors="surrogateescape")
                )
