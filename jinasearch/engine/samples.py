"""Real passages to try models on: the user's own, filled up with what every machine has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.embed.checks.sample_texts import documentation
from jinasearch.store import passages

if TYPE_CHECKING:
    import apsw

_SEED = 5


def texts(connection: apsw.Connection, count: int) -> list[str]:
    """`count` passages, the same at every call while the library stays as it is."""
    own = passages.sampled(connection, count, _SEED)
    return (own + documentation(count - len(own)))[:count]
