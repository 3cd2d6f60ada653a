"""Whether the library is sound, as far as anybody has noticed, and how its last user left it."""

from __future__ import annotations

import contextlib
import logging
import threading
from enum import Enum, auto
from typing import TYPE_CHECKING

import apsw

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.store.connection import translate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_log = logging.getLogger(__name__)

_CLOSED = ".closed"
"""Written when the library was closed in order: size and time of the database file then."""
_DAMAGED = ".damaged"
"""There while damage is known that the next opening has to look into."""


class Left(Enum):
    """How a library was left."""

    CLOSED = auto()
    OPEN = auto()
    DAMAGED = auto()


class Health:
    """What is known of the soundness of the database at `path`. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._damage: JinasearchError | None = None
        self._listener: Callable[[JinasearchError], None] | None = None

    @property
    def damage(self) -> JinasearchError | None:
        """The damage that was noticed since the library was opened."""
        known = self._damage  # told as a new error each time: a raised one keeps its traceback
        return known and JinasearchError(known.code, known.title, known.message, known.path)

    def listen(self, listener: Callable[[JinasearchError], None]) -> None:
        """Have `listener` told, once, from any thread, when damage is noticed."""
        with self._lock:
            self._listener = listener
            known = self._damage
        if known is not None:
            listener(known)

    def tell(self, error: BaseException) -> JinasearchError | None:
        """What an error of the database means to the user; remembers it if it means damage."""
        told = error if isinstance(error, JinasearchError) else translate(error, self._path)
        if told is not None and told.code == Code.LIBRARY_DAMAGED:
            self._remember(told, str(error))
        return told

    def found(self, reason: str) -> None:
        """A check found damage."""
        self.tell(apsw.CorruptError(reason))

    def suspect(self) -> None:
        """Somebody thinks that there is damage: the next opening looks into it."""
        with contextlib.suppress(OSError):
            self._beside(_DAMAGED).touch(mode=0o600)

    def begin(self) -> Left:
        """The library is being opened: how was it left?"""
        if self._beside(_DAMAGED).exists():
            return Left.DAMAGED
        mark = self._beside(_CLOSED)
        try:
            left = Left.CLOSED if mark.read_text("ascii") == self._stamp() else Left.OPEN
        except (OSError, ValueError):
            left = Left.OPEN
        with contextlib.suppress(OSError):
            mark.unlink(missing_ok=True)
        return left

    def mended(self) -> None:
        """What was known to be damaged is so no longer."""
        with contextlib.suppress(OSError):
            self._beside(_DAMAGED).unlink(missing_ok=True)

    def end(self) -> None:
        """The library was closed in order: nothing of it is on its way to the disk.

        That is noted without waiting for the disk: half a note, or none, only means another look.
        """
        if self._damage is None:
            with contextlib.suppress(OSError):
                mark = self._beside(_CLOSED)
                mark.touch(mode=0o600)
                mark.write_text(self._stamp(), "ascii")

    def _remember(self, error: JinasearchError, reason: str) -> None:
        with self._lock:
            if self._damage is not None:
                return
            self._damage = error
            listener = self._listener
        _log.error("the database is damaged: %s", reason)
        with contextlib.suppress(OSError):
            self._beside(_DAMAGED).touch(mode=0o600)
        if listener is not None:
            listener(error)

    def _stamp(self) -> str:
        found = self._path.stat()
        return f"{found.st_size} {found.st_mtime_ns}"

    def _beside(self, suffix: str) -> Path:
        return self._path.with_suffix(suffix)
