"""What can be asked besides words: filters, examples, and what is told about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

YEARS = range(1900, 2200)
"""Those that a date may lie in: another number of four digits is more likely no year."""

_TOLD = 60
"""Characters of what a hint is about."""


class Field(StrEnum):
    """What a filter looks at; the value is the name before the colon in a question's text."""

    TYPE = "type"
    EXT = "ext"
    IN = "in"
    NAME = "name"
    TITLE = "title"
    AUTHOR = "author"
    FROM = "from"
    TO = "to"
    DATE = "date"
    BEFORE = "before"
    AFTER = "after"
    SIZE = "size"
    LANG = "lang"
    LIKE = "like"
    SORT = "sort"
    """Says nothing of a file, but in which order those that pass are told."""


class Sort(StrEnum):
    """The order of answers; `-` is the other way round: `-date` are the newest first."""

    RELEVANCE = "relevance"
    NAME = "name"
    NAME_DOWN = "-name"
    DATE = "date"
    DATE_DOWN = "-date"
    SIZE = "size"
    SIZE_DOWN = "-size"
    PATH = "path"
    PATH_DOWN = "-path"

    @property
    def reverse(self) -> Sort:
        """The other way round; the best are first whatever is said."""
        if self is Sort.RELEVANCE:
            return self
        return Sort(self.removeprefix("-") if self.startswith("-") else f"-{self}")


@dataclass(frozen=True, slots=True)
class Filter:
    """`field:value`, as it could be typed. Positive ones of a field are alternatives (dates and
    sizes all hold), fields all hold, what is `negated` must not hold.

    `start` and `end` are character offsets into the question's text where it was read from there,
    else both 0: a chip that is taken away is cut out of the text.
    """

    field: Field
    value: str
    negated: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """What answers should be like. One of: a file, by its id or `file:` URI; a passage; a text."""

    file: int | None = None
    passage: int | None = None
    text: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """A part of the question that could not be read as meant and was searched as text, or that no
    answer holds.

    Codes: `"bad-date"`, `"bad-size"`, `"bad-type"`, `"bad-language"`, `"bad-sort"`,
    `"unknown-field"`, `"missing-value"`, `"open-quote"`, `"only-excluded"`, `"folder-not-found"`,
    `"like-not-found"`, `"like-without-meaning"`, `"no-words"`, `"word-nowhere"` (words that stand
    in no file). Of phrases in quotes, where nothing is certain therefore: `"phrase-nowhere"`,
    `"phrase-unread"` (the same of what is read so far), `"phrase-left-out"` (only files that the
    filters leave out hold it), `"phrases-apart"` (no file holds all). `text` is the part,
    `suggestion` what may have been meant in its place, or empty.
    """

    code: str
    text: str
    suggestion: str = ""

    @property
    def told(self) -> str:
        """`text`, short enough for a line."""
        return self.text if len(self.text) <= _TOLD else f"{self.text[:_TOLD]}…"

    @property
    def of_beginnings(self) -> bool:
        """Whether what stands nowhere is a word with an asterisk: the beginning of others."""
        return self.code.startswith("phrase") and self.text.endswith("*")

    @property
    def begun(self) -> str:
        """`told` of the beginnings of words, without their asterisks; empty if it is of others."""
        one = self.of_beginnings and self.code != "phrases-apart"
        return self.told.replace("*", "") if one else ""


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of the files that answer also pass `filter`."""

    filter: Filter
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts for the filter bar, the largest first; times from the narrowest on.

    Each group is counted with the filters of the other groups alone, so that another value of the
    same group can be chosen. Weak matches are not counted where others answer. `capped`: more files
    answer than were counted.
    """

    types: tuple[Facet, ...] = ()
    folders: tuple[Facet, ...] = ()
    times: tuple[Facet, ...] = ()
    capped: bool = False
