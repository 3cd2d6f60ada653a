"""What makes removed text vanish from the disk, and gives its space back.

With its option secure-delete FTS5 takes every word out of its pages at once, which costs about ten
milliseconds a passage; without it, it only notes that the passage is gone, forty times faster, and
drops the words when pages are merged. So few passages are removed in the first way, and many in
the second; the option itself then tells that the full text is to be merged before the text can be
called gone.
"""

from __future__ import annotations

import math
import shutil
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from jinasearch.store.connection import BUSY_MS, WritingConnection, fetch

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANY = 200
"""Passages removed since the library last settled from which on removing is done the fast way."""
_BRIEFLY_MS = 200
_WORTHWHILE = 0.25
_LEAST_BYTES = 16_000_000
_MUCH_BYTES = 256_000_000
"""Space is given back when at least this share of the file and that many bytes are unused, or very
many: a large file is not written anew for little."""
_TABLES = (
    ("passages_fts", "text, heading"),
    ("names_fts", "name, folders"),
    ("titles_fts", "title, author"),
)
_MERGED = "merged texts"
_DUMMY = 0
"""No row has this id."""


def before_removal(connection: apsw.Connection, passages: int) -> None:
    """So many passages are about to be removed: choose how."""
    if not isinstance(connection, WritingConnection):
        return
    connection.removed_passages += passages
    if connection.removed_passages >= _MANY and not is_untidy(connection):
        _set_secure_delete(connection, on=False)


def is_untidy(connection: apsw.Connection) -> bool:
    """Whether removed text waits in the full text for being merged away."""
    query = "SELECT v FROM passages_fts_config WHERE k = 'secure-delete'"
    return not connection.execute(query).get


def settle(connection: apsw.Connection) -> bool:
    """Bring what was committed into the database file and empty the write-ahead log.

    The file is overwritten where text was removed. False if somebody reads just now.
    """
    if not is_untidy(connection):
        _forget_count(connection)
    connection.set_busy_timeout(_BRIEFLY_MS)
    try:
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    except apsw.BusyError:
        return False
    finally:
        connection.set_busy_timeout(BUSY_MS)
    return True


def merge_texts(connection: apsw.Connection) -> None:
    """Write the full texts anew, each in one piece.

    That drops removed words that are only noted as gone, and makes the index of pages anew, in
    which removed words go on separating one page from the next. A full text that is in one piece
    already is left as it is, hence the dummy. When that was done, and to what, is noted.
    """
    with connection:
        _set_secure_delete(connection, on=True)
        for table, columns in _TABLES:
            for command, bindings in _merging(table, columns):
                connection.execute(command, bindings)
    _forget_count(connection)
    with connection:  # one of its own: what FTS5 holds in memory is written by the commit before
        connection.execute(
            "INSERT OR REPLACE INTO made_by VALUES (?, ?)",
            (_MERGED, f"{_stamp(connection)} {time.time():.0f}"),
        )


def merged_before(connection: apsw.Connection) -> float | None:
    """Seconds since the full texts were written anew; None if nothing was written since."""
    query = "SELECT version FROM made_by WHERE part = ?"
    for (version,) in fetch(connection, query, (_MERGED,)):
        stamp, _, at = version.partition(" ")
        return None if stamp == _stamp(connection) else max(0.0, time.time() - float(at))
    return math.inf


def give_back(connection: apsw.Connection) -> bool:
    """Shorten the database file if much of it is unused; returns whether it was."""
    pages = int(connection.pragma("page_count"))
    unused = int(connection.pragma("freelist_count"))
    unused_bytes = unused * int(connection.pragma("page_size"))
    if unused_bytes < _LEAST_BYTES:
        return False
    if unused < pages * _WORTHWHILE and unused_bytes < _MUCH_BYTES:
        return False
    if not _has_room_for(connection, (pages - unused) * int(connection.pragma("page_size"))):
        return False
    connection.execute("VACUUM")
    return True


def _has_room_for(connection: apsw.Connection, needed: int) -> bool:
    """Whether the disk holds the file a second time, and once more in the write-ahead log."""
    try:
        return shutil.disk_usage(Path(connection.filename).parent).free > 2 * needed + _LEAST_BYTES
    except OSError:
        return False


def _stamp(connection: apsw.Connection) -> str:
    """What tells whether anything was written to the full texts: their sums of words and their
    lists of pieces, which FTS5 keeps under these numbers (FTS5_AVERAGES_ROWID, _STRUCTURE_)."""
    value = 0
    for table, _ in _TABLES:
        query = f"SELECT block FROM {table}_data WHERE id IN (1, 10) ORDER BY id"  # noqa: S608
        for (block,) in fetch(connection, query):
            value = zlib.crc32(block, value)
    return f"{value:08x}"


def _forget_count(connection: apsw.Connection) -> None:
    if isinstance(connection, WritingConnection):
        connection.removed_passages = 0


def _set_secure_delete(connection: apsw.Connection, *, on: bool) -> None:
    for table, _ in _TABLES:
        command = f"INSERT INTO {table}({table}, rank) VALUES ('secure-delete', ?)"  # noqa: S608
        connection.execute(command, (int(on),))


def _merging(table: str, columns: str) -> Iterator[tuple[str, tuple[object, ...]]]:
    row = (_DUMMY, "dummy", "")
    yield f"INSERT INTO {table}(rowid, {columns}) VALUES (?, ?, ?)", row  # noqa: S608
    yield f"INSERT INTO {table}({table}) VALUES ('optimize')", ()  # noqa: S608
    yield (
        f"INSERT INTO {table}({table}, rowid, {columns}) VALUES ('delete', ?, ?, ?)",  # noqa: S608
        row,
    )
