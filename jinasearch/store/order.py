"""Files in an order that somebody chose, as SQL sorts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.questions import Sort
from jinasearch.store.connection import fetch, many

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from jinasearch.store.selection import Selection

_TERMS = {
    Sort.RELEVANCE: "mtime_ns DESC",
    Sort.NAME: "name_key(path)",
    Sort.NAME_DOWN: "name_key(path) DESC",
    Sort.DATE: "mtime_ns",
    Sort.DATE_DOWN: "mtime_ns DESC",
    Sort.SIZE: "size",
    Sort.SIZE_DOWN: "size DESC",
    Sort.PATH: "path_key(path)",
    Sort.PATH_DOWN: "path_key(path) DESC",
}


def listed(
    connection: apsw.Connection, selection: Selection, sort: Sort, limit: int = -1
) -> list[int]:
    """The ids of files that pass; by relevance, of which they have none, the last changed first."""
    rows = fetch(
        connection,
        f"SELECT id FROM files WHERE {selection.sql}"  # noqa: S608 - bound values
        f" ORDER BY {_TERMS[sort]}, path LIMIT ?",
        (*selection.bindings, limit),
    )
    return [file for (file,) in rows]


def count(connection: apsw.Connection, selection: Selection) -> int:
    """How many files pass."""
    query = f"SELECT count(*) FROM files WHERE {selection.sql}"  # noqa: S608 - bound values
    return int(connection.execute(query, selection.bindings).get)


def arranged(connection: apsw.Connection, files: Sequence[int], sort: Sort) -> list[int]:
    """These files, in another order; those that are gone are left out."""
    if not files:
        return []
    rows = fetch(
        connection,
        "SELECT id FROM carray(?) CROSS JOIN files ON files.id = value"  # noqa: S608 - constants
        f" ORDER BY {_TERMS[sort]}, path",
        (many(files),),
    )
    return [file for (file,) in rows]
