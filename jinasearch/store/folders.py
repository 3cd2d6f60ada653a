"""The indexed folders."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from jinasearch.core.models import Rules
from jinasearch.store import files

if TYPE_CHECKING:
    import apsw


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder, or a single file, that the user wants found."""

    id: int
    path: str
    rules: Rules
    away: bool
    is_file: bool


def add(connection: apsw.Connection, path: str, rules: Rules, is_file: bool) -> FolderRow:
    """Add a folder; one that is known gets the new rules."""
    connection.execute(
        "INSERT INTO folders(path, is_file, rules) VALUES (?, ?, ?)"
        " ON CONFLICT(path) DO UPDATE SET rules = excluded.rules, is_file = excluded.is_file",
        (os.fsencode(path), is_file, _encode(rules)),
    )
    return next(row for row in all_of(connection) if row.path == path)


def all_of(connection: apsw.Connection) -> list[FolderRow]:
    """All folders, in the order in which they were added."""
    rows = connection.execute("SELECT id, path, rules, away, is_file FROM folders ORDER BY id")
    return [
        FolderRow(
            id_,
            os.fsdecode(path),
            msgspec.json.decode(rules, type=Rules),
            bool(away),
            bool(is_file),
        )
        for id_, path, rules, away, is_file in rows
    ]


def set_rules(connection: apsw.Connection, folder: int, rules: Rules) -> None:
    """Change what of a folder is indexed."""
    connection.execute("UPDATE folders SET rules = ? WHERE id = ?", (_encode(rules), folder))


def set_away(connection: apsw.Connection, folder: int, away: bool) -> None:
    """Mark a folder whose drive is not there, or is back."""
    connection.execute("UPDATE folders SET away = ? WHERE id = ?", (away, folder))


def remove(connection: apsw.Connection, folder: int) -> list[int]:
    """Forget a folder and all its files. Returns the ids of vectors that went with them."""
    ids = [id_ for (id_,) in connection.execute("SELECT id FROM files WHERE folder = ?", (folder,))]
    removed = files.remove(connection, ids)
    connection.execute("DELETE FROM folders WHERE id = ?", (folder,))
    return removed


def _encode(rules: Rules) -> str:
    return msgspec.json.encode(rules).decode()
