"""Checks of a library: is the database whole, do full text, rows and vectors agree?"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import apsw

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Finding
from jinasearch.store import rows
from jinasearch.store.connection import fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FULL_TEXTS = (("full text", "passages_fts"), ("file names", "names_fts"), ("titles", "titles_fts"))
"""What the user calls them, and their tables."""

_REMEDY = (
    "Restart the engine, or run `jinasearch doctor --repair`: what is sound is saved, the rest is"
    " read again."
)
_PROGRESS_STEPS = 10_000
_INVERTED_INDEX = "inverted index"
"""In every message of SQLite that is about a full text alone, which can be made anew."""


class OutOfTime(Exception):  # noqa: N818 - no error: it is looked at later
    """A check would have taken too long."""


def quick(connection: apsw.Connection, seconds: float | None = None) -> str:
    """The first thing that is wrong with the database's pages and records; empty if none.

    Raises OutOfTime after `seconds`.
    """
    return _first(_problems(connection, "PRAGMA quick_check(1)", seconds))


def full(connection: apsw.Connection) -> str:
    """Like `quick`, and whether the indexes agree with their tables. Takes longer."""
    return _first(_problems(connection, "PRAGMA integrity_check(1)"))


def thorough(connection: apsw.Connection) -> tuple[str, str]:
    """Like `full`, and mends what does not agree: full texts are made anew, files whose text is
    another are read again.

    Returns the first thing that cannot be mended, and what was; empty if nothing.
    """
    for problem in _problems(connection, "PRAGMA integrity_check(100)"):
        if problem != "ok" and _INVERTED_INDEX not in problem:
            return problem, ""
    try:
        wrong = rows.mend(connection)
        for _, table in FULL_TEXTS:
            mend_text(connection, table)
    except (apsw.CorruptError, apsw.ConstraintError, UnicodeDecodeError) as error:
        return str(error), ""
    if rows.strays(connection):
        return "files lie outside of their folder", ""
    return "", rows.finding(wrong).detail if wrong else ""


def mend_text(connection: apsw.Connection, table: str) -> bool:
    """Make a full text anew if it does not agree with the texts; returns whether it did agree."""
    command = f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
    try:
        with connection:
            connection.execute(command)
    except (apsw.CorruptError, UnicodeDecodeError):
        with connection:
            connection.execute(f"INSERT INTO {table}({table}) VALUES ('rebuild')")  # noqa: S608
        return False
    return True


def database(connection: apsw.Connection) -> Finding:
    """Whether the database is whole."""
    problem = full(connection)
    return Finding(
        "database",
        not problem,
        problem or "integrity check passed",
        _REMEDY if problem else "",
    )


def text(name: str, agreed: bool) -> Finding:
    """What `mend_text` found."""
    if agreed:
        return Finding(name, ok=True, detail="agrees with the texts")
    return Finding(
        name, ok=False, detail="it did not agree with the texts",
        remedy="It has been rebuilt.", mended=True,
    )  # fmt: skip


def agreement(connection: apsw.Connection, *, salvaged: bool) -> list[Finding]:
    """Whether texts and vectors belong together; vectors that were saved from a damaged database
    wait for their texts."""
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
        Finding(
            "vectors without text",
            not ownerless or salvaged,
            f"{ownerless} {'saved, until all is read again' if salvaged else 'found'}",
            "Run `jinasearch doctor --repair`." if ownerless and not salvaged else "",
            numbers=(ownerless,),
        ),
        Finding(
            "text without vectors",
            not unmade,
            f"{unmade} passages of finished files",
            "Restart the engine: they are embedded then." if unmade else "",
            numbers=(unmade,),
        ),
    ]


def drop_ownerless(connection: apsw.Connection) -> list[int]:
    """Delete the vectors that no text has; returns their ids."""
    with connection:
        found = fetch(
            connection,
            "DELETE FROM vectors WHERE NOT EXISTS"
            " (SELECT 1 FROM passages WHERE passages.input_hash = vectors.input_hash)"
            " AND NOT EXISTS (SELECT 1 FROM cards WHERE cards.input_hash = vectors.input_hash)"
            " RETURNING id",
        )
    return [vector for (vector,) in found]


def findings(name: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    """What `look` finds; that it meets damage is a finding too."""
    try:
        return look()
    except (apsw.CorruptError, apsw.NotADBError, UnicodeDecodeError) as error:
        return [Finding(name, ok=False, detail=str(error), remedy=_REMEDY)]
    except JinasearchError as error:
        if error.code != Code.LIBRARY_DAMAGED:
            raise
        return [Finding(name, ok=False, detail=error.title, remedy=_REMEDY, code=error.code)]


def _first(problems: list[str]) -> str:
    return "" if problems == ["ok"] else problems[0]


def _problems(connection: apsw.Connection, check: str, seconds: float | None = None) -> list[str]:
    try:
        with _limited(connection, seconds):
            return [str(row[0]) for row in connection.execute(check)]
    except apsw.InterruptError as error:
        raise OutOfTime from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        return [str(error)]


@contextlib.contextmanager
def _limited(connection: apsw.Connection, seconds: float | None) -> Iterator[None]:
    if seconds is None:
        yield
        return
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, _PROGRESS_STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None)
