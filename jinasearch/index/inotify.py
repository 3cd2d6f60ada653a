"""Linux's inotify(7), as thin as it gets.

watchdog's emitter for it watches whole trees, with caches and packages in them; a folder below the
first that cannot be watched is passed over in silence; and that the kernel's queue overflowed is
not told. Hence the kernel's interface itself, which never changes.
"""

from __future__ import annotations

import ctypes
import os
import select
import struct
import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IN_MODIFY = 0x00000002
IN_CLOSE_WRITE = 0x00000008
IN_MOVED_FROM = 0x00000040
IN_MOVED_TO = 0x00000080
IN_CREATE = 0x00000100
IN_DELETE = 0x00000200
IN_DELETE_SELF = 0x00000400
IN_MOVE_SELF = 0x00000800
IN_UNMOUNT = 0x00002000
IN_Q_OVERFLOW = 0x00004000
IN_IGNORED = 0x00008000
IN_ONLYDIR = 0x01000000

_HEAD = struct.Struct("iIII")
_BUFFER_BYTES = 256 * 1024


class Event(NamedTuple):
    """What happened: `name` is the entry's in the watched folder, empty for the folder itself.

    The two events of a move have the same `cookie`.
    """

    watch: int
    mask: int
    cookie: int
    name: str


class Inotify:
    """One instance of inotify, read by a thread of its own.

    Args:
        on_event: called for each event, by that thread; must not raise.

    Raises:
        OSError: EMFILE when the user has too many instances.
    """

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self._on_event = on_event
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._checked(self._libc.inotify_init1(os.O_CLOEXEC))
        self._wake = os.eventfd(0, os.EFD_CLOEXEC)
        self._thread = threading.Thread(target=self._run, name="inotify", daemon=True)
        self._thread.start()

    def add(self, folder: str, mask: int) -> int:
        """Watch a folder; returns the watch, the old one if it is watched already.

        Raises OSError: ENOSPC when the user has too many watches.
        """
        path = os.fsencode(folder)
        return self._checked(
            self._libc.inotify_add_watch(self._descriptor, path, ctypes.c_uint32(mask))
        )

    def remove(self, watch: int) -> None:
        """Watch a folder no longer. The kernel may have dropped it before."""
        self._libc.inotify_rm_watch(self._descriptor, watch)

    def close(self) -> None:
        """End the thread and drop all watches."""
        os.eventfd_write(self._wake, 1)
        self._thread.join()
        os.close(self._descriptor)
        os.close(self._wake)

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        poll.register(self._wake, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if self._wake in ready:
                return
            for event in _parsed(os.read(self._descriptor, _BUFFER_BYTES)):
                self._on_event(event)

    @staticmethod
    def _checked(result: int) -> int:
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result


def _parsed(data: bytes) -> Iterator[Event]:
    place = 0
    while place < len(data):
        watch, mask, cookie, length = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        yield Event(watch, mask, cookie, os.fsdecode(data[place : place + length].rstrip(b"\0")))
        place += length
