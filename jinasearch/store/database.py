"""The library: one folder with the database, the graph's snapshots and backups."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import apsw

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Finding, Notice
from jinasearch.core.paths import shown
from jinasearch.store import damage
from jinasearch.store.connection import open_reader, open_writer, told
from jinasearch.store.migrations import SCHEMA, migrate, pending, schema_of
from jinasearch.store.place import make_private, refuse_network
from jinasearch.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["SCHEMA", "Library"]

_log = logging.getLogger(__name__)

_DATABASE = "library.db"
_SALVAGED = "salvaged"
"""A file that is there while vectors saved from a damaged database wait for their owners."""


class Library:
    """An opened library. One process at a time opens it for writing; the caller sees to that.

    Args:
        folder: made if it is not there.
        mounts: (mount point, type) pairs instead of the system's own.

    Raises:
        JinasearchError: NETWORK_FILE_SYSTEM, NO_PERMISSION, DISK_FULL, LIBRARY_NEWER.
    """

    def __init__(self, folder: Path, mounts: Iterable[tuple[str, str]] | None = None) -> None:
        self.folder = folder
        self.notices: list[Notice] = []
        self._path = folder / _DATABASE
        self._local = threading.local()
        self._lock = threading.Lock()
        self._readers: list[apsw.Connection] = []
        refuse_network(folder, mounts)
        make_private(folder)
        with told(self._path):
            self._prepare()
        for part in folder.glob(f"{_DATABASE}*"):
            part.chmod(0o600)
        self.writer = Writer(self._path)

    def reader(self) -> apsw.Connection:
        """This thread's own connection; it cannot write."""
        connection: apsw.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = open_reader(self._path)
            self._local.connection = connection
            with self._lock:
                self._readers.append(connection)
        return connection

    def close(self) -> None:
        """Commit what is in line, close all connections, leave a single database file."""
        self.writer.close()
        with self._lock:
            readers, self._readers = self._readers, []
        for connection in readers:
            with contextlib.suppress(apsw.Error):
                connection.close()
        with contextlib.suppress(apsw.Error):
            last = open_writer(self._path)
            last.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            last.close()

    def mirror_folders(self) -> None:
        """Keep a copy of the list of folders outside the database. Call it after a change."""
        with contextlib.suppress(OSError):
            damage.mirror_folders(self.folder, self.reader())

    def backup(self, target: Path) -> None:
        """Copy the database to `target` while it is in use."""
        with told(target):
            source, copy = open_reader(self._path), apsw.Connection(str(target))
            _copy(source, copy)
            source.close()
            copy.close()
        target.chmod(0o600)

    def check(self) -> list[Finding]:
        """Look for damage: in the database, the full text, and between rows and vectors."""
        connection = open_reader(self._path)
        try:
            with told(self._path):
                return [self._check_database(connection), *self._check_text(), *_agree(connection)]
        finally:
            connection.close()

    def settled(self) -> None:
        """Everything was read: vectors saved from a damaged database that found no owner go."""
        mark = self.folder / _SALVAGED
        if mark.exists():
            self.writer.run(_drop_ownerless)
            mark.unlink(missing_ok=True)

    def _prepare(self) -> None:
        try:
            connection = open_writer(self._path)
            reason = _damage_in(connection)
        except (apsw.NotADBError, apsw.CorruptError) as error:
            connection, reason = None, str(error)
        if reason:
            if connection is not None:
                with contextlib.suppress(apsw.Error):
                    connection.close()
            connection = self._start_afresh(reason)
        if connection is None:
            raise JinasearchError(Code.INTERNAL, "The database was not opened")
        try:
            self._migrate(connection)
        finally:
            connection.close()

    def _migrate(self, connection: apsw.Connection) -> None:
        have = schema_of(connection)
        if have > SCHEMA:
            raise JinasearchError(
                Code.LIBRARY_NEWER,
                "This library was written by a newer version of jinasearch",
                "Use that version, or another library with --library.",
                shown(self.folder),
            )
        if have and pending(connection):
            backups = self.folder / "backups"
            backups.mkdir(mode=0o700, exist_ok=True)
            copy = apsw.Connection(str(backups / f"before-schema-{SCHEMA}.db"))
            _copy(connection, copy)
            copy.close()
        migrate(connection)

    def _start_afresh(self, reason: str) -> apsw.Connection:
        _log.error("the database is damaged (%s) and is put aside", reason)
        aside = damage.put_aside(self._path)
        fresh = open_writer(self._path)
        migrate(fresh)
        saved = damage.save_from(aside, fresh)
        if saved.vectors:
            (self.folder / _SALVAGED).touch(mode=0o600)
        self.notices.append(
            Notice(
                Code.LIBRARY_DAMAGED.value,
                "The library's database was damaged and has been made anew",
                f"{saved.folders} folders and {saved.vectors} vectors were saved from it; files"
                " are read again. The damaged one was kept and may be deleted.",
                shown(aside),
                time.time(),
            )
        )
        return fresh

    def _check_database(self, connection: apsw.Connection) -> Finding:
        problems = [row[0] for row in connection.execute("PRAGMA integrity_check(10)")]
        ok = problems == ["ok"]
        return Finding(
            "database",
            ok,
            "integrity check passed" if ok else problems[0],
            "" if ok else "Restart the engine: what is sound is saved, the rest is read again.",
        )

    def _check_text(self) -> list[Finding]:
        tables = (
            ("full text", "passages_fts"),
            ("file names", "names_fts"),
            ("titles", "titles_fts"),
        )
        return [
            Finding(name, *self.writer.run(partial(_check_fts, table=table)))
            for name, table in tables
        ]


def _damage_in(connection: apsw.Connection) -> str:
    """The first thing that is wrong with the database; empty if it is sound."""
    try:
        found = connection.execute("PRAGMA quick_check(1)").get
    except (apsw.CorruptError, apsw.NotADBError) as error:
        return str(error)
    return "" if found == "ok" else str(found)


def _check_fts(connection: apsw.Connection, table: str) -> tuple[bool, str, str]:
    command = f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
    try:
        with connection:
            connection.execute(command)
    except apsw.CorruptError:
        with connection:
            connection.execute(f"INSERT INTO {table}({table}) VALUES ('rebuild')")  # noqa: S608
        return False, "it did not agree with the texts", "It has been rebuilt; check again."
    return True, "agrees with the texts", ""


def _agree(connection: apsw.Connection) -> list[Finding]:
    ownerless = connection.execute(
        "SELECT count(*) FROM vectors WHERE NOT EXISTS"
        " (SELECT 1 FROM passages WHERE passages.input_hash = vectors.input_hash)"
        " AND NOT EXISTS (SELECT 1 FROM cards WHERE cards.input_hash = vectors.input_hash)"
    ).get
    unmade = connection.execute(
        "SELECT count(*) FROM files JOIN passages ON passages.file = files.id"
        " WHERE files.state = 'ready' AND NOT EXISTS"
        " (SELECT 1 FROM vectors WHERE vectors.space IN (SELECT id FROM spaces)"
        "  AND vectors.input_hash = passages.input_hash)"
    ).get
    return [
        Finding("vectors without text", not ownerless, f"{ownerless} found"),
        Finding(
            "text without vectors",
            not unmade,
            f"{unmade} passages of finished files",
            "Restart the engine: they are embedded then." if unmade else "",
        ),
    ]


def _drop_ownerless(connection: apsw.Connection) -> None:
    connection.execute(
        "DELETE FROM vectors WHERE NOT EXISTS"
        " (SELECT 1 FROM passages WHERE passages.input_hash = vectors.input_hash)"
        " AND NOT EXISTS (SELECT 1 FROM cards WHERE cards.input_hash = vectors.input_hash)"
    )


def _copy(source: apsw.Connection, target: apsw.Connection) -> None:
    with target.backup("main", source, "main") as copying:
        while not copying.done:
            copying.step(1000)
