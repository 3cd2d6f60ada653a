"""Room for opening a library on a full disk: what an open one writes itself comes to little."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "reserve"
_BYTES = 1_000_000
"""The shared memory beside the log, the address, and a few rows."""
_PLENTY = 50
"""Nothing is set aside where there is less than so many times as much free."""


def keep(folder: Path) -> None:
    """Set room aside in `folder`, if there is plenty and none was set aside yet."""
    file = folder / _FILE
    with contextlib.suppress(OSError):
        if file.exists() or shutil.disk_usage(folder).free < _PLENTY * _BYTES:
            return
        file.touch(mode=0o600)
        file.write_bytes(os.urandom(_BYTES))  # a file system could keep zeros without any room


def give_back(folder: Path) -> None:
    """Free that room if the disk is full otherwise."""
    with contextlib.suppress(OSError):
        if shutil.disk_usage(folder).free < _BYTES:
            (folder / _FILE).unlink(missing_ok=True)
