"""Keeps a working thread at work through errors that pass: no descriptor left, a busy disk."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.index.gate import Closed

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

_FIRST_SECONDS = 10.0
_MOST_SECONDS = 600.0


class Guard:
    """Repeats the step of one thread, after a pause if it failed; longer ones if it goes on to.

    Args:
        title: what is told of an error that nobody foresaw: "Reading files stopped".
        on_trouble: told once of what stands in the way, of another thing if that does from then
            on, and None when nothing is.
        pause: waits so many seconds, or until the thread is to end; may raise `Closed`.
    """

    def __init__(
        self,
        title: str,
        on_trouble: Callable[[JinasearchError | None], None],
        pause: Callable[[float], object],
    ) -> None:
        self._title = title
        self._on_trouble = on_trouble
        self._pause = pause
        self._failures = 0
        self._told: JinasearchError | None = None

    def run(self, step: Callable[[], bool]) -> None:
        """Repeat `step` until it returns False, or anything raises `Closed`."""
        try:
            while self._goes_on(step):
                pass
        except Closed:
            return

    def _goes_on(self, step: Callable[[], bool]) -> bool:
        try:
            more = step()
        except Closed:
            raise
        except Exception as error:  # noqa: BLE001 - told; the thread must go on
            self._failed(error)
            return True
        if self._failures:
            self._failures, self._told = 0, None
            self._tell(None)
        return more

    def _failed(self, error: Exception) -> None:
        told = error if isinstance(error, JinasearchError) else unforeseen(self._title)
        if told is error:
            _log.warning("%s: %s", self._title, error)
        else:
            _log.error("%s", self._title, exc_info=error)
        if not told.is_like(self._told):
            self._told = told
            self._tell(told)
        self._pause(min(_FIRST_SECONDS * 2**self._failures, _MOST_SECONDS))
        self._failures = min(self._failures + 1, 16)

    def _tell(self, told: JinasearchError | None) -> None:
        try:
            self._on_trouble(told)
        except Exception:  # noqa: BLE001 - logged; the thread must go on
            _log.exception("a trouble could not be told")


def unforeseen(title: str) -> JinasearchError:
    """What is told of an error that nobody foresaw: it may pass."""
    return JinasearchError(
        Code.INTERNAL, title, "It is tried again by itself; engine.log says more."
    )
