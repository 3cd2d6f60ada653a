"""Asks the full text and the vectors of a library."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from jinasearch.search import slips
from jinasearch.store import passages, vectors
from jinasearch.store.passages import Match
from jinasearch.store.selection import EVERYTHING, Selection, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw
    from numpy.typing import NDArray

    from jinasearch.search.query import Query, Term
    from jinasearch.store.graph import Graph

_ROWS = 200
"""Rows asked of each kind: enough that grouping by file leaves a full page."""
_ROWS_SELECTED = 100
"""Enough of a selection: then the graph is not asked for more."""
_MARGIN = 1.2
_ENOUGH = 20
_COMMON_SHARE = 0.05
_CHEAP = 5_000
"""Passages that are scored without asking whether that is worth it."""
_MANY = 20_000
_KEPT_OF_COMMON = 2
_PREFIXES = ((2, 20_000), (3, 60_000), (4, 200_000))
_LONGEST_PREFIX = 5
_LEAST = 0.001
"""Of the best score; below it only words match that nearly every passage holds."""


def by_keywords(
    connection: apsw.Connection, query: Query, selection: Selection = EVERYTHING, size: int = 0
) -> list[Match]:
    """Passages with every word of the query and, if they are few, with some; best BM25 first.

    `size` is how many passages the library has, about.
    """
    if query.empty:
        return []
    rows = passages.match(connection, query.all_of(), _ROWS, selection)
    several = len(query.searched) > 1 or any(term.forms for term in query.terms)
    if len({row.file for row in rows}) < _ENOUGH and several:
        common = _common(connection, query, size)
        telling = query.without(common)
        words = telling.words
        some = passages.match(connection, telling.any_of(), _ROWS, selection, words)
        other = passages.match(
            connection, telling.in_other_form(), _ROWS, selection, words, forms=True
        )
        # The last score of a row counts: all are measured by the same words.
        rows = list({row.passage: row for row in (*rows, *some, *other)}.values())
        if not rows and common:  # the others stand nowhere: slips, or words that are left out
            return by_keywords(connection, query.of(common), selection, size)
    found = _best_first(rows)
    return [row for row in found if row.score >= _LEAST * found[0].score]


def _common(connection: apsw.Connection, query: Query, size: int) -> list[Term]:
    """The words that tell nothing because so many passages hold them, beside others.

    They add next to nothing to BM25 (nothing if half of all hold them), but every passage that
    holds one would have to be scored.
    """
    half = size // 2 + 1 if size else _CHEAP
    many = min(half, _MANY, max(_CHEAP, int(_COMMON_SHARE * size)))
    held = {
        term: passages.holding(connection, term.fts()) for term in query.searched if not term.prefix
    }
    rarest = sorted(held, key=lambda term: held[term])
    common = [term for term in rarest if held[term] >= many]
    if len(common) == len(query.searched):
        common = common[_KEPT_OF_COMMON:]
    left = [term for term in rarest if term not in common]
    while len(left) > 1 and sum(held[term] for term in left) > passages.most_scored(size):
        common.append(left.pop())
    return common


def least_prefix(size: int) -> int:
    """How much of a word must be typed before all words that begin so are looked for.

    They have to be merged first: of two letters that is a thirtieth of all text. In `size`
    passages it may take some milliseconds, no more.
    """
    return next((letters for letters, most in _PREFIXES if size <= most), _LONGEST_PREFIX)


def by_name(
    connection: apsw.Connection, query: Query, selection: Selection = EVERYTHING
) -> list[Match]:
    """Files with every word of the query in their name, title, author or folder.

    If there are none: with words that may be meant by slips of the fingers.
    """
    if query.empty:
        return []
    rows = passages.match_names(connection, query.all_of(), _ROWS, selection)
    if not rows:
        meant = slips.expression(connection, query)
        return passages.match_names(connection, meant, _ROWS, selection)
    return rows


def by_meaning(
    connection: apsw.Connection,
    graph: Graph,
    space: int,
    vector: NDArray[np.float32],
    selection: Selection = EVERYTHING,
) -> list[Match]:
    """Cards and passages nearest to `vector` (dimension,), by cosine.

    No filter loses hits: the graph is asked for more and more until enough of what it gives is
    selected, and where that would be more than the selection holds, its vectors are all compared.
    """
    if not selection:
        return _nearest(connection, graph, vector, _ROWS, selection)
    most = count(connection, selection)[1]
    breadth = int(_ROWS * _MARGIN * max(1.0, len(graph) / max(most, 1)))
    while breadth < most:
        found = _nearest(connection, graph, vector, breadth, selection)
        if len(found) >= _ROWS_SELECTED or breadth >= len(graph):
            return found[:_ROWS]
        breadth *= 4
    allowed = vectors.ids_of(connection, space, selection)
    _, inputs, scores = vectors.cosines(connection, allowed, vector)
    best = np.argsort(-scores)[:_ROWS]
    return _owned(connection, [inputs[at] for at in best], scores[best], selection)


def _nearest(
    connection: apsw.Connection,
    graph: Graph,
    vector: NDArray[np.float32],
    k: int,
    selection: Selection,
) -> list[Match]:
    """What of the `k` nearest is selected. Those of a short graph are told by the full vectors."""
    _, inputs, scores = vectors.cosines(connection, graph.search(vector, k)[0], vector)
    return _owned(connection, inputs, scores, selection)


def _owned(
    connection: apsw.Connection,
    inputs: Sequence[bytes],
    scores: NDArray[np.float32],
    selection: Selection,
) -> list[Match]:
    score = dict(zip(inputs, scores.tolist(), strict=True))
    owners = vectors.owners_of(connection, inputs, selection)
    return _best_first([Match(file, passage, score[key]) for key, file, passage in owners])


def _best_first(rows: list[Match]) -> list[Match]:
    return sorted(rows, key=attrgetter("score"), reverse=True)
