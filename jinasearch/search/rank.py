"""Joins what keywords and meaning found into one list of files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from jinasearch.search.exact import Exact

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from jinasearch.search.confidence import Scale
    from jinasearch.store.passages import Match

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


class Candidate(msgspec.Struct):
    """A file that may answer, with the passages that speak for it, best first.

    `score` orders files; `confidence`, 0 to about 1, tells whether one is more than a weak match.
    """

    file: int
    score: float = 0.0
    confidence: float = 0.0
    by_keywords: bool = False
    by_meaning: bool = False
    named: bool = False
    exact: bool = False
    exact_passage: int | None = None
    certain: bool = True
    reranked: float | None = None
    reranked_passage: int | None = None
    keywords: dict[int, float] = msgspec.field(default_factory=dict)
    meaning: dict[int, float] = msgspec.field(default_factory=dict)

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
class Ranking:
    """The files that may answer, best first, and what speaks for each; the first `certain` are
    more than weak matches. Of most the number is all that is asked for: candidates are made of
    those that are looked at.
    """

    files: list[int]
    certain: int
    scores: Mapping[int, float] = field(default_factory=dict)
    confidences: Mapping[int, float] = field(default_factory=dict)
    names: Sequence[Match] = ()
    keywords: Sequence[Match] = ()
    meaning: Sequence[Match] = ()
    exact: Exact = _NOTHING_EXACT
    unscored: Collection[int] = ()
    """Files that hold the words, beyond those that were scored."""

    def sure_of(self, certain: Collection[int]) -> Ranking:
        """The same where these of the files are certain, and so come first."""
        ordered = sorted(self.files, key=certain.__contains__, reverse=True)
        return replace(self, files=ordered, certain=sum(map(certain.__contains__, ordered)))

    def doubted(self, sense: Scale) -> Ranking:
        """What meaning alone has found: none of it is certain if even the nearest may be chance."""
        nearest = max((row.score for row in self.meaning), default=-1.0)
        return self if nearest >= sense.chance else self.sure_of(())

    def first(self, most: int | None = None) -> list[Candidate]:
        """The best files, at most so many."""
        named, exact = {row.file for row in self.names}, self.exact.files
        made = {
            file: Candidate(
                file,
                self.scores.get(file, 0.0),
                self.confidences.get(file, 0.0),
                by_keywords=file in named or file in exact or file in self.unscored,
                named=file in named,
                exact=file in exact,
                exact_passage=exact.get(file),
                certain=at < self.certain,
            )
            for at, file in enumerate(self.files[:most])
        }
        for row in self.keywords:
            if (candidate := made.get(row.file)) is not None:
                candidate.by_keywords = True
                if row.passage is not None:
                    candidate.keywords[row.passage] = row.score
        for row in self.meaning:
            if (candidate := made.get(row.file)) is not None:
                candidate.by_meaning = True
                if row.passage is not None:
                    candidate.meaning[row.passage] = row.score
        return list(made.values())


def fuse(
    names: Sequence[Match],
    keywords: Sequence[Match],
    meaning: Sequence[Match],
    scales: tuple[Scale, Scale],
    embedded: float = 1.0,
    exact: Exact = _NOTHING_EXACT,
) -> Ranking:
    """Files by what speaks for them, on the scales by which each kind can be trusted.

    The order is that of a convex combination (Bruch, Gai and Ingber 2023) in which each kind weighs
    as much as it could tell of this question, so no weight is learnt or chosen. Whether a file is
    certain is told by both alike. A name that holds every word adds to the keywords. `embedded` is
    the share of files that can be found by meaning, 0 to 1. It weighs that kind: to be first of few
    is worth little. `exact` comes before, the more the rarer it is. Of one file the best row of
    each kind counts, half of it only where both kinds mean the same passage.
    """
    words, nearest = _best(keywords), _best(meaning)
    worths = scales[0].of_all(words), scales[1].of_all(nearest)
    joint = _joint(keywords, meaning, scales) if words and nearest else []
    told = scales[0].deviations, embedded * scales[1].deviations
    scores = _sums(*worths, joint, told)
    confidences = _sums(*worths, joint, (1.0, embedded))
    best_name = max((row.score for row in names), default=1.0)
    beside = [(row.file, _NAME * (1.0 + row.score / best_name) / 2.0) for row in names]
    beside += [(file, exact.worth) for file in exact.files]
    for file, worth in beside:
        scores[file] = scores.get(file, 0.0) + worth
        confidences[file] = confidences.get(file, 0.0) + worth
    ordered = _ordered(scores, nearest)
    least = min(_CERTAIN, max(_POSSIBLE, _NEAR * max(confidences.values(), default=0.0)))
    certain = {file for file in ordered if confidences[file] >= least}
    certain.update(file for file, _ in beside)
    ranking = Ranking(ordered, 0, scores, confidences, names, keywords, meaning, exact)
    return ranking.sure_of(certain)


def _ordered(scores: Mapping[int, float], nearest: Mapping[int, float]) -> list[int]:
    """Files by score; where it is all chance, so that the score is 0, by the plain cosine."""
    # One sort after the other: a key of several would be made in Python for each.
    ordered = sorted(scores)
    ordered.sort(key=scores.__getitem__, reverse=True)
    chance = [file for file in ordered if not scores[file]]
    chance.sort(key=lambda file: nearest.get(file, -1.0), reverse=True)
    ordered[len(ordered) - len(chance) :] = chance
    return ordered


def _best(rows: Sequence[Match]) -> dict[int, float]:
    """The score of each file's best row."""
    best: dict[int, float] = {}
    for row in rows:
        if row.file not in best or row.score > best[row.file]:
            best[row.file] = row.score
    return best


def _joint(
    keywords: Sequence[Match], meaning: Sequence[Match], scales: tuple[Scale, Scale]
) -> list[tuple[int, float, float]]:
    """Rows that both kinds found: the file, and what each kind says."""
    worded = {(row.file, row.passage): row.score for row in keywords}
    return [
        (row.file, scales[0].of(other), scales[1].of(row.score))
        for row in meaning
        if (other := worded.get((row.file, row.passage))) is not None
    ]


def _sums(
    words: Mapping[int, float],
    sense: Mapping[int, float],
    joint: Sequence[tuple[int, float, float]],
    told: tuple[float, float],
) -> dict[int, float]:
    """What speaks for each file, where the two kinds weigh as `told`: together 1, all of it where
    the other found nothing."""
    by_words, by_sense = told[0] * bool(words), told[1] * bool(sense)
    both = by_words + by_sense or 1.0
    by_words, by_sense = by_words / both, by_sense / both
    if not words or not sense:  # the passage that is best by one kind is best by both
        return {file: (by_words + by_sense) * worth for file, worth in (words or sense).items()}
    best: dict[int, float] = {}
    for file, worded, meant in joint:
        best[file] = max(by_words * worded + by_sense * meant, best.get(file, 0.0))
    sums: dict[int, float] = {}
    for file in words.keys() | sense.keys():
        one, other = by_words * words.get(file, 0.0), by_sense * sense.get(file, 0.0)
        sums[file] = (one + other + max(one, other, best.get(file, 0.0))) / 2.0
    return sums
