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


_AWAY = 1
_GONE = 2


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder, or a single file, that the user wants found.

    `away`: it is not there; `gone`: nor did its drive go, it was deleted, moved or renamed.
    """

    id: int
    path: str
    rules: Rules
    away: bool
    is_file: bool
    gone: bool = False


def add(connection: apsw.Connection, path: str, rules: Rules, is_file: bool) -> FolderRow:
    """Add a folder; one that is known gets the new rules, and stays if it was leaving."""
    connection.execute(
        "INSERT INTO folders(path, is_file, rules) VALUES (?, ?, ?)"
        " ON CONFLICT(path) DO UPDATE SET rules = excluded.rules, is_file = excluded.is_file,"
        " leaving = 0",
        (os.fsencode(path), is_file, _encode(rules)),
    )
    return next(row for row in all_of(connection) if row.path == path)


def all_of(connection: apsw.Connection) -> list[FolderRow]:
    """All folders that stay, in the order in which they were added."""
    rows = connection.execute(
        "SELECT id, path, rules, away, is_file FROM folders WHERE NOT leaving ORDER BY id"
    )
    return [
        FolderRow(
            id_,
            os.fsdecode(path),
            msgspec.json.decode(rules, type=Rules),
            bool(away),
            bool(is_file),
            gone=away == _GONE,
        )
        for id_, path, rules, away, is_file in rows
    ]


def rules_of(connection: apsw.Connection, folder: int) -> Rules:
    """What of a folder is indexed; the defaults for one that has gone."""
    for (rules,) in connection.execute("SELECT rules FROM folders WHERE id = ?", (folder,)):
        return msgspec.json.decode(rules, type=Rules)
    return Rules()


def set_rules(connection: apsw.Connection, folder: int, rules: Rules) -> None:
    """Change what of a folder is indexed."""
    connection.execute("UPDATE folders SET rules = ? WHERE id = ?", (_encode(rules), folder))


def set_away(connection: apsw.Connection, folder: int, away: bool, *, gone: bool = False) -> None:
    """Mark a folder that is not there, with its drive or, `gone`, alone; or that is back."""
    what = (_GONE if gone else _AWAY) if away else 0
    connection.execute("UPDATE folders SET away = ? WHERE id = ?", (what, folder))


def stays(connection: apsw.Connection, folder: int) -> bool:
    """Whether a folder is there and not leaving."""
    query = "SELECT count(*) FROM folders WHERE id = ? AND NOT leaving"
    return bool(connection.execute(query, (folder,)).get)


def leave(connection: apsw.Connection, folder: int) -> None:
    """A folder is to be forgotten. `shrink` does it, in pieces."""
    connection.execute("UPDATE folders SET leaving = 1 WHERE id = ?", (folder,))


def leaving(connection: apsw.Connection) -> list[int]:
    """The folders that are to be forgotten."""
    return [id_ for (id_,) in connection.execute("SELECT id FROM folders WHERE leaving")]


def shrink(connection: apsw.Connection, folder: int, most: int) -> list[int] | None:
    """Forget at most so many files of a leaving folder; with the last the folder itself goes.

    Returns the ids of the vectors that went with them, None when nothing is left to do.
    """
    rows = connection.execute(
        "SELECT files.id FROM folders JOIN files ON files.folder = folders.id"
        " WHERE folders.id = ? AND leaving LIMIT ?",
        (folder, most),
    )
    if ids := [id_ for (id_,) in rows]:
        return files.remove(connection, ids)
    connection.execute(
        "DELETE FROM places WHERE folder IN (SELECT id FROM folders WHERE id = ? AND leaving)",
        (folder,),
    )
    connection.execute("DELETE FROM folders WHERE id = ? AND leaving", (folder,))
    return None


def _encode(rules: Rules) -> str:
    return msgspec.json.encode(rules).decode()
