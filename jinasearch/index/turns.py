"""Every so often the order gives way to a folder's turn, so that none waits for ever.

The order is by urgency and date: a folder whose files keep changing, or that has very many new
ones, would go before all others without end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_EVERY = 4
"""One in so many goes to the folder whose turn it is; the others go by the order."""


class Turns:
    """Counts, and goes round the folders that wait. Used under its owner's lock."""

    def __init__(self) -> None:
        self._count = 0
        self._last = 0

    def is_due(self) -> bool:
        """Whether the next one goes by turns; to be asked once for each."""
        self._count += 1
        return self._count % _EVERY == 0

    def next(self, waiting: Sequence[int]) -> int | None:
        """The folder whose turn it is; None if there is no choice."""
        if len(waiting) < 2:
            return None
        later = [folder for folder in waiting if folder > self._last]
        self._last = min(later or waiting)
        return self._last
