"""Ceilings on memory and disk: looked at while there is work, and held."""

from __future__ import annotations

import logging
import shutil
import time
from typing import TYPE_CHECKING

import psutil

from jinasearch.core.files import bytes_below
from jinasearch.core.models import Restraint
from jinasearch.store import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from jinasearch.core.settings import LimitSettings
    from jinasearch.extract.pool import ExtractWorker

_log = logging.getLogger(__name__)

_TIGHT = 0.8
"""The share of the ceiling from which on files are read one at a time."""
_WORTH_IT = 0.2
"""The share of the ceiling from which on a reader is worth to be ended: a fresh one is smaller."""
_DISK_SECONDS = 2.0
_FILLED = 0.8
"""The share of the library's ceiling that is filled: what is in hand when it is reached is still
written, and tidying takes room for a while."""
_LEFT_SHARE = 50
_ROOM_AGAIN = 0.97


class MemoryCeiling:
    """What engine and readers hold together, without what the graph takes.

    Near the ceiling files are read one at a time, and other readers that rest are ended. Above it
    the largest reader is ended: its file is tried once more, alone, and then left with a reason.
    """

    def __init__(
        self, most: int, workers: Sequence[ExtractWorker], graph_bytes: Callable[[], int]
    ) -> None:
        self.most = most
        self.tight = False
        self._workers = workers
        self._graph_bytes = graph_bytes
        self._engine = psutil.Process()

    def now(self) -> int:
        """Bytes held now."""
        own = max(0, int(self._engine.memory_info().rss) - self._graph_bytes())
        return own + sum(worker.memory_bytes() for worker in self._workers)

    def look(self) -> None:
        """Hold the ceiling."""
        held = self.now()
        self.tight = held > _TIGHT * self.most
        if not self.tight:
            return
        if any(worker.rest_if_idle() for worker in self._workers[1:]):
            return
        largest = max(self._workers, key=lambda worker: worker.memory_bytes(), default=None)
        if held <= self.most or largest is None:
            return
        if largest.memory_bytes() > _WORTH_IT * self.most:
            _log.warning("a reader is ended: %d bytes are held, %d allowed", held, self.most)
            largest.interrupt()

    def forget(self) -> None:
        """Nothing is read for a while."""
        self.tight = False


class DiskCeiling:
    """The library's size, without copies that were put aside, and the room that is left to others
    on its disk."""

    def __init__(self, folder: Path, limits: LimitSettings) -> None:
        self._folder = folder
        self._limits = limits
        self._looked: float | None = None
        self._size = 0
        self.reason = ""
        """What `look()` said last."""

    def limit(self, limits: LimitSettings) -> None:
        """Hold other ceilings from now on."""
        self._limits = limits
        self._looked = None

    @property
    def most(self) -> int:
        """The ceiling in bytes; 0 for none."""
        return self._limits.disk_bytes

    def look(self) -> str:
        """Why nothing more should be written, as a `Restraint`; empty if there is room.

        The library is full when it would be at the next look, if it grows as since the last. What
        held the work up has to fall clearly below the limit before it goes on.
        """
        if self._looked is None or time.monotonic() - self._looked >= _DISK_SECONDS:
            self._looked = time.monotonic()
            self.reason = self._judged()
        return self.reason

    def _judged(self) -> str:
        full = self.reason == Restraint.LIBRARY_FULL.value
        most = self.most * _FILLED * (_ROOM_AGAIN if full else 1)
        if most:
            size = bytes_below(self._folder) - kept.bytes_kept(self._folder)
            grown, self._size = max(0, size - (self._size or size)), size
            if size + grown >= most:
                return Restraint.LIBRARY_FULL.value
        try:
            disk = shutil.disk_usage(self._folder)
        except OSError:
            return ""
        left = min(self._limits.disk_free_bytes, disk.total // _LEFT_SHARE)
        if self.reason == Restraint.DISK_LOW.value:
            left = int(left / _ROOM_AGAIN)
        return Restraint.DISK_LOW.value if disk.free < left else ""
