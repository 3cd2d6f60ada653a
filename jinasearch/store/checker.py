"""Looks for damage and tidies up when nothing else is to be done, in a thread of its own."""

from __future__ import annotations

import logging
import math
import threading
import time
from typing import TYPE_CHECKING

import apsw

from jinasearch.core.errors import JinasearchError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.store.database import Library

_log = logging.getLogger(__name__)

_FIRST_SECONDS = 300.0
_AGAIN_SECONDS = 60.0
_REST_SECONDS = 60.0
"""A library to which nothing has happened for this long is at rest …"""
_PATIENCE_SECONDS = 1800.0
"""… or for want of a rest in this time, one that is settled just then: a log is always written."""
_DAY_SECONDS = 24 * 3600.0


class Checker:
    """Checks the library some minutes after it was opened and once a day, when it is `quiet`.

    One that was not closed in order and is too large to be checked at opening is checked at once.
    What is left of removed text, and vectors that nobody came back for, are tidied away when it
    has been at rest for a while. Then nothing is written, and nobody wakes, until something
    happens or a day is over.

    Args:
        quiet: whether nothing is worked on.
        settled: whether everything was looked through and read.
    """

    def __init__(
        self, library: Library, quiet: Callable[[], bool], settled: Callable[[], bool]
    ) -> None:
        self._library = library
        self._quiet = quiet
        self._settled = settled
        self._changed = threading.Condition()
        self._check_at = self._rest_at = math.inf
        self._stirred_at: float | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="checker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._check_at = time.monotonic() + (0.0 if self._library.unsure else _FIRST_SECONDS)
        self.stir()
        self._thread.start()

    def stir(self) -> None:
        """Something has happened to the library."""
        with self._changed:
            now = time.monotonic()
            if self._stirred_at is None:
                self._stirred_at = now
            before = self._rest_at
            self._rest_at = min(now + _REST_SECONDS, self._stirred_at + _PATIENCE_SECONDS)
            if self._rest_at < before:  # else it is seen when the thread wakes
                self._changed.notify_all()

    def close(self) -> None:
        """End; a check that is under way is given up."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._library.stop_looking()
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        while self._wait():
            now = time.monotonic()
            if now >= self._check_at:
                if self._library.unsure or self._quiet():
                    self._check_at = now + _DAY_SECONDS
                    self._try(self._library.look)
                else:
                    self._check_at = now + _AGAIN_SECONDS
            if now >= self._rest_at:
                with self._changed:
                    self._stirred_at, self._rest_at = None, math.inf
                if self._settled():
                    self._try(self._rest)
                else:
                    self.stir()

    def _wait(self) -> bool:
        """Sleep until something is due; False when it is closed."""
        with self._changed:
            while not self._closed:
                left = min(self._check_at, self._rest_at) - time.monotonic()
                if left <= 0:
                    return True
                self._changed.wait(left)
            return False

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (apsw.Error, JinasearchError) as error:
            _log.warning("the library could not be checked: %s", error)
        except Exception:  # noqa: BLE001 - logged; the thread must go on
            _log.exception("the library could not be checked")

    def _rest(self) -> None:
        more = self._library.rested()
        with self._changed:
            self._rest_at = min(self._rest_at, time.monotonic() + more)
