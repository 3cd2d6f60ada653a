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

from jinasearch.core.errors import Code
from jinasearch.core.library_folder import make_private
from jinasearch.core.library_work import LibraryWork, Work
from jinasearch.core.models import FileState, Finding, Notice
from jinasearch.core.paths import shown
from jinasearch.store import (
    damage,
    folders,
    orphans,
    portable,
    reserve,
    rows,
    soundness,
    tidying,
    upgrade,
)
from jinasearch.store.connection import open_reader, open_writer, told
from jinasearch.store.health import Health, Left
from jinasearch.store.migrations import SCHEMA, migrate, pending, schema_of
from jinasearch.store.place import hold_temporary_files, refuse_network
from jinasearch.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["SCHEMA", "Library"]

_log = logging.getLogger(__name__)

_DATABASE = "library.db"
_SALVAGED = "salvaged"
"""A file that is there while what was saved from a damaged database waits for its owners."""
_SUSPECTED = "graph.suspected"
CHECKS = 3 + len(soundness.FULL_TEXTS)
"""What a check looks at, one after the other."""
_TIDY_SECONDS = 600.0
_DAY_SECONDS = 24 * 3600.0
"""Tidying writes the full text anew: not after each of many changes, and once a day after few."""
_PIECE = 2000
"""Vectors thrown away in one transaction: others can write between two."""
_FIRST_LOOK_SECONDS = 10.0
"""How long opening may take for looking at a library that was not closed in order."""


def _to_nobody(_: LibraryWork) -> None:
    pass


class Library:
    """An opened library. One process at a time opens it for writing; the caller sees to that.

    Looked at for damage when it is opened after an end that was none in order, before a
    migration, and by `look()`, which is for quiet times: reading it all takes long.

    Args:
        folder: made if it is not there.
        mounts: (mount point, type) pairs instead of the system's own.
        opening: told what opening is at when that takes long; often, and from this thread.

    Raises:
        JinasearchError: NETWORK_FILE_SYSTEM, NO_PERMISSION, DISK_FULL, LIBRARY_NEWER.
    """

    def __init__(
        self,
        folder: Path,
        mounts: Iterable[tuple[str, str]] | None = None,
        opening: Callable[[LibraryWork], None] = _to_nobody,
    ) -> None:
        self.folder = folder
        self.graphs = folder / "graph"
        self.notices: list[Notice] = []
        self.unsure = False
        self.untidy = False
        self._tidied_at = -math.inf
        self._at = opening
        self._path = folder / _DATABASE
        self._salvaged = folder / _SALVAGED
        self._local = threading.local()
        self._lock = threading.Lock()
        self._readers: list[tuple[threading.Thread, apsw.Connection]] = []
        self._looking: list[apsw.Connection] = []
        refuse_network(folder, mounts)
        make_private(folder)
        reserve.give_back(folder)
        upgrade.refuse_newer(self._path)
        hold_temporary_files(folder)
        portable.drop_unfinished(folder)
        self.health = Health(self._path)
        with told(self.health.tell):
            taken_in = portable.take_in(self._path, self.graphs)
            if taken_in:
                self.health.mended()
            self._prepare(self.health.begin())
            self.writer = Writer(self._path, self.health)
        reserve.keep(folder)
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

    def export(
        self, target: Path, settings: str, version: str, at: portable.At = portable.to_nobody
    ) -> None:
        """Write the library to one file while it is in use; see `portable`."""
        portable.export(self._path, target, settings, version, at)

    def stage(
        self, file: Path, places: Mapping[str, str], at: portable.At = portable.to_nobody
    ) -> None:
        """Have an exported library take this one's place when it is opened the next time."""
        portable.stage(file, self.folder, places, at)

    def look(self) -> None:
        """Look for damage in the database file. Takes seconds, longer for a large library.

        What is found is told to `health`'s listener.
        """
        self.unsure = False
        try:
            with self._looks() as connection:
                problem = soundness.quick(connection)
        except soundness.OutOfTime:
            return  # given up
        if problem:
            self.health.found(problem)

    def suspect(self) -> None:
        """Have everything looked at thoroughly, and mended, at the next opening.

        The graph is made anew then: what of it is wrong cannot be told from the file.
        """
        self.health.suspect()
        (self.folder / _SUSPECTED).touch(mode=0o600)

    def stop_looking(self) -> None:
        """Give up a `look()` or `check()` that is under way."""
        with self._lock:
            for connection in self._looking:
                connection.interrupt()

    @contextlib.contextmanager
    def _looks(self) -> Iterator[apsw.Connection]:
        connection = open_reader(self._path)
        with self._lock:
            self._looking.append(connection)
        try:
            yield connection
        finally:
            with self._lock:
                self._looking.remove(connection)
            connection.close()

    def check(self, at: Callable[[int], None] = lambda _: None) -> list[Finding]:
        """Look for damage: in the database, the full text, and between rows and vectors.

        `at` is told which of the `CHECKS` begins, from 1 on.

        Raises OutOfTime or apsw.InterruptError if it is given up.
        """
        with self._looks() as connection, told(self.health.tell):
            looks: list[tuple[str, Callable[[], list[Finding]]]] = [
                ("database", lambda: [soundness.database(connection)]),
                *(
                    (name, partial(self._check_text, name, table))
                    for name, table in soundness.FULL_TEXTS
                ),
                ("vectors", partial(self._agreement, connection)),
                ("rows", lambda: [rows.finding(rows.look(connection))]),
            ]
            found: list[Finding] = []
            for number, (name, look) in enumerate(looks, 1):
                at(number)
                found += soundness.findings(name, look)
                if number == 1 and not found[0].ok:
                    self.health.found(found[0].detail)
            return found

    def settled(self) -> list[int]:
        """Everything was read. What was removed is now wiped from the disk too.

        Vectors saved from a damaged database that found no owner go, and that database with them,
        unless a drive is away that may own some. Returns the ids of the vectors that went.
        """
        removed: list[int] = []
        mark = self._salvaged
        if mark.exists() and not self._waits_for_a_drive():
            removed = self.writer.run(soundness.drop_ownerless)
            damage.drop_aside(self._path)
            mark.unlink(missing_ok=True)
        upgrade.drop_copies(self.folder)
        if self.untidy or self.tidy_is_due():
            self.tidy()
        else:
            self.writer.apart(tidying.settle)
        return removed

    def is_made_anew(self) -> bool:
        """Whether it was damaged, and not all is read again that is there to be read."""
        return self._salvaged.exists() and (self._is_unread() or not self._is_away())

    def _waits_for_a_drive(self) -> bool:
        """Whether a folder is away, or files on a drive within one wait to be read."""
        return self._is_away() or self._is_unread()

    def _is_away(self) -> bool:
        return any(row.away for row in folders.all_of(self.reader()))

    def _is_unread(self) -> bool:
        waiting = "SELECT EXISTS (SELECT 1 FROM files WHERE state = ?)"
        return bool(self.reader().execute(waiting, (FileState.SEEN.value,)).get)

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
        reserve.keep(self.folder)
        self.writer.apart(tidying.merge_texts)
        self.writer.apart(tidying.give_back)
        self.writer.apart(tidying.settle)

    def rested(self) -> float:
        """Nothing has happened for a while: what waited for that is thrown away and tidied up.

        Returns in how many seconds there is more to tidy, if nothing happens; math.inf for never.
        """
        upgrade.drop_copies(self.folder)
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
            upgrade.upgrade(connection, self.folder, self._at)
        finally:
            connection.close()

    def _damage_in(self, connection: apsw.Connection, left: Left) -> str:
        """The first thing that is wrong, looked for as deep as there is reason to."""
        have = schema_of(connection)
        if left == Left.DAMAGED and have == SCHEMA:
            self._salvaged.touch(mode=0o600)  # vectors wait for files that are read again
            with upgrade.beating(connection, LibraryWork(Work.MENDING), self._at):
                problem, mended = soundness.thorough(connection)
            if mended:
                self._tell(
                    "Some of what the library held was damaged", f"It is made anew: {mended}."
                )
            return problem
        if left == Left.DAMAGED or (have and pending(connection)):
            with upgrade.beating(connection, upgrade.checking(connection), self._at):
                return soundness.full(connection)
        if left == Left.CLOSED:
            return ""
        try:
            with upgrade.beating(connection, upgrade.checking(connection), self._at):
                return soundness.quick(connection, _FIRST_LOOK_SECONDS)
        except soundness.OutOfTime:
            self.unsure = True
            return ""

    def _start_afresh(self, reason: str) -> apsw.Connection:
        _log.error("the database is damaged (%s) and is put aside", reason)
        aside = damage.put_aside(self._path)
        fresh = open_writer(self._path)
        migrate(fresh)
        with upgrade.beating(fresh, LibraryWork(Work.MENDING), self._at):
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

    def _agreement(self, connection: apsw.Connection) -> list[Finding]:
        return soundness.agreement(connection, salvaged=self._salvaged.exists())

    def _check_text(self, name: str, table: str) -> list[Finding]:
        agreed = self.writer.run(lambda connection: soundness.mend_text(connection, table))
        return [soundness.text(name, agreed)]


def _close_all(readers: list[tuple[threading.Thread, apsw.Connection]]) -> None:
    for _, connection in readers:
        with contextlib.suppress(apsw.Error):
            connection.close()
