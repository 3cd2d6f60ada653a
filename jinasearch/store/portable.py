"""A library as one file, to keep or to take to another machine or place.

The file is a copy of the database, whole and of one moment, with one more table: what made it and
the settings. The graph is not in it, for it is made anew from the vectors; nothing is embedded
again, since vectors belong to texts, wherever the files stand.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import dated, is_full
from jinasearch.core.paths import shown
from jinasearch.store import orphans, relocation, soundness
from jinasearch.store.connection import fetch, open_reader, open_writer, told
from jinasearch.store.health import Health
from jinasearch.store.migrations import SCHEMA, migrate, schema_of

if TYPE_CHECKING:
    from collections.abc import Mapping

INCOMING = "incoming.db"
"""A library that was taken in and takes the place of the old one at the next opening."""
BACKUPS = "backups"
"""The folder, inside the library's, of what an import replaced and of older schemas."""
BEFORE = "before-import"
"""What an import replaced, among the backups: the name goes on with date and time."""
_TABLES = frozenset({"folders", "files", "passages", "vectors"})
"""A database that has them, and a schema number, is a library."""
_PART = ".part"
_UNFINISHED = "unfinished-export-"
"""A file in the library's folder for each export that is under way: it names what is written."""
_STEP_PAGES = 1000
_PAUSE_SECONDS = 0.001
_TABLE = "CREATE TABLE exported(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"


@dataclass(frozen=True, slots=True)
class Contents:
    """What an exported file holds. `made` is in seconds since the epoch.

    A library that was kept as it was has no `version` and no `settings`, and was `made` when it was
    last changed.
    """

    folders: tuple[str, ...]
    files: int
    vectors: int
    models: tuple[str, ...]
    version: str
    made: float
    settings: str


At = Callable[[int, float], None]
"""Told the step that is in hand, from 1 on, and how much of it is done, 0 to 1."""
STAGE_STEPS = 3
"""Copying, looking for damage, bringing up to date."""


def to_nobody(_step: int, _share: float) -> None:
    """For work that nobody watches."""


def copy(
    source: apsw.Connection,
    target: apsw.Connection,
    tell: Callable[[float], None] = lambda _: None,
) -> None:
    """Copy a database as it is at this moment, while others write to it.

    `tell` is told how much of it is done, 0 to 1.
    """
    with source:  # without a transaction the copy begins anew whenever something is written
        source.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        with target.backup("main", source, "main") as copying:
            while not copying.done:
                copying.step(_STEP_PAGES)
                tell(1 - copying.remaining / max(1, copying.page_count))
                time.sleep(_PAUSE_SECONDS)


def export(database: Path, target: Path, settings: str, version: str, at: At = to_nobody) -> None:
    """Write the library to `target`: whole under its name, or not at all. A single step.

    Raises:
        JinasearchError: DISK_FULL, NO_PERMISSION.
    """
    token = secrets.token_hex(4)
    draft = target.with_name(f".{target.name}.{token}{_PART}")
    note = database.with_name(f"{_UNFINISHED}{token}")
    try:
        note.touch(mode=0o600)
        note.write_bytes(os.fsencode(draft))
        with told(Health(target).tell):
            draft.touch(mode=0o600)
            made = apsw.Connection(str(draft))
            try:
                source = open_reader(database)
                copy(source, made, partial(at, 1))
                source.close()
                made.pragma("journal_mode", "delete")  # one file, with nothing beside it
                made.pragma("secure_delete", True)
                with made:
                    orphans.drop_all(made)
                    made.execute(_TABLE)
                    made.executemany(
                        "INSERT INTO exported VALUES (?, ?)",
                        [("version", version), ("made", str(time.time())), ("settings", settings)],
                    )
            finally:
                made.close()
        with draft.open("rb") as stream:
            os.fsync(stream.fileno())
        draft.replace(target)
    except OSError as error:
        raise _refused(error, target) from error
    finally:
        _drop(draft)
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)


def drop_unfinished(library: Path) -> None:
    """Delete what exports and imports that were killed left, wherever that is.

    What lies on a drive that is away stays noted.
    """
    _drop(library / f"{INCOMING}{_PART}")
    for note in library.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            draft = Path(os.fsdecode(note.read_bytes()))
            if not draft.parent.is_dir():
                continue
            if draft.name.startswith(".") and draft.suffix == _PART:
                _drop(draft)
            note.unlink(missing_ok=True)


def contents(file: Path) -> Contents:
    """What an exported file, or a library's own database, holds.

    Raises:
        JinasearchError: NOT_FOUND, BAD_REQUEST for another sort of file or a damaged one,
            LIBRARY_NEWER.
    """
    connection = _opened(file)
    try:
        exported = "exported" in _tables(connection)
        values = dict(fetch(connection, "SELECT name, value FROM exported")) if exported else {}
        paths = fetch(connection, "SELECT path FROM folders ORDER BY id")
        # The names of models came with the second schema.
        models = fetch(connection, "SELECT model FROM spaces") if schema_of(connection) > 1 else []
        return Contents(
            tuple(os.fsdecode(path) for (path,) in paths),
            int(connection.execute("SELECT count(*) FROM files").get),
            int(connection.execute("SELECT count(*) FROM vectors").get),
            tuple(model for (model,) in models if model),
            values.get("version", ""),
            float(values.get("made", file.stat().st_mtime)),
            values.get("settings", ""),
        )
    except (apsw.Error, ValueError) as error:
        raise _unusable(file, str(error)) from error
    finally:
        connection.close()


def stage(file: Path, library: Path, places: Mapping[str, str], at: At = to_nobody) -> None:
    """Make an exported file ready to take the library's place at its next opening.
    `STAGE_STEPS` steps.

    `places`: which folders stand elsewhere here, old path to new.

    Raises:
        JinasearchError: what `contents` and `relocation.move` raise, DISK_FULL, NO_PERMISSION.
    """
    draft = library / f"{INCOMING}{_PART}"
    _drop(draft)
    source = _opened(file)
    try:
        with told(Health(draft).tell):
            draft.touch(mode=0o600)
            made = open_writer(draft)
            try:
                copy(source, made, partial(at, 1))
                at(2, 0.0)
                problem = soundness.full(made)
                if problem:
                    raise _unusable(file, problem)
                at(3, 0.0)
                migrate(made)
                with made:
                    relocation.move(made, places)
                    made.execute("DROP TABLE IF EXISTS exported")
                    made.execute("DELETE FROM places")  # of the other machine
            finally:
                made.close()
        draft.replace(library / INCOMING)
    except OSError as error:
        raise _refused(error, draft) from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise _unusable(file, str(error)) from error
    finally:
        source.close()
        _drop(draft)


def take_in(database: Path, graphs: Path) -> bool:
    """Put a library that was made ready in the place of the old one; whether there was one.

    The old one is kept among the backups, under a name of its own. A kill in between leaves what
    the next opening ends.
    """
    incoming = database.with_name(INCOMING)
    if not incoming.exists():
        return False
    if database.exists():
        with contextlib.suppress(apsw.Error), contextlib.closing(open_writer(database)) as old:
            old.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            old.pragma("journal_mode", "delete")  # one file, with nothing beside it
    names = [database.name + suffix for suffix in ("", *_COMPANIONS)]
    parts = [part for name in names if (part := database.with_name(name)).exists()]
    if parts:
        backups = database.parent / BACKUPS
        backups.mkdir(mode=0o700, exist_ok=True)
        kept = dated(backups, BEFORE, ".db")
        for part in parts:
            part.replace(kept.with_name(kept.name + part.name.removeprefix(database.name)))
    for snapshot in graphs.glob("*/*"):
        snapshot.unlink(missing_ok=True)
    incoming.replace(database)
    return True


def _opened(file: Path) -> apsw.Connection:
    """A connection to an exported file, or to a library's own database."""
    if not file.is_file():
        raise JinasearchError(
            Code.NOT_FOUND, "There is no such file", "Check the path.", shown(file)
        )
    try:
        connection = open_reader(file)
        have = schema_of(connection)
        tables = _tables(connection)
    except (apsw.CantOpenError, apsw.PermissionsError) as error:
        raise JinasearchError(
            Code.NO_PERMISSION, "The file cannot be opened", "May you read it?", shown(file)
        ) from error
    except apsw.Error as error:
        raise _unusable(file, "it is none of the program's own") from error
    if not have or not tables >= _TABLES:
        connection.close()
        raise _unusable(file, "it is no library and no backup of one")
    if have > SCHEMA:
        connection.close()
        raise JinasearchError(
            Code.LIBRARY_NEWER,
            "This file was written by a newer version of jinasearch",
            "Use that version.",
            shown(file),
        )
    return connection


def _tables(connection: apsw.Connection) -> set[str]:
    return {name for (name,) in fetch(connection, "SELECT name FROM sqlite_schema")}


def _unusable(file: Path, reason: str) -> JinasearchError:
    return JinasearchError(
        Code.BAD_REQUEST, f"The file cannot be imported: {reason}", path=shown(file)
    )


def _refused(error: OSError, target: Path) -> JinasearchError:
    if is_full(error):
        return JinasearchError(
            Code.DISK_FULL, "The disk is full", "Free some space and try again.", shown(target)
        )
    return JinasearchError(
        Code.NO_PERMISSION,
        f"The file cannot be written: {error.strerror}",
        "Choose a folder that you may write to.",
        shown(target),
    )


_COMPANIONS = ("-wal", "-shm", "-journal")


def _drop(draft: Path) -> None:
    for suffix in ("", *_COMPANIONS):
        with contextlib.suppress(OSError):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)
