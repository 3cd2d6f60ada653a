"""The files of the library: what was seen on disk and how far each has come."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from jinasearch.core.models import Coverage, File, FileStat, FileState
from jinasearch.store import content
from jinasearch.store.below import bounds, elsewhere, range_below
from jinasearch.store.connection import fetch, many, once

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import apsw

_COLUMNS = "id, folder, path, size, mtime_ns, device, inode, state, reason, kind, title, urgency"
_WORD = 1 << 64
_STATES = {state.value: state for state in FileState}


class Known(NamedTuple):
    """What a scan compares: a file as it was last seen."""

    id: int
    size: int
    mtime_ns: int
    device: int
    inode: int
    state: FileState
    reason: str


def seen(connection: apsw.Connection, folder: int, stat: FileStat, urgency: int = 0) -> int:
    """Note a new or changed file, to be read. What was read of it before stays searchable."""
    return _put(connection, folder, stat, FileState.SEEN, "", urgency)


def skip(connection: apsw.Connection, folder: int, stat: FileStat, reason: str) -> list[int]:
    """Note a file that is not read. Returns the ids of vectors that went with its old text."""
    file = _put(connection, folder, stat, FileState.SKIPPED, reason, 0)
    return content.clear(connection, [file])


def mark(connection: apsw.Connection, file: int, state: FileState, reason: str = "") -> list[int]:
    """Set a file's state. One that failed or is skipped loses its text; returns vectors' ids."""
    connection.execute(
        "UPDATE files SET state = ?, reason = ?, urgency = 0 WHERE id = ?",
        (state.value, reason, file),
    )
    if state in (FileState.FAILED, FileState.SKIPPED):
        return content.clear(connection, [file])
    return []


def listing(connection: apsw.Connection, folder: int) -> dict[str, Known]:
    """All files of a folder, by path."""
    return _known(
        connection.execute(
            "SELECT path, id, size, mtime_ns, device, inode, state, reason FROM files"
            " WHERE folder = ?",
            (folder,),
        )
    )


def listing_below(connection: apsw.Connection, path: str) -> dict[str, Known]:
    """The file at `path` and all files below it, by path."""
    first, last = range_below(path)
    return _known(
        connection.execute(
            "SELECT path, id, size, mtime_ns, device, inode, state, reason FROM files"
            " WHERE path = ? OR (path > ? AND path < ?)",
            (os.fsencode(path), first, last),
        )
    )


def unread(
    connection: apsw.Connection,
    limit: int,
    exclude: Collection[int],
    *,
    only_urgent: bool = False,
    folder: int | None = None,
    without: Sequence[str] = (),
) -> list[File]:
    """The files to read next, of all folders or one: the most urgent first, huge ones last of
    equals, then the newest. Those at or below the paths `without` have to wait."""
    where = " AND folder = ?2" if folder is not None else " AND ?2 IS NULL"
    where += elsewhere(without, 3)
    where += " AND urgency > 0" if only_urgent else ""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM files WHERE state = 'seen'{where}"  # noqa: S608 - constants
        " ORDER BY urgency DESC, size >= 5000000, mtime_ns DESC LIMIT ?1",
        (limit + len(exclude), folder, *bounds(without)),
    )
    return [file for file in map(_file, rows) if file.id not in exclude][:limit]


def folders_unread(connection: apsw.Connection) -> list[int]:
    """The folders that have files to read."""
    rows = connection.execute(
        "SELECT id FROM folders WHERE NOT leaving AND EXISTS"
        " (SELECT 1 FROM files WHERE folder = folders.id AND state = 'seen') ORDER BY id"
    )
    return [folder for (folder,) in rows]


def any_waits(connection: apsw.Connection) -> bool:
    """Whether any file is to be read, or embedded in any space."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM files WHERE state = 'seen') OR EXISTS (SELECT 1 FROM todo)"
    )
    return bool(connection.execute(query).get)


def bytes_unread(connection: apsw.Connection) -> int:
    """The size of all files that are to be read, in bytes."""
    query = "SELECT coalesce(sum(size), 0) FROM files WHERE state = 'seen'"
    return int(connection.execute(query).get)


def rename(connection: apsw.Connection, file: int, stat: FileStat, folder: int) -> None:
    """A file stands elsewhere now. Its text and vectors stay."""
    content.forget_names(connection, [file])
    connection.execute(
        "UPDATE files SET path = ?, folder = ?, size = ?, mtime_ns = ?, device = ?, inode = ?"
        " WHERE id = ?",
        (os.fsencode(stat.path), folder, *_numbers(stat), file),
    )
    connection.execute("UPDATE todo SET folder = ? WHERE file = ?", (folder, file))
    content.index_names(connection, [file])


def renumber(connection: apsw.Connection, file: int, stat: FileStat) -> None:
    """The file system has given a file another device or inode number."""
    connection.execute(
        "UPDATE files SET device = ?, inode = ? WHERE id = ?",
        (_signed(stat.device), _signed(stat.inode), file),
    )


def remove(connection: apsw.Connection, files: Sequence[int]) -> list[int]:
    """Forget files and all that was read from them. Returns the ids of vectors that went."""
    removed = content.clear(connection, files)
    content.forget_names(connection, files)
    connection.executemany("DELETE FROM files WHERE id = ?", [(file,) for file in files])
    return removed


def by_id(connection: apsw.Connection, file: int) -> File | None:
    """One file."""
    return by_ids(connection, [file]).get(file)


def by_ids(connection: apsw.Connection, files: Iterable[int]) -> dict[int, File]:
    """Files by their ids; ids that are gone are left out."""
    wanted = tuple(files)
    if not wanted:
        return {}
    rows = fetch(
        connection,
        f"SELECT {_COLUMNS} FROM carray(?) CROSS JOIN files ON id = value",  # noqa: S608
        (many(wanted),),
    )
    return {row[0]: _file(row) for row in rows}


def by_path(connection: apsw.Connection, path: str) -> File | None:
    """The file at a path."""
    query = f"SELECT {_COLUMNS} FROM files WHERE path = ?"  # noqa: S608
    return next(map(_file, connection.execute(query, (os.fsencode(path),))), None)


def by_identity(connection: apsw.Connection, stat: FileStat) -> list[File]:
    """Files with the same device, inode, size and time of change, wherever they stand."""
    size, mtime_ns, device, inode = _numbers(stat)
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM files"  # noqa: S608
        " WHERE inode = ? AND device = ? AND size = ? AND mtime_ns = ?",
        (inode, device, size, mtime_ns),
    )
    return list(map(_file, rows))


def urge(connection: apsw.Connection, file: int, urgency: int) -> None:
    """Have a file read and embedded before less urgent ones."""
    connection.execute(
        "UPDATE files SET urgency = ?1 WHERE id = ?2 AND urgency < ?1 AND state = 'seen'",
        (urgency, file),
    )
    connection.execute(
        "UPDATE todo SET urgency = ?1 WHERE file = ?2 AND urgency < ?1", (urgency, file)
    )


def coverage(
    connection: apsw.Connection,
    space: int | None = None,
    begun: Mapping[int, tuple[int, bytes]] | None = None,
) -> Coverage:
    """How much of the library can be found; by meaning in `space`.

    `begun` tells of files that are embedded in part how many passages are, and the hash of the one
    that comes then.
    """
    found = once(connection, ("coverage", space), lambda: _coverage(connection, space))
    if not begun:
        return found
    more = sum(_begun(connection, space, file, *where) for file, where in begun.items())
    return replace(found, passages_embedded=found.passages_embedded + more)


def _begun(
    connection: apsw.Connection, space: int | None, file: int, made: int, then: bytes
) -> int:
    """So many passages, unless the file is finished meanwhile, and counted, is gone, or has another
    text: then another passage comes there."""
    query = (
        "SELECT ?1 FROM files WHERE id = ?2 AND state = 'keywords' AND EXISTS"
        " (SELECT 1 FROM todo WHERE space = ?3 AND todo.file = ?2) AND EXISTS"
        " (SELECT 1 FROM passages WHERE file = ?2 AND ordinal = ?1 AND input_hash = ?4)"
    )
    return int(connection.execute(query, (made, file, space, then)).get or 0)


def passage_count(connection: apsw.Connection) -> int:
    """How many passages the library has."""
    return sum(passages for _, _, passages in _by_state(connection))


def _by_state(connection: apsw.Connection) -> list[tuple[str, int, int]]:
    """State, files, passages; a state may come several times."""
    query = "SELECT state, count(*), sum(passages) FROM files GROUP BY folder, state"
    return once(connection, "files by state", lambda: fetch(connection, query))


def _coverage(connection: apsw.Connection, space: int | None) -> Coverage:
    found: dict[str, int] = {}
    for state, count, passages in _by_state(connection):
        _count(found, FileState(state), count, passages)
    waiting = "SELECT count(*) FROM todo WHERE space = ? AND layer = 0"
    found["cards"] = found.get("cards", 0) - int(connection.execute(waiting, (space,)).get)
    return Coverage(**found)


def counts(connection: apsw.Connection, space: int | None = None) -> dict[int, Coverage]:
    """How much of each folder can be found, by folder; by meaning in `space`."""
    found: dict[int, dict[str, int]] = {}
    rows = connection.execute(
        "SELECT folder, state, count(*), sum(passages) FROM files GROUP BY folder, state"
    )
    for folder, state, count, passages in rows:
        part = found.setdefault(folder, {})
        _count(part, FileState(state), count, passages)
    waiting = connection.execute(
        "SELECT files.folder, count(*) FROM todo JOIN files ON files.id = todo.file"
        " WHERE todo.space = ? AND todo.layer = 0 GROUP BY files.folder",
        (space,),
    )
    for folder, count in waiting:
        found[folder]["cards"] = found[folder].get("cards", 0) - count
    return {folder: Coverage(**part) for folder, part in found.items()}


def _count(part: dict[str, int], state: FileState, count: int, passages: int) -> None:
    names = {
        FileState.SEEN: ("files",),
        FileState.KEYWORDS: ("files", "keywords", "cards"),
        FileState.READY: ("files", "keywords", "cards", "meaning"),
        FileState.FAILED: ("files", "failed"),
        FileState.SKIPPED: ("files", "skipped"),
    }[state]
    for name in names:
        part[name] = part.get(name, 0) + count
    part["passages"] = part.get("passages", 0) + passages
    if state == FileState.READY:
        part["passages_embedded"] = part.get("passages_embedded", 0) + passages


def _put(
    connection: apsw.Connection,
    folder: int,
    stat: FileStat,
    state: FileState,
    reason: str,
    urgency: int,
) -> int:
    path = os.fsencode(stat.path)
    for file, old_folder in connection.execute(
        "SELECT id, folder FROM files WHERE path = ?", (path,)
    ):
        if old_folder != folder:
            content.forget_names(connection, [file])
        if old_folder != folder:
            connection.execute("UPDATE todo SET folder = ? WHERE file = ?", (folder, file))
        connection.execute(
            "UPDATE files SET folder = ?, size = ?, mtime_ns = ?, device = ?, inode = ?,"
            " state = ?, reason = ?, urgency = max(urgency, ?) WHERE id = ?",
            (folder, *_numbers(stat), state.value, reason, urgency, file),
        )
        if old_folder != folder:
            content.index_names(connection, [file])
        return int(file)
    connection.execute(
        "INSERT INTO files(folder, path, size, mtime_ns, device, inode, state, reason, urgency)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (folder, path, *_numbers(stat), state.value, reason, urgency),
    )
    file = connection.last_insert_rowid()
    content.index_names(connection, [file])
    return file


def _known(rows: Iterable[tuple[bytes, int, int, int, int, int, str, str]]) -> dict[str, Known]:
    return {
        os.fsdecode(path): Known(
            file, size, mtime_ns, device % _WORD, inode % _WORD, _STATES[state], reason
        )
        for path, file, size, mtime_ns, device, inode, state, reason in rows
    }


def _file(row: tuple[int, int, bytes, int, int, int, int, str, str, str, str, int]) -> File:
    file, folder, path, size, mtime_ns, device, inode, state, reason, kind, title, urgency = row
    stat = FileStat(os.fsdecode(path), size, mtime_ns, device % _WORD, inode % _WORD)
    return File(file, folder, stat, _STATES[state], reason, kind, title, urgency)


def _numbers(stat: FileStat) -> tuple[int, int, int, int]:
    return stat.size, stat.mtime_ns, _signed(stat.device), _signed(stat.inode)


def _signed(number: int) -> int:
    """An unsigned 64-bit number as SQLite keeps it."""
    return number - _WORD if number >= _WORD // 2 else number
