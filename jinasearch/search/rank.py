"""Joins what keywords and meaning found into one list of files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jinasearch.search.confidence import Scale

_K = 60
"""Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
Rank Learning Methods", SIGIR 2009. For the passages of one file."""
_NAME = 0.5
"""What a name with every word of the query adds: half of a passage that could not be better."""


@dataclass(slots=True)
class Candidate:
    """A file that may answer, with the passages that speak for it, best first."""

    file: int
    score: float = 0.0
    by_keywords: bool = False
    by_meaning: bool = False
    keyword_confidence: float = 0.0
    meaning_confidence: float = 0.0
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
    scales: tuple[Scale, Scale],
    embedded: float = 1.0,
) -> list[Candidate]:
    """Files by the sum of what speaks for them: their best row by keywords and by meaning.

    `scales` say what the scores of the two are worth; both count alike. A name that holds every
    word adds to the keywords. `embedded` is the share of files that can be found by meaning, 0 to
    1. It weighs that list: to be first of few is worth little.
    """
    candidates: dict[int, Candidate] = {}
    by_keywords, by_meaning = scales
    for found in keywords:
        candidate = _of(candidates, found.file)
        candidate.by_keywords = True
        candidate.keyword_confidence = max(
            candidate.keyword_confidence, by_keywords.of(found.score)
        )
        if found.passage is not None:
            candidate.keywords[found.passage] = found.score
    best_name = max((found.score for found in names), default=1.0)
    for found in names:
        candidate = _of(candidates, found.file)
        candidate.by_keywords = True
        candidate.keyword_confidence += _NAME * (1.0 + found.score / best_name) / 2.0
    for found in meaning:
        candidate = _of(candidates, found.file)
        candidate.by_meaning = True
        candidate.meaning_confidence = max(candidate.meaning_confidence, by_meaning.of(found.score))
        if found.passage is not None:
            candidate.meaning[found.passage] = found.score
    for candidate in candidates.values():
        candidate.score = (
            candidate.keyword_confidence + embedded * candidate.meaning_confidence
        ) / 2.0
    return sorted(candidates.values(), key=lambda candidate: (-candidate.score, candidate.file))


def _of(candidates: dict[int, Candidate], file: int) -> Candidate:
    return candidates.setdefault(file, Candidate(file))


def best_first(rows: Iterable[Found]) -> list[Found]:
    """Rows by score, the best first."""
    return sorted(rows, key=lambda row: -row.score)
