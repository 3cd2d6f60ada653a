"""Other forms of the words that were typed: `invoices` for `invoice`, `Häuser` for `Haus`.

The index holds words as they stand, so that what was typed exactly can come first. Forms are looked
for among the words that the library holds: those with the same stem, by Snowball's stemmers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from jinasearch.core import language
from jinasearch.store import passages, words
from jinasearch.store.connection import once
from jinasearch.store.folding import fold

if TYPE_CHECKING:
    import apsw
    import Stemmer

    from jinasearch.search.query import Query

_WORDS = 8
"""Of a question; a longer one has enough other words to be found by."""
_LETTERS = 4
_FORMS = 6
_MOST_PASSAGES = 1_000
"""That hold other forms."""
_SNOWBALL = {
    "en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian",
    "pt": "portuguese", "ca": "catalan", "ro": "romanian", "nl": "dutch", "sv": "swedish",
    "da": "danish", "no": "norwegian", "fi": "finnish", "et": "estonian", "pl": "polish",
    "cs": "czech", "hu": "hungarian", "tr": "turkish", "id": "indonesian", "ru": "russian",
    "el": "greek",
}  # fmt: skip


def widened(connection: apsw.Connection, query: Query) -> Query:
    """The query with other forms of its words. Phrases and codes have none, nor have words whose
    forms stand in so many passages that the word itself is not rare either.
    """
    code = language.guess(query.text) or "en"
    if code not in _SNOWBALL:
        return query
    long = [term.text for term in query.searched if len(term.text) >= _LETTERS]
    typed = {word: fold(word) for word in long if word.isalpha()}
    known = set(typed.values())
    forms: dict[str, tuple[str, ...]] = {}
    left = _MOST_PASSAGES
    for word, plain in list(typed.items())[:_WORDS]:
        found = [form for form in _forms(connection, plain, code) if form not in known]
        held = sum(passages.holding(connection, f'"{form}"') for form in found)
        if held <= left:
            left -= held
            forms[word] = tuple(found)
    return query.widened(lambda term: forms.get(term.text, ()))


def _forms(connection: apsw.Connection, word: str, code: str) -> list[str]:
    return once(connection, ("forms", word, code), lambda: _read_forms(connection, word, code))


def _read_forms(connection: apsw.Connection, word: str, code: str) -> list[str]:
    stemmer = _stemmer(code)
    stem = stemmer.stemWord(word)
    same = next(
        (at for at, pair in enumerate(zip(stem, word, strict=False)) if len(set(pair)) > 1),
        len(stem),
    )
    start = word[:same]
    if len(start) < _LETTERS - 1:
        return []
    known = words.starting_with(connection, "passages_vocabulary", start)
    others = [form for form in known if form != word and stemmer.stemWord(form) == stem]
    return sorted(others, key=len)[:_FORMS]


@lru_cache(maxsize=8)
def _stemmer(code: str) -> Stemmer.Stemmer:
    import Stemmer  # noqa: PLC0415 - compiled; few engines need it

    return Stemmer.Stemmer(_SNOWBALL[code])
