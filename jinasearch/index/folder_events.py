"""Events by inotify, folder by folder: only the folders that the scan goes into are watched."""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

from jinasearch.index import inotify
from jinasearch.index.inotify import Event, Inotify

if TYPE_CHECKING:
    from jinasearch.index.events import Listener

_MASK = (
    inotify.IN_CREATE
    | inotify.IN_DELETE
    | inotify.IN_MOVED_FROM
    | inotify.IN_MOVED_TO
    | inotify.IN_MODIFY
    | inotify.IN_CLOSE_WRITE
    | inotify.IN_DELETE_SELF
    | inotify.IN_MOVE_SELF
    | inotify.IN_ONLYDIR
)
_WENT = inotify.IN_DELETE_SELF | inotify.IN_MOVE_SELF | inotify.IN_UNMOUNT
_GONE_MEANWHILE = (errno.ENOENT, errno.ENOTDIR)


class FolderEvents:
    """Implements `Source`. Watches are told apart by number: a folder keeps its when it moves."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self._roots: set[str] = set()
        self._path_of: dict[int, str] = {}
        self._watch_of: dict[str, int] = {}
        self._moving: tuple[int, str] = (0, "")
        self._inotify = Inotify(self._on_event)

    def watch(self, root: str) -> None:
        """Begin with a root."""
        with self._lock:
            self._roots.add(root)

    def enter(self, folder: str) -> None:
        """Watch the entries of a folder. Raises OSError: ENOSPC when the system allows no more."""
        with self._lock:
            try:
                now = self._inotify.add(folder, _MASK)
            except OSError as error:
                if error.errno in _GONE_MEANWHILE:
                    return
                raise
            if self._watch_of.get(folder) == now:
                return
            self._forget(self._watch_of.get(folder))  # another folder stood there
            self._forget(now)  # this one stood elsewhere
            self._path_of[now] = folder
            self._watch_of[folder] = now

    def leave(self, folders: set[str]) -> None:
        """These folders stand there no longer."""
        with self._lock:
            if any(folder in self._watch_of for folder in folders):
                self._remove([path for path in self._watch_of if _is_in_one(path, folders)])

    def unwatch(self, root: str) -> None:
        """Watch nothing of a root any more, unless it may belong to another one."""
        with self._lock:
            self._roots.discard(root)
            if _is_in_one(root, self._roots):
                return
            kept = {other for other in self._roots if _is_in_one(other, {root})}
            self._remove(
                [
                    path
                    for path in self._watch_of
                    if _is_in_one(path, {root}) and not _is_in_one(path, kept)
                ]
            )

    def close(self) -> None:
        """End."""
        self._inotify.close()

    def _on_event(self, event: Event) -> None:
        if event.mask & inotify.IN_Q_OVERFLOW:
            with self._lock:
                roots = list(self._roots)
            for root in roots:
                self._listener.lose(root)
            return
        with self._lock:
            path = self._path_of.get(event.watch)
            if event.mask & inotify.IN_IGNORED:
                self._forget(event.watch)
            is_root = path in self._roots
        if path is None:
            return
        if event.name:
            self._tell(event, os.path.join(path, event.name))  # noqa: PTH118 - names not UTF-8
        elif event.mask & _WENT:
            (self._listener.lose if is_root else self._listener.touch)(path)

    def _tell(self, event: Event, path: str) -> None:
        if event.mask & inotify.IN_MOVED_FROM:
            self._moving = (event.cookie, path)  # the other half follows at once
        elif event.mask & inotify.IN_MOVED_TO and self._moving[0] == event.cookie:
            self._listener.move(self._moving[1], path)
        self._listener.touch(path)

    def _remove(self, paths: list[str]) -> None:
        for path in paths:
            watch = self._watch_of[path]
            self._inotify.remove(watch)
            self._forget(watch)

    def _forget(self, watch: int | None) -> None:
        if watch is None:
            return
        path = self._path_of.pop(watch, None)
        if path is not None:
            del self._watch_of[path]


def _is_in_one(path: str, folders: set[str]) -> bool:
    """Whether a path is one of `folders` or lies below one."""
    while path not in folders:
        above = os.path.dirname(path)  # noqa: PTH120 - names that are not UTF-8
        if above == path or not folders:
            return False
        path = above
    return True
