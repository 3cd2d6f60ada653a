"""On which file systems the files of a folder lie: of the folder itself and of drives within it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from jinasearch.store.below import range_below
from jinasearch.store.connection import fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import apsw


def of(connection: apsw.Connection, folder: int) -> dict[str, str]:
    """The file systems of a folder, by the path at which each begins."""
    rows = fetch(connection, "SELECT path, filesystem FROM places WHERE folder = ?", (folder,))
    return {os.fsdecode(path): filesystem for path, filesystem in rows}


def has_files(connection: apsw.Connection, path: str) -> bool:
    """Whether any file below a path is known."""
    query = "SELECT EXISTS (SELECT 1 FROM files WHERE path > ? AND path < ?)"
    return bool(connection.execute(query, range_below(path)).get)


def exchange(
    connection: apsw.Connection, folder: int, known: Mapping[str, str], places: Mapping[str, str]
) -> None:
    """Know `places` instead of `known`, unless that is known no longer: somebody was faster."""
    if of(connection, folder) == known:
        put(connection, folder, places)


def leave(connection: apsw.Connection, folder: int, leaves: Callable[[str], bool]) -> None:
    """Know no longer those whose path `leaves` is true of."""
    known = of(connection, folder)
    put(connection, folder, {path: known[path] for path in known if not leaves(path)})


def put(connection: apsw.Connection, folder: int, places: Mapping[str, str]) -> None:
    """Know these from now on, and no others."""
    connection.execute("DELETE FROM places WHERE folder = ?", (folder,))
    connection.executemany(
        "INSERT INTO places(folder, path, filesystem) SELECT id, ?, ? FROM folders WHERE id = ?",
        [(os.fsencode(path), filesystem, folder) for path, filesystem in places.items()],
    )
