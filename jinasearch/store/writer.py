"""The one thread that writes. What waits in line is committed together."""

from __future__ import annotations

import logging
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.store.connection import open_writer, translate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import apsw

_log = logging.getLogger(__name__)

T = TypeVar("T")
_Job = tuple["Callable[[apsw.Connection], Any]", "Future[Any]"]
_GROUP = 128


class Writer:
    """Runs jobs one after the other, each whole or not at all, and commits them in groups.

    A job's future is resolved after its commit. A job that raises is rolled back alone; the
    others of its group are then run a second time, so a job must not act outside the database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = threading.Condition()
        self._jobs: deque[_Job] = deque()
        self._urgent: deque[_Job] = deque()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[apsw.Connection], T], *, urgent: bool = False) -> Future[T]:
        """Put a job in line; an urgent one before all that are not.

        The future raises what the job raised, or JinasearchError(DISK_FULL, LIBRARY_DAMAGED).
        """
        future: Future[T] = Future()
        with self._changed:
            if self._closed:
                future.set_exception(
                    JinasearchError(Code.ENGINE_UNREACHABLE, "The library is being closed")
                )
                return future
            (self._urgent if urgent else self._jobs).append((job, future))
            self._changed.notify()
        return future

    def run(self, job: Callable[[apsw.Connection], T]) -> T:
        """Run a job before all that are not urgent, and return what it returns."""
        return self.submit(job, urgent=True).result()

    def close(self) -> None:
        """Commit what is in line and end."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        connection = open_writer(self._path)
        try:
            while group := self._take():
                try:
                    self._commit(connection, group)
                except Exception as error:  # noqa: BLE001 - handed to whoever asked
                    _log.exception("the writer failed on a group of jobs")
                    for _, future in group:
                        if not future.done():
                            future.set_exception(error)
        finally:
            connection.close()

    def _take(self) -> list[_Job]:
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._urgent or self._closed)
            group: list[_Job] = []
            for line in (self._urgent, self._jobs):
                while line and len(group) < _GROUP:
                    group.append(line.popleft())
            return group

    def _commit(self, connection: apsw.Connection, group: list[_Job]) -> None:
        """Run a group in one transaction; if a job fails, each in a transaction of its own.

        No savepoint for each job: FTS5 flushes at every savepoint, which made indexing three
        times slower.
        """
        try:
            results = self._transact(connection, [job for job, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            if len(group) > 1:
                for alone in group:
                    self._commit(connection, [alone])
                return
            group[0][1].set_exception(translate(error, self._path) or error)
            return
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)

    @staticmethod
    def _transact(
        connection: apsw.Connection, jobs: list[Callable[[apsw.Connection], Any]]
    ) -> list[Any]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            results = [job(connection) for job in jobs]
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk has rolled back by itself
                connection.execute("ROLLBACK")
            raise
        return results
