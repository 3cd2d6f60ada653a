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
_BEYOND = 2.0
"""Deviations by which the best has to lie beyond the best of chance to be more than that."""
_LOWEST, _HIGHEST = 1.0, 6.0
"""In deviations: what is within one of the mean is chance, what is beyond six is certain: the best
of a million independent draws from a normal distribution lies at five."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a score stands between what means nothing, 0, and what cannot be better, 1.

    `deviations` is how far above chance the best lies, on the scale of a normal distribution. If no
    score reaches `chance`, all of them may be chance.
    """

    nothing: float
    best: float
    deviations: float = 1.0
    chance: float = -math.inf

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
        self._drawn: _Sample | None = None
        self._count = 0

    def scale(self, connection: apsw.Connection, vector: NDArray[np.float32], count: int) -> Scale:
        """The scale of cosines with `vector` (dimension,) among `count` vectors.

        Their mean and deviation are those of a sample, drawn anew when the library has changed. The
        best of n draws from a normal distribution lies near sqrt(2 ln n) deviations (Cramér,
        "Mathematical Methods of Statistics", 1946, 28.6): by chance alone a question that means
        nothing comes that far, so it is measured by the deviations of such a one, not by its own.
        """
        sample = self._sampled(connection, len(vector), count)
        size = len(sample.vectors)
        if size < 2:
            return Scale(-1.0, 1.0, chance=math.inf)
        cosines = sample.vectors @ vector
        mean = float(cosines.mean())
        cosines -= mean
        deviation = max(math.sqrt(float(cosines @ cosines) / size), 1e-4)
        highest = min(_HIGHEST, (size - 1) / math.sqrt(size))  # Samuelson's bound
        lowest = highest * _LOWEST / _HIGHEST
        best_of_chance = math.sqrt(2.0 * math.log(max(2, count)))
        chance = mean + sample.aimless(vector) * (best_of_chance + _BEYOND)
        return Scale(mean + lowest * deviation, mean + highest * deviation, highest, chance)

    def _sampled(self, connection: apsw.Connection, dimension: int, count: int) -> _Sample:
        with self._lock:
            if self._drawn is None or not self._count / _CHANGE <= count <= self._count * _CHANGE:
                drawn = vectors.sampled(connection, self._space, dimension, _SAMPLE)
                self._drawn, self._count = _Sample(drawn), count
            return self._drawn


class _Sample:
    """Some `vectors` (n, dimension) of a space, and how they are spread."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self.vectors = vectors
        count, dimension = vectors.shape
        self._centre = vectors.mean(axis=0) if count else vectors.sum(axis=0)
        self._length = max(float(self._centre @ self._centre), 1e-6)
        spread = max(0.0, 1.0 - self._length) * count / max(1, count - 1)
        self._deviation = math.sqrt(spread / dimension)

    def aimless(self, vector: NDArray[np.float32]) -> float:
        """The deviation of cosines with a vector that points nowhere in particular, but for what it
        has in common with all (as in models whose vectors lie in a narrow cone).

        What means nothing is like that. A question of which the texts are about points where they
        differ, and its own cosines deviate half as much again, or twice as much.
        """
        common = min(1.0, float(self._centre @ vector) ** 2 / self._length)
        return self._deviation * math.sqrt(1.0 - common)
