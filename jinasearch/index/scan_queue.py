"""Which folders are to be scanned, now or later."""

from __future__ import annotations

import threading
import time


class ScanQueue:
    """Folders by their ids, each at most once; those that are due are taken in order. Thread-safe.

    A folder that is put while it is being scanned is scanned again.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[int, None] = {}
        self._due: dict[int, float] = {}
        self._current: int | None = None
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether a folder is being scanned or waits for it."""
        with self._changed:
            return bool(self._waiting) or self._current is not None

    @property
    def closed(self) -> bool:
        """Whether nothing is to be scanned any more."""
        return self._closed

    def put(self, folder: int) -> None:
        """Scan a folder as soon as possible."""
        with self._changed:
            self._waiting[folder] = None
            self._changed.notify_all()

    def put_later(self, folder: int, seconds: float) -> None:
        """Scan a folder in `seconds`, or when it was to be scanned anyway if that is earlier."""
        with self._changed:
            due = time.monotonic() + seconds
            self._due[folder] = min(due, self._due.get(folder, due))
            self._changed.notify_all()

    def drop(self, folder: int) -> None:
        """Do not scan a folder any more."""
        with self._changed:
            self._waiting.pop(folder, None)
            self._due.pop(folder, None)

    def take(self, seconds: float) -> int | None:
        """The next folder; None if none is due within `seconds`, or when closed."""
        end = time.monotonic() + seconds
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                for folder in [folder for folder, due in self._due.items() if due <= now]:
                    self._waiting[folder] = None
                    del self._due[folder]
                if self._waiting:
                    self._current = next(iter(self._waiting))
                    del self._waiting[self._current]
                    self._due.pop(self._current, None)
                    return self._current
                if now >= end:
                    return None
                self._changed.wait(min(end, *self._due.values(), end) - now)
        return None

    def done(self) -> None:
        """The folder that was taken has been scanned."""
        with self._changed:
            self._current = None

    def close(self) -> None:
        """Wake who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
