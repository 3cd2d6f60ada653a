"""Paths at or below others, as conditions on files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def elsewhere(places: Sequence[str], first: int) -> str:
    """The condition that a file stands neither at nor below these places, to be put after another
    one; the numbers of its bindings, which are `bounds(places)`, begin at `first`."""
    return "".join(
        f" AND NOT (path = ?{number} OR (path > ?{number + 1} AND path < ?{number + 2}))"
        for number in range(first, first + 3 * len(places), 3)
    )


def bounds(places: Sequence[str]) -> tuple[bytes, ...]:
    """The bindings of `elsewhere`."""
    return tuple(part for path in places for part in (os.fsencode(path), *range_below(path)))


def range_below(path: str) -> tuple[bytes, bytes]:
    """All paths p below a folder have first < p < last, bytewise."""
    stem = os.fsencode(path.rstrip(os.sep))
    separator = os.sep.encode()
    return stem + separator, stem + bytes([separator[0] + 1])
