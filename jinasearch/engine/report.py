"""Small computations behind the status: what is going on, how much in all, how large."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from jinasearch.core.models import Activity, Notice

if TYPE_CHECKING:
    from pathlib import Path

    from jinasearch.core.errors import JinasearchError


def activity_of(
    *, paused: bool, trouble: bool, in_hand: bool, reading: bool, embedding: bool
) -> Activity:
    """The one word that says best what the engine is doing."""
    if paused:
        return Activity.PAUSED
    if trouble:
        return Activity.PROBLEM
    if in_hand:
        return Activity.READING
    if reading:
        return Activity.SCANNING
    return Activity.EMBEDDING if embedding else Activity.IDLE


def notice_of(error: JinasearchError) -> Notice:
    """An error as a notice of now."""
    return Notice(error.code.value, error.title, error.message, error.path, time.time())


def bytes_below(folder: Path) -> int:
    """The size of all files below a folder, in bytes."""
    found = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # gone since it was listed
                found += os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118
    return found
