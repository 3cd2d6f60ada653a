"""Which threads run which requests: what is answered at once waits for nothing that takes long."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from jinasearch.core.errors import Code, JinasearchError

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class Lane:
    """Runs facade methods beside the event loop, so many at a time; others wait in line.

    Args:
        used: called before each.
    """

    def __init__(self, name: str, threads: int, used: Callable[[], None]) -> None:
        self._used = used
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, method: Callable[..., _T], *arguments: object) -> _T:
        """What `method` returns."""
        return await asyncio.wrap_future(self.submit(method, *arguments))

    def submit(self, method: Callable[..., _T], *arguments: object) -> Future[_T]:
        """Have it run, without waiting."""
        self._used()
        return self._pool.submit(method, *arguments)


class Lanes:
    """The lanes of one engine.

    at_once: what the library's rows and the engine itself tell: status, lists, keywords.
    questions: what may ask a model, whose answer may be waited for.
    work: what changes something, or looks at disks and servers that may be slow.
    previews: what waits for a file to be opened.
    trials, checks: what may take minutes; a second one is refused, see `alone`.
    """

    def __init__(self, used: Callable[[], None]) -> None:
        self.at_once = Lane("answer", 3, used)
        self.questions = Lane("question", 6, used)
        self.work = Lane("work", 3, used)
        self.previews = Lane("preview", 3, used)
        self.trials = Alone(Lane("trial", 1, used))
        self.checks = Alone(Lane("check", 1, used))


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
        work = self._lane.submit(method, *arguments)
        work.add_done_callback(lambda _: self._end())
        return await asyncio.wrap_future(work)

    def _end(self) -> None:
        with self._lock:
            self._running = ""


def _running(what: str) -> JinasearchError:
    return JinasearchError(
        Code.ALREADY_RUNNING, f"This runs already: {what}", "Wait until it is done, and try again."
    )
