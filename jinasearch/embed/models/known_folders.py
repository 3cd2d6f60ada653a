"""Folders of models that lie anywhere on the disk, remembered beside the models so that they stay
in the list.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from jinasearch.core import paths
from jinasearch.core.files import changing, write_atomically
from jinasearch.embed.models.catalog import KNOWN, installed_names

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_FILE = "folders.json"


def name_of(folder: Path) -> str:
    """What the model in a folder is called: by its own name where it lies among the installed
    ones, else by its path.
    """
    known = {*(description.name for description in KNOWN), *installed_names()}
    return (
        folder.name if folder.parent == paths.models_dir() and folder.name in known else str(folder)
    )


def known() -> tuple[str, ...]:
    """The absolute paths, as they were added."""
    try:
        folders = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()  # a lost list is made again by choosing the folders again
    if not isinstance(folders, list):
        return ()
    return tuple(name for name in folders if isinstance(name, str) and Path(name).is_absolute())


def remember(folder: str) -> None:
    """Keep a folder; one that is kept already stays in its place."""
    with _changing():
        if folder not in known():
            _write((*known(), folder))


def forget(folder: str) -> None:
    """Keep it no more. Its files stay."""
    with _changing():
        _write(tuple(name for name in known() if name != folder))


def _changing() -> AbstractContextManager[None]:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    return changing(path)


def _write(folders: tuple[str, ...]) -> None:
    write_atomically(_path(), json.dumps(folders, indent=1).encode())


def _path() -> Path:
    return paths.models_dir() / _FILE
