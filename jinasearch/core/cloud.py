"""Files whose content lies in a cloud and not on this machine: opening one would download it.

Told by what the system says of a file, never by opening it. Linux is proven by tests with real
and made-up answers of the system; Windows and macOS are written after their documentation.
"""

from __future__ import annotations

import os
import sys
import time

import psutil

_RECALLED = 0x1000 | 0x40000 | 0x400000
"""FILE_ATTRIBUTE_OFFLINE, _RECALL_ON_OPEN, _RECALL_ON_DATA_ACCESS: OneDrive, Dropbox, iCloud and
others on Windows."""
_DATALESS = 0x40000000
"""SF_DATALESS: the same on macOS."""
_DRIVES = (
    "fuse.rclone", "fuse.onedriver", "fuse.onemount", "fuse.onedrive", "fuse.google-drive",
    "fuse.drivefs", "fuse.gcsf", "fuse.s3fs", "fuse.goofys", "fuse.mount-s3", "fuse.blobfuse",
    "fuse.pcloud", "fuse.mega", "fuse.seadrive", "fuse.insync", "fuse.dropbox", "fuse.dbxfs",
    "fuse.expandrive", "fuse.davfs", "davfs",
)  # fmt: skip
"""What types of file systems that fetch every file from a cloud begin with."""
_DESKTOPS = ("fuse.gvfsd-fuse", "fuse.kio-fuse")
_CLOUDS_OF_DESKTOPS = ("google-drive:", "onedrive:", "dav:", "davs:", "gdrive", "onedrive")
"""Below the mount of a desktop, where shares of the local network lie too."""
_STUBS = (".nextcloud", ".owncloud")
_STATUS = ("user.onemount.status", "user.onedriver.status")
_HERE = (b"Local", b"LocalModified", b"Downloaded", b"Syncing")
_FRESH_SECONDS = 10.0


class Clouds:
    """Tells online-only files from others. Threads may share it.

    Args:
        mounts: (mount point, type) pairs for tests; the system's own if not given, looked up
            again when ten seconds have passed.
    """

    def __init__(self, mounts: tuple[tuple[str, str], ...] | None = None) -> None:
        self._given = mounts
        self._drives: tuple[str, ...] = ()
        self._desktops: tuple[str, ...] = ()
        self._looked = -_FRESH_SECONDS

    def holds(self, path: str, found: os.stat_result) -> bool:
        """Whether the content of the file at `path` would have to be fetched first."""
        if getattr(found, "st_file_attributes", 0) & _RECALLED:
            return True
        if getattr(found, "st_flags", 0) & _DATALESS or _is_stub(path, found.st_size):
            return True
        if not found.st_size:
            return False
        if self._mounted(path):
            return _status(path) not in _HERE
        return getattr(found, "st_blocks", 1) == 0 and _status(path) == b"Cloud"

    def _mounted(self, path: str) -> bool:
        if self._given is not None or time.monotonic() - self._looked > _FRESH_SECONDS:
            self._look()
        if path.startswith(self._drives):
            return True
        return bool(self._desktops) and any(
            path.startswith(point) and path[len(point) :].startswith(_CLOUDS_OF_DESKTOPS)
            for point in self._desktops
        )

    def _look(self) -> None:
        self._looked = time.monotonic()
        mounts = _mounts() if self._given is None else self._given
        self._drives = tuple(_folder(point) for point, kind in mounts if kind.startswith(_DRIVES))
        self._desktops = tuple(
            _folder(point) for point, kind in mounts if kind.startswith(_DESKTOPS)
        )


def _mounts() -> tuple[tuple[str, str], ...]:
    try:
        parts = psutil.disk_partitions(all=True)
    except (OSError, psutil.Error):
        return ()
    return tuple((part.mountpoint, part.fstype.lower()) for part in parts)


def _folder(point: str) -> str:
    return point.rstrip(os.sep) + os.sep


def _is_stub(path: str, size: int) -> bool:
    """Whether a small file of another name stands for it, as Nextcloud and iCloud leave them."""
    if size <= 1 and path.endswith(_STUBS):
        return True
    return path.endswith(".icloud") and os.path.basename(path).startswith(".")  # noqa: PTH119


def _status(path: str) -> bytes:
    """What a OneDrive file system says of a file; empty if nothing."""
    if sys.platform != "linux":
        return b""
    for name in _STATUS:
        try:
            return os.getxattr(path, name)
        except OSError:
            continue
    return b""
