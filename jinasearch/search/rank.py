"""Joins what keywords and meaning found into one list of files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from jinasearch.search.exact import Exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jinasearch.search.confidence import Scale

_K = 60
"""Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
Rank Learning Methods", SIGIR 2009. For the passages of one file."""
_NAME = 0.25
"""What a name with every word of the query adds: a quarter of what could not be better."""
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
    cosine: float = -1.0
    named: bool = False
    exact: bool = False
    exact_passage: int | None = None
    certain: bool = True
    reranked: float | None = None
    reranked_passage: int | None = None
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


class Found(NamedTuple):
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
    """Files by what speaks for them, on the scales by which each kind can be trusted.

    Both kinds weigh the same, for their scales say how sure each is: no weight is learnt or chosen
    (Bruch, Gai and Ingber 2023, with their convex combination at one half). A name that holds every
    word adds to the keywords. `embedded` is the share of files that can be found by meaning, 0 to
    1. It weighs that kind: to be first of few is worth little. `exact` comes before, the more the
    rarer it is. Of one file the best row of each kind counts, half of it only where both kinds mean
    the same passage.
    """
    candidates: dict[int, Candidate] = {}
    for found in keywords:
        candidate = _of(candidates, found.file)
        candidate.by_keywords = True
        if found.passage is not None:
            candidate.keywords[found.passage] = found.score
    for file, passage, score in meaning:
        candidate = _of(candidates, file)
        candidate.by_meaning = True
        candidate.cosine = max(candidate.cosine, score)
        if passage is not None:
            candidate.meaning[passage] = score
    by_keywords, by_meaning = scales
    sums = _sums(_scaled(keywords, by_keywords), _scaled(meaning, by_meaning), embedded)
    for file, confidence in sums.items():
        candidates[file].score = confidence
    best_name = max((found.score for found in names), default=1.0)
    for found in names:
        candidate = _of(candidates, found.file)
        candidate.named = candidate.by_keywords = True
        candidate.score += _NAME * (1.0 + found.score / best_name) / 2.0
    for file, passage in exact.files.items():
        candidate = _of(candidates, file)
        candidate.exact = candidate.by_keywords = True
        candidate.exact_passage = passage
        candidate.score += exact.worth
    return _ordered(candidates.values())


def _ordered(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The certain ones first, and each sort by score."""
    ordered = sorted(candidates, key=_order)
    for candidate in ordered:
        sure = candidate.exact or candidate.named
        candidate.certain = sure or _is_certain(candidate.score, ordered[0].score)
    return sorted(ordered, key=lambda candidate: not candidate.certain)


def _order(candidate: Candidate) -> tuple[float, float, int]:
    """By score; where it is all chance, so that confidence is 0, by the plain cosine."""
    return (
        -candidate.score,
        0.0 if candidate.score else -candidate.cosine,
        candidate.file,
    )


_Rows = dict[tuple[int, int | None], float]
"""Confidence by file and passage."""


def _sums(words: _Rows, sense: _Rows, embedded: float) -> dict[int, float]:
    by_words, by_sense = _weights(words, sense, embedded)
    if not words or not sense:  # the passage that is best by one kind is best by both
        alone, weight = (sense, by_sense) if sense else (words, by_words)
        return {file: weight * best for file, best in _best(alone).items()}
    rows = {place: by_words * confidence for place, confidence in words.items()}
    for place, confidence in sense.items():
        rows[place] = rows.get(place, 0.0) + by_sense * confidence
    best_words, best_sense = _best(words), _best(sense)
    return {
        file: (by_words * best_words.get(file, 0.0) + by_sense * best_sense.get(file, 0.0) + best)
        / 2.0
        for file, best in _best(rows).items()
    }


def _scaled(rows: Sequence[Found], scale: Scale) -> _Rows:
    return {(file, passage): scale.of(score) for file, passage, score in rows}


def _weights(words: _Rows, sense: _Rows, embedded: float) -> tuple[float, float]:
    """What the two kinds weigh, together 1; all of it where the other found nothing."""
    by_words, by_sense = float(bool(words)), embedded * bool(sense)
    both = by_words + by_sense or 1.0
    return by_words / both, by_sense / both


def _best(rows: _Rows) -> dict[int, float]:
    best: dict[int, float] = {}
    for (file, _), confidence in rows.items():
        if confidence >= best.get(file, 0.0):
            best[file] = confidence
    return best


def _is_certain(score: float, best: float) -> bool:
    return score >= _CERTAIN or (score >= _POSSIBLE and score >= _NEAR * best)


def _of(candidates: dict[int, Candidate], file: int) -> Candidate:
    candidate = candidates.get(file)
    if candidate is None:
        candidate = candidates[file] = Candidate(file)
    return candidate


def best_first(rows: Iterable[Found]) -> list[Found]:
    """Rows by score, the best first."""
    return sorted(rows, key=lambda row: -row.score)
