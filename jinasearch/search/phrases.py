"""Phrases in quotes, and words with an asterisk: somebody wants just these, so what does not hold
them is not certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.questions import Hint
from jinasearch.search import exact
from jinasearch.store import passages

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from jinasearch.search.query import Query, Term
    from jinasearch.search.rank import Ranking


def insist(
    connection: apsw.Connection, query: Query, ranking: Ranking
) -> tuple[Ranking, Hint | None]:
    """Put the files that lack a phrase of the question behind the others, as uncertain; where
    nothing but phrases is asked for, those that hold them are certain.

    With it comes what is to be told if all of them lack one: that a phrase stands nowhere, only in
    files that the filters leave out, or not in the same file as another.
    """
    if not query.phrases:
        return ranking, None
    holding = [_holding(connection, alternatives, ranking.files) for alternatives in query.phrases]
    alone = all(term.quoted for term in query.terms)
    holds = set(ranking.files if alone else ranking.files[: ranking.certain]).intersection(*holding)
    hint = None if set(ranking.files).intersection(*holding) else _why(connection, query, holding)
    return ranking.sure_of(holds), hint


def _why(connection: apsw.Connection, query: Query, holding: Sequence[set[int]]) -> Hint:
    missing = [way for way, some in zip(query.phrases, holding, strict=True) if not some]
    if not missing:
        return Hint("phrases-apart", _named(query.phrases))
    for way in missing:
        if not any(_stands(connection, term) for term in way):
            return Hint("phrase-nowhere", _named([way]))
    return Hint("phrase-left-out", _named(missing[:1]))


def _holding(
    connection: apsw.Connection, alternatives: Sequence[Term], files: Sequence[int]
) -> set[int]:
    found: set[int] = set()
    for term in alternatives:
        holding = passages.files_holding(connection, term.fts(), files)
        found |= exact.with_signs(connection, term, holding)
    return found


def _stands(connection: apsw.Connection, term: Term) -> bool:
    expression = term.fts()
    return bool(
        passages.match(connection, expression, 1, counted=False)
        or passages.match_names(connection, expression, 1)
    )


def _named(phrases: Sequence[Sequence[Term]]) -> str:
    """All of them, to be put in quotation marks as one."""
    texts = (term.text.strip() + "*" * term.prefix for way in phrases for term in way)
    return "” “".join(texts)
