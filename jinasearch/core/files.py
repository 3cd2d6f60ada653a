"""Writing a file so that a crash leaves the old one or the new one, never half; sizes."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_atomically(path: Path, data: bytes, *, private: bool = True) -> None:
    """Replace `path` by `data`: a sibling is written, flushed to disk and renamed over it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as stream:
            if private:
                draft.chmod(0o600)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def dated(folder: Path, stem: str, suffix: str = "") -> Path:
    """A path in the folder that nothing has yet: `stem`, date and time, `suffix`."""
    name = f"{stem}-{time.strftime('%Y-%m-%d-%H%M%S')}"
    others = (f"{name}-{number}" for number in itertools.count(2))
    paths = (folder / f"{each}{suffix}" for each in itertools.chain((name,), others))
    return next(path for path in paths if not os.path.lexists(path))


def bytes_below(folder: Path) -> int:
    """The size of all files below a folder, in bytes."""
    found = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # gone since it was listed
                found += os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118
    return found
