"""More like this, less like this: moves a query's vector towards some vectors, away from others.

Rocchio, "Relevance feedback in information retrieval", in Salton (ed.), The SMART Retrieval System,
1971; the weights are those of Manning, Raghavan and Schütze, Introduction to Information Retrieval,
2008, section 9.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_QUERY, _LIKED, _DISLIKED = 1.0, 0.75, 0.15


def moved(
    query: NDArray[np.float32] | None,
    liked: Sequence[NDArray[np.float32]],
    disliked: Sequence[NDArray[np.float32]],
) -> NDArray[np.float32] | None:
    """The query's vector (dimension,) moved, at length 1; None if nothing is left of it.

    Every example is one vector (dimension,) and counts alike. Without a query the liked ones stand
    for it.
    """
    parts = [] if query is None else [_QUERY * query]
    if liked:
        parts.append((_LIKED if parts else _QUERY) * np.mean(liked, axis=0))
    if disliked:
        parts.append(-_DISLIKED * np.mean(disliked, axis=0))
    if not parts or (query is None and not liked):
        return None
    return normalised(np.sum(parts, axis=0))


def normalised(vector: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """A vector at length 1; None of one that has no length."""
    length = float(np.linalg.norm(vector))
    return (vector / length).astype(np.float32) if length > 1e-6 else None
