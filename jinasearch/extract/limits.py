"""What a worker process may do: little memory, low priority, no network, no core dump."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

_OPEN_FILES = 256
_WRITTEN_BYTES = 64 << 20
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def restrain(memory_bytes: int) -> None:
    """Bind this process for the rest of its life. What the system does not offer is left out.

    Call it before any thread is started: only then can the network be taken away.
    """
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
    if sys.platform == "linux":
        _no_network()
        _idle_io()
    if sys.platform != "win32":
        _limits(memory_bytes)


def _limits(memory_bytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    for name, limit in (
        ("RLIMIT_AS", memory_bytes),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", _OPEN_FILES),
        ("RLIMIT_FSIZE", _WRITTEN_BYTES),
    ):
        which = getattr(resource, name, None)
        if which is None:
            continue
        _, hard = resource.getrlimit(which)
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(which, (allowed, allowed))


def _no_network() -> None:
    """Move to an empty network namespace; without privileges, through a user namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return


def _idle_io() -> None:
    import psutil  # noqa: PLC0415 - needed once

    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().ionice(psutil.IOPRIO_CLASS_IDLE)
