"""Files by what became of them: lists, counts of reasons, and having them read again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinasearch.core.models import File, FileState
from jinasearch.store import files
from jinasearch.store.below import range_below
from jinasearch.store.connection import fetch, many
from jinasearch.store.passages import TRUNCATED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

_RETRIED = (
    "state = 'failed'"
    f" OR (? AND (reason = '{TRUNCATED}' OR (state = 'skipped' AND reason LIKE 'file-%')))"
)
"""What was tried: files that the rules left out are not read because somebody asks for it."""
_AT_OR_BELOW = (
    "SELECT here.id FROM carray(?) CROSS JOIN files AS here ON here.path = value"
    " UNION ALL SELECT here.id FROM carray(?) CROSS JOIN files AS here"
    " ON here.path > value AND here.path < CAST(substr(value, 1, length(value) - 1) || ? AS BLOB)"
)
"""Thousands of paths: as one condition each they would be compared with every file."""


@dataclass(frozen=True, slots=True)
class FileFilter:
    """Which files: of all states if none are named, of one reason if it is; those in a folder of
    the library, and those at or below one of `paths` if there are any, of `without` none."""

    states: tuple[FileState, ...] = ()
    reason: str = ""
    folder: int | None = None
    paths: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What the library holds of a file; `layers`: by space, whether its card has a vector there (0
    or 1), and how many of its passages have."""

    author: str
    passages: int
    layers: dict[int, tuple[int, int]]


def listed(
    connection: apsw.Connection, wanted: FileFilter, limit: int, offset: int = 0
) -> list[File]:
    """Files by path, at most `limit`, those after the first `offset`."""
    where, values = _where(wanted)
    found = fetch(
        connection,
        f"SELECT id FROM files WHERE {where} ORDER BY path LIMIT ? OFFSET ?",  # noqa: S608
        (*values, limit, offset),
    )
    return list(files.by_ids(connection, [file for (file,) in found]).values())


def reasons(connection: apsw.Connection, wanted: FileFilter) -> list[tuple[FileState, str, int]]:
    """How many files have each state and reason, most first."""
    where, values = _where(wanted)
    rows = fetch(
        connection,
        f"SELECT state, reason, count(*) FROM files WHERE {where}"  # noqa: S608
        " GROUP BY state, reason ORDER BY count(*) DESC, state, reason",
        values,
    )
    return [(FileState(state), reason, count) for state, reason, count in rows]


def retry(connection: apsw.Connection, wanted: FileFilter, again: int = 0) -> int:
    """Have failed files read again; returns how many.

    Those that were skipped after they were opened, or not read to their end, only if they are asked
    for by reason or path. `again`, an urgency: those too that were read without trouble.
    """
    where, values = _retried(wanted, again)
    connection.execute(
        "UPDATE files SET state = 'seen', reason = '', urgency = max(urgency, ?)"  # noqa: S608
        f" WHERE {where}",
        (again, *values),
    )
    return connection.changes()


def first_retried(connection: apsw.Connection, wanted: FileFilter, again: int = 0) -> str | None:
    """The path of a file that `retry` would have read again, None if there is none."""
    where, values = _retried(wanted, again)
    query = f"SELECT path FROM files WHERE {where} LIMIT 1"  # noqa: S608
    return next((os.fsdecode(path) for (path,) in fetch(connection, query, values)), None)


def _retried(wanted: FileFilter, again: int) -> tuple[str, tuple[object, ...]]:
    where, values = _where(wanted)
    narrow = bool(wanted.reason or wanted.paths)
    what = f"({_RETRIED} OR (? AND state IN ('seen', 'keywords', 'ready')))"
    return f"{what} AND {where}", (narrow, again > 0, *values)


def held(connection: apsw.Connection, file: int, spaces: Sequence[int]) -> Held:
    """What the library holds of a file, and of it in each embedding space."""
    ((author, passages),) = fetch(
        connection, "SELECT author, passages FROM files WHERE id = ?", (file,)
    )
    layers: dict[int, tuple[int, int]] = {}
    for space in spaces:
        cards, embedded = (
            fetch(
                connection,
                f"SELECT count(*) FROM {table} AS source WHERE file = ?1 AND EXISTS"  # noqa: S608
                " (SELECT 1 FROM vectors WHERE space = ?2 AND input_hash = source.input_hash)",
                (file, space),
            )[0][0]
            for table in ("cards", "passages")
        )
        layers[space] = (cards, embedded)
    return Held(author, passages, layers)


def _where(wanted: FileFilter) -> tuple[str, tuple[object, ...]]:
    parts: list[str] = []
    values: list[object] = []
    if wanted.states:
        parts.append(f"state IN ({', '.join('?' * len(wanted.states))})")
        values += [state.value for state in wanted.states]
    if wanted.reason:
        parts.append("reason = ?")
        values.append(wanted.reason)
    if wanted.folder is not None:
        parts.append("folder = ?")
        values.append(wanted.folder)
    for negation, paths in (("", wanted.paths), ("NOT ", wanted.without)):
        if paths:
            parts.append(f"{negation}id IN ({_AT_OR_BELOW})")
            firsts, lasts = zip(*map(range_below, paths), strict=True)
            values += [many([*map(os.fsencode, paths)]), many(firsts), lasts[0][-1:]]
    return " AND ".join(parts) or "TRUE", tuple(values)
