"""Why a file answers: its words, its scores, and the sentence nearest in meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinasearch.core.explanation import Explanation, Reason, WordFound
from jinasearch.core.models import Mark
from jinasearch.search import confidence, inflections, rerank, snippets
from jinasearch.store import files, passages, vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import apsw
    import numpy as np
    from numpy.typing import NDArray

    from jinasearch.search.confidence import Scale
    from jinasearch.search.query import Query
    from jinasearch.search.rerank import Score
    from jinasearch.search.search import Meant
    from jinasearch.store.passages import PassageRow

    Encode = Callable[[str], NDArray[np.float32]]
    """A text's vector, (dimension,)."""

_PASSAGES = 3
_SENTENCES = 12
_LEAST_LETTERS = 12
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?](?!\s|$)[^.!?。！？\n]*)*[.!?。！？]*[\"'”’」』)]*")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a kind of search says of passages: raw scores, and what they are worth."""

    scores: dict[int, float]
    scale: Scale | None


def explain(
    connection: apsw.Connection,
    query: Query,
    file: int,
    wanted: Sequence[int],
    meant: Meant | None,
    size: int,
    encode: Encode,
    score: Score | None = None,
) -> Explanation:
    """Why `file` answers, by its passages `wanted`; the first of it if there are none.

    `meant` None leaves meaning out; `size` is how many passages the library has; `score` is that
    of the model that re-ranks.
    """
    rows = [row for row in passages.get(connection, wanted).values() if row.file == file]
    rows = rows[:_PASSAGES] or passages.of_file(connection, file, 1)
    query = inflections.widened(connection, query)
    pattern = snippets.marker(query)
    words, sense = _by_words(connection, query, rows, size), _by_sense(connection, meant, rows)
    reasons = []
    titled = files.by_ids(connection, [file]).get(file)
    for row in rows:
        # One by one: of a passage that did not stand first, the score may not be known.
        scores = None
        if score is not None and titled is not None:
            scores = score([rerank.readable(titled, row)])
        nearest = None if meant is None else _nearest(row.text, meant.vector, encode)
        reasons.append(
            Reason(
                passage=row.id,
                text=row.text,
                heading=row.heading,
                place=row.place,
                marks=snippets.marks_in(row.text, pattern),
                nearest=nearest,
                keyword_score=words.scores.get(row.id),
                keyword_confidence=_worth(words, row.id),
                meaning_score=sense.scores.get(row.id),
                meaning_confidence=_worth(sense, row.id),
                rerank_score=None if scores is None else scores[0],
            )
        )
    found = tuple(
        WordFound(
            term.text,
            passages.holding(connection, term.fts()),
            sum(bool(passages.score_of(connection, term.fts(), row.id)) for row in rows),
        )
        for term in query.terms
    )
    return Explanation(file, found, tuple(reasons))


def _by_words(
    connection: apsw.Connection, query: Query, rows: Sequence[PassageRow], size: int
) -> _Kind:
    if query.empty:
        return _Kind({}, None)
    words, expression = query.words, query.in_any_form()
    scored = {row.id: passages.score_of(connection, expression, row.id, words) for row in rows}
    found = {passage: score for passage, score in scored.items() if score is not None}
    return _Kind(found, confidence.of_keywords(connection, query, size))


def _by_sense(
    connection: apsw.Connection, meant: Meant | None, rows: Sequence[PassageRow]
) -> _Kind:
    if meant is None:
        return _Kind({}, None)
    dimension = len(meant.vector)
    found = vectors.of_passages(connection, meant.space, dimension, [row.id for row in rows])
    scores = {passage: float(vector @ meant.vector) for passage, vector in found.items()}
    return _Kind(scores, meant.background.scale(connection, meant.vector, len(meant.graph)))


def _worth(kind: _Kind, passage: int) -> float | None:
    score = kind.scores.get(passage)
    return None if score is None or kind.scale is None else kind.scale.of(score)


def _nearest(text: str, vector: NDArray[np.float32], encode: Encode) -> Mark | None:
    """The sentence whose vector is nearest to `vector`; None if the text is but one."""
    marks = sentences(text)
    if len(marks) < 2:
        return None
    return max(marks, key=lambda mark: float(encode(text[mark.start : mark.end]) @ vector))


def sentences(text: str) -> list[Mark]:
    """The first sentences of a text, without the shortest; a line break ends one too."""
    found = []
    for match in _SENTENCE.finditer(text):
        whole = match.group()
        start = match.start() + len(whole) - len(whole.lstrip())
        mark = Mark(start, match.start() + len(whole.rstrip()))
        dense = sum(3 if character > "\u2e80" else 1 for character in whole.strip())
        if dense >= _LEAST_LETTERS:
            found.append(mark)
    return found[:_SENTENCES]
