"""Joins what keywords and meaning found into one list of files."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
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
    """A file that may answer, with the passages that speak for it, best first.

    `score` orders files; `confidence`, 0 to about 1, tells whether one is more than a weak match.
    """

    file: int
    score: float = 0.0
    confidence: float = 0.0
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

    def add(self, worth: float) -> None:
        """Something speaks for it beside what the rows say."""
        self.score += worth
        self.confidence += worth

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

    The order is that of a convex combination (Bruch, Gai and Ingber 2023) in which each kind weighs
    as much as it could tell of this question, so no weight is learnt or chosen. Whether a file is
    certain is told by both alike. A name that holds every word adds to the keywords. `embedded` is
    the share of files that can be found by meaning, 0 to 1. It weighs that kind: to be first of few
    is worth little. `exact` comes before, the more the rarer it is. Of one file the best row of
    each kind counts, half of it only where both kinds mean the same passage.
    """
    candidates: dict[int, Candidate] = {}
    for file, passage, score in keywords:
        if (candidate := candidates.get(file)) is None:
            candidate = candidates[file] = Candidate(file)
        candidate.by_keywords = True
        if passage is not None:
            candidate.keywords[passage] = score
    for file, passage, score in meaning:
        if (candidate := candidates.get(file)) is None:
            candidate = candidates[file] = Candidate(file)
        candidate.by_meaning = True
        candidate.cosine = max(candidate.cosine, score)
        if passage is not None:
            candidate.meaning[passage] = score
    alike, told = (1.0, embedded), (scales[0].deviations, embedded * scales[1].deviations)
    confidences = _sums(keywords, meaning, scales, alike)
    for file, score in _sums(keywords, meaning, scales, told).items():
        candidates[file].score, candidates[file].confidence = score, confidences[file]
    best_name = max((found.score for found in names), default=1.0)
    for found in names:
        candidate = _of(candidates, found.file)
        candidate.named = candidate.by_keywords = True
        candidate.add(_NAME * (1.0 + found.score / best_name) / 2.0)
    for file, passage in exact.files.items():
        candidate = _of(candidates, file)
        candidate.exact = candidate.by_keywords = True
        candidate.exact_passage = passage
        candidate.add(exact.worth)
    return _ordered(candidates.values())


def _ordered(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The certain ones first, and each sort by score; where it is all chance, so that confidence is
    0, by the plain cosine."""
    # One sort after the other by attributes: a key of several would be made in Python for each.
    ordered = sorted(candidates, key=attrgetter("file"))
    ordered.sort(key=attrgetter("score"), reverse=True)
    chance = [candidate for candidate in ordered if not candidate.score]
    chance.sort(key=attrgetter("cosine"), reverse=True)
    ordered[len(ordered) - len(chance) :] = chance
    best = max((candidate.confidence for candidate in ordered), default=0.0)
    least = min(_CERTAIN, max(_POSSIBLE, _NEAR * best))
    for candidate in ordered:
        candidate.certain = candidate.confidence >= least or candidate.exact or candidate.named
    ordered.sort(key=attrgetter("certain"), reverse=True)
    return ordered


def _sums(
    keywords: Sequence[Found],
    meaning: Sequence[Found],
    scales: tuple[Scale, Scale],
    told: tuple[float, float],
) -> dict[int, float]:
    """What speaks for each file, where the two kinds weigh as `told`."""
    by_words, by_sense = _weights(keywords, meaning, told)
    words_scale, sense_scale = scales
    words = _best(keywords, words_scale, by_words)
    sense = _best(meaning, sense_scale, by_sense)
    if not words or not sense:  # the passage that is best by one kind is best by both
        return words or sense
    worded = {(file, passage): score for file, passage, score in keywords}
    joint: dict[int, float] = {}
    for file, passage, score in meaning:
        if (other := worded.get((file, passage))) is not None:
            both = by_words * words_scale.of(other) + by_sense * sense_scale.of(score)
            joint[file] = max(both, joint.get(file, 0.0))
    sums: dict[int, float] = {}
    for file in words.keys() | sense.keys():
        one, other = words.get(file, 0.0), sense.get(file, 0.0)
        sums[file] = (one + other + max(one, other, joint.get(file, 0.0))) / 2.0
    return sums


def _best(rows: Sequence[Found], scale: Scale, weight: float) -> dict[int, float]:
    """What each file's best row adds."""
    best: dict[int, float] = {}
    for file, _, score in rows:
        if file not in best or score > best[file]:
            best[file] = score
    return {file: weight * scale.of(score) for file, score in best.items()}


def _weights(
    keywords: Sequence[Found], meaning: Sequence[Found], told: tuple[float, float]
) -> tuple[float, float]:
    """What the two kinds weigh, together 1; all of it where the other found nothing."""
    by_words, by_sense = told[0] * bool(keywords), told[1] * bool(meaning)
    both = by_words + by_sense or 1.0
    return by_words / both, by_sense / both


def _of(candidates: dict[int, Candidate], file: int) -> Candidate:
    candidate = candidates.get(file)
    if candidate is None:
        candidate = candidates[file] = Candidate(file)
    return candidate


def best_first(rows: Iterable[Found]) -> list[Found]:
    """Rows by score, the best first."""
    return sorted(rows, key=itemgetter(2), reverse=True)
