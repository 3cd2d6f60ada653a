"""The one thread that writes. What waits in line is committed together."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.store.connection import open_writer
from jinasearch.store.health import Health

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import apsw

_log = logging.getLogger(__name__)

T = TypeVar("T")
_Job = tuple["Callable[[apsw.Connection], Any]", "Future[Any]"]
_GROUP = 128
_ENOUGH = 32
"""Patient jobs in line that are worth a commit."""
_PATIENCE_SECONDS = 0.25
"""How long one waits for as many: FTS5 writes a segment of its index at each commit, and small
ones have to be merged again and again."""


class Writer:
    """Runs jobs one after the other, each whole or not at all, and commits them in groups.

    A job's future is resolved after its commit. A job that raises is rolled back alone; the
    others of its group are then run a second time, so a job must not act outside the database.
    Once damage of the database is known, nothing more is written to it.

    Raises what opening the database raises.
    """

    def __init__(self, path: Path, health: Health | None = None) -> None:
        self._health = health or Health(path)
        self._changed = threading.Condition()
        self._jobs: deque[_Job] = deque()
        self._urgent: deque[_Job] = deque()
        self._apart: deque[_Job] = deque()
        self._patient_until: float | None = None
        self._closed = False
        self._connection = open_writer(path)
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(
        self, job: Callable[[apsw.Connection], T], *, urgent: bool = False, patient: bool = False
    ) -> Future[T]:
        """Put a job in line; an urgent one before all that are not.

        A patient one waits a moment for others, to be committed together with them. The future
        raises what the job raised, or JinasearchError(DISK_FULL, LIBRARY_DAMAGED).
        """
        future: Future[T] = Future()
        with self._changed:
            if self._closed:
                future.set_exception(_closing())
                return future
            if not patient:
                self._patient_until = 0.0
            elif self._patient_until is None:
                self._patient_until = time.monotonic() + _PATIENCE_SECONDS
            (self._urgent if urgent else self._jobs).append((job, future))
            if not patient or len(self._jobs) in (1, _ENOUGH):
                self._changed.notify()
        return future

    def hasten(self) -> None:
        """Nothing more is coming for which patient jobs should wait."""
        with self._changed:
            if self._jobs:
                self._patient_until = 0.0
                self._changed.notify()

    def run(self, job: Callable[[apsw.Connection], T]) -> T:
        """Run a job before all that are not urgent, and return what it returns."""
        return self.submit(job, urgent=True).result()

    def apart(self, work: Callable[[apsw.Connection], T]) -> T:
        """Run `work` between two groups, outside of any transaction, and return what it returns.

        Raises what it raises, or JinasearchError(DISK_FULL, LIBRARY_DAMAGED, ENGINE_UNREACHABLE).
        """
        future: Future[T] = Future()
        with self._changed:
            if self._closed:
                raise _closing()
            self._apart.append((work, future))
            self._changed.notify()
        return future.result()

    def close(self) -> None:
        """Commit what is in line and end."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        try:
            while self._wait():
                if group := self._take():
                    self._commit(group)
                else:
                    self._run_apart()
        finally:
            self._connection.close()

    def _wait(self) -> bool:
        """Sleep until there is something to do; False when there will be nothing any more."""
        with self._changed:
            while not self._is_due():
                until = self._patient_until
                self._changed.wait(None if until is None else max(0.0, until - time.monotonic()))
            return bool(self._jobs or self._urgent or self._apart)

    def _is_due(self) -> bool:
        if self._urgent or self._apart or self._closed or len(self._jobs) >= _ENOUGH:
            return True
        until = self._patient_until
        return bool(self._jobs) and (until is None or until <= time.monotonic())

    def _take(self) -> list[_Job]:
        with self._changed:
            group: list[_Job] = []
            for line in (self._urgent, self._jobs):
                while line and len(group) < _GROUP:
                    job, future = line.popleft()
                    if future.set_running_or_notify_cancel():
                        group.append((job, future))
            self._patient_until = 0.0 if self._jobs else None
            return group

    def _commit(self, group: list[_Job]) -> None:
        """Run a group in one transaction; if a job fails, each in a transaction of its own.

        No savepoint for each job: FTS5 flushes at every savepoint, which made indexing three
        times slower.
        """
        try:
            results = self._transact([job for job, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            if len(group) > 1:
                for alone in group:
                    self._commit([alone])
                return
            group[0][1].set_exception(self._health.tell(error) or error)
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)

    def _transact(self, jobs: list[Callable[[apsw.Connection], Any]]) -> list[Any]:
        self._refuse_damage()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            results = [job(self._connection) for job in jobs]
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk has rolled back by itself
                self._connection.execute("ROLLBACK")
            raise
        return results

    def _run_apart(self) -> None:
        with self._changed:
            if not self._apart:
                return
            work, future = self._apart.popleft()
        try:
            self._refuse_damage()
            future.set_result(work(self._connection))
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            future.set_exception(self._health.tell(error) or error)

    def _refuse_damage(self) -> None:
        if (damage := self._health.damage) is not None:
            raise damage


def _closing() -> JinasearchError:
    return JinasearchError(Code.ENGINE_UNREACHABLE, "The library is being closed")
