"""What is done with a damaged database: it is put aside, and what can be read is saved from it."""

from __future__ import annotations

import json
import logging
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import apsw
import msgspec

from jinasearch.core.files import write_atomically
from jinasearch.core.models import Rules
from jinasearch.store import folders
from jinasearch.store.connection import fetch, open_reader
from jinasearch.store.rows import is_vector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_log = logging.getLogger(__name__)

_Row = tuple[int, int, bytes, bytes]

ASIDE = "library.db.damaged-"
"""How the name of a database that was put aside begins: date and time follow."""
_MIRROR = "folders.json"
_SAVE = "INSERT OR IGNORE INTO vectors(space, input_hash, vector) VALUES (?, ?, ?)"
"""Ids are given anew: one that a flipped bit made huge would leave none for what comes later."""
_LAST_ID = 2**63 - 1
_FARTHEST = 2**32
"""No id is farther from the one before it."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved from a damaged database."""

    folders: int
    vectors: int


def put_aside(database: Path) -> Path:
    """Rename a damaged database, with what belongs to it; returns its new name."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = database.with_name(f"{ASIDE}{stamp}")
    for suffix in ("", "-wal", "-shm"):
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside


def drop_aside(database: Path) -> None:
    """Delete what was put aside: it holds text of files that may be gone by now."""
    for part in database.parent.glob(f"{ASIDE}*"):
        part.unlink(missing_ok=True)


def mirror_folders(folder: Path, connection: apsw.Connection) -> None:
    """Write the list of folders beside the database, for when that is lost."""
    rows = [
        {
            "path": os.fsencode(row.path).hex(),
            "is_file": row.is_file,
            "rules": json.loads(msgspec.json.encode(row.rules)),
        }
        for row in folders.all_of(connection)
    ]
    write_atomically(folder / _MIRROR, json.dumps(rows, indent=1).encode())


def save_from(aside: Path, fresh: apsw.Connection) -> Saved:
    """Bring what can be read of a damaged database into a fresh one.

    Folders above all; then vectors, so that nothing readable is embedded again. Files are read
    again from disk anyway.
    """
    found = {row.path: row for row in _folders(aside)}
    for path, rules, is_file in _mirrored(aside.parent / _MIRROR):
        if path not in found:
            found[path] = folders.FolderRow(0, path, rules, away=False, is_file=is_file)
    with fresh:
        for row in found.values():
            folders.add(fresh, row.path, row.rules, row.is_file)
    return Saved(len(found), _save_vectors(aside, fresh))


def _folders(aside: Path) -> list[folders.FolderRow]:
    try:
        connection = open_reader(aside)
    except apsw.Error:
        return []
    try:
        return folders.all_of(connection)
    except (apsw.Error, msgspec.MsgspecError):
        return []
    finally:
        connection.close()


def _mirrored(path: Path) -> list[tuple[str, Rules, bool]]:
    try:
        rows = json.loads(path.read_bytes())
        return [
            (
                os.fsdecode(bytes.fromhex(row["path"])),
                msgspec.convert(row["rules"], Rules),
                bool(row["is_file"]),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _save_vectors(aside: Path, fresh: apsw.Connection) -> int:
    """Copy the vectors that can be read. They own nothing yet, and are kept until all is read."""
    try:
        damaged = open_reader(aside)
    except apsw.Error:
        return 0
    saved = 0
    try:
        spaces = {space for (space,) in fetch(damaged, "SELECT id FROM spaces")}
        with fresh:
            _copy_spaces(damaged, fresh)
            for _, space, key, vector in _readable(damaged):
                if space in spaces and is_vector(key, vector):
                    fresh.execute(_SAVE, (space, key, vector))
                    saved += fresh.changes()
    except apsw.Error as error:
        _log.warning("saving vectors ended early: %s", error)
    finally:
        damaged.close()
    return saved


def _copy_spaces(damaged: apsw.Connection, fresh: apsw.Connection) -> None:
    """Copy the embedding spaces, in the columns that both schemas have."""
    kept = sorted(_columns(damaged, "spaces") & _columns(fresh, "spaces"))
    marks = ", ".join("?" for _ in kept)
    names = ", ".join(kept)
    fresh.executemany(
        f"INSERT OR IGNORE INTO spaces({names}) VALUES ({marks})",  # noqa: S608 - our own names
        fetch(damaged, f"SELECT {names} FROM spaces"),  # noqa: S608
    )


def _columns(connection: apsw.Connection, table: str) -> set[str]:
    return {row[1] for row in fetch(connection, f"PRAGMA table_info({table})")}


def _readable(damaged: apsw.Connection) -> Iterator[_Row]:
    """Rows of the vectors table, in the order of their ids, passing over what cannot be read.

    After a row that cannot be read the next id is tried, and if there are many such, farther ones,
    by a little more each time: what can be read begins again after at most a 64th as many, and
    even a number made huge by a flipped bit is soon come by.
    """
    query = (
        "SELECT id, space, input_hash, vector FROM vectors NOT INDEXED WHERE id >= ? ORDER BY id"
    )
    at = begun = 0
    while at <= _LAST_ID:
        try:
            for row in damaged.execute(query, (at,)):
                yield row
                if at <= row[0] < at + _FARTHEST:
                    at = begun = row[0] + 1
        except apsw.Error:
            at += 1 + (at - begun) // 64
        else:
            return
