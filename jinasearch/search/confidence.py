"""Puts what keywords and meaning score on one scale, so that both can be added.

Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023: a
sum of normalised scores finds more than a fusion of ranks, and theoretical bounds normalise better
than those of the list at hand. Here a score says by itself how far it can be trusted: a query most
of whose words stand nowhere scores low by keywords, one that the model does not understand scores
low by meaning, and the other half leads. Nothing is learnt from judged questions.

How much either kind could tell of a question is measured in the same unit, too, so that neither
has to be given a weight: by how many deviations the best of a normal distribution would lie above
chance (Stouffer and others, "The American Soldier", 1949, add such deviations). The chance that a
passage holds some words is that of each multiplied, so its logarithm is the sum of their rarities.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinasearch.store import passages, vectors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import apsw
    import numpy as np
    from numpy.typing import NDArray

    from jinasearch.search.query import Query

_SATURATION = 2.2
"""What a word scores at most, in units of its rarity: k1 + 1 of FTS5's BM25."""
_SAMPLE = 512
_CHANGE = 1.25
_LOWEST, _HIGHEST = 1.0, 6.0
"""In deviations: what is within one of the mean is chance, what is beyond six is certain: the best
of a million independent draws from a normal distribution lies at five."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a score stands between what means nothing, 0, and what cannot be better, 1.

    `deviations` is how far above chance the best lies, on the scale of a normal distribution.
    """

    nothing: float
    best: float
    deviations: float = 1.0

    def of(self, score: float) -> float:
        """From 0 up."""
        return max(0.0, (score - self.nothing) / (self.best - self.nothing))

    def of_all(self, scores: Mapping[int, float]) -> dict[int, float]:
        """The same of many, without a call for each."""
        nothing, most = self.nothing, self.best - self.nothing
        return {
            key: (score - nothing) / most if score > nothing else 0.0
            for key, score in scores.items()
        }


def of_keywords(connection: apsw.Connection, query: Query, size: int) -> Scale:
    """The scale of BM25 for a query in a library of `size` passages.

    The best is a passage full of every word of the query, the ones that occur nowhere included.
    By these none lies above chance, though.
    """
    ideal = known = 0.0
    for term in query.searched:
        holding = min(size, passages.holding_word(connection, term.word()))
        rarity = max(0.0, math.log((size - holding + 0.5) / (holding + 0.5)))
        ideal += rarity
        known += rarity if holding else 0.0
    # Far from the mean a normal distribution falls as exp(-deviations² / 2).
    return Scale(0.0, _SATURATION * max(ideal, 1.0), math.sqrt(2.0 * max(known, 1.0)))


class Background:
    """What cosines are like in an embedding space where nothing is meant. Thread-safe."""

    def __init__(self, space: int) -> None:
        self._space = space
        self._lock = threading.Lock()
        self._sample: NDArray[np.float32] | None = None
        self._count = 0

    def scale(self, connection: apsw.Connection, vector: NDArray[np.float32], count: int) -> Scale:
        """The scale of cosines with `vector` (dimension,) among `count` vectors.

        Their mean and deviation are those of a sample, drawn anew when the library has changed.
        """
        sample = self._drawn(connection, len(vector), count)
        if len(sample) < 2:
            return Scale(-1.0, 1.0)
        cosines = sample @ vector
        mean = float(cosines.mean())
        cosines -= mean
        deviation = max(math.sqrt(float(cosines @ cosines) / len(cosines)), 1e-4)
        highest = min(_HIGHEST, (len(sample) - 1) / math.sqrt(len(sample)))  # Samuelson's bound
        lowest = highest * _LOWEST / _HIGHEST
        return Scale(mean + lowest * deviation, mean + highest * deviation, highest)

    def _drawn(
        self, connection: apsw.Connection, dimension: int, count: int
    ) -> NDArray[np.float32]:
        with self._lock:
            if self._sample is None or not self._count / _CHANGE <= count <= self._count * _CHANGE:
                self._sample = vectors.sampled(connection, self._space, dimension, _SAMPLE)
                self._count = count
            return self._sample
