"""BM25 for FTS5, with the rarity of the words given instead of counted anew for every question.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; k1, b and
the rarity are those of FTS5's own bm25(), and so are its scores, which are positive here. That one
goes through every passage that holds a word to count them, which takes a tenth of a second for a
common word among a million passages.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import apsw

_K1, _B = 1.2, 0.75
_TEXT_WEIGHT, _HEADING_WEIGHT = 1.0, 0.5
_LEAST = 1e-6


def rarity(holding: float, size: float) -> float:
    """What a word is worth that stands in `holding` of `size` passages (IDF)."""
    return max(_LEAST, math.log((max(0.0, size - holding) + 0.5) / (holding + 0.5)))


def scored(api: apsw.FTS5ExtensionApi, *rarities: Any) -> float:  # noqa: ANN401 - as SQL gives them
    """The score of a row of the columns text and heading; a rarity for each phrase of the query."""
    if (average := api.aux_data) is None:  # the same for all rows
        average = api.aux_data = max(1.0, api.column_total_size(-1) / max(1, api.row_count))
    norm = _K1 * (1.0 - _B + _B * api.column_size(-1) / average)
    score = 0.0
    for phrase, worth in enumerate(rarities):
        text, heading = api.phrase_locations(phrase)
        if text or heading:
            count = _TEXT_WEIGHT * len(text) + _HEADING_WEIGHT * len(heading)
            score += worth * count * (_K1 + 1.0) / (count + norm)
    return score
