"""How fast work goes and when it will be done, from what was counted lately."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from jinasearch.core.models import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

_WINDOW_SECONDS = 30.0
_LEAST_SECONDS = 2.0
_LONGEST_SECONDS = 120.0
"""What was counted longer ago says nothing about now: the work may have rested in between."""


class Rate:
    """Progress of one sort of work over the last half minute, or the last two steps: what is done
    in large steps has a rate between them too.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: deque[tuple[float, int]] = deque()

    def progress(self, done: int, total: int, *, working: bool) -> Progress:
        """The progress at this moment; the rate is per second, 0 while nothing is done."""
        now = self._now()
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()
        if not working:
            self._seen.clear()
            return Progress(done, total)
        if not self._seen or done > self._seen[-1][1]:
            self._seen.append((now, done))
        while self._seen and self._is_old(now):
            self._seen.popleft()
        if not self._seen:
            self._seen.append((now, done))
        since, before = self._seen[0]
        if now - since < _LEAST_SECONDS:
            return Progress(done, total)
        rate = (done - before) / (now - since)
        return Progress(done, total, rate, (total - done) / rate if rate > 0 else None)

    def _is_old(self, now: float) -> bool:
        """Whether the rate does not begin with what was counted first."""
        if now - self._seen[0][0] > _LONGEST_SECONDS:
            return True
        return len(self._seen) > 2 and now - self._seen[1][0] >= _WINDOW_SECONDS
