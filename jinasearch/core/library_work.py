"""What is being done to the library as a whole, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Work(StrEnum):
    """What is done."""

    CHECKING = "checking"
    MENDING = "mending"
    UPDATING = "updating"
    """An older library is brought into this version's form."""
    BACKING_UP = "backing-up"
    TAKING_IN = "taking-in"


@dataclass(frozen=True, slots=True)
class LibraryWork:
    """Work on the whole library. `step` of `steps`, from 1 on; `share` is how much of the step is
    done, 0 to 1, as far as that can be told."""

    work: Work
    step: int = 1
    steps: int = 1
    share: float = 0.0

    @property
    def percent(self) -> int:
        """How much of all steps is done: 0 to 99, for it is not done while it is told."""
        done = (self.step - 1 + min(max(self.share, 0.0), 1.0)) / max(self.steps, 1)
        return min(99, int(100 * done))
