"""What clients ask of the index: questions."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import from_uri
from jinasearch.core.questions import Example, Field, Filter, Hint, Sort
from jinasearch.embed.process.model import EmbeddingInterrupted
from jinasearch.engine import examples, protocol
from jinasearch.engine.meaning import Waking
from jinasearch.engine.sessions import Sessions
from jinasearch.index.roots import inside
from jinasearch.search import facets, feedback, filters, inflections, slips, sorting
from jinasearch.search import query as queries
from jinasearch.search.dates import local_now
from jinasearch.search.explain import explain
from jinasearch.search.search import Answer, Meant, search
from jinasearch.store import files, selection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import apsw
    import numpy as np
    from numpy.typing import NDArray

    from jinasearch.core.explanation import Explanation
    from jinasearch.core.models import Coverage, Hit
    from jinasearch.engine.meaning import Meaning
    from jinasearch.engine.meanings import Meanings
    from jinasearch.engine.rerank_desk import Asked, RerankDesk
    from jinasearch.engine.sessions import Asking, Caller
    from jinasearch.index.indexer import Indexer
    from jinasearch.search.query import Query
    from jinasearch.store.database import Library
    from jinasearch.store.selection import Selection

_MOST_EXAMPLES = 100
_MOST_EXPLAINED = 3


@dataclass(frozen=True, slots=True)
class _Question:
    """A request, read."""

    query: Query
    filters: tuple[Filter, ...]
    hint: Hint | None
    like: tuple[Example, ...]
    unlike: tuple[Example, ...]
    sort: Sort
    place: Selection


class SearchDesk:
    """The facade for questions.

    `reranks` orders answers anew. `coverage` counts what can be found, `on_trouble` is told what
    keeps meaning from answering, and None when it answers again.
    """

    def __init__(
        self,
        library: Library,
        indexer: Indexer,
        meanings: Meanings,
        reranks: RerankDesk,
        coverage: Callable[[], Coverage],
        on_trouble: Callable[[str, JinasearchError | None], None],
    ) -> None:
        self._library = library
        self._indexer = indexer
        self._meanings = meanings
        self._reranks = reranks
        self._coverage = coverage
        self._on_trouble = on_trouble
        self._sessions = Sessions()

    def search(
        self, request: protocol.SearchRequest, caller: Caller | None = None
    ) -> protocol.SearchReply:
        """Answer a question, unless its caller leaves."""
        connection = self._library.reader()
        with self._sessions.asking(request.session, connection, caller) as asking:
            return self._answer(request, connection, asking)

    def _answer(
        self, request: protocol.SearchRequest, connection: apsw.Connection, asking: Asking
    ) -> protocol.SearchReply:
        began = time.perf_counter()
        now = local_now()
        question = _read(request, connection, now)
        query, hint = question.query, question.hint
        meaning, note = None, ""
        if request.mode != protocol.Mode.KEYWORDS and not (query.empty and not question.like):
            asking.go_on()
            meaning, note = self._by_meaning(question, connection, asking.go_on)
        asking.go_on()
        if meaning is None and (question.like or (question.unlike and not query.empty)):
            hint = hint or Hint("like-without-meaning", _likes(question.filters))
        coverage = self._coverage()
        apart = _apart(question, connection)
        scope = apart
        if request.folder is not None:
            scope &= selection.in_folder(request.folder)
        reranking = self._reranking(request, question, asking)
        listable = any(each.field is not Field.LIKE for each in question.filters)

        def asked(wanted: Sequence[Filter], limit: int, scope: Selection = scope) -> Answer:
            asking.go_on()
            if query.empty and meaning is None and (question.like or not listable):
                return Answer((), ())
            return search(
                connection,
                query,
                limit,
                filters.selected(wanted, now, connection) & scope,
                meaning,
                keywords=request.mode != protocol.Mode.MEANING,
                embedded=coverage.cards / coverage.keywords if coverage.keywords else 0.0,
                size=coverage.passages,
                score=reranking if limit else None,
                sort=question.sort,
            )

        answer = asked(question.filters, max(1, min(request.limit, protocol.MOST_HITS)))
        asking.go_on()
        hint = hint or _found_missing(request, query, answer, coverage, connection)
        counted = None
        if request.facets:
            counted = facets.count(
                connection,
                question.filters,
                lambda wanted: (answer if wanted == question.filters else asked(wanted, 0)).counted,
                now,
            )
        left_out = 0
        if not answer.hits and (question.filters or request.folder is not None):
            left_out = 0 if query.empty else asked((), 0, apart).certain
            hint = hint or _no_folder(connection, question.filters, now)
        note = self._damage() or note or _why_incomplete(coverage, query)
        took = (time.perf_counter() - began) * 1000
        return protocol.SearchReply(
            request.text,
            request.mode,
            self._marked(answer.hits),
            coverage,
            took,
            note,
            query.text.strip(),
            question.filters,
            hint,
            counted,
            left_out,
            None if reranking is None else reranking.told,
            question.sort,
            answer.certain,
        )

    def _marked(self, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """The hits, marked where their drive is not connected."""
        places = self._indexer.disconnected()
        if not places:
            return hits
        paths = [from_uri(hit.uri) for hit in hits]
        return tuple(
            replace(hit, away=any(inside(path, place) for place in places))
            for hit, path in zip(hits, paths, strict=True)
        )

    def _damage(self) -> str:
        """The code of the note that files are missing for the library's damage; empty if not."""
        if self._library.health.damage is not None:
            return "library-damaged"
        return "library-made-anew" if self._library.is_made_anew() else ""

    def _reranking(
        self, request: protocol.SearchRequest, question: _Question, asking: Asking
    ) -> Asked | None:
        """What re-ranks the answer: of both kinds, to words alone, by relevance."""
        if request.mode is not protocol.Mode.HYBRID or question.sort is not Sort.RELEVANCE:
            return None
        if question.like or question.unlike:
            return None
        return self._reranks.asking(question.query.text, request.rerank, asking.stop)

    def explain(
        self, request: protocol.ExplainRequest, caller: Caller | None = None
    ) -> Explanation:
        """Why a file answers a question, unless its caller leaves.

        Raises JinasearchError(NOT_FOUND) if there is no such file.
        """
        connection = self._library.reader()
        with self._sessions.asking(request.session, connection, caller, newest=False) as asking:
            return self._explained(request, connection, asking)

    def _explained(
        self, request: protocol.ExplainRequest, connection: apsw.Connection, asking: Asking
    ) -> Explanation:
        if not files.by_ids(connection, [request.file]):
            raise JinasearchError(
                Code.NOT_FOUND, "This file is not in the library any more", "Ask anew."
            )
        asked = protocol.SearchRequest(request.text, request.mode)
        question = _read(asked, connection, local_now())
        meant, note = None, ""
        if request.mode != protocol.Mode.KEYWORDS and not question.query.empty:
            meant, note = self._by_meaning(question, connection, asking.go_on)
        serving = self._meanings.serving
        if serving is None:
            meant = None
        size = self._coverage().passages
        wanted = request.passages[:_MOST_EXPLAINED]
        hybrid = request.mode is protocol.Mode.HYBRID
        how = request.rerank if hybrid else protocol.Rerank.NO
        reranking = self._reranks.asking(question.query.text, how, asking.stop)

        def vector_of(text: str) -> NDArray[np.float32]:
            asking.go_on()
            if serving is None:
                raise EmbeddingInterrupted
            return serving.vector_of(text, asking.go_on)

        try:
            found = explain(
                connection,
                question.query,
                request.file,
                wanted,
                meant,
                size,
                vector_of,
                reranking,
            )
        except (EmbeddingInterrupted, Waking):  # another model was chosen, or it is busy
            found = explain(connection, question.query, request.file, wanted, None, size, _nothing)
        asking.go_on()
        return replace(found, note=note)

    def _by_meaning(
        self,
        question: _Question,
        connection: apsw.Connection,
        go_on: Callable[[], None],
    ) -> tuple[Meant | None, str]:
        meaning = self._meanings.serving
        note = _silent(meaning, question)
        if meaning is None or note:
            return None, note
        try:
            vector = self._vector(question, connection, meaning, go_on)
            if vector is None:
                return None, ""
        except EmbeddingInterrupted:  # another model was chosen: nothing is wrong
            return None, "meaning-unavailable"
        except Waking:
            return None, "meaning-waking"
        except JinasearchError as error:
            if error.code in (Code.NOT_FOUND, Code.BAD_REQUEST, Code.SUPERSEDED):
                raise
            self._on_trouble("asking", error)
            return None, "meaning-unavailable"
        self._on_trouble("asking", None)
        asked = Meant(meaning.graph, meaning.space, vector, meaning.background)
        return asked, ""

    def _vector(
        self,
        question: _Question,
        connection: apsw.Connection,
        meaning: Meaning,
        go_on: Callable[[], None],
    ) -> NDArray[np.float32] | None:
        """What to look for: the question's vector, moved by the examples."""
        text = question.query.text
        asked = None if question.query.empty else meaning.vector_of(text, go_on)
        if not question.like and not question.unlike:
            return asked
        liked, disliked = (
            examples.vectors_of(connection, meaning.space, each, meaning.vector_of)
            for each in (question.like, question.unlike)
        )
        return feedback.moved(asked, liked, disliked)


def _why_incomplete(coverage: Coverage, query: Query) -> str:
    """Why hits may be missing while files are read, as the code of a note; empty if none may."""
    if coverage.files == 0:
        return "nothing-indexed"
    # What passes filters alone is known as soon as it is read.
    incomplete = coverage.unread or (not query.empty and coverage.meaning < coverage.keywords)
    return "still-indexing" if incomplete else ""


def _nothing(_: str) -> NDArray[np.float32]:
    raise EmbeddingInterrupted


def _silent(meaning: Meaning | None, question: _Question) -> str:
    """Why a question cannot be answered by meaning, as the code of a note; empty if it can."""
    if meaning is None:
        return "meaning-unavailable"
    if not meaning.graph.is_open:
        return "meaning-waking"
    if not question.query.empty and not meaning.knows_language_of(question.query.text):
        return "language-unknown-to-model"
    return ""


def _read(request: protocol.SearchRequest, connection: apsw.Connection, now: datetime) -> _Question:
    """Take a request apart: words, filters, examples.

    Raises JinasearchError(BAD_REQUEST) for a filter of the request itself that cannot be used.
    """
    for wanted in request.filters:
        problem = filters.problem_with(wanted, now)
        if problem is not None:
            raise JinasearchError(
                Code.BAD_REQUEST,
                f"This filter cannot be used: {problem.text}",
                f"Did you mean {problem.suggestion}?"
                if problem.suggestion
                else "`jinasearch search --help` explains the filters.",
            )
    if len(request.like) + len(request.unlike) > _MOST_EXAMPLES:
        raise JinasearchError(
            Code.BAD_REQUEST, "Too many examples", f"Give at most {_MOST_EXAMPLES}."
        )
    reading, place = _without_path(filters.read(request.text, now), request.text, connection)
    words, hint = reading.words, reading.hint
    applied: list[Filter] = []
    like, unlike = (
        [examples.resolved(connection, each) for each in given]
        for given in (request.like, request.unlike)
    )
    for wanted in (*reading.filters, *(replace(each, start=0, end=0) for each in request.filters)):
        if wanted.field is Field.LIKE:
            file = examples.file_named(connection, wanted.value)
            if file is None:
                hint = hint or Hint("like-not-found", f"like:{wanted.value}")
                words += f" {wanted.value}"
                continue
            if wanted.negated:
                unlike.append(Example(file))
            else:
                like.append(Example(file))
        applied.append(wanted)
    query = queries.parse(words)
    if query.empty and not like and all(each.field is Field.LIKE for each in applied):
        hint = hint or _why_nothing(words.strip(), applied, unlike)
    sort = sorting.wanted(applied, request.sort)
    return _Question(query, tuple(applied), hint, tuple(like), tuple(unlike), sort, place)


def _found_missing(
    request: protocol.SearchRequest,
    query: Query,
    answer: Answer,
    coverage: Coverage,
    connection: apsw.Connection,
) -> Hint | None:
    """What is told of phrases and words that no file holds, as far as files are read."""
    if answer.hint is not None:
        unread = coverage.unread and answer.hint.code == "phrase-nowhere"
        return replace(answer.hint, code="phrase-unread") if unread else answer.hint
    if coverage.unread or request.mode is protocol.Mode.MEANING:
        return None
    return slips.meant(connection, inflections.widened(connection, query), request.text)


def _without_path(
    reading: filters.Reading, text: str, connection: apsw.Connection
) -> tuple[filters.Reading, Selection]:
    """The reading, with a filter for words that are the full path or `file:` address of what the
    library holds: a file, or a folder with some. And what lies there, for other folders that are
    named beside it are alternatives to a filter."""
    words = reading.words.strip()
    value = words.strip("'\"")
    path = filters.full_path(value) if any(map(str.isalnum, value)) else ""
    if not path or not selection.newest(connection, selection.below(path), 1):
        return reading, selection.EVERYTHING
    typed = re.search(rf"(?<!\S){re.escape(words)}(?!\S)", text)
    if typed is None:  # filters stand in its midst
        return reading, selection.EVERYTHING
    found = Filter(Field.IN, value, start=typed.start(), end=typed.end())
    return filters.Reading("", (*reading.filters, found)), selection.below(path)


def _why_nothing(words: str, applied: Sequence[Filter], unlike: Sequence[Example]) -> Hint | None:
    """What is told of a question that looks for nothing."""
    if unlike or any(map(str.isalnum, words)):
        return Hint("only-excluded", words or _likes(applied))
    return Hint("no-words", words) if words else None


def _likes(applied: Sequence[Filter]) -> str:
    """The examples that were typed, or what they are called."""
    typed = [each for each in applied if each.field is Field.LIKE]
    return " ".join(f"{'-' * each.negated}like:{each.value}" for each in typed) or "like:"


def _no_folder(connection: apsw.Connection, wanted: Sequence[Filter], now: datetime) -> Hint | None:
    """That a folder is named which holds no file of the library, if so."""
    for each in wanted:
        if each.field is not Field.IN or each.negated:
            continue
        if not selection.newest(connection, filters.selected([each], now), 1):
            return Hint("folder-not-found", f"in:{each.value}")
    return None


def _apart(question: _Question, connection: apsw.Connection) -> Selection:
    """Without files that hold an excluded word, that are disliked, or that all should be like."""
    given = [*question.unlike, *(question.like if question.query.empty else ())]
    apart = question.place & selection.other_than(examples.files_of(connection, given))
    refused = question.query.none_of()
    return apart & selection.none_of(selection.with_text(refused)) if refused else apart
