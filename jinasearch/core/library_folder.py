"""The library's folder: its user's alone, and nobody else's place."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import is_full
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from pathlib import Path

_MARKS = frozenset({"library.db", "incoming.db", "engine.lock", "start.lock"})
"""One of these makes a folder a library's."""
_BESIDE = frozenset(
    {"engine.json", "history.json", "window.socket", ".DS_Store", "desktop.ini", "Thumbs.db"}
)
"""What a window, and the system, leave in a folder without asking."""
_NO_FOLDER = (FileExistsError, NotADirectoryError)


def make_private(folder: Path) -> None:
    """Make the library's folder if it is not there, and see that only its user can read it.

    Raises:
        JinasearchError: NOT_A_LIBRARY if something else is kept there, BAD_REQUEST if its path is
            not UTF-8, DISK_FULL, NO_PERMISSION.
    """
    if shown(folder) != str(folder):
        raise JinasearchError(
            Code.BAD_REQUEST,
            "The path of a library has to be UTF-8",
            "SQLite opens no other. Choose another one with --library.",
            shown(folder),
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_of_others(folder):
            raise JinasearchError(
                Code.NOT_A_LIBRARY,
                "This folder is neither empty nor a library",
                "Choose another one with --library: an empty one, or one that is not there yet.",
                shown(folder),
            )
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) & 0o700)  # no right is added
    except OSError as error:
        raise JinasearchError(
            _code_of(error),
            f"The library's folder cannot be made: {error.strerror}",
            "Choose another one with --library.",
            shown(folder),
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise JinasearchError(
            Code.NO_PERMISSION,
            "The library's folder may not be written",
            "Give yourself the right to write there, or choose another one with --library.",
            shown(folder),
        )


def _is_of_others(folder: Path) -> bool:
    names = {entry.name for entry in os.scandir(folder)}
    return not names & _MARKS and not names <= _BESIDE


def _code_of(error: OSError) -> Code:
    if is_full(error):
        return Code.DISK_FULL
    return Code.BAD_REQUEST if isinstance(error, _NO_FOLDER) else Code.NO_PERMISSION
