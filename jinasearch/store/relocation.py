"""Folders of a library that stand elsewhere now: on another machine, or under another name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown
from jinasearch.store import files
from jinasearch.store.connection import fetch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import apsw


def moved(path: str, places: Mapping[str, str]) -> str:
    """Where a path of an exported library stands here; the longest place counts."""
    for old in sorted(places, key=len, reverse=True):
        if _inside(path, old):
            return _join(places[old], path[len(old.rstrip(os.sep)) :])
    return path


def standing(folders: Sequence[str], places: Mapping[str, str]) -> list[str]:
    """Where the folders of a library stand when those at some places, old path to new, have moved.

    Raises:
        JinasearchError: BAD_REQUEST for a place where no folder stood, or a part of one, and for
            two folders at one place.
    """
    _refuse_strangers(folders, places)
    here = [moved(path, places) for path in folders]
    for path in here:
        both = [before for before, after in zip(folders, here, strict=True) if after == path]
        if len(both) > 1:
            raise JinasearchError(
                Code.BAD_REQUEST,
                "Two folders of this library would stand at one place",
                f"They are {' and '.join(map(shown, both))}. Give each a place of its own.",
                shown(path),
            )
    return here


def move(connection: apsw.Connection, places: Mapping[str, str]) -> None:
    """Have the folders of a library stand elsewhere, each with its files.

    Where one comes to stand inside of another, what that had there belongs to the inner one now
    and is found by its next scan. Raises what `standing` raises.
    """
    if not places:
        return
    before = {
        id_: os.fsdecode(path) for id_, path in fetch(connection, "SELECT id, path FROM folders")
    }
    after = dict(zip(before, standing(list(before.values()), places), strict=True))
    inner = {
        id_: [other for other in after.values() if other != path and _inside(other, path)]
        for id_, path in after.items()
    }
    paths: dict[int, str] = {}
    taken: list[int] = []
    for id_, folder, was in fetch(connection, "SELECT id, folder, path FROM files"):
        path = os.fsdecode(was)
        here = _join(after[folder], path[len(before[folder].rstrip(os.sep)) :])
        if not _inside(path, before[folder]) or any(_inside(here, each) for each in inner[folder]):
            taken.append(id_)
        else:
            paths[id_] = here
    if taken:
        files.remove(connection, taken)
    _rename(connection, "files", paths)
    _rename(connection, "folders", after)
    connection.execute("INSERT INTO names_fts(names_fts) VALUES ('rebuild')")


def _refuse_strangers(folders: Sequence[str], places: Mapping[str, str]) -> None:
    told = f"It has: {', '.join(map(shown, folders)) or 'none'}."
    for old in places:
        if not any(_inside(folder, old) for folder in folders):
            raise JinasearchError(
                Code.BAD_REQUEST, "No folder of this library stood there", told, shown(old)
            )
        around = [folder for folder in folders if _inside(old, folder)]
        if around and old.rstrip(os.sep) not in {each.rstrip(os.sep) for each in around}:
            raise JinasearchError(
                Code.BAD_REQUEST,
                "Only a part of a folder stood there",
                f"A folder of the library goes as a whole. {told}",
                shown(old),
            )


def _rename(connection: apsw.Connection, table: str, paths: Mapping[int, str]) -> None:
    """Give rows other paths, by their ids; two may change places."""
    update = f"UPDATE {table} SET path = ? WHERE id = ?"  # noqa: S608 - our own names
    for names in (
        {id_: b"\0%d" % id_ for id_ in paths},
        {id_: os.fsencode(path) for id_, path in paths.items()},
    ):
        connection.executemany(update, [(name, id_) for id_, name in names.items()])


def _join(folder: str, rest: str) -> str:
    return (folder.rstrip(os.sep) + rest) or os.sep


def _inside(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies below it."""
    stem = folder.rstrip(os.sep)
    return path == stem or path.startswith(stem + os.sep)
