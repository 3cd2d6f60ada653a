"""How much may be unpacked from one file, however many archives lie in each other in it."""

from __future__ import annotations

import time

_BYTES = 300_000_000
_MEMBERS = 20_000
_SHARE = 0.6
"""Of the time for a file; the rest is for what comes after."""


class Spent(Exception):  # noqa: N818 - ends the unpacking, and is told as a text that is cut off
    """No more may be unpacked."""


class Allowance:
    """Bytes, members and seconds that are left. Shared by a file and all files in it."""

    def __init__(self, seconds: float) -> None:
        self.bytes_left = _BYTES
        self._members_left = _MEMBERS
        self._until = time.monotonic() + seconds * _SHARE

    def take(self, count: int) -> None:
        """Account for unpacked bytes. Raises Spent when they were the last."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise Spent

    def enter(self) -> None:
        """Account for a member. Raises Spent."""
        self._members_left -= 1
        if self._members_left < 0 or time.monotonic() > self._until:
            raise Spent
