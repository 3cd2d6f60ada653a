"""A library as the program of an older schema wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jinasearch.core.models import FileState
from jinasearch.store import migrations, passages
from jinasearch.store.connection import open_writer

if TYPE_CHECKING:
    from pathlib import Path

    import apsw

FILES = 12
FOLDED = [name for name, _ in migrations.MIGRATIONS].index("folded words")
"""The schema before a step that makes the full text anew, which takes a while."""


def build(path: Path, schema: int) -> None:
    """A library as the program of that schema wrote it: files read and embedded, one of them not
    yet, one failed."""
    connection = open_writer(path)
    for number, (name, script) in enumerate(migrations.MIGRATIONS[:schema], 1):
        with connection:
            connection.execute(script)
            connection.execute(
                "CREATE TABLE IF NOT EXISTS migrations"
                "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, taken TEXT NOT NULL)"
            )
            connection.execute(
                "INSERT INTO migrations VALUES (?, ?, datetime('now'))", (number, name)
            )
            connection.pragma("user_version", number)
    with connection:
        connection.execute(
            "INSERT INTO folders(path, is_file, rules) VALUES (?, 0, ?)", (b"/home/anna", "{}")
        )
        connection.execute("INSERT INTO spaces(id, key) VALUES (1, 'space')")
        for number in range(1, FILES + 1):
            add(connection, number)
    connection.close()


def add(connection: apsw.Connection, number: int) -> None:
    state = {1: FileState.FAILED, 2: FileState.KEYWORDS}.get(number, FileState.READY)
    read = state != FileState.FAILED
    connection.execute(
        "INSERT INTO files(id, folder, path, size, mtime_ns, device, inode, state, reason, kind,"
        " title, author, passages) VALUES (?, 1, ?, 10, ?, 1, ?, ?, '', 'text', ?, '', ?)",
        (number, f"/home/anna/f{number}.txt".encode(), number, number, state.value,
         f"title{number}" if read else "", int(read)),
    )  # fmt: skip
    for table in ("names", "titles"):
        columns = {"names": "name, folders", "titles": "title, author"}[table]
        connection.execute(
            f"INSERT INTO {table}_fts(rowid, {columns})"
            f" SELECT id, {columns} FROM {table}_indexed WHERE id = ?",
            (number,),
        )
    if not read:
        return
    text, card = f"word{number} of a file", f"card {number}"
    connection.execute(
        "INSERT INTO passages(id, file, ordinal, heading, text, place, input_hash)"
        " VALUES (?1, ?1, 0, '', ?2, '{}', ?3)",
        (number, text, passages.input_hash(text)),
    )
    connection.execute(
        "INSERT INTO passages_fts(rowid, text, heading) VALUES (?, cut(?), '')", (number, text)
    )
    connection.execute(
        "INSERT INTO cards VALUES (?, ?, ?)", (number, card, passages.input_hash(card))
    )
    for layer, key in enumerate((card, text)):
        if number == 2:
            connection.execute(
                "INSERT INTO todo(space, file, layer, urgency, mtime_ns) VALUES (1, 2, ?, 0, 2)",
                (layer,),
            )
        else:
            connection.execute(
                "INSERT INTO vectors(space, input_hash, vector) VALUES (1, ?, ?)",
                (passages.input_hash(key), np.full(4, 0.5, "<f2").tobytes()),
            )


def fill(path: Path, count: int) -> None:
    """Add so many passages to the first file that was read: what is made anew takes a while."""
    connection = open_writer(path)
    with connection:
        connection.executemany(
            "INSERT INTO passages(file, ordinal, heading, text, place, input_hash)"
            " VALUES (3, ?1, '', ?2, '{}', ?3)",
            (
                (
                    number,
                    text := f"passage {number} of harbour and lighthouse",
                    passages.input_hash(text),
                )
                for number in range(1, count + 1)
            ),
        )
        connection.execute("INSERT INTO passages_fts(passages_fts) VALUES ('rebuild')")
        connection.execute("UPDATE files SET state = 'keywords', passages = ?", (count,))
    connection.close()
