"""Reads `field:value` filters out of a question, and says which files pass them.

Lenient: what cannot be read as a filter stays in the question as words, and a hint says so.
"""

from __future__ import annotations

import difflib
import itertools
import os
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from jinasearch.core import language
from jinasearch.core.errors import JinasearchError
from jinasearch.core.kinds import GROUPS, NAMES
from jinasearch.core.paths import from_uri
from jinasearch.core.questions import Field, Filter, Hint
from jinasearch.search import dates, slips, sorting
from jinasearch.search.query import Term, parse
from jinasearch.search.signs import narrow
from jinasearch.store import selection
from jinasearch.store.connection import once
from jinasearch.store.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import apsw

    from jinasearch.store.selection import Selection

_NAMES = {
    **{field.value: field for field in Field},
    "kind": Field.TYPE, "filetype": Field.TYPE, "类型": Field.TYPE,
    "extension": Field.EXT, "扩展名": Field.EXT,
    "folder": Field.IN, "path": Field.IN, "dir": Field.IN, "under": Field.IN, "文件夹": Field.IN,
    "路径": Field.IN, "修改时间": Field.DATE, "时间": Field.DATE,
    "filename": Field.NAME, "file": Field.NAME, "文件名": Field.NAME, "名称": Field.NAME,
    "标题": Field.TITLE, "subject": Field.TITLE, "作者": Field.AUTHOR, "by": Field.AUTHOR,
    "发件人": Field.FROM, "收件人": Field.TO, "cc": Field.TO,
    "日期": Field.DATE, "modified": Field.DATE, "changed": Field.DATE,
    "之前": Field.BEFORE, "until": Field.BEFORE, "之后": Field.AFTER, "since": Field.AFTER,
    "大小": Field.SIZE, "language": Field.LANG, "语言": Field.LANG, "类似": Field.LIKE,
    "order": Field.SORT, "orderby": Field.SORT, "sortby": Field.SORT, "排序": Field.SORT,
}  # fmt: skip
_DATES = (Field.DATE, Field.BEFORE, Field.AFTER)
_PATHS = (Field.IN, Field.LIKE)
_OF_NO_FILE = (Field.LIKE, Field.SORT)
"""Which files pass is not for these to say."""
_TOGETHER = (*_DATES, Field.SIZE)
"""Several of these narrow each other; several of any other field are alternatives."""
_PIECE = re.compile(r'"[^"]*"?|([-!]?)([^\W\d_]{2,12})[:：]|\S+')
_SIZE = re.compile(
    r"\s*+(?P<sign>[<>]=?|=)?\s*+(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>[kmgt]?)i?b?"
    r"(?:\.\.(?P<most>\d+(?:[.,]\d+)?)\s*(?P<last>[kmgt]?)i?b?)?(?=\s|$)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_MOST_BYTES = 1 << 62
_EXTENSION = re.compile(r"[*.]*\w{1,5}")
_MOST_WORDS_OF_A_DATE = 4
_SAME = (
    {"md", "markdown"}, {"htm", "html", "xhtml"}, {"jpg", "jpeg"}, {"ipynb", "notebook"},
    {"yml", "yaml"}, {"tif", "tiff"}, {"tex", "latex"}, {"txt", "text"}, {"tgz", "gz"},
)  # fmt: skip
_KNOWN_KINDS = frozenset().union(*GROUPS.values())
_FIRST_NS, _LAST_NS = -(1 << 62), 1 << 62


@dataclass(frozen=True, slots=True)
class Reading:
    """A question taken apart: the words that are left, the filters in it, the first problem."""

    words: str
    filters: tuple[Filter, ...] = ()
    hint: Hint | None = None


def read(text: str, now: datetime) -> Reading:
    """Take the filters out of `text`. The words keep their order and the spaces around them."""
    filters: list[Filter] = []
    hint: Hint | None = None
    words: list[str] = []
    plain = narrow(text)
    at = done = 0
    while piece := _PIECE.search(plain, at):
        start, at = piece.span()
        minus, name = piece.group(1), piece.group(2)
        if name is None:
            if piece.group().startswith('"') and _is_open(piece.group()):
                hint = hint or Hint("open-quote", text[start:at])
            continue
        field = _NAMES.get(name.lower())
        if field is None or plain.startswith("//", at):  # an address, `file://` too
            at = _end_of_word(plain, at)
            hint = hint or _unknown(name, text[start:at], minus, plain[piece.end() : at], now)
            continue
        inside, at = _value(plain, piece.end(), field, now)
        value = (text if field in _PATHS else plain)[inside]
        found = Filter(field, value, bool(minus), start, at)
        problem = problem_with(found, now)
        if problem is not None:
            better = problem.suggestion and f"{minus}{problem.suggestion}"
            hint = hint or Hint(problem.code, text[start:at], better)
            if problem.code != "missing-value":
                continue
        else:
            filters.append(found)
        words.append(text[done:start])
        done = at
    words.append(text[done:])
    return Reading("".join(words), tuple(filters), hint)


def problem_with(wanted: Filter, now: datetime) -> Hint | None:
    """Why a filter cannot be used; None if it can."""
    value, whole = wanted.value.strip(), f"{wanted.field}:{wanted.value}"
    bad = suggestion = ""
    if not value:
        bad = "missing-value"
    elif wanted.field in _DATES:
        bad = "" if dates.read(value, now) else "bad-date"
    elif wanted.field is Field.SIZE:
        bad = "" if _SIZE.fullmatch(value) else "bad-size"
    elif wanted.field is Field.TYPE:
        unknown = [part for part in _parts(value) if not _kinds(part)]
        if unknown or not _parts(value):
            bad, suggestion = "bad-type", _better_types(value)
    elif wanted.field is Field.SORT:
        bad = "" if sorting.read(value) else "bad-sort"
        suggestion = f"{Field.SORT}:{near}" if bad and (near := sorting.nearest(value)) else ""
    elif wanted.field is Field.LANG:
        parts = _parts(value)
        bad = "" if parts and all(map(language.code_of, parts)) else "bad-language"
    elif wanted.field is not Field.IN and not any(map(str.isalnum, value)):
        bad = "missing-value"
    return Hint(bad, whole, suggestion) if bad else None


def selected(
    filters: Sequence[Filter], now: datetime, connection: apsw.Connection | None = None
) -> Selection:
    """The files that pass all of `filters`, which `problem_with` has nothing against.

    With a `connection` slips are forgiven in a name, title or author that no file has.
    """
    parts: list[Selection] = []
    for field in Field:
        of_field = [each for each in filters if each.field is field not in _OF_NO_FILE]
        wanted = [_forgiving(each, now, connection) for each in of_field if not each.negated]
        if wanted:
            together = field in _TOGETHER
            parts.append(selection.all_of(wanted) if together else selection.any_of(wanted))
        parts += [selection.none_of(_one(each, now)) for each in of_field if each.negated]
    return selection.all_of(parts)


def _forgiving(wanted: Filter, now: datetime, connection: apsw.Connection | None) -> Selection:
    just_so = _one(wanted, now)
    if connection is None or wanted.field not in _NAMED:
        return just_so
    one = once(connection, ("one", just_so), lambda: selection.newest(connection, just_so, 1))
    meant = "" if one else slips.expression(connection, parse(wanted.value.strip()))
    return _NAMED[wanted.field](f"({meant})") if meant else just_so


def _one(wanted: Filter, now: datetime) -> Selection:
    value = wanted.value.strip()
    if wanted.field in _DATES:
        return _changed(wanted, now)
    return _SELECTIONS[wanted.field](value)


def _of_types(value: str) -> Selection:
    return selection.of_kinds({kind for part in _parts(value) for kind in _kinds(part)})


def _with_extensions(value: str) -> Selection:
    return selection.with_extension(part.lstrip("*.") for part in _parts(value))


def _inside(value: str) -> Selection:
    path = full_path(value)
    return selection.below(path) if path else selection.with_names("folders", _phrase(value))


def full_path(value: str) -> str:
    """The full path that `value` is, or the `file:` address of; empty if it is neither."""
    try:
        path = from_uri(value) if value.startswith("file:") else os.path.expanduser(value)  # noqa: PTH111
    except JinasearchError:
        return ""
    return os.path.normpath(path) if os.path.isabs(path) else ""  # noqa: PTH117


def _with_header(*names: str) -> Callable[[str], Selection]:
    def selected(value: str) -> Selection:
        words = re.findall(r"\w+", fold(value))
        return selection.with_mail_header(names, _phrase(value), words)

    return selected


def _phrase(value: str) -> str:
    """As an FTS5 phrase whose last word may go on."""
    return Term(value, prefix=True).fts()


def _changed(wanted: Filter, now: datetime) -> Selection:
    span = dates.read(wanted.value, now)
    if span is None:
        return selection.NOTHING
    start, end = _nanoseconds(span.start), _nanoseconds(span.end)
    if wanted.field is Field.BEFORE:
        return selection.changed(None, start)
    return selection.changed(start, end if wanted.field is Field.DATE else None)


def _nanoseconds(moment: datetime) -> int:
    """Since the epoch, as far as 64 bits reach."""
    since = int(dates.seconds(moment)) * 10**9 + moment.microsecond * 1000
    return max(_FIRST_NS, min(_LAST_NS, since))


def _bounds(value: str) -> tuple[int | None, int | None]:
    """At least, and fewer than: bytes. A plain number means at least so many."""
    found = _SIZE.fullmatch(value)
    if found is None:
        return None, None
    number = _bytes(found["number"], found["unit"])
    if found["most"]:
        most = _bytes(found["most"], found["last"])
        alike = _bytes(found["number"], found["unit"] or found["last"])  # 10..20mb
        number = alike if alike <= most else number
        return min(number, most), max(number, most) + 1
    return {
        "<": (None, number),
        "<=": (None, number + 1),
        ">": (number + 1, None),
        "=": (number, number + 1),
    }.get(found["sign"], (number, None))


def _bytes(number: str, unit: str) -> int:
    return min(_MOST_BYTES, int(float(number.replace(",", ".")) * _UNITS[unit.lower()]))


def _kinds(part: str) -> frozenset[str]:
    """The formats that a word after `type:` means."""
    word = part.lower().lstrip("*.")
    if word in NAMES:
        return GROUPS[NAMES[word]]
    same = next((names for names in _SAME if word in names), {word})
    return frozenset(same) if word in _KNOWN_KINDS else frozenset()


def _better_types(value: str) -> str:
    """The filter that may be meant where not all of `value` is known, or nothing."""
    known = [part if _kinds(part) else _nearest_type(part) for part in _parts(value)]
    return f"{Field.TYPE}:{','.join(known)}" if known and all(known) else ""


def _nearest_type(word: str) -> str:
    """The name of a group or format that `word` may be meant to be, or nothing."""
    near = difflib.get_close_matches(word, list(GROUPS), 1)
    return "".join(near or difflib.get_close_matches(word, sorted({*NAMES, *_KNOWN_KINDS}), 1))


def _parts(value: str) -> list[str]:
    return [part for part in (part.strip() for part in re.split("[,，|]", value)) if part]


def _value(text: str, at: int, field: Field, now: datetime) -> tuple[slice, int]:
    """Where the value that begins at `at` stands, and where it ends with its quotes."""
    if text[at : at + 1] == '"':
        end = text.find('"', at + 1)
        return (slice(at + 1, None), len(text)) if end < 0 else (slice(at + 1, end), end + 1)
    if field is Field.SIZE and (size := _SIZE.match(text, at)):
        return slice(*size.span()), size.end()
    if field in _DATES:
        words = itertools.islice(_WORD.finditer(text, at), _MOST_WORDS_OF_A_DATE)
        for end in reversed([word.end() for word in words]):
            if dates.read(text[at:end], now) is not None:
                return slice(at, end), end
    end = _end_of_word(text, at)
    return slice(at, end), end


def _end_of_word(text: str, at: int) -> int:
    word = _WORD.match(text, at)
    return word.end() if word else at


def _is_open(piece: str) -> bool:
    return len(piece) < 2 or not piece.endswith('"')


def _unknown(name: str, piece: str, minus: str, value: str, now: datetime) -> Hint | None:
    """A hint where a field's name seems misspelt: most words with a colon are just words."""
    if not value or value.startswith(("/", ":", "\\")):
        return None
    near = difflib.get_close_matches(name.lower(), [field.value for field in Field], 1, 0.75)
    if not near or problem_with(meant := Filter(Field(near[0]), value), now) is not None:
        return None
    if meant.field is Field.EXT and not _EXTENSION.fullmatch(value):
        return None
    return Hint("unknown-field", piece, f"{minus}{meant.field}:{value}")


_NAMED: dict[Field, Callable[[str], Selection]] = {
    Field.NAME: partial(selection.with_names, "name"),
    Field.TITLE: partial(selection.with_titles, "title"),
    Field.AUTHOR: partial(selection.with_titles, "author"),
}
_SELECTIONS: dict[Field, Callable[[str], Selection]] = {
    Field.TYPE: _of_types,
    Field.EXT: _with_extensions,
    Field.IN: _inside,
    Field.NAME: lambda value: _NAMED[Field.NAME](_phrase(value)),
    Field.TITLE: lambda value: _NAMED[Field.TITLE](_phrase(value)),
    Field.AUTHOR: lambda value: _NAMED[Field.AUTHOR](_phrase(value)),
    Field.FROM: _with_header("From"),
    Field.TO: _with_header("To", "Cc", "Bcc"),
    Field.LANG: lambda value: selection.in_languages(map(language.code_of, _parts(value))),
    Field.SIZE: lambda value: selection.sized(*_bounds(value)),
}
