"""What hangs on a file's row and must go and come with it: text, full text, names, vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.store.connection import fetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw


def clear(connection: apsw.Connection, files: Iterable[int]) -> list[int]:
    """Remove the text of files, and the vectors that belong to nothing else.

    Returns the ids of the removed vectors.
    """
    hashes: set[bytes] = set()
    for file in files:
        hashes |= take_text(connection, file)
        connection.execute("UPDATE files SET passages = 0 WHERE id = ?", (file,))
        connection.execute("DELETE FROM todo WHERE file = ?", (file,))
    return drop_orphans(connection, hashes)


def take_text(connection: apsw.Connection, file: int) -> set[bytes]:
    """Remove a file's passages and card; returns the hashes of their inputs."""
    connection.execute(
        "INSERT INTO passages_fts(passages_fts, rowid, text, heading)"
        " SELECT 'delete', indexed.id, indexed.text, indexed.heading"
        " FROM passages JOIN passages_indexed AS indexed ON indexed.id = passages.id"
        " WHERE passages.file = ?",
        (file,),
    )
    removed = fetch(connection, "DELETE FROM passages WHERE file = ? RETURNING input_hash", (file,))
    return {input_hash for (input_hash,) in removed} | take_card(connection, file)


def take_card(connection: apsw.Connection, file: int) -> set[bytes]:
    """Remove a file's card; returns the hash of its input."""
    removed = fetch(connection, "DELETE FROM cards WHERE file = ? RETURNING input_hash", (file,))
    return {input_hash for (input_hash,) in removed}


def drop_orphans(connection: apsw.Connection, hashes: Iterable[bytes]) -> list[int]:
    """Delete the vectors of inputs that no passage and no card has any more; returns their ids."""
    removed: list[int] = []
    for input_hash in hashes:
        gone = fetch(
            connection,
            "DELETE FROM vectors WHERE space IN (SELECT id FROM spaces) AND input_hash = ?1"
            " AND NOT EXISTS (SELECT 1 FROM passages WHERE input_hash = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM cards WHERE input_hash = ?1) RETURNING id",
            (input_hash,),
        )
        removed += [vector for (vector,) in gone]
    return removed


def forget_names(connection: apsw.Connection, files: Sequence[int]) -> None:
    """Take files out of the full text of names. Call it before their rows change."""
    _names(connection, files, "(names_fts, rowid, name, title, author, folders) SELECT 'delete', ")


def index_names(connection: apsw.Connection, files: Sequence[int]) -> None:
    """Put files into the full text of names. Call it after their rows changed."""
    _names(connection, files, "(rowid, name, title, author, folders) SELECT ")


def _names(connection: apsw.Connection, files: Sequence[int], what: str) -> None:
    query = (
        f"INSERT INTO names_fts{what}"
        "id, name, title, author, folders FROM names_indexed WHERE id = ?"
    )
    connection.executemany(query, [(file,) for file in files])
