"""Files with pictures of text: which wait to be looked at, and what was seen, by their content.

What was recognized is text of the user's: it lies in the library, and goes with the last file of
that content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from jinasearch.core.models import Document
from jinasearch.store.below import bounds, elsewhere
from jinasearch.store.connection import fetch

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that waits, and the SHA-256 of its content."""

    file: int
    digest: str


def put(connection: apsw.Connection, file: int, digest: str, *, waiting: bool = True) -> None:
    """Note that a file holds pictures of text."""
    forget(connection, file, keep=digest)
    connection.execute(
        "INSERT OR REPLACE INTO scans(file, digest, waiting) VALUES (?, ?, ?)",
        (file, digest, waiting),
    )


def forget(connection: apsw.Connection, file: int, keep: str = "") -> None:
    """A file holds no pictures of text any more; what was seen on them goes, but for `keep`."""
    gone = fetch(connection, "DELETE FROM scans WHERE file = ? RETURNING digest", (file,))
    for (digest,) in gone:
        if digest != keep:
            connection.execute(
                "DELETE FROM recognized WHERE digest = ?1"
                " AND NOT EXISTS (SELECT 1 FROM scans WHERE digest = ?1)",
                (digest,),
            )


def keep(connection: apsw.Connection, scan: Scan, readers: str, document: Document) -> None:
    """Keep what was recognized in a file, for it and for others of the same content."""
    connection.execute(
        "INSERT OR REPLACE INTO recognized(digest, readers, document) VALUES (?, ?, ?)",
        (scan.digest, readers, msgspec.json.encode(document).decode()),
    )
    done(connection, scan.file)


def done(connection: apsw.Connection, file: int) -> None:
    """A file waits no more."""
    connection.execute("UPDATE scans SET waiting = 0 WHERE file = ?", (file,))


def known(connection: apsw.Connection, digest: str, readers: str) -> Document | None:
    """What these readers have recognized in a file of this content."""
    rows = fetch(
        connection,
        "SELECT document FROM recognized WHERE digest = ? AND readers = ?",
        (digest, readers),
    )
    return msgspec.json.decode(rows[0][0], type=Document) if rows else None


def first(connection: apsw.Connection, without: Sequence[str] = ()) -> Scan | None:
    """The file to look at next: the newest; None if none waits. Those at or below the paths
    `without` have to wait."""
    rows = fetch(
        connection,
        "SELECT scans.file, scans.digest FROM scans JOIN files ON files.id = scans.file"  # noqa: S608
        f" WHERE waiting AND files.state IN ('skipped', 'keywords', 'ready'){elsewhere(without, 1)}"
        " ORDER BY files.mtime_ns DESC LIMIT 1",
        bounds(without),
    )
    return Scan(*rows[0]) if rows else None


def waiting(connection: apsw.Connection) -> int:
    """How many files wait to be looked at."""
    return int(connection.execute("SELECT count(*) FROM scans WHERE waiting").get)
