"""What clients ask about the pace of the work: pause it, hurry it, choose how much it may take."""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import write_atomically
from jinasearch.core.models import Ceilings
from jinasearch.engine.protocol import encode
from jinasearch.index.ceilings import DiskCeiling, MemoryCeiling
from jinasearch.index.governor import Governor
from jinasearch.store import files
from jinasearch.store.kept import bytes_kept
from jinasearch.store.vector_size import in_graph, in_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinasearch.core.machine.readings import Machine
    from jinasearch.core.models import Coverage, Pace
    from jinasearch.core.settings import LimitSettings, Settings
    from jinasearch.engine import protocol
    from jinasearch.engine.meanings import Meanings
    from jinasearch.extract.pool import ExtractWorker
    from jinasearch.index.gate import Gate
    from jinasearch.store.database import Library

_LONGEST_PAUSE = 366 * 24 * 3600.0
_PAUSE_FILE = "pause.json"
_KEYWORDS_PER_BYTE = 0.9
"""Bytes of the library for a byte of files that are not read yet; on the make_home folder 0.85."""
_COUNT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _Paused:
    until: float | None = None


class PaceDesk:
    """The facade for the pace.

    Args:
        ocr: the worker that looks at pictures; it has a ceiling of its own, for its models.
        busy: whether anything is being done.
        on_change: called when the pace has changed, and there may be work again.
    """

    def __init__(
        self,
        library: Library,
        gate: Gate,
        machine: Machine,
        settings: Settings,
        workers: Sequence[ExtractWorker],
        ocr: ExtractWorker,
        meanings: Meanings,
        busy: Callable[[], bool],
        on_change: Callable[[], None],
    ) -> None:
        self._library = library
        self._gate = gate
        self._limits = settings.limits
        self._workers = (*workers, ocr)
        self._meanings = meanings
        self._busy = busy
        self._on_change = on_change
        self._memory = MemoryCeiling(settings.limits.memory_bytes, workers, meanings.graph_bytes)
        self._disk = DiskCeiling(library.folder, settings.limits)
        self._needed = 0
        self._needed_at = -math.inf
        self.governor = Governor(
            machine,
            settings.pace,
            settings.limits,
            gate,
            self._memory,
            self._disk,
            self._has_work,
            self._processes,
            on_change,
        )

    def start(self) -> None:
        """Go on as before: a pause outlasts the engine."""
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            kept = msgspec.json.decode(
                (self._library.folder / _PAUSE_FILE).read_bytes(), type=_Paused
            )
            left = None if kept.until is None else kept.until - time.time()
            if left is None or left > 0:
                self._gate.pause(left)
        self.governor.start()

    @property
    def pace(self) -> Pace:
        """How fast the work goes."""
        return self.governor.pace

    def pause(self, request: protocol.Pause) -> None:
        """Stop or go on working, as fast as before: a wish for full speed outlasts a pause.

        Raises:
            JinasearchError: BAD_REQUEST for a time that is none.
        """
        if request.seconds is not None and not 0 < request.seconds <= _LONGEST_PAUSE:
            raise JinasearchError(
                Code.BAD_REQUEST,
                "A pause cannot be so long",
                "Give a time between nothing and a year, or none to pause until resumed.",
            )
        if request.paused:
            self._gate.pause(request.seconds)
        else:
            self._gate.resume()
        self._keep_pause()
        self.governor.wake()
        self._on_change()

    def hurry(self, wanted: bool) -> None:
        """Full speed now, until all is done, which ends a pause too; or no longer."""
        if wanted and self._gate.paused:
            self._gate.resume()
            self._keep_pause()
        self.governor.hurry(wanted=wanted)
        self._on_change()

    def limit(self, limits: LimitSettings) -> None:
        """Hold other ceilings from now on."""
        self._limits = limits
        self._memory.most = limits.memory_bytes
        self._disk.limit(limits)
        self.governor.limit(limits)

    def ceilings(self, coverage: Coverage, library_bytes: int) -> Ceilings:
        """What the work uses, and may use at most."""
        return Ceilings(
            cpu_percent=round(self.governor.cpu_percent, 1),
            cpu_most=self._limits.cpu_percent,
            memory_bytes=self._memory.now(),
            memory_most=self._limits.memory_bytes,
            disk_bytes=library_bytes - bytes_kept(self._library.folder),
            disk_needed=self._disk_needed(coverage),
            disk_most=self._limits.disk_bytes,
        )

    def _disk_needed(self, coverage: Coverage) -> int:
        """What is still to come to the library: text of unread files, vectors of passages.

        From what was read so far: passages a byte of unread files are taken to be as many.
        """
        if time.monotonic() - self._needed_at > _COUNT_SECONDS:  # a status is asked for often
            self._needed_at = time.monotonic()
            connection = self._library.reader()
            text = files.bytes_unread(connection) * _KEYWORDS_PER_BYTE
            left = coverage.passages - coverage.passages_embedded + coverage.files - coverage.cards
            if coverage.keywords:
                unread = coverage.files - coverage.keywords - coverage.failed - coverage.skipped
                left += unread * coverage.passages // coverage.keywords
            serving = self._meanings.serving
            dimension = 0 if serving is None else serving.dimension
            vector = in_table(dimension) + in_graph(dimension)
            self._needed = int(text + max(0, left) * (vector if dimension else 0))
        return self._needed

    def _has_work(self) -> bool:
        return self._busy() or files.any_waits(self._library.reader())

    def _processes(self) -> list[int]:
        pids = [worker.pid for worker in self._workers]
        return [pid for pid in (*pids, *self._meanings.processes()) if pid]

    def _keep_pause(self) -> None:
        path = self._library.folder / _PAUSE_FILE
        with contextlib.suppress(OSError):  # a full disk: it is paused until the engine ends
            if self._gate.paused:
                write_atomically(path, encode(_Paused(self._gate.until)))
            else:
                path.unlink(missing_ok=True)
