"""Which threads run which requests: what is answered at once waits for nothing that takes long."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from jinasearch.core.errors import Code, JinasearchError

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class Usage:
    """How many requests are in hand, and since when none is. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._in_hand = 0
        self._last = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """How long nothing has been asked."""
        with self._changed:
            return 0.0 if self._in_hand else time.monotonic() - self._last

    def begin(self) -> None:
        """A request came."""
        with self._changed:
            self._in_hand += 1

    def end(self) -> None:
        """One is done."""
        with self._changed:
            self._in_hand -= 1
            self._last = time.monotonic()
            self._changed.notify_all()

    def await_end(self, seconds: float) -> bool:
        """Wait until none is in hand; False if one still is after so long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._in_hand, seconds)


class Lane:
    """Runs facade methods beside the event loop, so many at a time; others wait in line."""

    def __init__(self, name: str, threads: int, usage: Usage) -> None:
        self._usage = usage
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, method: Callable[..., _T], *arguments: object) -> _T:
        """What `method` returns."""
        return await asyncio.wrap_future(self.submit(method, *arguments))

    def submit(self, method: Callable[..., _T], *arguments: object) -> Future[_T]:
        """Have it run, without waiting.

        Raises:
            JinasearchError(ENGINE_UNREACHABLE): the lane is closed.
        """
        self._usage.begin()
        try:
            work = self._pool.submit(method, *arguments)
        except RuntimeError as error:
            self._usage.end()
            raise ending() from error
        work.add_done_callback(lambda _: self._usage.end())
        return work

    def close(self) -> None:
        """Begin nothing more; what waits in line is given up."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Lanes:
    """The lanes of one engine.

    at_once: what the library's rows and the engine itself tell: status, lists, keywords.
    questions: what may ask a model, whose answer may be waited for.
    work: what changes something, or looks at disks and servers that may be slow.
    previews: what waits for a file to be opened.
    trials, checks: what may take minutes; a second one is refused, see `alone`.
    """

    def __init__(self) -> None:
        self._usage = Usage()
        self._all: list[Lane] = []
        self.at_once = self._lane("answer", 3)
        self.questions = self._lane("question", 6)
        self.work = self._lane("work", 3)
        self.previews = self._lane("preview", 3)
        self.trials = Alone(self._lane("trial", 1))
        self.checks = Alone(self._lane("check", 1))

    @property
    def idle_seconds(self) -> float:
        """How long nothing has been asked; 0 while anything is in hand."""
        return self._usage.idle_seconds

    def close(self, seconds: float) -> bool:
        """Begin nothing more, and wait for what is in hand; False if it takes longer than that."""
        for lane in self._all:
            lane.close()
        return self._usage.await_end(seconds)

    def _lane(self, name: str, threads: int) -> Lane:
        lane = Lane(name, threads, self._usage)
        self._all.append(lane)
        return lane


class Alone:
    """A lane for one thing at a time: who comes second is told what runs, and does not wait."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._lock = threading.Lock()
        self._running = ""

    async def run(self, what: str, method: Callable[..., _T], *arguments: object) -> _T:
        """What `method` returns; `what` it is, for those who come meanwhile.

        It goes on when its client goes away.

        Raises:
            JinasearchError(ALREADY_RUNNING): another one runs.
        """
        with self._lock:
            if self._running:
                raise _running(self._running)
            self._running = what
        try:
            work = self._lane.submit(method, *arguments)
        except JinasearchError:
            self._end()
            raise
        work.add_done_callback(lambda _: self._end())
        return await asyncio.wrap_future(work)

    def _end(self) -> None:
        with self._lock:
            self._running = ""


def _running(what: str) -> JinasearchError:
    return JinasearchError(
        Code.ALREADY_RUNNING, f"This runs already: {what}", "Wait until it is done, and try again."
    )


def ending() -> JinasearchError:
    """What is told of a request that the engine's end cuts short."""
    return JinasearchError(
        Code.ENGINE_UNREACHABLE, "The engine is ending", "Ask again when it runs."
    )
