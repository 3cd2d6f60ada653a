"""Answers a question: retrieve, fuse, group by file, cut snippets."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinasearch.core.models import File, Folded, Hit, Likeness, PassageHit
from jinasearch.core.paths import shown, to_uri
from jinasearch.core.questions import Hint, Sort
from jinasearch.search import (
    confidence,
    copies,
    exact,
    inflections,
    phrases,
    rank,
    rerank,
    retrieve,
    snippets,
    sorting,
)
from jinasearch.search.confidence import Scale
from jinasearch.search.copies import Group
from jinasearch.search.rank import Ranking
from jinasearch.store import files, order, passages

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence

    import apsw
    import numpy as np
    from numpy.typing import NDArray

    from jinasearch.search.confidence import Background
    from jinasearch.search.query import Query
    from jinasearch.search.rank import Candidate
    from jinasearch.search.rerank import Score
    from jinasearch.store.graph import Graph
    from jinasearch.store.passages import PassageRow
    from jinasearch.store.selection import Selection

_PASSAGES = 3
_MOST_LISTED = 1000
_AHEAD = 20
"""Files looked at beyond those wanted, so that copies folded away leave a full page."""
_UNSCALED = Scale(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Meant:
    """What to look for by meaning: the query's vector (dimension,), and the space it is in."""

    graph: Graph
    space: int
    vector: NDArray[np.float32]
    background: Background


@dataclass(frozen=True, slots=True)
class Answer:
    """The best files as hits, and the ids of all that were found, the best first.

    `certain` is how many of these are more than weak matches; `hint` says why none is, if phrases
    in quotes are to blame.
    """

    hits: tuple[Hit, ...]
    found: tuple[int, ...]
    certain: int = 0
    hint: Hint | None = None

    @property
    def counted(self) -> tuple[int, ...]:
        """The certain ones; all where none is: what is shown before anybody asks for more."""
        return self.found[: self.certain] or self.found


def search(
    connection: apsw.Connection,
    query: Query,
    limit: int,
    selection: Selection,
    meaning: Meant | None,
    *,
    keywords: bool = True,
    embedded: float = 1.0,
    size: int = 0,
    score: Score | None = None,
    sort: Sort = Sort.RELEVANCE,
) -> Answer:
    """The selected files that answer, best first, at most `limit` of them as hits.

    `meaning` None leaves it out. `embedded` is the share of files that can be found by meaning, 0
    to 1; `size` is how many passages there are. `score` is what the first files are ordered anew
    by. `sort` is another order than by relevance, of all that answers. A query that looks for
    nothing finds every selected file, the newest first unless they are sorted.
    """
    hint = None
    ranked, typed = sort is Sort.RELEVANCE, query
    if query.empty and meaning is None:
        some = bool(selection) or not ranked
        listed = order.listed(connection, selection, sort, _MOST_LISTED) if some else []
        certain = order.count(connection, selection) if len(listed) == _MOST_LISTED else len(listed)
        ranking = Ranking(listed, certain)
    else:
        query = inflections.widened(connection, query) if keywords else query
        named = retrieve.by_name(connection, query, selection) if keywords else []
        typed = query.settled(retrieve.least_prefix(size))
        worded = retrieve.by_keywords(connection, typed, selection, size) if keywords else []
        words = confidence.of_keywords(connection, typed, size) if worded else _UNSCALED
        meant, sense = [], _UNSCALED
        if meaning is not None:
            graph, vector = meaning.graph, meaning.vector
            meant = retrieve.by_meaning(connection, graph, meaning.space, vector, selection)
            sense = meaning.background.scale(connection, vector, len(graph))
        stands = exact.find(connection, query, selection, size) if keywords else exact.Exact()
        ranking = rank.fuse(named, worded, meant, (words, sense), embedded, stands)
        if not (named or worded or stands.files):
            ranking = ranking.doubted(sense)
        if not ranked:
            looked_for = typed if keywords else None
            ranking = sorting.arranged(connection, ranking, looked_for, selection, sort)
        if keywords:  # of those, too, that were not scored
            ranking, hint = phrases.insist(connection, query, ranking)
    reach = max(limit, rerank.FILES) if score else limit
    ahead = ranking.first(reach + _AHEAD if limit else 0)
    rows = files.by_ids(connection, [candidate.file for candidate in ahead])
    if query.empty and meaning is None:
        groups = [Group(candidate) for candidate in ahead if candidate.file in rows][:limit]
    else:
        groups = copies.folded(connection, ahead, rows, in_order=not ranked)
        groups = groups if score is None else rerank.reordered(connection, groups, rows, score)
        groups = groups[:limit]
        if not ranked and keywords:
            sorting.explained(connection, [group.candidate for group in groups], typed, size)
    candidates = [group.candidate for group in groups]
    wanted = {candidate.file: candidate.passages(_PASSAGES) for candidate in candidates}
    texts = passages.get(connection, [passage for many in wanted.values() for passage in many])
    pattern = snippets.marker(query)
    hits = tuple(
        _hit(connection, rows[group.candidate.file], group, wanted, texts, pattern)
        for group in groups
    )
    return Answer(hits, tuple(ranking.files), ranking.certain, hint)


def _hit(
    connection: apsw.Connection,
    file: File,
    group: Group,
    wanted: Mapping[int, Sequence[int]],
    texts: Mapping[int, PassageRow],
    pattern: re.Pattern[str] | None,
) -> Hit:
    candidate = group.candidate
    path = shown(file.stat.path)
    name = os.path.basename(path)  # noqa: PTH119 - display text
    chosen = [texts[passage] for passage in wanted[file.id] if passage in texts]
    if not chosen:
        chosen = passages.of_file(connection, file.id, 1)
    return Hit(
        file=file.id,
        uri=to_uri(file.stat.path),
        path=path,
        name=name,
        folder=os.path.dirname(path),  # noqa: PTH120
        kind=file.kind,
        title=file.title,
        size=file.stat.size,
        mtime=file.stat.mtime_ns / 1e9,
        score=candidate.score,
        by_keywords=candidate.by_keywords,
        by_meaning=candidate.by_meaning,
        exact=candidate.exact,
        certain=candidate.certain,
        folded=tuple(_folded(other, likeness) for other, likeness in group.others),
        name_marks=snippets.marks_in(name, pattern),
        passages=tuple(_passage_hit(row, candidate, pattern) for row in chosen),
    )


def _folded(file: File, likeness: Likeness) -> Folded:
    path = shown(file.stat.path)
    return Folded(
        file=file.id,
        uri=to_uri(file.stat.path),
        path=path,
        name=os.path.basename(path),  # noqa: PTH119 - display text
        size=file.stat.size,
        mtime=file.stat.mtime_ns / 1e9,
        likeness=likeness,
    )


def _passage_hit(
    row: PassageRow, candidate: Candidate, pattern: re.Pattern[str] | None
) -> PassageHit:
    text, marks = snippets.snippet(row.text, pattern)
    return PassageHit(
        text=text,
        marks=marks,
        heading=row.heading,
        place=row.place,
        keyword_score=candidate.keywords.get(row.id),
        meaning_score=candidate.meaning.get(row.id),
        rerank_score=candidate.reranked if row.id == candidate.reranked_passage else None,
        id=row.id,
    )
