"""Real English passages that every machine has: Python's own documentation of its language."""

from __future__ import annotations

import random

_SEED = 5
_LEAST, _MOST = 200, 1200


def documentation(count: int) -> list[str]:
    """At most `count` passages, always the same."""
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
