"""Real passages to try models on: the user's own, filled up with Python's own documentation."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from jinasearch.store import passages

if TYPE_CHECKING:
    import apsw

_SEED = 5
_LEAST, _MOST = 200, 1200


def texts(connection: apsw.Connection, count: int) -> list[str]:
    """`count` passages, the same at every call while the library stays as it is."""
    own = passages.sampled(connection, count, _SEED)
    return (own + _documentation(count - len(own)))[:count]


def _documentation(count: int) -> list[str]:
    if count <= 0:
        return []
    from pydoc_data.topics import topics  # noqa: PLC0415 - half a megabyte, seldom needed

    found = []
    for name in sorted(topics):
        piece = ""
        for paragraph in topics[name].split("\n\n"):
            piece = f"{piece} {' '.join(paragraph.split())}".strip()
            if len(piece) >= _LEAST:
                found.append(piece[:_MOST])
                piece = ""
    random.Random(_SEED).shuffle(found)  # noqa: S311 - a sample, no secret
    return found[:count]
