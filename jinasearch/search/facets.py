"""Counts for the filter bar: of which type, where and how old the files are that answer."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from jinasearch.core.kinds import group_of
from jinasearch.core.paths import shown
from jinasearch.core.questions import Facet, Facets, Field, Filter
from jinasearch.search import dates
from jinasearch.store import files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import apsw

    from jinasearch.core.models import File

TYPES = frozenset({Field.TYPE, Field.EXT})
FOLDERS = frozenset({Field.IN})
TIMES = frozenset({Field.DATE, Field.BEFORE, Field.AFTER})
MOST_FILES = 1000
"""Files that are counted, at most."""
_TIMES = ("today", "past week", "past month", "past year")
_MOST_VALUES = 12


def count(
    connection: apsw.Connection,
    filters: Sequence[Filter],
    candidates: Callable[[Sequence[Filter]], Sequence[int]],
    now: datetime,
) -> Facets:
    """Count what `candidates` answers, each group without its own filters."""
    known: dict[tuple[Filter, ...], list[File]] = {}

    def answering(group: frozenset[Field]) -> list[File]:
        others = tuple(each for each in filters if each.field not in group)
        if others not in known:
            found = candidates(others)[:MOST_FILES]
            known[others] = list(files.by_ids(connection, found).values())
        return known[others]

    return Facets(
        _types(answering(TYPES)),
        _folders(answering(FOLDERS)),
        _times(answering(TIMES), now),
        any(len(found) >= MOST_FILES for found in known.values()),
    )


def _types(found: Sequence[File]) -> tuple[Facet, ...]:
    groups = Counter(group for file in found if (group := _group(file)))
    return _largest({Filter(Field.TYPE, group): number for group, number in groups.items()})


def _group(file: File) -> str:
    extension = os.path.splitext(file.stat.path)[1][1:].lower()  # noqa: PTH122 - a path of the OS
    if file.kind in ("", "code", "text"):
        return group_of(extension) or group_of(file.kind)
    return group_of(file.kind)


def _folders(found: Sequence[File]) -> tuple[Facet, ...]:
    """By the folders one below the deepest that holds all, where there are several."""
    paths = [os.path.dirname(file.stat.path) for file in found]  # noqa: PTH120
    try:
        top = os.path.commonpath(paths) if paths else ""
    except ValueError:  # on different drives
        top = ""
    depth = len(top.rstrip(os.sep)) + 1 if top else 0
    below = Counter(
        path[: len(path) if (end := path.find(os.sep, depth)) < 0 else end]
        for path in paths
        if len(path) > depth
    )
    return _largest(
        {Filter(Field.IN, path): number for path, number in below.items() if shown(path) == path}
    )


def _times(found: Sequence[File], now: datetime) -> tuple[Facet, ...]:
    facets: list[Facet] = []
    spans = [(name, span) for name in _TIMES if (span := dates.read(name, now)) is not None]
    changed = [file.stat.mtime_ns / 1e9 for file in found]
    for name, span in spans:
        start, end = dates.seconds(span.start), dates.seconds(span.end)
        number = sum(start <= moment < end for moment in changed)
        facets.append(Facet(Filter(Field.DATE, name), number))
    oldest = min((dates.seconds(span.start) for _, span in spans), default=0.0)
    older = sum(moment < oldest for moment in changed)
    facets.append(Facet(Filter(Field.BEFORE, _TIMES[-1]), older))
    return tuple(facet for facet in facets if facet.count)


def _largest(counts: dict[Filter, int]) -> tuple[Facet, ...]:
    best = sorted(counts, key=lambda each: (-counts[each], each.value))[:_MOST_VALUES]
    return tuple(Facet(each, counts[each]) for each in best)
