"""Reads what the user typed: words, "phrases", OR, begin* and -exclusions; says them in FTS5's
language."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jinasearch.search.signs import narrow_words
from jinasearch.search.spelling import spellings
from jinasearch.store.bm25 import Word, one_of
from jinasearch.store.cjk import CJK, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

_PIECE = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_WORD = re.compile(r"\w+")
_LETTER = re.compile(r"[^\W_]")
_CJK = re.compile(f"[{CJK}]+")
_MOST_TERMS = 32
_OR = ("OR", "||", "|")
_AND, _NOT = "AND", "NOT"
_LETTERS = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"\W*[^\W\d_]+(?:[-'’/.–—&+][^\W\d_]+)+\W*")
"""Codes and addresses are none: they stand whole or not at all."""
_LEAST_PIECE = 2


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase. `prefix`: the user may still be typing it. `forms` are worth less.

    `quoted`: it is insisted on: it stood in quotes, or with an asterisk.
    """

    text: str
    prefix: bool = False
    forms: tuple[str, ...] = ()
    quoted: bool = field(default=False, compare=False)

    def fts(self) -> str:
        """As an FTS5 phrase, or several if it can be written in other ways.

        Chinese, Japanese and Korean stand there as single characters in a row.
        """
        return one_of(self._phrases())

    def phrase(self) -> str:
        """As an FTS5 phrase, just as it is written."""
        return self._phrases()[0]

    def word(self) -> Word:
        """With its forms, for scoring."""
        return Word(tuple(self._phrases()), tuple(f'"{form}"' for form in self.forms))

    def _phrases(self) -> list[str]:
        ways = dict.fromkeys(" ".join(_WORD.findall(cut(way))) for way in spellings(self.text))
        return [f'"{way}" *' if self.prefix else f'"{way}"' for way in ways]


@dataclass(frozen=True, slots=True)
class Query:
    """A question, read.

    `terms` all count; `excluded` must not occur; `pieces` are the pairs in long runs of Chinese,
    Japanese or Korean and the words in `Ada's` or `well-known`, for when few files hold it whole.
    `either` are groups of terms one of which is enough: they were joined by OR. `text` is folded to
    common signs.
    """

    text: str
    terms: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()
    pieces: tuple[Term, ...] = ()
    either: tuple[tuple[Term, ...], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.terms

    def all_of(self) -> str:
        """The FTS5 expression for rows that hold every term; empty if there are no terms."""
        grouped = {term for group in self.either for term in group}
        parts = [term.fts() for term in self.terms if term not in grouped]
        parts += [f"({' OR '.join(term.fts() for term in group)})" for group in self.either]
        return self._without(" AND ".join(parts))

    def any_of(self) -> str:
        """The FTS5 expression for rows that hold some term or piece."""
        return self._without(" OR ".join(word.fts() for word in self.words))

    def in_any_form(self) -> str:
        """The FTS5 expression for rows that hold some term or piece, in whatever form."""
        return self._without(" OR ".join(word.wide() for word in self.words))

    def in_other_form(self) -> str:
        """Of these, those that hold a form that was not typed; empty if no word has any."""
        forms = [form for word in self.words for form in word.forms]
        wide = " OR ".join(word.wide() for word in self.words)
        return self._without(f"({wide}) AND {one_of(forms)}") if forms else ""

    @property
    def words(self) -> tuple[Word, ...]:
        """What `any_of`, `in_any_form` and `in_other_form` look for, in their order."""
        return tuple(term.word() for term in self.searched)

    @property
    def phrases(self) -> tuple[tuple[Term, ...], ...]:
        """What is insisted on, unless a plain word may do; of each group one is enough."""
        grouped = {term for group in self.either for term in group}
        single = (term for term in self.terms if term.quoted and term not in grouped)
        whole = (group for group in self.either if all(term.quoted for term in group))
        return (*((term,) for term in single), *whole)

    @property
    def searched(self) -> tuple[Term, ...]:
        """The terms one of which is enough: pairs in place of long runs."""
        terms = [term for term in self.terms if not _long_run(term)] + list(self.pieces)
        return tuple(dict.fromkeys(terms))[:_MOST_TERMS]

    def none_of(self) -> str:
        """The FTS5 expression for rows that hold what must not occur; empty if all may."""
        return " OR ".join(term.fts() for term in self.excluded)

    def settled(self, least: int) -> Query:
        """The same question where a word that may go on counts as whole if it is shorter.

        One with an asterisk goes on, for so it is meant.
        """
        whole = {
            term: replace(term, prefix=term.prefix and (term.quoted or len(term.text) >= least))
            for term in self.terms
        }
        return replace(
            self,
            terms=_unique(whole.values()),
            either=tuple(tuple(whole[term] for term in group) for group in self.either),
        )

    def without(self, words: Collection[Term]) -> Query:
        """The same question without some of its words."""
        groups = (tuple(term for term in group if term not in words) for group in self.either)
        return replace(
            self,
            terms=tuple(term for term in self.terms if term not in words),
            pieces=tuple(term for term in self.pieces if term not in words),
            either=tuple(group for group in groups if group),
        )

    def of(self, words: Collection[Term]) -> Query:
        """The same question with nothing but some of its words."""
        return replace(self, terms=tuple(words), pieces=(), either=())

    def widened(self, forms: Callable[[Term], tuple[str, ...]]) -> Query:
        """The same question with other forms of its words."""

        def wide(terms: Iterable[Term]) -> tuple[Term, ...]:
            return tuple(replace(term, forms=forms(term)) for term in terms)

        return replace(
            self,
            terms=wide(self.terms),
            pieces=wide(self.pieces),
            either=tuple(map(wide, self.either)),
        )

    def _without(self, expression: str) -> str:
        if not expression or not self.excluded:
            return expression
        return f"({expression}) NOT ({self.none_of()})"


def parse(text: str) -> Query:
    """Read a question. Every text is a question: wrong syntax is searched as words.

    OR joins the words on both its sides, and binds closer than a space; AND between words is one.
    """
    clean = narrow_words(unicodedata.normalize("NFC", text).replace("\0", " "))
    wanted: list[tuple[Term, ...]] = []
    excluded: list[Term] = []
    groups: list[list[tuple[Term, ...]]] = []
    joined = refuse_next = False
    last_end = 0
    for piece in _PIECE.finditer(clean):
        minus, phrase, word = piece.groups()
        if word in _OR and wanted:
            joined = True
            continue
        if word == _AND and wanted and clean[piece.end() :].strip():
            continue
        if word == _NOT:
            refuse_next = True
            continue
        if word is None:
            refuse = bool(minus)
            terms = tuple([Term(phrase, quoted=True)] if _LETTER.search(phrase) else [])
        else:
            refuse = len(word) > 1 and word.startswith("-") and word[1].isalnum()
            terms = tuple(map(_term, _split(word[1:] if refuse else word)))
            last_end = piece.end() if not refuse else last_end
        if not terms:
            continue
        if refuse or refuse_next:
            excluded.extend(terms)
            last_end = 0 if refuse_next else last_end
            joined = refuse_next = False
            continue
        if joined and groups and groups[-1][-1] is wanted[-1]:
            groups[-1].append(terms)
        elif joined:
            groups.append([wanted[-1], terms])
        joined = False
        wanted.append(terms)
    return _query(clean, wanted, excluded, groups, growing=last_end == len(clean))


def _query(
    clean: str,
    wanted: list[tuple[Term, ...]],
    excluded: list[Term],
    groups: list[list[tuple[Term, ...]]],
    *,
    growing: bool,
) -> Query:
    terms = [term for each in wanted for term in each]
    either = [tuple(term for each in group for term in each) for group in groups]
    if terms and growing and _may_grow(terms[-1].text):
        last, terms[-1] = terms[-1], replace(terms[-1], prefix=True)
        if either and either[-1][-1] is last:
            either[-1] = (*either[-1][:-1], terms[-1])
    loose = {term for group in either for term in group if not term.quoted}
    meant = (replace(term, quoted=term.quoted and term not in loose) for term in terms)
    unique = _unique(meant)[:_MOST_TERMS]
    named = {term: term for term in unique}
    kept = [tuple(dict.fromkeys(named[term] for term in each if term in named)) for each in either]
    alternatives = tuple(group for group in kept if len(group) > 1)
    return Query(clean, unique, tuple(excluded[:_MOST_TERMS]), _pieces(unique), alternatives)


def _unique(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Each once, insisted on if it is anywhere."""
    found: dict[Term, Term] = {}
    for term in terms:
        if term.quoted or term not in found:
            found[term] = term
    return tuple(found.values())


def _term(part: str) -> Term:
    """A word, or with an asterisk all that begin so."""
    begun = part.rstrip("*")
    if begun != part and _may_grow(begun):
        return Term(begun, prefix=True, quoted=True)
    return Term(part)


def _split(word: str) -> list[str]:
    """`naïve-baïes` and `report_2024.pdf` stay one term each; Chinese beside Latin is parted."""
    parts: list[str] = []
    end = 0
    for run in _CJK.finditer(word):
        parts += [word[end : run.start()], run.group()]
        end = run.end()
    parts.append(word[end:])
    return [part for part in parts if _LETTER.search(part)]


def _may_grow(text: str) -> bool:
    return len(text) > 1 and not _CJK.search(text) and text[-1].isalnum()


def _long_run(term: Term) -> bool:
    return len(term.text) > 2 and _CJK.fullmatch(term.text) is not None


def _pieces(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    found = [Term(piece) for term in terms for piece in _pieces_of(term)]
    return tuple(dict.fromkeys(found))[:_MOST_TERMS]


def _pieces_of(term: Term) -> list[str]:
    text = term.text
    if _long_run(term):
        return [text[at : at + 2] for at in range(len(text) - 1)]
    if not _COMPOUND.fullmatch(text):
        return []
    return [part for part in _LETTERS.findall(text) if len(part) >= _LEAST_PIECE]
