"""How a second start speaks to the window that is open. Free of Qt, so that it is quick.

The socket lies in the library's folder, which is its user's alone. One JSON line goes there, and a
line comes back from a window that hears.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import socket
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

_SOCKET = "window.socket"
_LONGEST_NAME = 100
"""Bytes of a socket's path that every Unix takes."""
_WAIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Wake:
    """What the open window is to do: index `uris`, and come up or, with `toggle`, show or hide the
    small window. `hidden`: nothing is to show.
    """

    uris: tuple[str, ...]
    toggle: bool = False
    hidden: bool = False


def encode(wake: Wake) -> bytes:
    """One line for the socket."""
    return msgspec.json.encode(wake) + b"\n"


def decode(line: bytes) -> Wake:
    """What a line says. Raises msgspec.MsgspecError for nonsense."""
    return msgspec.json.decode(line, type=Wake)


def socket_name(library: Path) -> str:
    """The socket's path, short enough for every system."""
    path = str(library / _SOCKET)
    if len(os.fsencode(path)) <= _LONGEST_NAME:
        return path
    digest = hashlib.blake2b(os.fsencode(library), digest_size=8).hexdigest()
    base = os.environ.get("XDG_RUNTIME_DIR") or _own_folder()
    return str(Path(base) / f"jinasearch-{digest}.socket")


def _own_folder() -> Path:
    """One in the folder for temporary files that is ours alone, made if need be.

    Where somebody else has it, one that is not there: nobody is woken then, and nobody else told.
    """
    base = Path(tempfile.gettempdir())
    if os.name == "nt":
        return base  # each user has one there, and pipes have owners
    folder = base / f"jinasearch-{os.getuid()}"
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700)
    with contextlib.suppress(OSError):
        found = folder.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
        if ours and not found.st_mode & 0o077:
            return folder
    return base / f"jinasearch-{secrets.token_hex(8)}"


def send(library: Path, wake: Wake) -> bool:
    """Tell the open window; False if there is none, or if this system has no such sockets."""
    family = getattr(socket, "AF_UNIX", None)
    if family is None:
        return False
    with contextlib.suppress(OSError), socket.socket(family) as client:
        client.settimeout(_WAIT_SECONDS)
        client.connect(socket_name(library))
        client.sendall(encode(wake))
        return bool(client.recv(16))
    return False
