"""How much was done when: counts of the last hours, minute by minute, since the engine started."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from jinasearch.core.models import Minute

if TYPE_CHECKING:
    from collections.abc import Callable

_MINUTE = 60
_KEPT = 180


class History:
    """Thread-safe. `now` gives the time in seconds since the epoch."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._minutes: deque[Minute] = deque(maxlen=_KEPT)
        self._before: tuple[int, int] | None = None
        self._next = 0.0

    def due(self) -> bool:
        """Whether this minute has no count yet, or one that is some seconds old."""
        return self._before is None or self._now() >= self._next

    def note(self, files: int, vectors: int) -> None:
        """So many files can be found by words, and so many vectors were made, in all."""
        with self._lock:
            now = self._now()
            self._next = now + _MINUTE / 12
            before, self._before = self._before, (files, vectors)
            if before is None:
                return
            done = max(0, files - before[0]), max(0, vectors - before[1])
            start = int(now // _MINUTE) * _MINUTE
            if self._minutes and self._minutes[-1].start == start:
                last = self._minutes.pop()
                done = last.files + done[0], last.vectors + done[1]
            if any(done):
                self._minutes.append(Minute(start, *done))

    def minutes(self) -> tuple[Minute, ...]:
        """Those in which something was done, oldest first."""
        oldest = self._now() - _KEPT * _MINUTE
        with self._lock:
            return tuple(minute for minute in self._minutes if minute.start >= oldest)
