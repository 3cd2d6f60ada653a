"""What hangs on a file's row and must go and come with it: text, full text, names, vectors.

Rows are written one at a time: FTS5 flushes what it holds in memory before every statement that
may write several rows, and small flushes make many small segments to merge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.store import orphans, scans, tidying
from jinasearch.store.connection import fetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw


def clear(connection: apsw.Connection, files: Iterable[int]) -> list[int]:
    """Remove the text of files, and set aside the vectors that belong to nothing else.

    Returns the ids of those vectors.
    """
    hashes: set[bytes] = set()
    for file in files:
        hashes |= take_text(connection, file)
        set_title(connection, file, "", "")
        connection.execute("UPDATE files SET passages = 0 WHERE id = ?", (file,))
        connection.execute("DELETE FROM todo WHERE file = ?", (file,))
        scans.forget(connection, file)
    return orphans.set_aside(connection, hashes)


def take_text(connection: apsw.Connection, file: int) -> set[bytes]:
    """Remove a file's passages and card; returns the hashes of their inputs."""
    found = fetch(
        connection,
        "SELECT passages.id, input_hash, indexed.text, indexed.heading"
        " FROM passages JOIN passages_indexed AS indexed ON indexed.id = passages.id"
        " WHERE passages.file = ?",
        (file,),
    )
    if found:
        tidying.before_removal(connection, len(found))
    for passage, _, text, heading in found:
        connection.execute(
            "INSERT INTO passages_fts(passages_fts, rowid, text, heading)"
            " VALUES ('delete', ?, ?, ?)",
            (passage, text, heading),
        )
        connection.execute("DELETE FROM passages WHERE id = ?", (passage,))
    return {input_hash for _, input_hash, _, _ in found} | take_card(connection, file)


def take_card(connection: apsw.Connection, file: int) -> set[bytes]:
    """Remove a file's card; returns the hash of its input."""
    removed = fetch(connection, "DELETE FROM cards WHERE file = ? RETURNING input_hash", (file,))
    return {input_hash for (input_hash,) in removed}


def forget_names(connection: apsw.Connection, files: Sequence[int]) -> None:
    """Take files out of the full text of names. Call it before their rows change."""
    for file in files:
        for row in fetch(connection, "SELECT * FROM names_indexed WHERE id = ?", (file,)):
            connection.execute(
                "INSERT INTO names_fts(names_fts, rowid, name, folders) VALUES ('delete', ?, ?, ?)",
                row,
            )


def index_names(connection: apsw.Connection, files: Sequence[int]) -> None:
    """Put files into the full text of names. Call it after their rows changed."""
    for file in files:
        for row in fetch(connection, "SELECT * FROM names_indexed WHERE id = ?", (file,)):
            connection.execute("INSERT INTO names_fts(rowid, name, folders) VALUES (?, ?, ?)", row)


def set_title(connection: apsw.Connection, file: int, title: str, author: str) -> None:
    """Give a file a title and an author, in its row and in the full text of titles."""
    before = fetch(connection, "SELECT title, author FROM files WHERE id = ?", (file,))
    if (title, author) in before:
        return
    for row in fetch(connection, "SELECT * FROM titles_indexed WHERE id = ?", (file,)):
        connection.execute(
            "INSERT INTO titles_fts(titles_fts, rowid, title, author) VALUES ('delete', ?, ?, ?)",
            row,
        )
    connection.execute("UPDATE files SET title = ?, author = ? WHERE id = ?", (title, author, file))
    for row in fetch(connection, "SELECT * FROM titles_indexed WHERE id = ?", (file,)):
        connection.execute("INSERT INTO titles_fts(rowid, title, author) VALUES (?, ?, ?)", row)
