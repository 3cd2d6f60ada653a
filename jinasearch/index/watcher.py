"""Turns file system events into paths to look at again, once they have come to rest."""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown
from jinasearch.index.events import system_source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinasearch.index.events import Listener, Source

_log = logging.getLogger(__name__)

_QUIET_SECONDS = 0.3
"""A path is looked at when nothing happened to it for this long …"""
_PATIENCE_SECONDS = 1.2
"""… or when it has been busy for this long: a log that is always written is still found."""

_RETRY_SECONDS = 10.0
_RETRIES = 3
_MOVES_KEPT = 20_000

_LIMITS = {errno.ENOSPC: "max_user_watches", errno.EMFILE: "max_user_instances"}


class Watcher:
    """Watches folders; calls `on_rest` with batches of paths that changed and came to rest.

    A rename is reported as two paths, the old and the new: who compares them with the library
    knows the file again by its identity. `places_after` tells where the file went since.

    Args:
        on_rest: told of paths to look at again.
        on_lost: told of a root that has to be looked through again: events were lost, or the root
            itself went.
        source: makes the source of events.
    """

    def __init__(
        self,
        on_rest: Callable[[list[str]], None],
        on_lost: Callable[[str], None],
        source: Callable[[Listener], Source] = system_source,
    ) -> None:
        self._on_rest = on_rest
        self._on_lost = on_lost
        self._make_source = source
        self._source: Source | None = None
        self._refused: OSError | None = None
        self._changed = threading.Condition()
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._moved: dict[str, str] = {}
        self._tries: Counter[str] = Counter()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="watcher-rest", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        try:
            self._source = self._make_source(self)
        except OSError as error:
            self._refused = error
        self._thread.start()

    def watch(self, root: str) -> None:
        """Begin with a root: what is entered below it is watched.

        Raises JinasearchError(WATCH_LIMIT) when the system allows no more, and other OSErrors.
        """
        try:
            if self._source is None:
                raise self._refused or OSError(errno.EBADF, "not started")
            self._source.watch(root)
        except OSError as error:
            raise _told(error, root) from error

    def enter(self, folder: str) -> None:
        """Watch the entries of a folder below a root; call it before they are listed.

        Raises like `watch`.
        """
        if self._source is None:
            return
        try:
            self._source.enter(folder)
        except OSError as error:
            raise _told(error, folder) from error

    def leave(self, paths: set[str]) -> None:
        """These paths stand there no longer."""
        if self._source is not None:
            self._source.leave(paths)

    def unwatch(self, root: str) -> None:
        """Watch a root no longer."""
        if self._source is not None:
            self._source.unwatch(root)

    def places_after(self, path: str) -> list[str]:
        """Where what stood at `path` went, move by move, as far as events told yet."""
        places = [path]
        with self._changed:
            while (after := self._place_after(places[-1])) and after not in places:
                places.append(after)
        return places[1:]

    @property
    def restless(self) -> bool:
        """Whether something happened that has not come to rest."""
        return bool(self._last)

    def close(self) -> None:
        """Stop; paths that have not come to rest are found by the next start's scan."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._source is not None:
            self._source.close()
        if self._thread.is_alive():
            self._thread.join(5)

    # What the source tells

    def touch(self, path: str) -> None:
        """Something happened to a path."""
        now = time.monotonic()
        with self._changed:
            if not self._last:
                self._changed.notify_all()
            self._first.setdefault(path, now)
            self._last[path] = now

    def move(self, old: str, new: str) -> None:
        """What stood at `old` stands at `new` now."""
        with self._changed:
            self._moved[old] = new
            if len(self._moved) > _MOVES_KEPT:
                del self._moved[next(iter(self._moved))]

    def lose(self, root: str) -> None:
        """A root has to be looked through again."""
        self._on_lost(root)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._last:
                    self._moved.clear()
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
                _log.exception("looking at changed paths failed")
                self._look_later(rested)
            else:
                for path in rested:
                    self._tries.pop(path, None)

    def _look_later(self, paths: Sequence[str]) -> None:
        """What failed may have passed then; after some tries the next scan has to find them."""
        later = time.monotonic() + _RETRY_SECONDS
        with self._changed:
            for path in paths:
                self._tries[path] += 1
                if self._tries[path] <= _RETRIES:
                    self._first[path] = self._last[path] = later

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

    def _place_after(self, path: str) -> str:
        """Where what stood at `path` went, by itself or in a folder; empty if it did not move."""
        inner, above = "", path
        while above not in self._moved:
            inner = path[len(os.path.dirname(above)) :]  # noqa: PTH120 - names not UTF-8
            if above == (above := os.path.dirname(above)):  # noqa: PTH120
                return ""
        return self._moved[above] + inner


def _told(error: OSError, folder: str) -> OSError | JinasearchError:
    limit = _LIMITS.get(error.errno or 0)
    if limit is None:
        return error
    return JinasearchError(
        Code.WATCH_LIMIT,
        f"The system's limit fs.inotify.{limit} is reached",
        "Changes in this folder are found by a regular scan instead. To raise the limit: "
        f"sudo sysctl fs.inotify.{limit}=524288",
        shown(folder),
    )
