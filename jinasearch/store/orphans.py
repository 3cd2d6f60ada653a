"""Vectors that lost their last text: set aside until nothing has happened for a while.

A file that moves again and again, a branch that is checked out and back, an edit that is undone:
the text goes and comes back, and its vector waits for it here. It is found no longer, counts
nowhere, and is not in the graph; the embedder takes it back instead of computing it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jinasearch.store.connection import fetch

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw
    from numpy.typing import NDArray

_DTYPE = np.dtype("<f2")
_UNWANTED = """
    SELECT space, input_hash FROM orphans AS orphan WHERE NOT (
        (EXISTS (SELECT 1 FROM passages WHERE passages.input_hash = orphan.input_hash)
         OR EXISTS (SELECT 1 FROM cards WHERE cards.input_hash = orphan.input_hash))
        AND NOT EXISTS (SELECT 1 FROM vectors WHERE vectors.space = orphan.space
                        AND vectors.input_hash = orphan.input_hash)
    ) LIMIT ?
"""
"""What no text waits for."""


def set_aside(connection: apsw.Connection, hashes: Iterable[bytes]) -> list[int]:
    """Set aside the vectors of inputs that no passage and no card has any more.

    Returns their ids: they are found no longer.
    """
    removed: list[int] = []
    for key in hashes:
        gone = fetch(
            connection,
            "DELETE FROM vectors WHERE space IN (SELECT id FROM spaces) AND input_hash = ?1"
            " AND NOT EXISTS (SELECT 1 FROM passages WHERE input_hash = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM cards WHERE input_hash = ?1)"
            " RETURNING id, space, vector",
            (key,),
        )
        for vector_id, space, vector in gone:
            connection.execute(
                "INSERT OR REPLACE INTO orphans VALUES (?, ?, ?)", (space, key, vector)
            )
            removed.append(vector_id)
    return removed


def of(
    connection: apsw.Connection, space: int, hashes: Iterable[bytes], dimension: int
) -> dict[bytes, NDArray[np.float16]]:
    """The vectors (dimension,) that wait here for these inputs. `vectors.add` takes them back."""
    found: dict[bytes, NDArray[np.float16]] = {}
    for key in hashes:
        rows = connection.execute(
            "SELECT vector FROM orphans WHERE space = ? AND input_hash = ? AND length(vector) = ?",
            (space, key, dimension * _DTYPE.itemsize),
        )
        for (blob,) in rows:
            found[key] = np.frombuffer(blob, _DTYPE)
    return found


def drop(connection: apsw.Connection, most: int) -> int:
    """Delete at most so many that no text waits for; returns how many."""
    connection.execute(f"DELETE FROM orphans WHERE (space, input_hash) IN ({_UNWANTED})", (most,))  # noqa: S608
    return connection.changes()


def drop_all(connection: apsw.Connection, space: int | None = None) -> None:
    """Delete all of a space, or all."""
    connection.execute("DELETE FROM orphans WHERE space = ?1 OR ?1 IS NULL", (space,))
