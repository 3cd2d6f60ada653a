"""Which file system lies behind a path, so that a drive is known again, and missed when away.

Device numbers are given anew at every start; the identifier of a file system stays. On Linux it
comes from /proc/self/mountinfo (proc_pid_mountinfo(5)) and /dev/disk/by-uuid. Elsewhere nothing is
told: there the numbers of devices have to do.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from jinasearch.index.roots import inside

_MOUNTS = Path("/proc/self/mountinfo")
_BY_UUID = Path("/dev/disk/by-uuid")
_ESCAPED = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class _Mount:
    point: str
    identity: str


class Filesystems:
    """What is mounted now.

    Args:
        mounts: the list of mounts, `by_uuid` a folder of links to devices, for tests.
    """

    def __init__(self, mounts: Path = _MOUNTS, by_uuid: Path = _BY_UUID) -> None:
        self._uuids = _uuids(by_uuid)
        try:
            lines = mounts.read_bytes().splitlines()
        except OSError:
            lines = []
        read = (self._read(line) for line in lines)
        self._mounts = {mount.point: mount for mount in read if mount}  # the last one is on top

    def of(self, path: str) -> str:
        """What tells the file system again that lies behind a path; empty if nothing does."""
        place = os.path.realpath(path)
        points = (point for point in self._mounts if inside(place, point))
        point = max(points, key=len, default=None)
        return "" if point is None else self._mounts[point].identity

    def below(self, folder: str) -> list[str]:
        """The mount points below a folder, by its own name for them."""
        real = os.path.realpath(folder)
        return [
            os.path.normpath(folder + point[len(real) :])
            for point in self._mounts
            if point != real and inside(point, real)
        ]

    def _read(self, line: bytes) -> _Mount | None:
        before, _, after = line.partition(b" - ")
        fields, kinds = before.split(b" "), after.split(b" ")
        if len(fields) < 5 or len(kinds) < 2:
            return None
        root, point = (_plain(field) for field in fields[3:5])
        kind, source = (_plain(field) for field in kinds[:2])
        name = self._uuids.get(os.path.realpath(source), source)
        return _Mount(point, f"{kind} {name} {root}")


def _plain(field: bytes) -> str:
    return os.fsdecode(_ESCAPED.sub(lambda found: bytes([int(found[1], 8)]), field))


def _uuids(folder: Path) -> dict[str, str]:
    try:
        return {os.path.realpath(link): link.name for link in folder.iterdir()}
    except OSError:
        return {}
