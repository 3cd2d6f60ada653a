"""Whether a library may lie in a folder: it must be ours alone, and not on a network drive."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import psutil

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown
from jinasearch.store.connection import is_full

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NETWORK = (
    "nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster", "lustre", "beegfs", "ocfs2", "gpfs",
    "davfs", "ncpfs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.gvfsd", "fuse.davfs",
)  # fmt: skip

_SHARED = ("fuse", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs")


def make_private(folder: Path) -> None:
    """Make the library's folder if it is not there, readable by its user alone.

    Raises:
        JinasearchError: DISK_FULL, NO_PERMISSION.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise JinasearchError(
            Code.DISK_FULL if is_full(error) else Code.NO_PERMISSION,
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


def refuse_network(folder: Path, mounts: Iterable[tuple[str, str]] | None = None) -> None:
    """Raise JinasearchError(NETWORK_FILE_SYSTEM) if `folder` lies on a network file system.

    `mounts` are (mount point, type) pairs; the system's own if not given.
    """
    kind = _kind_of(folder, mounted() if mounts is None else mounts)
    if kind.startswith(_NETWORK):
        raise JinasearchError(
            Code.NETWORK_FILE_SYSTEM,
            f"A library cannot lie on a network drive ({kind})",
            "The database needs memory shared between processes, which such drives lack. Choose a"
            " folder on a local disk with --library. Folders on the drive can be indexed.",
            shown(folder),
        )


def is_network(folder: str, mounts: Iterable[tuple[str, str]] | None = None) -> bool:
    """Whether a folder lies on a drive that others change without any event here."""
    return sends_no_events(_kind_of(folder, mounted() if mounts is None else mounts))


def _kind_of(folder: Path | str, mounts: Iterable[tuple[str, str]]) -> str:
    place = os.path.realpath(folder)
    best, kind = "", ""
    for point, type_ in mounts:
        inside = place == point or place.startswith(point.rstrip(os.sep) + os.sep)
        if inside and len(point) >= len(best):
            best, kind = point, type_.lower()
    return kind


def sends_no_events(kind: str) -> bool:
    """Whether others change files on a file system of this type, and no event tells.

    Those of other machines, and of the one outside a virtual one. Of FUSE's only the local disks
    (`fuseblk`) tell everything.
    """
    low = kind.lower()
    return low.startswith((*_NETWORK, *_SHARED)) and low != "fuseblk"


def mounted() -> list[tuple[str, str]]:
    """What is mounted here: (mount point, type) pairs."""
    return [(part.mountpoint, part.fstype) for part in psutil.disk_partitions(all=True)]
