"""Whether a folder lies on a network drive: no library can, and no event tells what changes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

import psutil

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NETWORK = (
    "nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster", "lustre", "beegfs", "ocfs2", "gpfs",
    "davfs", "ncpfs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.gvfsd", "fuse.davfs",
    "afpfs", "webdav", "ftp", "remote",
)  # fmt: skip
"""Types of file systems, by their beginnings: Linux's, those that macOS calls otherwise (untried),
and Windows' only one (untried), where the type is that of the disk over there."""

_KERNEL = frozenset(
    {
        "proc", "sysfs", "devtmpfs", "devpts", "devfs", "securityfs", "debugfs", "tracefs",
        "cgroup", "cgroup2", "pstore", "bpf", "configfs", "efivarfs", "mqueue", "binfmt_misc",
    }
)  # fmt: skip
_SHARED = ("fuse", "macfuse", "osxfuse", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs")


def hold_temporary_files(folder: Path) -> None:
    """Have SQLite write what does not fit into its cache there, for the rest of this process.

    Else it goes to /var/tmp or /tmp, which may be small, or lie in memory. The files have no names.
    On Windows they are in the user's own folder for such files all the same.
    """
    os.environ["SQLITE_TMPDIR"] = str(folder)


class Partition(Protocol):
    """What psutil tells of a mounted file system."""

    @property
    def fstype(self) -> str:
        """Its type."""

    @property
    def opts(self) -> str:
        """How it is mounted, words with commas between."""


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


def refuse_kernel(folder: str, mounts: Iterable[tuple[str, str]] | None = None) -> None:
    """Raise JinasearchError(BAD_REQUEST) if what lies in `folder` is made by the system's kernel.

    `mounts` as for `refuse_network`.
    """
    if _kind_of(folder, mounted() if mounts is None else mounts) in _KERNEL:
        raise JinasearchError(
            Code.BAD_REQUEST,
            "There are no files here, only what the system says about itself",
            "Choose a folder of your own.",
            shown(folder),
        )


def is_network(folder: str, mounts: Iterable[tuple[str, str]] | None = None) -> bool:
    """Whether a folder lies on a drive that others change without any event here."""
    return sends_no_events(_kind_of(folder, mounted() if mounts is None else mounts))


def _kind_of(folder: Path | str, mounts: Iterable[tuple[str, str]]) -> str:
    return kind_at(os.path.realpath(folder), mounts)


def kind_at(place: str, mounts: Iterable[tuple[str, str]], sep: str = os.sep) -> str:
    """The type of the file system of a path without links; empty if nothing is mounted there.

    On Windows a drive letter that stands for a share is a link: the path begins with the server.
    """
    if _begins_with_a_server(place):
        return "remote"
    place, best, kind = os.path.normcase(place), "", ""
    for point, type_ in mounts:
        here = os.path.normcase(point)
        inside = place == here or place.startswith(here.rstrip(sep) + sep)
        if inside and len(here) >= len(best):
            best, kind = here, type_.lower()
    return kind


def _begins_with_a_server(place: str) -> bool:
    r"""`\\server\share` or `\\?\UNC\server\share`; `\\?\C:\` and `\\.\` are of this machine."""
    upper = place.upper()
    if upper.startswith(("\\\\?\\", "\\\\.\\")):
        return upper.startswith("\\\\?\\UNC\\")
    return upper.startswith("\\\\")


def sends_no_events(kind: str) -> bool:
    """Whether others change files on a file system of this type, and no event tells.

    Those of other machines, and of the one outside a virtual one. Of FUSE's only the local disks
    (`fuseblk`) tell everything.
    """
    low = kind.lower()
    return low.startswith((*_NETWORK, *_SHARED)) and low != "fuseblk"


def mounted() -> list[tuple[str, str]]:
    """What is mounted here: (mount point, type) pairs."""
    return [(part.mountpoint, type_of(part)) for part in psutil.disk_partitions(all=True)]


def type_of(part: Partition, platform: str = sys.platform) -> str:
    """The type of a file system; `remote` for a share on Windows, whatever it is over there."""
    remote = platform == "win32" and "remote" in part.opts.split(",")
    return "remote" if remote else part.fstype
