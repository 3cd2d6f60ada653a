"""What makes removed text vanish from the disk, and gives its space back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from jinasearch.store.connection import BUSY_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

_BRIEFLY_MS = 200
_WORTHWHILE = 0.25
_LEAST_BYTES = 16_000_000
"""Space is given back when at least this much, and this share of the file, is unused."""

_DUMMY = 0
"""No row has this id."""


def empty_log(connection: apsw.Connection) -> bool:
    """Bring what was committed into the database file, which is overwritten where text was removed,
    and empty the write-ahead log. False if somebody reads just now."""
    connection.set_busy_timeout(_BRIEFLY_MS)
    try:
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    except apsw.BusyError:
        return False
    finally:
        connection.set_busy_timeout(BUSY_MS)
    return True


def merge_texts(connection: apsw.Connection) -> int:
    """Write the full texts anew, each in one piece. Returns the connection's count of changes.

    With secure-delete FTS5 takes removed words out of its pages but not out of its index of
    pages, where they go on separating one page from the next. Writing a full text anew makes that
    index anew. One that is in one piece already is left as it is, hence the dummy.
    """
    for table, columns in (
        ("passages_fts", "text, heading"),
        ("names_fts", "name, folders"),
        ("titles_fts", "title, author"),
    ):
        with connection:
            for command, bindings in _merging(table, columns):
                connection.execute(command, bindings)
    return connection.total_changes()


def give_back(connection: apsw.Connection) -> bool:
    """Shorten the database file if much of it is unused; returns whether it was."""
    pages = int(connection.pragma("page_count"))
    unused = int(connection.pragma("freelist_count"))
    unused_bytes = unused * int(connection.pragma("page_size"))
    if unused_bytes < _LEAST_BYTES or unused < pages * _WORTHWHILE:
        return False
    connection.execute("VACUUM")
    return True


def _merging(table: str, columns: str) -> Iterator[tuple[str, tuple[object, ...]]]:
    row = (_DUMMY, "dummy", "")
    yield f"INSERT INTO {table}(rowid, {columns}) VALUES (?, ?, ?)", row  # noqa: S608
    yield f"INSERT INTO {table}({table}) VALUES ('optimize')", ()  # noqa: S608
    yield (
        f"INSERT INTO {table}({table}, rowid, {columns}) VALUES ('delete', ?, ?, ?)",  # noqa: S608
        row,
    )
