"""What clients ask of the index: questions."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError
from jinasearch.embed.process import EmbeddingInterrupted
from jinasearch.engine import protocol
from jinasearch.search import query as queries
from jinasearch.search.search import search

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from jinasearch.core.models import Coverage
    from jinasearch.engine.meanings import Meanings
    from jinasearch.search.query import Query
    from jinasearch.store.database import Library
    from jinasearch.store.graph import Graph


class SearchDesk:
    """The facade for questions.

    `coverage` counts what can be found, `on_trouble` is told what keeps meaning from answering,
    and None when it answers again.
    """

    def __init__(
        self,
        library: Library,
        meanings: Meanings,
        coverage: Callable[[], Coverage],
        on_trouble: Callable[[str, JinasearchError | None], None],
    ) -> None:
        self._library = library
        self._meanings = meanings
        self._coverage = coverage
        self._on_trouble = on_trouble

    def search(self, request: protocol.SearchRequest) -> protocol.SearchReply:
        """Answer a question."""
        began = time.perf_counter()
        query = queries.parse(request.text)
        connection = self._library.reader()
        meaning, note = None, ""
        if request.mode != protocol.Mode.KEYWORDS and not query.empty:
            meaning, note = self._by_meaning(query)
        coverage = self._coverage()
        hits = search(
            connection,
            query,
            max(1, min(request.limit, protocol.MOST_HITS)),
            request.folder,
            meaning,
            keywords=request.mode != protocol.Mode.MEANING,
            embedded=coverage.cards / coverage.keywords if coverage.keywords else 0.0,
        )
        if not note and coverage.files == 0:
            note = "nothing-indexed"
        elif not note and coverage.meaning < coverage.keywords:
            note = "still-indexing"
        took = (time.perf_counter() - began) * 1000
        return protocol.SearchReply(request.text, request.mode, hits, coverage, took, note)

    def _by_meaning(
        self, query: Query
    ) -> tuple[tuple[Graph, int, NDArray[np.float32]] | None, str]:
        meaning = self._meanings.serving
        if meaning is None:
            return None, "meaning-unavailable"
        if not meaning.graph.is_open:
            return None, "meaning-waking"
        if not meaning.knows_language_of(query.text):
            return None, "language-unknown-to-model"
        try:
            vector = meaning.vector_of(query.text)
        except EmbeddingInterrupted:  # another model was chosen: nothing is wrong
            return None, "meaning-unavailable"
        except JinasearchError as error:
            self._on_trouble("asking", error)
            return None, "meaning-unavailable"
        self._on_trouble("asking", None)
        return (meaning.graph, meaning.space, vector), ""
