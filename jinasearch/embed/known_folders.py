"""Folders of models that lie anywhere on the disk, remembered beside the models so that they stay
in the list.
"""

from __future__ import annotations

import json
from pathlib import Path

from jinasearch.core import paths
from jinasearch.core.files import write_atomically
from jinasearch.embed.catalog import KNOWN, installed_names

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
    if folder not in known():
        _write((*known(), folder))


def forget(folder: str) -> None:
    """Keep it no more. Its files stay."""
    _write(tuple(name for name in known() if name != folder))


def _write(folders: tuple[str, ...]) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(folders, indent=1).encode())


def _path() -> Path:
    return paths.models_dir() / _FILE
