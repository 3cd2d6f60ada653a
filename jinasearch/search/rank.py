"""Joins what keywords and meaning found into one list of files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jinasearch.search.exact import Exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jinasearch.search.confidence import Scale

_K = 60
"""Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
Rank Learning Methods", SIGIR 2009. For the passages of one file."""
_NAME = 0.5
"""What a name with every word of the query adds: half of a passage that could not be better."""
_CERTAIN, _POSSIBLE, _NEAR = 0.3, 0.15, 0.6
"""What scores more than the first is certain; less than the second is not; between them it is if
it is that near to the best. Set on every second question of nine judged collections: of what
answers in the first ten, at least nine in ten are certain."""
_NOTHING_EXACT = Exact()


@dataclass(slots=True)
class Candidate:
    """A file that may answer, with the passages that speak for it, best first."""

    file: int
    score: float = 0.0
    by_keywords: bool = False
    by_meaning: bool = False
    keyword_confidence: float = 0.0
    meaning_confidence: float = 0.0
    cosine: float = -1.0
    exact: bool = False
    exact_passage: int | None = None
    certain: bool = True
    keywords: dict[int, float] = field(default_factory=dict)
    meaning: dict[int, float] = field(default_factory=dict)

    def passages(self, most: int) -> list[int]:
        """Passage ids, best first by either reason; before them the one that holds it exactly."""
        ranks: dict[int, float] = {}
        if self.exact_passage is not None:
            ranks[self.exact_passage] = 1.0
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
    exact: Exact = _NOTHING_EXACT,
) -> list[Candidate]:
    """Files by what speaks for them: the mean of their best row by keywords and by meaning.

    `scales` say what the scores of the two are worth; both count alike. A name that holds every
    word adds to the keywords. `embedded` is the share of files that can be found by meaning, 0 to
    1. It weighs that list: to be first of few is worth little. `exact` comes before, the more the
    rarer it is.
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
        candidate.cosine = max(candidate.cosine, found.score)
        if found.passage is not None:
            candidate.meaning[found.passage] = found.score
    for file, passage in exact.files.items():
        candidate = _of(candidates, file)
        candidate.exact = candidate.by_keywords = True
        candidate.exact_passage = passage
    weight = embedded if meaning else 0.0
    for candidate in candidates.values():
        confidence = candidate.keyword_confidence + weight * candidate.meaning_confidence
        candidate.score = confidence / (1.0 + weight) + exact.worth * candidate.exact
    ordered = sorted(candidates.values(), key=_order)
    for candidate in ordered:
        candidate.certain = candidate.exact or _is_certain(candidate.score, ordered[0].score)
    return sorted(ordered, key=lambda candidate: not candidate.certain)


def _order(candidate: Candidate) -> tuple[float, float, int]:
    """By score; where it is all chance, so that confidence is 0, by the plain cosine."""
    return (
        -candidate.score,
        0.0 if candidate.score else -candidate.cosine,
        candidate.file,
    )


def _is_certain(score: float, best: float) -> bool:
    return score >= _CERTAIN or (score >= _POSSIBLE and score >= _NEAR * best)


def _of(candidates: dict[int, Candidate], file: int) -> Candidate:
    return candidates.setdefault(file, Candidate(file))


def best_first(rows: Iterable[Found]) -> list[Found]:
    """Rows by score, the best first."""
    return sorted(rows, key=lambda row: -row.score)
