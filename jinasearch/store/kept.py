"""Copies of the library that were put aside: after damage, before an import, before an update."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.kept_copy import KeptCopy, KeptWhy
from jinasearch.core.paths import shown
from jinasearch.store.damage import ASIDE
from jinasearch.store.portable import BACKUPS, BEFORE
from jinasearch.store.upgrade import BEFORE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMPANIONS = ("-wal", "-shm", "-journal", ".part", ".part-journal")
"""What stands beside a database under its name and this, and is nothing without it."""


def listed(library: Path) -> list[KeptCopy]:
    """What is kept in the library's folder, the newest first."""
    found: list[KeptCopy] = []
    for file, why in _files(library):
        with suppress(FileNotFoundError):  # deleted meanwhile
            found.append(_copy(file, why))
    return sorted(found, key=lambda copy: (-copy.made, copy.name))


def bytes_kept(library: Path) -> int:
    """How much of the library's folder is copies, in bytes: no indexing makes them larger, and no
    tidying up smaller."""
    return sum(copy.bytes for copy in listed(library))


def discard(library: Path, name: str) -> None:
    """Delete a copy, with what belongs to it.

    Raises:
        JinasearchError: NOT_FOUND if none of that name is kept, NO_PERMISSION.
    """
    for file, _ in _files(library):
        if file.name == name:
            try:
                for part in (file, *_beside(file)):  # one that is cut off is still listed
                    part.unlink(missing_ok=True)
            except OSError as error:
                raise JinasearchError(
                    Code.NO_PERMISSION,
                    f"The copy cannot be deleted: {error.strerror}",
                    "Delete it by hand.",
                    shown(file),
                ) from error
            return
    raise JinasearchError(
        Code.NOT_FOUND,
        "No copy of this name is kept",
        "`jinasearch library kept` lists them.",
        name,
    )


def _files(library: Path) -> Iterator[tuple[Path, KeptWhy]]:
    """Regular files alone: what else is called so was not put there by us."""
    for folder, start, why in (
        (library, ASIDE, KeptWhy.DAMAGED),
        (library / BACKUPS, f"{BEFORE}-", KeptWhy.BEFORE_IMPORT),
        (library / BACKUPS, f"{BEFORE_SCHEMA}-", KeptWhy.BEFORE_UPDATE),
    ):
        for file in folder.glob(f"{start}*"):
            if file.is_file() and not file.is_symlink() and not file.name.endswith(_COMPANIONS):
                yield file, why


def _beside(file: Path) -> list[Path]:
    paths = (file.with_name(file.name + suffix) for suffix in _COMPANIONS)
    return [path for path in paths if os.path.lexists(path)]


def _copy(file: Path, why: KeptWhy) -> KeptCopy:
    found = file.stat()
    size = found.st_size + sum(part.lstat().st_size for part in _beside(file))
    return KeptCopy(file.name, why, shown(file), found.st_mtime, size)
