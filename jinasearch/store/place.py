"""Whether a folder lies on a network drive: no library can, and no event tells what changes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import psutil

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NETWORK = (
    "nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster", "lustre", "beegfs", "ocfs2", "gpfs",
    "davfs", "ncpfs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.gvfsd", "fuse.davfs",
)  # fmt: skip

_SHARED = ("fuse", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs")


def hold_temporary_files(folder: Path) -> None:
    """Have SQLite write what does not fit into its cache there, for the rest of this process.

    Else it goes to /var/tmp or /tmp, which may be small, or lie in memory. The files have no names.
    On Windows they are in the user's own folder for such files all the same.
    """
    os.environ["SQLITE_TMPDIR"] = str(folder)


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
