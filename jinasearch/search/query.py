"""Reads what the user typed: words, "phrases" and -exclusions, and says them in FTS5's language."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jinasearch.store.cjk import CJK, cut

if TYPE_CHECKING:
    from collections.abc import Collection

_PIECE = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_WORD = re.compile(r"\w+")
_CJK = re.compile(f"[{CJK}]+")
_MOST_TERMS = 32


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase. `prefix`: the user may still be typing it."""

    text: str
    prefix: bool = False

    def fts(self) -> str:
        """As an FTS5 phrase; Chinese, Japanese and Korean as single characters in a row."""
        words = _WORD.findall(cut(self.text))
        quoted = '"' + " ".join(words) + '"'
        return quoted + " *" if self.prefix else quoted


@dataclass(frozen=True, slots=True)
class Query:
    """A question, read.

    `terms` all count; `excluded` must not occur; `pairs` are the pieces of long runs of Chinese,
    Japanese or Korean, for when no file holds the whole run.
    """

    text: str
    terms: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()
    pairs: tuple[Term, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.terms

    def all_of(self) -> str:
        """The FTS5 expression for rows that hold every term; empty if there are no terms."""
        return self._without(" AND ".join(term.fts() for term in self.terms))

    def any_of(self) -> str:
        """The FTS5 expression for rows that hold some term, or a pair of a long run."""
        terms = [term for term in self.terms if not _long_run(term)] + list(self.pairs)
        return self._without(" OR ".join(term.fts() for term in terms[:_MOST_TERMS]))

    def without(self, words: Collection[Term]) -> Query:
        """The same question without some of its words."""
        return replace(self, terms=tuple(term for term in self.terms if term not in words))

    def _without(self, expression: str) -> str:
        if not expression or not self.excluded:
            return expression
        refused = " OR ".join(term.fts() for term in self.excluded)
        return f"({expression}) NOT ({refused})"


def parse(text: str) -> Query:
    """Read a question. Every text is a question: wrong syntax is searched as words."""
    clean = unicodedata.normalize("NFC", text).replace("\0", " ")
    wanted: list[Term] = []
    excluded: list[Term] = []
    last_end = 0
    for piece in _PIECE.finditer(clean):
        minus, phrase, word = piece.groups()
        if word is None:
            target = excluded if minus else wanted
            if _WORD.search(phrase):
                target.append(Term(phrase))
            continue
        refuse = len(word) > 1 and word.startswith("-") and word[1].isalnum()
        target = excluded if refuse else wanted
        target.extend(Term(part) for part in _split(word[1:] if refuse else word))
        last_end = piece.end() if not refuse else last_end
    if wanted and last_end == len(clean) and _may_grow(wanted[-1].text):
        wanted[-1] = Term(wanted[-1].text, prefix=True)
    if not wanted:
        excluded = []
    unique = tuple(dict.fromkeys(wanted))[:_MOST_TERMS]
    return Query(clean, unique, tuple(excluded[:_MOST_TERMS]), _pairs(unique))


def _split(word: str) -> list[str]:
    """`naïve-baïes` and `report_2024.pdf` stay one term each; Chinese beside Latin is parted."""
    parts: list[str] = []
    end = 0
    for run in _CJK.finditer(word):
        parts += [word[end : run.start()], run.group()]
        end = run.end()
    parts.append(word[end:])
    return [part for part in parts if _WORD.search(part)]


def _may_grow(text: str) -> bool:
    return len(text) > 1 and not _CJK.search(text) and text[-1].isalnum()


def _long_run(term: Term) -> bool:
    return len(term.text) > 2 and _CJK.fullmatch(term.text) is not None


def _pairs(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    pairs = [
        Term(term.text[at : at + 2])
        for term in terms
        if _long_run(term)
        for at in range(len(term.text) - 1)
    ]
    return tuple(dict.fromkeys(pairs))[:_MOST_TERMS]
