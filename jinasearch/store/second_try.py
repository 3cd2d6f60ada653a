"""Files that were left by readers which are no longer the same are read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.store.connection import fetch

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw


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
