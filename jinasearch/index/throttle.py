"""A ceiling on processor time, as a bucket of it that fills evenly and is emptied by use."""

from __future__ import annotations

import math

_BURST_SECONDS = 8.0
"""Processor time that may be used at once after a rest: a few changed files wait for nothing."""


class Throttle:
    """Args: `cores`: of the machine; a share of 1 is all of them, all the time."""

    def __init__(self, cores: int) -> None:
        self._cores = cores
        self._share = 1.0
        self._credit = _BURST_SECONDS

    def allow(self, share: float) -> None:
        """Set the ceiling, as a share of all cores."""
        self._share = share

    @property
    def empty(self) -> bool:
        """Whether work has to wait."""
        return self._share < 1 and self._credit < 0

    def spend(self, used: float, elapsed: float) -> None:
        """`used` seconds of processor time went in `elapsed` seconds; inf for a long rest."""
        if math.isinf(elapsed):
            self._credit = _BURST_SECONDS
            return
        earned = elapsed * self._share * self._cores
        self._credit = min(_BURST_SECONDS, self._credit + earned - used)
