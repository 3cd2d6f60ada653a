"""The words that the full text holds, lower case and without accents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.store.connection import fetch_lately

if TYPE_CHECKING:
    import apsw

_LAST = "\U0010ffff"


def starting_with(
    connection: apsw.Connection, table: str, start: str, most: int = 20_000
) -> list[str]:
    """At most `most` words of `table` (a vocabulary of the schema) that start so, in order."""
    rows = fetch_lately(
        connection,
        f"SELECT term FROM {table} WHERE term >= ? AND term < ? LIMIT ?",  # noqa: S608 - a constant
        (start, start + _LAST, most),
    )
    return [word for (word,) in rows]
