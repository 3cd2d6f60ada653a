"""Models in another form, made on this machine once and kept in the cache."""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from jinasearch.core import paths
from jinasearch.core.files import write_atomically
from jinasearch.embed.models.locate import sha256

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.embed.models.description import ModelDescription

_log = logging.getLogger(__name__)

_HASHES = "sha256"


def kept(
    kind: str,
    maker: str,
    path: Path,
    description: ModelDescription,
    make: Callable[[Path], None],
) -> Path:
    """The folder that holds a model in the form `kind`; made if it is not there, or damaged.

    The form that another maker, or another file in the same place, has left goes.

    Args:
        kind: the form's name.
        maker: what makes it, with its version: another one makes it anew.
        path: the model's file that it is made of.
        description: of the model.
        make: writes the form's files into an empty folder.

    Raises:
        OSError: it cannot be written.
        Exception: what `make` raises; nothing is kept then.
    """
    folder = paths.cache_dir() / kind / _key(maker, path, description)
    if _whole(folder):
        return folder
    _log.info("making the form %s of the model", kind)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".part-"))
    try:
        make(draft)
        write_atomically(draft / _HASHES, _hashes(draft).encode())
        for old in folder.parent.glob(f"{folder.name.partition('-')[0]}-*"):
            shutil.rmtree(old, ignore_errors=True)  # of this model, damaged or made otherwise
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _key(maker: str, path: Path, description: ModelDescription) -> str:
    """Which model it is, and what decides how it comes out, as hashes."""
    stat = path.stat()
    which = (description.name, str(path))
    how = (description.revision, str(stat.st_size), str(stat.st_mtime_ns), maker)
    return f"{_hash(which)}-{_hash(how)}"


def _hash(parts: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _whole(folder: Path) -> bool:
    """Whether all is there as it was written."""
    try:
        return (folder / _HASHES).read_text(encoding="utf-8") == _hashes(folder)
    except (OSError, UnicodeDecodeError):
        return False


def _hashes(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir() if path.name != _HASHES)
    return "".join(f"{sha256(path)}  {path.name}\n" for path in files)
