"""The library: one folder with the database, the graph's snapshots and backups."""

from __future__ import annotations

import contextlib
import logging
import math
import shutil
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import apsw

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.library_folder import make_private
from jinasearch.core.models import Finding, Notice
from jinasearch.core.paths import shown
from jinasearch.store import damage, folders, orphans, portable, rows, soundness, tidying
from jinasearch.store.connection import open_reader, open_writer, told
from jinasearch.store.health import Health, Left
from jinasearch.store.migrations import SCHEMA, migrate, pending, schema_of
from jinasearch.store.place import hold_temporary_files, refuse_network
from jinasearch.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["SCHEMA", "Library"]

_log = logging.getLogger(__name__)

_DATABASE = "library.db"
_SALVAGED = "salvaged"
"""A file that is there while what was saved from a damaged database waits for its owners."""
_SUSPECTED = "graph.suspected"
_TIDY_SECONDS = 600.0
_DAY_SECONDS = 24 * 3600.0
"""Tidying writes the full text anew: not after each of many changes, and once a day after few."""
_PIECE = 2000
"""Vectors thrown away in one transaction: others can write between two."""
_SPARE_BYTES = 16_000_000
_FIRST_LOOK_SECONDS = 10.0
"""How long opening may take for looking at a library that was not closed in order."""


class Library:
    """An opened library. One process at a time opens it for writing; the caller sees to that.

    Looked at for damage when it is opened after an end that was none in order, before a
    migration, and by `look()`, which is for quiet times: reading it all takes long.

    Args:
        folder: made if it is not there.
        mounts: (mount point, type) pairs instead of the system's own.

    Raises:
        JinasearchError: NETWORK_FILE_SYSTEM, NO_PERMISSION, DISK_FULL, LIBRARY_NEWER.
    """

    def __init__(self, folder: Path, mounts: Iterable[tuple[str, str]] | None = None) -> None:
        self.folder = folder
        self.graphs = folder / "graph"
        self.notices: list[Notice] = []
        self.unsure = False
        self.untidy = False
        self._tidied_at = -math.inf
        self._path = folder / _DATABASE
        self._salvaged = folder / _SALVAGED
        self._backups = folder / portable.BACKUPS
        self._local = threading.local()
        self._lock = threading.Lock()
        self._readers: list[tuple[threading.Thread, apsw.Connection]] = []
        self._looking: apsw.Connection | None = None
        refuse_network(folder, mounts)
        make_private(folder)
        hold_temporary_files(folder)
        self.health = Health(self._path)
        with told(self.health.tell):
            taken_in = portable.take_in(self._path, self.graphs)
            if taken_in:
                self.health.mended()
            self._prepare(self.health.begin())
            self.writer = Writer(self._path, self.health)
        if taken_in:
            self.mirror_folders()
        for part in folder.glob(f"{_DATABASE}*"):
            part.chmod(0o600)

    def reader(self) -> apsw.Connection:
        """This thread's own connection; it cannot write. Its errors are JinasearchErrors."""
        connection: apsw.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with told(self.health.tell):
                connection = open_reader(self._path, self.health.tell)
            self._local.connection = connection
            own = (threading.current_thread(), connection)
            with self._lock:
                ended = [each for each in self._readers if not each[0].is_alive()]
                self._readers = [each for each in self._readers if each not in ended] + [own]
            _close_all(ended)
        return connection

    def close(self) -> None:
        """Commit what is in line, close all connections, leave a single database file."""
        self.stop_looking()
        self.writer.close()
        with self._lock:
            readers, self._readers = self._readers, []
        _close_all(readers)
        try:
            last = open_writer(self._path)
            last.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            last.close()
        except apsw.Error as error:
            self.health.tell(error)
        else:
            self.health.end()

    def mirror_folders(self) -> None:
        """Keep a copy of the list of folders outside the database. Call it after a change."""
        with contextlib.suppress(OSError):
            damage.mirror_folders(self.folder, self.reader())

    def export(self, target: Path, settings: str, version: str) -> None:
        """Write the library to one file while it is in use; see `portable`."""
        portable.export(self._path, target, settings, version)

    def stage(self, file: Path, places: Mapping[str, str]) -> None:
        """Have an exported library take this one's place when it is opened the next time."""
        portable.stage(file, self.folder, places)

    def look(self) -> None:
        """Look for damage in the database file. Takes seconds, longer for a large library.

        What is found is told to `health`'s listener.
        """
        self.unsure = False
        connection = open_reader(self._path)
        with self._lock:
            self._looking = connection
        try:
            problem = soundness.quick(connection)
        except soundness.OutOfTime:
            return  # given up
        finally:
            with self._lock:
                self._looking = None
            connection.close()
        if problem:
            self.health.found(problem)

    def suspect(self) -> None:
        """Have everything looked at thoroughly, and mended, at the next opening.

        The graph is made anew then: what of it is wrong cannot be told from the file.
        """
        self.health.suspect()
        (self.folder / _SUSPECTED).touch(mode=0o600)

    def stop_looking(self) -> None:
        """Give up a `look()` that is under way."""
        with self._lock:
            if self._looking is not None:
                self._looking.interrupt()

    def check(self) -> list[Finding]:
        """Look for damage: in the database, the full text, and between rows and vectors."""
        connection = open_reader(self._path)
        try:
            with told(self.health.tell):
                found = soundness.findings("database", lambda: [soundness.database(connection)])
                if not found[0].ok:
                    self.health.found(found[0].detail)
                for name, table in soundness.FULL_TEXTS:
                    found += soundness.findings(name, partial(self._check_text, name, table))
                found += soundness.findings(
                    "vectors",
                    lambda: soundness.agreement(connection, salvaged=self._salvaged.exists()),
                )
                found += soundness.findings("rows", lambda: [rows.finding(rows.look(connection))])
                return found
        finally:
            connection.close()

    def settled(self) -> list[int]:
        """Everything was read. What was removed is now wiped from the disk too.

        Vectors saved from a damaged database that found no owner go, and that database with them,
        unless a folder is away that may own some. Returns the ids of the vectors that went.
        """
        removed: list[int] = []
        mark = self._salvaged
        if mark.exists() and not any(row.away for row in folders.all_of(self.reader())):
            removed = self.writer.run(soundness.drop_ownerless)
            damage.drop_aside(self._path)
            mark.unlink(missing_ok=True)
        self._drop_copies()
        if self.untidy or self.tidy_is_due():
            self.tidy()
        else:
            self.writer.apart(tidying.settle)
        return removed

    def tidy_is_due(self) -> bool:
        """Whether removed text is left in the full text, and it was not tidied just before."""
        rested = time.monotonic() - self._tidied_at >= _TIDY_SECONDS
        return rested and tidying.is_untidy(self.reader())

    def tidy(self) -> None:
        """Wipe the last traces of removed text, and give its space back.

        Writes the full text anew: seconds for a large library, during which nothing else is
        written.
        """
        self.untidy = False
        self._tidied_at = time.monotonic()
        self.writer.apart(tidying.merge_texts)
        self.writer.apart(tidying.give_back)
        self.writer.apart(tidying.settle)

    def rested(self) -> float:
        """Nothing has happened for a while: what waited for that is thrown away and tidied up.

        Returns in how many seconds there is more to tidy, if nothing happens; math.inf for never.
        """
        self._drop_copies()
        dropped = 0
        while gone := self.writer.submit(partial(orphans.drop, most=_PIECE)).result():
            dropped += gone
        if dropped:
            self.writer.apart(tidying.give_back)
        wait = self._untidy_for()
        if wait <= 0:
            self.tidy()
            return math.inf
        self.writer.apart(tidying.settle)
        return wait

    def _untidy_for(self) -> float:
        """In how many seconds the full text is to be written anew."""
        if self.untidy or tidying.is_untidy(self.reader()):
            return _TIDY_SECONDS - (time.monotonic() - self._tidied_at)
        changed = tidying.merged_before(self.reader())
        return math.inf if changed is None else _DAY_SECONDS - changed

    def _prepare(self, left: Left) -> None:
        connection: apsw.Connection | None = None
        try:
            connection = open_writer(self._path)
            reason = self._damage_in(connection, left)
        except (apsw.NotADBError, apsw.CorruptError) as error:
            reason = str(error)
        if reason or connection is None:
            if connection is not None:
                with contextlib.suppress(apsw.Error):
                    connection.close()
            connection = self._start_afresh(reason)
        self.health.mended()
        if (self.folder / _SUSPECTED).exists():
            shutil.rmtree(self.graphs, ignore_errors=True)
            (self.folder / _SUSPECTED).unlink(missing_ok=True)
        try:
            self._migrate(connection)
        finally:
            connection.close()

    def _damage_in(self, connection: apsw.Connection, left: Left) -> str:
        """The first thing that is wrong, looked for as deep as there is reason to."""
        have = schema_of(connection)
        if left == Left.DAMAGED and have == SCHEMA:
            self._salvaged.touch(mode=0o600)  # vectors wait for files that are read again
            problem, mended = soundness.thorough(connection)
            if mended:
                self._tell(
                    "Some of what the library held was damaged", f"It is made anew: {mended}."
                )
            return problem
        if left == Left.DAMAGED or (have and pending(connection)):
            return soundness.full(connection)
        if left == Left.CLOSED:
            return ""
        try:
            return soundness.quick(connection, _FIRST_LOOK_SECONDS)
        except soundness.OutOfTime:
            self.unsure = True
            return ""

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
            self._refuse_without_room(connection)
            self._keep_copy(connection)
        migrate(connection)

    def _refuse_without_room(self, connection: apsw.Connection) -> None:
        """The copy takes as much as the library, and what is made anew may too."""
        needed = 2 * int(connection.pragma("page_count")) * int(connection.pragma("page_size"))
        try:
            free = shutil.disk_usage(self.folder).free
        except OSError:
            return
        if free < needed + _SPARE_BYTES:
            raise JinasearchError(
                Code.DISK_FULL,
                "There is no room to bring the library into this version's form",
                f"Free {(needed + _SPARE_BYTES - free) / 1e6:.0f} MB on its disk and try again;"
                " nothing has been changed.",
                shown(self.folder),
            )

    def _keep_copy(self, connection: apsw.Connection) -> None:
        """Copy the library as it is before a migration; a copy from before one that was broken
        off is kept, for what is here now is half migrated."""
        self._backups.mkdir(mode=0o700, exist_ok=True)
        kept = self._backups / f"before-schema-{SCHEMA}.db"
        if kept.exists():
            return
        draft = kept.with_name(f"{kept.name}.part")
        for suffix in ("", "-journal"):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)
        copy = apsw.Connection(str(draft))
        try:
            portable.copy(connection, copy)
        finally:
            copy.close()
        draft.replace(kept)

    def _drop_copies(self) -> None:
        """Delete what was kept before a migration: it holds text that is removed from now on."""
        for copy in self._backups.glob("before-schema-*"):
            with contextlib.suppress(OSError):
                copy.unlink()

    def _start_afresh(self, reason: str) -> apsw.Connection:
        _log.error("the database is damaged (%s) and is put aside", reason)
        aside = damage.put_aside(self._path)
        fresh = open_writer(self._path)
        migrate(fresh)
        saved = damage.save_from(aside, fresh)
        # Ids of vectors that were not saved are given anew: the snapshots would know them wrongly.
        shutil.rmtree(self.graphs, ignore_errors=True)
        self._salvaged.touch(mode=0o600)
        self._tell(
            "The library's database was damaged and has been made anew",
            f"{saved.folders} folders and {saved.vectors} vectors were saved from it; files are"
            " read again. The damaged one is kept until that is done.",
            aside,
        )
        return fresh

    def _tell(self, title: str, message: str, path: Path | None = None) -> None:
        code = Code.LIBRARY_MENDED.value
        self.notices.append(Notice(code, title, message, shown(path or self.folder), time.time()))

    def _check_text(self, name: str, table: str) -> list[Finding]:
        agreed = self.writer.run(lambda connection: soundness.mend_text(connection, table))
        return [soundness.text(name, agreed)]


def _close_all(readers: list[tuple[threading.Thread, apsw.Connection]]) -> None:
    for _, connection in readers:
        with contextlib.suppress(apsw.Error):
            connection.close()
