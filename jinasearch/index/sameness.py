"""Was what was read the file of its row, or another one that took its place meanwhile?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinasearch.core.models import FileStat


def look(path: str) -> os.stat_result | None:
    """What stands at a path now; None if nothing does."""
    try:
        return os.stat(path)  # noqa: PTH116 - names that are not UTF-8
    except OSError:
        return None


def is_another(row: FileStat, found: os.stat_result) -> bool:
    """Whether another file stands there. One that was only written to is the same.

    Some file systems number their files anew at any time: size and time tell the same file too.
    """
    same = (found.st_size, found.st_mtime_ns) == (row.size, row.mtime_ns)
    return not same and (found.st_dev, found.st_ino) != (row.device, row.inode)


def was_it(row: FileStat, before: os.stat_result | None, after: os.stat_result | None) -> bool:
    """Whether the row's file stood there before it was read, after, and between."""
    if before is None or after is None or is_another(row, before) or is_another(row, after):
        return False
    written = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
    # A rename, there and back, changes the time of the last change to the entry and nothing else.
    return written or before.st_ctime_ns == after.st_ctime_ns
