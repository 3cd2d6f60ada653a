"""What stands in a file just as it was typed: a name, a number, a code, a phrase."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jinasearch.core.questions import Sort
from jinasearch.search.query import Term
from jinasearch.store import files, order, passages
from jinasearch.store.folding import fold
from jinasearch.store.selection import Selection, with_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import apsw

    from jinasearch.core.models import File
    from jinasearch.search.query import Query

_ROWS = 200
_CODE = re.compile(
    r"(?!\d+(?:s|st|nd|rd|th)\b)(?=.*\d)(?=.*[^\W\d]).{5,}|\d{5,}|.*\w(?:[_@\\]|::)\w.*"
)
"""Letters with digits, a long number, or signs inside: `INV-0113`, `4711089`, `utf_8`, `a@b.org`.
Years, other short numbers and words with a hyphen are words like others."""
_OF_CODES = 0.5
"""What codes are worth where the rest of the question does not stand beside them."""
_MOST_TEXTS = 20_000
"""Passages that are looked at for the signs of a phrase: some tenths of a second."""
_SIGNS = re.compile(r"[^\w\s]")


@dataclass(frozen=True, slots=True)
class Exact:
    """Files by the passage that holds what was typed; None: their name or title does.

    `worth`, 0 to 1, is what that adds to a file's score: what stands in one file of all settles
    the question, what stands in every second one nothing.
    """

    files: dict[int, int | None] = field(default_factory=dict)
    worth: float = 0.0


def find(connection: apsw.Connection, query: Query, selection: Selection, size: int) -> Exact:
    """Look for all that was typed as one phrase; if it stands nowhere, for the codes in it.

    Phrases in quotes are looked for each by itself. `size` is how many passages there are.
    """
    for share, terms in _ways(query):
        found = _standing(connection, terms, selection)
        if found:
            # The rarity of a word as a share of the rarest, as in BM25.
            rarity = 1.0 - math.log(len(found)) / math.log(max(size, len(found)) + 1)
            return Exact(found, share * rarity)
    return Exact()


def _ways(query: Query) -> Iterable[tuple[float, tuple[Term, ...]]]:
    if query.empty or query.either:
        return
    typed = tuple(replace(term, prefix=False) for term in query.terms)
    if '"' in query.text or len(typed) == 1:
        yield 1.0, typed
    else:
        yield 1.0, (Term(_wanted_text(query)),)
    codes = tuple(term for term in typed if _CODE.fullmatch(term.text))
    if codes and len(typed) > 1:
        yield _OF_CODES, codes


def _wanted_text(query: Query) -> str:
    """The text without what must not occur."""
    if not query.excluded:
        return query.text.strip()
    return " ".join(term.text for term in query.terms)


def _standing(
    connection: apsw.Connection, terms: tuple[Term, ...], selection: Selection
) -> dict[int, int | None]:
    expression = " AND ".join(term.fts() for term in terms)
    rows = [
        *passages.match_names(connection, expression, _ROWS, selection),
        *passages.match(connection, expression, _ROWS, selection, counted=False),
    ]
    signs = [_flat(term.text) for term in terms if _SIGNS.search(term.text)]
    found: dict[int, int | None] = {}
    for row in rows:
        if found.get(row.file) is None and (
            not signs or _holds(connection, row.file, row.passage, signs)
        ):
            found[row.file] = row.passage
    return found


def everywhere(connection: apsw.Connection, query: Query, selection: Selection) -> set[int]:
    """All files that hold what was typed just so, however many they are.

    None where the full text alone cannot tell, for there are signs to be looked at.
    """
    for _, terms in _ways(query):
        if any(_SIGNS.search(term.text) for term in terms):
            return set()
        expression = " AND ".join(term.fts() for term in terms)
        found = order.listed(connection, with_text(expression) & selection, Sort.DATE)
        if found:
            return set(found)
    return set()


def with_signs(connection: apsw.Connection, term: Term, holding: Collection[int]) -> set[int]:
    """Of files that hold the words of a phrase, those that hold its signs as well."""
    if not holding or not _SIGNS.search(term.text):
        return set(holding)
    sign = _flat(term.text)
    found: set[int] = set()
    texts = passages.texts_holding(connection, term.fts(), sorted(holding), _MOST_TEXTS)
    for file, text in texts:
        if file not in found and sign in _flat(text):
            found.add(file)
    left = passages.files_named(connection, term.fts()).intersection(holding) - found
    named = files.by_ids(connection, sorted(left))
    return found.union(file for file, row in named.items() if sign in _flat(_name(row)))


def _holds(connection: apsw.Connection, file: int, passage: int | None, signs: list[str]) -> bool:
    """Whether the signs that the full text does not know stand there too: C++ is not C."""
    if passage is None:
        texts = list(map(_name, files.by_ids(connection, [file]).values()))
    else:
        texts = [
            f"{row.heading} {row.text}" for row in passages.get(connection, [passage]).values()
        ]
    return all(sign in text for text in map(_flat, texts) for sign in signs)


def _name(file: File) -> str:
    return f"{file.stat.path} {file.title}"


def _flat(text: str) -> str:
    return fold(" ".join(text.split()))
