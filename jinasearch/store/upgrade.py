"""Brings a library of an older schema to this version's, after a copy of it was put aside."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import apsw

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.library_work import LibraryWork, Work
from jinasearch.core.paths import shown
from jinasearch.store import portable
from jinasearch.store.migrations import SCHEMA, migrate, pending, schema_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Tell = Callable[[LibraryWork], None]

BEFORE_SCHEMA = "before-schema"
"""A copy from before a migration, among the backups: the name goes on with the new schema."""
_MAGIC = b"SQLite format 3\0"
_VERSION_AT = 60
"""SQLite, "Database File Format", 1.3: the user version, 4 bytes."""
_MOST_NEWER = 1000
"""A number beyond is damage, which is looked for elsewhere."""
_SPARE_BYTES = 16_000_000
_FIRST_STEPS = 2
"""Looking for damage and making a copy; each migration is a step of its own."""
_BEAT_STEPS = 20_000


def checking(connection: apsw.Connection) -> LibraryWork:
    """What a check of a library that is being opened is part of."""
    waiting = len(pending(connection)) if schema_of(connection) else 0
    if not waiting:
        return LibraryWork(Work.CHECKING)
    return LibraryWork(Work.UPDATING, 1, _FIRST_STEPS + waiting)


@contextlib.contextmanager
def beating(connection: apsw.Connection, work: LibraryWork, tell: Tell) -> Iterator[None]:
    """Tell what is being done, and again and again while the database is at it."""

    def beat() -> bool:
        tell(work)
        return False

    tell(work)
    connection.set_progress_handler(beat, _BEAT_STEPS, id=beating)
    try:
        yield
    finally:
        connection.set_progress_handler(None, id=beating)


def refuse_newer(database: Path) -> None:
    """Look whether a newer version wrote the database, and change nothing by that.

    Raises:
        JinasearchError: LIBRARY_NEWER.
    """
    with contextlib.suppress(OSError), database.open("rb") as stream:
        header = stream.read(_VERSION_AT + 4)
        have = int.from_bytes(header[_VERSION_AT:], "big", signed=True)
        if header.startswith(_MAGIC) and SCHEMA < have < SCHEMA + _MOST_NEWER:
            raise _newer(database.parent)


def _newer(folder: Path) -> JinasearchError:
    return JinasearchError(
        Code.LIBRARY_NEWER,
        "This library was written by a newer version of jinasearch",
        "Use that version, or another library with --library.",
        shown(folder),
    )


def upgrade(connection: apsw.Connection, folder: Path, tell: Tell) -> None:
    """Take every pending step. A kill leaves what the next call goes on with.

    Raises:
        JinasearchError: LIBRARY_NEWER, DISK_FULL.
    """
    have = schema_of(connection)
    if have > SCHEMA:
        raise _newer(folder)
    if not have:
        migrate(connection)
        return
    waiting = len(pending(connection))
    if not waiting:
        return
    _refuse_without_room(connection, folder)
    steps = _FIRST_STEPS + waiting
    _keep_copy(connection, folder, LibraryWork(Work.UPDATING, 2, steps), tell)
    step = _FIRST_STEPS
    while pending(connection):
        step += 1
        with beating(connection, LibraryWork(Work.UPDATING, step, steps), tell):
            migrate(connection, most=1)


def drop_copies(folder: Path) -> None:
    """Delete what was kept before a migration: it holds text that is removed from now on."""
    for copy in (folder / portable.BACKUPS).glob(f"{BEFORE_SCHEMA}-*"):
        with contextlib.suppress(OSError):
            copy.unlink()


def _refuse_without_room(connection: apsw.Connection, folder: Path) -> None:
    """The copy takes as much as the library, and what is made anew may too."""
    needed = 2 * int(connection.pragma("page_count")) * int(connection.pragma("page_size"))
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return
    if free < needed + _SPARE_BYTES:
        raise JinasearchError(
            Code.DISK_FULL,
            "There is no room to bring the library into this version's form",
            f"Free {(needed + _SPARE_BYTES - free) / 1e6:.0f} MB on its disk and try again;"
            " nothing has been changed.",
            shown(folder),
        )


def _keep_copy(connection: apsw.Connection, folder: Path, work: LibraryWork, tell: Tell) -> None:
    """Copy the library as it is before a migration; a copy from before one that was broken
    off is kept, for what is here now is half migrated."""
    backups = folder / portable.BACKUPS
    backups.mkdir(mode=0o700, exist_ok=True)
    kept = backups / f"{BEFORE_SCHEMA}-{SCHEMA}.db"
    tell(work)
    if kept.exists():
        return
    draft = kept.with_name(f"{kept.name}.part")
    for suffix in ("", "-journal"):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)
    copy = apsw.Connection(str(draft))
    try:
        portable.copy(connection, copy, lambda share: tell(replace(work, share=share)))
    finally:
        copy.close()
    draft.replace(kept)
