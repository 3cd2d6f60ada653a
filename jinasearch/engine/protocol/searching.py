"""Questions and their answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from jinasearch.core.explanation import Explanation
from jinasearch.core.models import Coverage, Hit
from jinasearch.core.questions import Example, Facets, Filter, Hint, Sort
from jinasearch.engine.protocol.call import Call

MOST_HITS = 1000
"""Files in one answer, at most."""


class Mode(StrEnum):
    """Which halves of the search are asked."""

    KEYWORDS = "keywords"
    MEANING = "meaning"
    HYBRID = "hybrid"


class Rerank(StrEnum):
    """Whether an answer is re-ranked, where the settings name a model for it."""

    NO = "no"
    KNOWN = "known"
    """If all its scores are known from before: then at once, else not."""
    YES = "yes"
    """And waited for: from a tenth of a second to several."""


@dataclass(frozen=True, slots=True)
class Reranking:
    """What became of re-ranking by `model`.

    `state`: `done`; `to-come`: ask with `Rerank.YES`; `failed`; `busy`: others wait for the model,
    ask again; `language-unknown`: the model does not know the question's. `files` were ordered
    anew, in `took_ms`.
    """

    model: str
    state: str = "done"
    files: int = 0
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question. `folder` limits it to one indexed folder.

    `text` may hold filters (`type:pdf`); `filters` are further ones, from menus or options.
    `like` and `unlike` are examples: answers by meaning are nearer to the one and farther from the
    other. With no words left to look for, what passes the filters is listed, the newest first.
    `facets`: whether to count for the filter bar. `session` is any name: a newer question of the
    same session ends an older one with the error `superseded`; empty: none does. Only a hybrid
    answer by relevance, without examples, is re-ranked. `sort:` in the text counts before `sort`:
    all that answers is sorted, the certain ones before the weak ones.
    """

    text: str
    mode: Mode = Mode.HYBRID
    limit: int = 20
    folder: int | None = None
    filters: tuple[Filter, ...] = ()
    like: tuple[Example, ...] = ()
    unlike: tuple[Example, ...] = ()
    facets: bool = False
    session: str = ""
    rerank: Rerank = Rerank.YES
    sort: Sort = Sort.RELEVANCE


@dataclass(frozen=True, slots=True)
class SearchReply:
    """Files that answer, best first. `note` is a code that says why hits may be missing.

    Notes: `""`, `"still-indexing"`, `"meaning-waking"`, `"meaning-unavailable"`,
    `"language-unknown-to-model"`, `"nothing-indexed"`, `"library-damaged"`: of what is damaged
    nothing is found, `"library-made-anew"`: and files are read again.

    `filters` are all that were applied: those read from the text with their place in it, then
    those of the request. `words` is what is left of the text. `hint` says what could not be read.
    `left_out` is how many files would answer without the filters, weak matches apart; counted where
    none answers. `reranking` is None where nothing re-ranks. `sort` is the order they are in.
    `certain` is how many files answer, shown or not, weak matches apart, each copy counted.
    """

    text: str
    mode: Mode
    hits: tuple[Hit, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    took_ms: float = 0.0
    note: str = ""
    words: str = ""
    filters: tuple[Filter, ...] = ()
    hint: Hint | None = None
    facets: Facets | None = None
    left_out: int = 0
    reranking: Reranking | None = None
    sort: Sort = Sort.RELEVANCE
    certain: int = 0


@dataclass(frozen=True, slots=True)
class ExplainRequest:
    """Why does `file` answer `text`? `passages` are ids of passages that it was found by.

    `rerank`: an answer that was re-ranked has left its scores behind, so nothing is waited for. The
    next question of the same `session` ends it.
    """

    text: str
    file: int
    passages: tuple[int, ...] = ()
    mode: Mode = Mode.HYBRID
    rerank: Rerank = Rerank.KNOWN
    session: str = ""


def search(request: SearchRequest) -> Call[SearchReply]:
    """Ask a question."""
    return Call("POST", "/v1/search", SearchReply, request)


def explain(request: ExplainRequest) -> Call[Explanation]:
    """Ask why a file answers. Takes some milliseconds a sentence."""
    return Call("POST", "/v1/explain", Explanation, request)
