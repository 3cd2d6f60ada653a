"""The garbage collector of a process that answers questions."""

from __future__ import annotations

import gc

_OBJECTS = 10_000
"""More objects than before, after which it looks for cycles: a question has some thousands, which
go by themselves. With Python's own 700 that took a tenth of the time of an answer."""


def settle() -> None:
    """What is there now stays, and is looked through no more; what comes is, but seldom."""
    gc.freeze()
    gc.set_threshold(_OBJECTS)
