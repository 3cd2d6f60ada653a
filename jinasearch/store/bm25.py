"""BM25 for FTS5, with the rarity of the words given instead of counted anew for every question.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; k1, b and
the rarity are those of FTS5's own bm25(), and so are its scores, which are positive here. That one
goes through every passage that holds a word to count them, which takes a tenth of a second for a
common word among a million passages.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

_K1, _B = 1.2, 0.75
_HEADING_WEIGHT = 0.5
"""Of one occurrence in the text."""
_FORM = 0.5
"""What another form of a word is worth, of the word itself."""
_LEAST = 1e-6


def rarity(holding: float, size: float) -> float:
    """What a word is worth that stands in `holding` of `size` passages (IDF)."""
    return max(_LEAST, math.log((max(0.0, size - holding) + 0.5) / (holding + 0.5)))


class Word(NamedTuple):
    """A word as FTS5 phrases: the ways to write it, and its other forms, which are worth less."""

    phrases: tuple[str, ...]
    forms: tuple[str, ...] = ()

    def fts(self) -> str:
        """The FTS5 expression for rows that hold the word itself."""
        return one_of(self.phrases)

    def wide(self) -> str:
        """The FTS5 expression for rows that hold it in whatever form."""
        return one_of((*self.phrases, *self.forms))


def one_of(phrases: Sequence[str]) -> str:
    """The FTS5 expression for rows that hold one of these."""
    return phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})"


class _Norms(dict[bytes, float]):
    """What the length of a row is worth, by the lengths of its columns as FTS5 keeps them: they are
    few beside the rows."""

    def __init__(self, average: float) -> None:
        super().__init__()
        self._average = average

    def __missing__(self, lengths: bytes) -> float:
        norm = self[lengths] = _K1 * (1.0 - _B + _B * _total(lengths) / self._average)
        return norm


@lru_cache(maxsize=2)
def _norms(average: float) -> _Norms:
    """Those of a library that did not change: every second row of a question has new lengths, but
    few that none had before."""
    return _Norms(average)


class _Plan(NamedTuple):
    """What is the same for all rows: what their lengths are worth; words of one phrase, as its
    number and their best score; the others, as that and ((number, share), …).
    """

    norms: _Norms
    plain: list[tuple[int, float]]
    manifold: list[tuple[float, list[tuple[int, float]]]]


def weighed(words: Sequence[tuple[Word, float]], *, forms: bool) -> str:
    """Words and their rarities as `scored` takes them; `forms`: these are in the expression too.

    Words that half of all passages hold cost time and tell nothing beside others.
    """
    numbers = count()
    telling = max((worth for _, worth in words), default=0.0) > _LEAST
    plain: list[tuple[int, float]] = []
    manifold: list[tuple[float, list[tuple[int, float]]]] = []
    for word, worth in words:
        shares = [1.0] * len(word.phrases) + [_FORM] * len(word.forms) * forms
        ways = [(next(numbers), share) for share in shares]
        if telling and worth <= _LEAST:
            continue
        best = worth * (_K1 + 1.0)
        if len(ways) == 1:
            plain.append((ways[0][0], best))
        else:
            manifold.append((best, ways))
    return json.dumps([plain, manifold])


def scored(api: apsw.FTS5ExtensionApi, *given: Any) -> float:  # noqa: ANN401 - as SQL gives them
    """The score of a row of the columns text and heading, given words and lengths.

    `words` is what `weighed` makes, of phrases in the order of the query's; `lengths` is the row's
    `sz` of the table `docsize`: joined, it costs half of what FTS5 takes to look it up. The ways to
    write a word count as one word that occurs as often as they do together: Pirkola, "The Effects
    of Query Structure and Dictionary Setups in Dictionary-Based Cross-Language Information
    Retrieval", SIGIR 1998, with weights as in Darwish and Oard, "Probabilistic Structured Query
    Methods", SIGIR 2003. Added up one by one, a rare form would be worth more than the word itself.
    """
    words, lengths = given
    if (plan := api.aux_data) is None:
        average = max(1.0, api.column_total_size(-1) / max(1, api.row_count))
        plan = api.aux_data = _Plan(_norms(average), *json.loads(words))
    norms, plain, manifold = plan
    norm = norms[lengths]
    found_at = api.phrase_locations
    score = 0.0
    for phrase, best in plain:
        text, heading = found_at(phrase)
        times = len(text) + _HEADING_WEIGHT * len(heading) if heading else len(text)
        score += best * times / (times + norm)
    for best, ways in manifold:
        times = 0.0
        for phrase, share in ways:
            text, heading = found_at(phrase)
            if text or heading:
                times += share * (len(text) + _HEADING_WEIGHT * len(heading))
        if times:
            score += best * times / (times + norm)
    return score


def _total(lengths: bytes) -> int:
    """The sum of numbers of 7 bits a byte, all but the last byte of each with the eighth set.

    The highest come first; a ninth byte, which would hold 8 bits, is not reached.
    """
    total = number = 0
    for byte in lengths:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            total, number = total + number, 0
    return total
