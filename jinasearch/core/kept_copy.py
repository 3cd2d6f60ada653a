"""A copy of the library that was put aside."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class KeptWhy(StrEnum):
    """Why it was put aside."""

    DAMAGED = "damaged"
    BEFORE_IMPORT = "before-import"
    BEFORE_UPDATE = "before-update"


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """A copy, by the name of its file. `made` is in seconds since the epoch."""

    name: str
    why: KeptWhy
    path: str
    made: float
    bytes: int
