"""Looks for damage and tidies up when nothing else is to be done, in a thread of its own."""

from __future__ import annotations

import logging
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
_TIDY_SECONDS = 600.0
_DAY_SECONDS = 24 * 3600.0


class Checker:
    """Checks the library some minutes after it was opened and once a day, when it is `quiet`.

    One that was not closed in order and is too large to be checked at opening is checked at once.
    What is left of removed text is tidied away within minutes.
    """

    def __init__(self, library: Library, quiet: Callable[[], bool]) -> None:
        self._library = library
        self._quiet = quiet
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End; a check that is under way is given up."""
        self._closed.set()
        self._library.stop_looking()
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        due = time.monotonic() + (0.0 if self._library.unsure else _FIRST_SECONDS)
        while not self._closed.wait(max(0.0, min(due - time.monotonic(), _TIDY_SECONDS))):
            now = time.monotonic()
            if not self._library.unsure and not self._quiet():
                due = max(due, now + _AGAIN_SECONDS)
            elif now >= due:
                self._try(self._check)
                due = now + _DAY_SECONDS
            else:
                self._try(self._tidy)

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (apsw.Error, JinasearchError) as error:
            _log.warning("the library could not be checked: %s", error)

    def _check(self) -> None:
        self._library.look()
        self._library.tidy_if_changed()

    def _tidy(self) -> None:
        if self._library.tidy_is_due():
            self._library.tidy()
