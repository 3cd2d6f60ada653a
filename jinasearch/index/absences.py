"""The drives inside of indexed folders that are not there: what was on them is kept."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from jinasearch.index.roots import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from jinasearch.index.scanner import Changes


class Absences:
    """Of each folder the mount points within it that a drive has left. Thread-safe.

    Args:
        on_change: called when a drive went or came.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._lock = threading.Lock()
        self._away: dict[int, frozenset[str]] = {}

    def of(self, folder: int) -> tuple[str, ...]:
        """The mount points within a folder whose drive is away, by path."""
        with self._lock:
            return tuple(sorted(self._away.get(folder, ())))

    def noted(
        self, folder: int, starts: Collection[str], found: Iterable[Changes]
    ) -> Iterator[Changes]:
        """Pass on what a scan of `starts` finds, and note at its end what is away there."""
        away: list[str] = []
        for changes in found:
            away += changes.away
            yield changes
        self.note(folder, starts, away)

    def note(self, folder: int, starts: Collection[str], away: Iterable[str]) -> None:
        """All below `starts` was looked at, and these mount points are left.

        Where something came to stand in one that was left, it is one no longer.
        """
        with self._lock:
            before = self._away.get(folder, frozenset())
            elsewhere = (
                point
                for point in before
                if not any(inside(point, start) or inside(start, point) for start in starts)
            )
            now = self._away[folder] = frozenset((*elsewhere, *away))
        if now != before:
            self._on_change()
