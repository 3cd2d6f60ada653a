"""What an engine is at before it listens: a small file beside its lock tells it.

Bringing a large library up to date takes minutes. Whoever waits for the engine sees how far it is,
and that it is at work.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from jinasearch.core.files import write_atomically
from jinasearch.core.library_work import LibraryWork  # noqa: TC001 - msgspec reads it

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FILE = "opening.json"
_BEAT_SECONDS = 1.0
"""How often the file is written while nothing but time passes."""
_FIRST_SECONDS = 0.3
"""What is over within this is not worth telling."""
_SILENCE_SECONDS = 300.0
"""How long after that an engine is believed to be at work."""


@dataclass(frozen=True, slots=True)
class _Told:
    pid: int
    work: LibraryWork


class Teller:
    """Writes the file; call it as often as there is anything to tell."""

    def __init__(self, library: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = library / _FILE
        self._clock = clock
        self._shown: tuple[object, ...] = ()
        self._written = 0.0
        self._began: float | None = None

    def __call__(self, work: LibraryWork) -> None:
        """Tell what the engine is at. That it cannot be told holds nothing up."""
        if self._began is None:
            self._began = self._clock()
        if self._clock() - self._began < _FIRST_SECONDS:
            return
        shown = (work.work, work.step, work.steps, work.percent)
        if shown == self._shown and self._clock() - self._written < _BEAT_SECONDS:
            return
        self._shown, self._written = shown, self._clock()
        with contextlib.suppress(OSError):
            write_atomically(self._path, msgspec.json.encode(_Told(os.getpid(), work)))

    def end(self) -> None:
        """It is open, or will not be."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def opening(library: Path) -> LibraryWork | None:
    """What the library's engine is at before it listens; None if it is at nothing of that sort."""
    path = library / _FILE
    try:
        told = msgspec.json.decode(path.read_bytes(), type=_Told)
        silent = time.time() - path.stat().st_mtime
    except (OSError, msgspec.MsgspecError):
        return None
    if silent > _SILENCE_SECONDS:
        return None
    import psutil  # noqa: PLC0415 - seldom needed

    return told.work if psutil.pid_exists(told.pid) else None
