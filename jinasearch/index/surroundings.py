"""What no event tells: drives inside the folders that come, go or are changed by others; sleep."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from jinasearch.index.roots import inside
from jinasearch.store.place import mounted, sends_no_events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_POLL_SECONDS = 30.0
_POLL_SHARE = 50.0
"""A drive is looked through this often, but in no more than 1/50 of the time."""
_SLEPT_SECONDS = 20.0


class Drives:
    """The drives that are mounted below folders.

    Args:
        mounts: gives (mount point, type) pairs.
        clock: seconds.
    """

    def __init__(
        self,
        mounts: Callable[[], Iterable[tuple[str, str]]] = mounted,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._mounts = mounts
        self._clock = clock
        self._known: dict[str, set[tuple[str, str]]] = {}
        self._due: dict[str, float] = {}

    def due(self, roots: Iterable[str]) -> list[str]:
        """The mount points to look at now: drives that came or went, and those that send no events
        and were not looked at for a while."""
        found = set(self._mounts())
        now = self._clock()
        wanted: set[str] = set()
        for root in roots:
            below = {
                (point, kind) for point, kind in found if point != root and inside(point, root)
            }
            before = self._known.setdefault(root, below)
            self._known[root] = below
            wanted.update(point for point, _ in below ^ before)
            for point, kind in below:
                if sends_no_events(kind) and self._due.setdefault(point, now) <= now:
                    wanted.add(point)
        return sorted(wanted)

    def looked_at(self, point: str, seconds: float) -> None:
        """Looking through a drive took so long."""
        if point in self._due:
            self._due[point] = self._clock() + max(_POLL_SECONDS, _POLL_SHARE * seconds)


def _with_sleep() -> float:
    """A clock that goes on while the machine sleeps; where there is none, the wall's."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.time() if boot is None else time.clock_gettime(boot)


class Sleep:
    """Notices that the machine has slept: one clock went on, the other stood still."""

    def __init__(
        self,
        through: Callable[[], float] = _with_sleep,
        awake: Callable[[], float] = time.monotonic,
    ) -> None:
        self._through = through
        self._awake = awake
        self._apart = through() - awake()

    def is_over(self) -> bool:
        """Whether the machine has slept since this was asked the last time."""
        before, self._apart = self._apart, self._through() - self._awake()
        return self._apart - before > _SLEPT_SECONDS
