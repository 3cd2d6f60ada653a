"""Landlock: a Linux process gives up all files but those below some folders (landlock(7)).

Our own few calls: the packages that wrap them are either alpha (py-landlock) or bring a whole
runner of programs that wants a kernel of 2024 (sandlock).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every architecture
_ASK_VERSION = 1
_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
_EXECUTE, _READ_FILE, _READ_FOLDER = 1, 1 << 2, 1 << 3
_RIGHTS = ((1, 13), (2, 14), (3, 15), (5, 16))
"""From which version on how many rights over files are known; each is a bit."""
_TCP = 0b11
_SIGNALS_AND_ABSTRACT_SOCKETS = 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Rule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The version that the kernel speaks; 0 if it does not."""
    return max(0, _call(_CREATE, None, 0, _ASK_VERSION))


def restrict(readable: Iterable[str]) -> int:
    """Leave this thread, and those that it starts, what lies in `readable`, to be read.

    Files that are open stay so. Returns the version in force; 0 if the kernel has none.
    """
    spoken = version()
    if spoken < 1:
        return 0
    rules = _Ruleset(
        (1 << max(bits for since, bits in _RIGHTS if spoken >= since)) - 1,
        _TCP if spoken >= 4 else 0,
        _SIGNALS_AND_ABSTRACT_SOCKETS if spoken >= 6 else 0,
    )
    ruleset = _call(_CREATE, ctypes.byref(rules), ctypes.sizeof(rules), 0)
    if ruleset < 0:
        return 0
    try:
        for path in readable:
            with contextlib.suppress(OSError):
                _allow(ruleset, path)
        ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return spoken if _call(_RESTRICT, ruleset, 0) == 0 else 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str) -> None:
    rights = _READ_FILE | (_EXECUTE | _READ_FOLDER if os.path.isdir(path) else 0)  # noqa: PTH112
    at = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        _call(_ADD, ruleset, _BENEATH, ctypes.byref(_Rule(rights, at)), 0)
    finally:
        os.close(at)


def _call(number: int, *arguments: object) -> int:
    return int(ctypes.CDLL(None).syscall(number, *arguments))
