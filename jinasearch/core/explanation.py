"""Why a file answers, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field

from jinasearch.core.models import Mark, Place


@dataclass(frozen=True, slots=True)
class WordFound:
    """A word of a question: how many passages of the library hold it, and of those explained."""

    word: str
    in_library: int
    here: int


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks for a passage, whose whole `text` this is.

    Scores are BM25 and cosine; confidences say what these are worth, from 0, chance, to about 1,
    the best there can be. `rerank_score`, 0 to 1, is that of the model that re-ranks. None: not
    found that way. `nearest` is the sentence nearest in meaning.
    """

    passage: int
    text: str
    heading: str = ""
    place: Place = field(default_factory=Place)
    marks: tuple[Mark, ...] = ()
    nearest: Mark | None = None
    keyword_score: float | None = None
    keyword_confidence: float | None = None
    meaning_score: float | None = None
    meaning_confidence: float | None = None
    rerank_score: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a file answers a question."""

    file: int
    words: tuple[WordFound, ...] = ()
    reasons: tuple[Reason, ...] = ()
    note: str = ""
