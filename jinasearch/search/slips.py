"""Slips of the fingers: `anual repot` finds that file, and of a text it is asked what was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from jinasearch.core.questions import Hint
from jinasearch.search.query import Term
from jinasearch.store import passages, words
from jinasearch.store.cjk import CJK
from jinasearch.store.connection import once
from jinasearch.store.folding import fold

if TYPE_CHECKING:
    import apsw

    from jinasearch.search.query import Query

_WORD = re.compile(r"[^\W_]+")
_WORDS, _MOST_WORDS = 4, 8
_LETTERS, _MANY_LETTERS = 4, 8
_MEANT = 5
_MOST_TERMS, _MOST_SLIPS = 12, 3
_RUN = re.compile(f"[{CJK}]+")
_SIGNS, _MANY_SIGNS = 4, 12


def expression(connection: apsw.Connection, query: Query) -> str:
    """An FTS5 expression for names with every word of the query, or one that may be meant by it.

    Empty for questions: many words do not make a name. One slip is forgiven in a word of four
    letters, two in one of eight: left out, added, changed or turned about (optimal string
    alignment); the first letter is nearly always right (Pollock and Zamora, "Automatic spelling
    correction in scientific and scholarly text", CACM 1984). In four or more characters of Chinese,
    Japanese or Korean one may be another, too many or missing.
    """
    if len(query.terms) > _WORDS or query.excluded or query.either:
        return ""
    words = [word for term in query.terms for word in _words_of(term)]
    if len(words) > _MOST_WORDS:
        return ""
    parts = [_meant(connection, word) for word in words]
    if all(len(part) == 1 for part in parts):
        return ""
    return " AND ".join(f"({' OR '.join(part)})" for part in parts)


def meant(connection: apsw.Connection, query: Query, typed: str) -> Hint | None:
    """Which words stand in no text and no name, and those nearest to them that do; None if every
    word stands somewhere, if in another form, or none that is near.

    `query` is widened, `typed` what it was read from. As many slips are forgiven as in names. Of
    words as near as each other the commonest is meant.
    """
    if len(query.terms) > _MOST_TERMS:
        return None
    better: dict[str, str] = {}
    for term in query.terms:
        if len(better) == _MOST_SLIPS or not _may_be_a_slip(connection, term):
            continue
        if found := _commonest(connection, fold(term.text)):
            better[term.text] = found
    if not better:
        return None
    slips = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in better))
    places = list(slips.finditer(typed))
    if not places:  # it was typed in other signs
        return None
    part = typed[places[0].start() : places[-1].end()]
    return Hint("word-nowhere", part, slips.sub(lambda match: better[match.group()], part))


def _may_be_a_slip(connection: apsw.Connection, term: Term) -> bool:
    word = fold(term.text)
    if term.quoted or term.forms or len(word) < _LETTERS or not word.isalpha() or _RUN.search(word):
        return False
    expression = term.fts()
    return not (
        passages.holding(connection, expression) or passages.match_names(connection, expression, 1)
    )


def _commonest(connection: apsw.Connection, word: str) -> str:
    """The word of the texts that is nearest to `word`, and of several the commonest; or empty."""
    return once(connection, ("meant", word), lambda: _read_commonest(connection, word))


def _read_commonest(connection: apsw.Connection, word: str) -> str:
    most = 2 if len(word) >= _MANY_LETTERS else 1
    # The second letter may be missing, or stand after the third.
    known = {
        known
        for start in (word[:2], word[0] + word[2])
        for known in words.starting_with(connection, "passages_vocabulary", start)
    }
    near = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=_MEANT)
    holding = {name: passages.holding(connection, f'"{name}"') for name, _, _ in near}
    best = min(near, key=lambda found: (found[1], -holding[found[0]]), default=None)
    return str(best[0]) if best else ""


def _words_of(term: Term) -> list[Term]:
    """The words in `anual-repot.md`, each of which may hold a slip; a phrase stays whole."""
    words = _WORD.findall(term.text)
    if len(words) < 2 or " " in term.text:
        return [term]
    return [*map(Term, words[:-1]), Term(words[-1], term.prefix)]


def _meant(connection: apsw.Connection, term: Term) -> list[str]:
    word = fold(term.text)
    if _RUN.fullmatch(word):
        return [term.fts(), *_runs_near(word)]
    if len(word) < _LETTERS or not word.isalpha():
        return [term.fts()]
    return [term.fts(), *once(connection, ("slips", word), lambda: _near(connection, word))]


def _near(connection: apsw.Connection, word: str) -> list[str]:
    """Words of names that may be meant by `word`, in quotes."""
    most = 2 if len(word) >= _MANY_LETTERS else 1
    known = {
        name
        for table in ("names_vocabulary", "titles_vocabulary")
        for name in words.starting_with(connection, table, word[0])
    }
    near = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=_MEANT)
    return [f'"{name}"' for name, _, _ in near if name != word]


def _runs_near(run: str) -> list[str]:
    """FTS5 expressions for runs of characters of which one is not that of `run`."""
    if not _SIGNS <= len(run) <= _MANY_SIGNS:
        return []
    found = [Term(run[1:]).fts(), Term(run[:-1]).fts()]
    for at in range(1, len(run)):
        missing = _beside(run[:at], run[at:])
        found += [missing] if at == len(run) - 1 else [missing, _beside(run[:at], run[at + 1 :])]
    return found


def _beside(first: str, second: str) -> str:
    """Both, with one character between them at most."""
    return f"NEAR({Term(first).phrase()} {Term(second).phrase()}, 1)"
