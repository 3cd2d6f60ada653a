"""Files that are read again, because the readers or what is wanted of them has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.errors import Code
from jinasearch.core.models import ARCHIVES
from jinasearch.store.connection import fetch

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw


def of_archives(connection: apsw.Connection, folder: int) -> int:
    """Have a folder's archives, opened or closed, read again; returns how many."""
    marks = ", ".join("?" * len(ARCHIVES))
    connection.execute(
        "UPDATE files SET state = 'seen', reason = '' WHERE folder = ?"  # noqa: S608
        f" AND (reason = ? OR (state != 'skipped' AND kind IN ({marks})))",
        (folder, Code.FILE_ARCHIVE_CLOSED.value, *ARCHIVES),
    )
    return connection.changes()


def after_change(connection: apsw.Connection, readers: str, skipped: Sequence[str]) -> int:
    """Have failed files, and those skipped for one of these reasons, read again by new readers.

    Returns how many; none while the readers are those of the last time.
    """
    known = fetch(connection, "SELECT version FROM made_by WHERE part = 'readers'")
    if known and known[0][0] == readers:
        return 0
    connection.execute("INSERT OR REPLACE INTO made_by VALUES ('readers', ?)", (readers,))
    reasons = ", ".join("?" * len(skipped))
    connection.execute(
        "UPDATE files SET state = 'seen', reason = '' WHERE state = 'failed'"  # noqa: S608
        f" OR (state = 'skipped' AND reason IN ({reasons}))",
        tuple(skipped),
    )
    return connection.changes()
