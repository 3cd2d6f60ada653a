"""Joins what keywords and meaning found into one list of files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_K = 60
"""Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
Rank Learning Methods", SIGIR 2009."""


@dataclass(slots=True)
class Candidate:
    """A file that may answer, with the passages that speak for it, best first."""

    file: int
    score: float = 0.0
    by_keywords: bool = False
    by_meaning: bool = False
    keywords: dict[int, float] = field(default_factory=dict)
    meaning: dict[int, float] = field(default_factory=dict)

    def passages(self, most: int) -> list[int]:
        """Passage ids, best first by either reason."""
        ranks: dict[int, float] = {}
        for scores in (self.keywords, self.meaning):
            ordered = sorted(scores, key=lambda passage: -scores[passage])
            for rank, passage in enumerate(ordered):
                ranks[passage] = ranks.get(passage, 0.0) + 1.0 / (_K + rank)
        return sorted(ranks, key=lambda passage: -ranks[passage])[:most]


@dataclass(frozen=True, slots=True)
class Found:
    """One row that a search of one kind found. `passage` None: the file as a whole."""

    file: int
    passage: int | None
    score: float


def fuse(
    names: Sequence[Found],
    keywords: Sequence[Found],
    meaning: Sequence[Found],
    embedded: float = 1.0,
) -> list[Candidate]:
    """Reciprocal rank fusion of file lists; a file's rank in a list is that of its best row.

    `embedded` is the share of files that can be found by meaning, 0 to 1. It weighs that list:
    to be first of few is worth little.
    """
    candidates: dict[int, Candidate] = {}
    for found in keywords:
        if found.passage is not None:
            _of(candidates, found.file).keywords[found.passage] = found.score
    for found in meaning:
        if found.passage is not None:
            _of(candidates, found.file).meaning[found.passage] = found.score
    lists = ((names, True, 1.0), (keywords, True, 1.0), (meaning, False, embedded))
    for rows, by_keywords, weight in lists:
        for rank, file in enumerate(dict.fromkeys(row.file for row in rows)):
            candidate = _of(candidates, file)
            candidate.score += weight / (_K + rank)
            candidate.by_keywords |= by_keywords
            candidate.by_meaning |= not by_keywords
    return sorted(candidates.values(), key=lambda candidate: (-candidate.score, candidate.file))


def _of(candidates: dict[int, Candidate], file: int) -> Candidate:
    return candidates.setdefault(file, Candidate(file))


def best_first(rows: Iterable[Found]) -> list[Found]:
    """Rows by score, the best first."""
    return sorted(rows, key=lambda row: -row.score)
