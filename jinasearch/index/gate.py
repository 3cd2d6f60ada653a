"""Where working threads wait while the user has paused the work or something stands in its way."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Closed(Exception):  # noqa: N818 - no error: the program ends
    """Raised to a waiting thread when the engine ends."""


class Gate:
    """Open, paused (by the user, for a time or until resumed), stopped for something else, halted,
    or closed for good.

    While it is open, a brake can hold everyone for a moment, and some lanes can be closed.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._until: float | None = None
        self._halted = False
        self._closed = False
        self._braked = False
        self._stops = 0
        self._lanes: int | None = None

    @property
    def paused(self) -> bool:
        """Whether the user has paused the work."""
        with self._changed:
            return self._is_paused()

    @property
    def halted(self) -> bool:
        """Whether the work is stopped until the engine ends."""
        return self._halted

    @property
    def held(self) -> bool:
        """Whether nobody may pass for now: paused, stopped or halted."""
        with self._changed:
            return self._halted or self._stops > 0 or self._is_paused()

    @property
    def until(self) -> float | None:
        """When the pause ends by itself, in seconds since the epoch."""
        with self._changed:
            return self._until if self._is_paused() else None

    @property
    def closed(self) -> bool:
        """Whether the engine ends."""
        return self._closed

    def pause(self, seconds: float | None = None) -> None:
        """Stop all passing threads, for `seconds` or until `resume()`."""
        with self._changed:
            self._paused = True
            self._until = None if seconds is None else time.time() + seconds
            self._changed.notify_all()

    def resume(self) -> None:
        """Let everyone pass again."""
        with self._changed:
            self._paused = False
            self._until = None
            self._changed.notify_all()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Nobody passes meanwhile. What the user pauses or resumes then holds afterwards."""
        with self._changed:
            self._stops += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._stops -= 1
                self._changed.notify_all()

    def halt(self) -> None:
        """Stop all passing threads until the engine ends; the user cannot resume."""
        with self._changed:
            self._halted = True
            self._changed.notify_all()

    def brake(self, *, on: bool) -> None:
        """Hold all passing threads, or let them go on."""
        with self._changed:
            if self._braked != on:
                self._braked = on
                self._changed.notify_all()

    def set_lanes(self, count: int | None) -> None:
        """How many threads of a kind may pass; None for all."""
        with self._changed:
            if self._lanes != count:
                self._lanes = count
                self._changed.notify_all()

    @property
    def lanes(self) -> int | None:
        """How many threads of a kind may pass; None for all."""
        return self._lanes

    def stir(self) -> None:
        """Have every waiting thread look again whether it is to wait."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Wake every waiting thread with `Closed`, now and for ever."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def pass_through(self, lane: int = 0, given_up: Callable[[], bool] | None = None) -> None:
        """Return at once when open; wait while paused or braked, or this lane is closed.

        `given_up` tells that the thread need not wait any more; it is asked again after `stir()`.

        Raises `Closed`.
        """
        with self._changed:
            while not self._closed and self._is_shut(lane):
                if given_up is not None and given_up():
                    return
                ends = None if self._halted or self._stops else self._until
                self._changed.wait(None if ends is None else max(0.01, ends - time.time()))
            if self._closed:
                raise Closed

    def sleep(self, seconds: float) -> None:
        """Wait for `seconds`. Raises `Closed` when the engine ends meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed, seconds)
            if self._closed:
                raise Closed

    def _is_shut(self, lane: int) -> bool:
        closed = self._lanes is not None and lane >= self._lanes
        stopped = self._halted or self._stops > 0 or self._is_paused()
        return stopped or self._braked or closed

    def _is_paused(self) -> bool:
        if self._paused and self._until is not None and time.time() >= self._until:
            self._paused = False
            self._until = None
        return self._paused
