"""Answers by name, date, size or path instead of relevance.

Sorted is all that was found, not what would have come first: a list of the newest files that hold a
word names the newest of all that hold it, however low they score.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from jinasearch.core.questions import Field, Filter, Sort
from jinasearch.search import exact
from jinasearch.store import order, passages
from jinasearch.store.selection import Selection, with_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from jinasearch.search.query import Query
    from jinasearch.search.rank import Candidate, Ranking

_WORDS = {
    "newest": Sort.DATE_DOWN, "latest": Sort.DATE_DOWN, "recent": Sort.DATE_DOWN,
    "oldest": Sort.DATE, "modified": Sort.DATE, "changed": Sort.DATE, "time": Sort.DATE,
    "largest": Sort.SIZE_DOWN, "biggest": Sort.SIZE_DOWN, "smallest": Sort.SIZE,
    "filename": Sort.NAME, "folder": Sort.PATH, "best": Sort.RELEVANCE,
    "名称": Sort.NAME, "日期": Sort.DATE, "时间": Sort.DATE, "大小": Sort.SIZE, "路径": Sort.PATH,
    "相关": Sort.RELEVANCE, "最新": Sort.DATE_DOWN, "最旧": Sort.DATE, "最大": Sort.SIZE_DOWN,
    "最小": Sort.SIZE,
}  # fmt: skip
_WAYS = {"-desc": True, "-asc": False}
_PASSAGES = 10
"""A file, on average, that are looked at to find its best."""


def read(value: str) -> Sort | None:
    """The order that is meant by what stands after `sort:`; None if none is."""
    word = value.strip().lower()
    down = word.startswith("-")
    word = word.removeprefix("-")
    for ending, reverse in _WAYS.items():
        if word.endswith(ending):
            word, down = word.removesuffix(ending), down != reverse
    plain = word in set(Sort) and not word.startswith("-")
    named = _WORDS.get(word) or (Sort(word) if plain else None)
    return named.reverse if named is not None and down else named


def nearest(value: str) -> str:
    """What `value` may be meant to be, or nothing."""
    word = value.lower().removeprefix("-")
    return "".join(difflib.get_close_matches(word, [*Sort, *_WORDS], 1))


def wanted(filters: Iterable[Filter], otherwise: Sort) -> Sort:
    """The order that was typed, the last one if there are several."""
    for each in filters:
        if each.field is Field.SORT and (named := read(each.value)) is not None:
            otherwise = named.reverse if each.negated else named
    return otherwise


def arranged(
    connection: apsw.Connection,
    ranking: Ranking,
    query: Query | None,
    selection: Selection,
    sort: Sort,
) -> Ranking:
    """What answers, and what else holds all that `query` looks for, in the order of `sort`.

    `query` None: its words are not looked for. The certain ones stay before the others.
    """
    holding = _holding(connection, query, selection) if query is not None else []
    unscored = set(holding).difference(ranking.files)
    certain = set(ranking.files[: ranking.certain])
    # Beyond those that were scored are none that answer better than the last of these.
    if certain.issuperset(set(holding) - unscored):
        certain |= unscored
    if ranking.exact.files and query is not None:  # of these only the first were looked for
        certain |= exact.everywhere(connection, query, selection).intersection(holding)
    every = [*ranking.files, *(file for file in holding if file in unscored)]
    in_order = order.arranged(connection, every, sort)
    return replace(ranking, files=in_order, unscored=unscored).sure_of(certain)


def _holding(connection: apsw.Connection, query: Query, selection: Selection) -> list[int]:
    expression = query.all_of()
    if not expression:
        return []
    return order.listed(connection, with_text(expression) & selection, Sort.DATE_DOWN)


def explained(
    connection: apsw.Connection, candidates: Sequence[Candidate], query: Query, size: int
) -> None:
    """Find the passages that answer in files that were not scored."""
    bare = {each.file: each for each in candidates if not (each.keywords or each.meaning)}
    if not bare:
        return
    here = Selection(f"files.id IN ({', '.join(map(str, bare))})")
    for row in passages.match(connection, query.all_of(), _PASSAGES * len(bare), here):
        if row.passage is not None:
            bare[row.file].keywords[row.passage] = row.score
    stands = exact.find(connection, query, here, size)
    for file, passage in stands.files.items():
        bare[file].exact, bare[file].exact_passage = True, passage
