"""Brings files from `seen` to `keywords`: takes the next one, has a worker read it, writes it."""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import File, FileState
from jinasearch.core.paths import shown
from jinasearch.extract import version
from jinasearch.extract.pool import Stopped
from jinasearch.index.card import make_card
from jinasearch.index.gate import Closed, Gate
from jinasearch.index.guard import Guard
from jinasearch.index.sameness import is_another, look, was_it
from jinasearch.index.scanner import file_stat
from jinasearch.index.turns import Turns
from jinasearch.store import files, folders, passages, scans, second_try

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    import apsw

    from jinasearch.core.models import Confinement, Document, FileStat, Rules
    from jinasearch.extract.pool import Extracted, ExtractWorker
    from jinasearch.store.database import Library

_log = logging.getLogger(__name__)

_REFILL = 64
_UNWRITTEN = 96
"""Documents read but not yet committed: enough to read on during a group commit, little enough to
hold."""
_TROUBLE_SECONDS = 5.0
_MISSED_SECONDS = 0.5
_MISSED_TRIES = 3
"""How often a file is looked for that is not where its row says: events tell soon where it went."""
_REST_SECONDS = 30.0
"""How long a worker process is kept without work: a fresh one costs a third of a second."""


class Readers:
    """One thread for each extract worker.

    Urgent files overtake, huge ones come last, newer ones before older; folders take turns.

    Args:
        spaces: the embedding spaces for which a file that was read has to be embedded.
        forget: told the ids of vectors that lost their last owner.
        on_change: called after a file's state changed.
        on_idle: called when no file is left to read.
        on_trouble: told of what stops the work (a full disk); it goes on by itself.
        rest_seconds: how long a worker process is kept without work.
        only_urgent: whether to read only what the user just changed or opened for now.
        absent: paths of folders and drives that are away: what is to be read there waits.
        is_absent: whether a file is on one, by its path; looks at the disk.
    """

    def __init__(
        self,
        library: Library,
        gate: Gate,
        workers: Sequence[ExtractWorker],
        max_bytes: int,
        spaces: Callable[[], Sequence[int]],
        forget: Callable[[Sequence[int]], None],
        on_change: Callable[[], None],
        on_idle: Callable[[], None],
        on_trouble: Callable[[JinasearchError | None], None],
        rest_seconds: float = _REST_SECONDS,
        only_urgent: Callable[[], bool] = lambda: False,
        absent: Callable[[], Sequence[str]] = tuple,
        is_absent: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._library = library
        self._gate = gate
        self._workers = workers
        self._max_bytes = max_bytes
        self._spaces = spaces
        self._forget = forget
        self._on_change = on_change
        self._on_idle = on_idle
        self._on_trouble = on_trouble
        self._rest_seconds = rest_seconds
        self._only_urgent = only_urgent
        self._absent = absent
        self._is_absent = is_absent
        self._changed = threading.Condition()
        self._buffer: deque[File] = deque()
        self._in_hand: set[int] = set()
        self._turns = Turns()
        self._missed: Counter[int] = Counter()
        self._room = threading.Semaphore(_UNWRITTEN)
        self._maybe_more = True
        self._stands = threading.Event()  # what was read could not be stored: wait before the next
        self._threads = [
            threading.Thread(
                target=self._run, args=(worker, number), name=f"reader-{number}", daemon=True
            )
            for number, worker in enumerate(workers)
        ]

    @property
    def busy(self) -> bool:
        """Whether any file waits to be read or is being read."""
        with self._changed:
            return self._maybe_more or bool(self._buffer) or bool(self._in_hand)

    @property
    def confinement(self) -> Confinement | None:
        """What the workers cannot do; None before the first file."""
        return next((worker.confinement for worker in self._workers if worker.confinement), None)

    @property
    def current(self) -> tuple[str, ...]:
        """The files in hand, for people's eyes."""
        return tuple(worker.current for worker in self._workers if worker.current)

    def start(self) -> None:
        """Begin to read, first what other readers than these could not."""
        readers = version.version()
        self._library.writer.submit(
            lambda connection: second_try.after_change(connection, readers, _FOR_NEW_READERS)
        ).add_done_callback(lambda _: self.wake())
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look into the library again: files came that may be more urgent than those in line."""
        with self._changed:
            self._buffer.clear()
            self._maybe_more = True
            self._changed.notify_all()

    def close(self) -> None:
        """End the workers and the threads; a file in hand is read again at the next start."""
        with self._changed:
            self._changed.notify_all()
        for worker in self._workers:
            worker.stop()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(10)

    def _run(self, worker: ExtractWorker, lane: int) -> None:
        guard = Guard("Reading files stopped", self._on_trouble, self._gate.sleep)
        guard.run(partial(self._turn, worker, lane))

    def _turn(self, worker: ExtractWorker, lane: int) -> bool:
        """Wait for a file, and read it."""
        self._await_news(worker)
        lanes = self._gate.lanes
        if lanes is not None and lane >= lanes:
            worker.rest()
        self._gate.pass_through(lane)
        try:
            self._step(worker)
        except JinasearchError as error:
            self._on_trouble(error)
            self._stands.set()
        if self._stands.is_set():
            self._gate.sleep(_TROUBLE_SECONDS)
            self._stands.clear()
        return True

    def _step(self, worker: ExtractWorker) -> None:
        file = self._take()
        if file is None:
            return
        self._room.acquire()
        try:
            self._read(worker, file)
        except BaseException:
            self._put_back(file)
            raise

    def _await_news(self, worker: ExtractWorker) -> None:
        """Wait until a file may be there to read; a worker without work ends its process."""
        with self._changed:
            if self._changed.wait_for(self._has_news, self._rest_seconds):
                return
        worker.rest()
        with self._changed:
            self._changed.wait_for(self._has_news)

    def _has_news(self) -> bool:
        return bool(self._buffer) or self._maybe_more or self._gate.closed

    def _take(self) -> File | None:
        """The next file; None when there is none for now or the work is paused."""
        with self._changed:
            if self._gate.closed:
                raise Closed
            if self._gate.held:
                return None
            only_urgent = self._only_urgent()
            if not self._buffer:
                found = files.unread(
                    self._library.reader(),
                    _REFILL,
                    self._in_hand,
                    only_urgent=only_urgent,
                    without=self._absent(),
                )
                self._maybe_more = bool(found)
                self._buffer.extend(found)
            if self._buffer:
                file = None if only_urgent else self._by_turn()
                file = file or self._buffer.popleft()
                self._in_hand.add(file.id)
                return file
            idle = not self._in_hand
        self._library.writer.hasten()
        if idle:
            self._on_idle()
        return None

    def _by_turn(self) -> File | None:
        """The next file of the folder whose turn it is; None if the order decides."""
        if not self._turns.is_due():
            return None
        connection = self._library.reader()
        folder = self._turns.next(files.folders_unread(connection))
        if folder is None:
            return None
        found = files.unread(connection, 1, self._in_hand, folder=folder, without=self._absent())
        if not found:
            return None
        self._buffer = deque(file for file in self._buffer if file.id != found[0].id)
        return found[0]

    def _read(self, worker: ExtractWorker, file: File) -> None:
        before = look(file.stat.path)
        try:
            rules = folders.rules_of(self._library.reader(), file.folder)
            extracted = _extract(worker, file, self._max_bytes, rules)
        except Stopped as error:
            raise Closed from error
        except JinasearchError as error:
            failed = error
            if error.code == Code.NOT_FOUND and self._is_missed(file):
                return
            self._write(file, lambda connection: _leave(connection, file, failed))
            return
        after = look(file.stat.path)
        if not was_it(file.stat, before, after):
            if self._is_missed(file):
                return
            if after is None or is_another(file.stat, after):
                now = None if after is None else file_stat(file.stat.path, after)
                self._write(file, lambda connection: _begin_again(connection, file, now))
                return
        document, scan = extracted.document, extracted.document.scan
        if scan:
            seen = scans.known(self._library.reader(), scan, version.of_ocr())
            document = document if seen is None else replace(seen, scan=scan)
        waits = bool(scan) and (document is extracted.document or not document.passages)
        card = make_card(file.stat.path, document)
        spaces = self._spaces()
        self._write(file, lambda connection: _keep(connection, file, document, card, spaces, waits))

    def _is_missed(self, file: File) -> bool:
        """Whether a file may have moved, and will be found where it went, or is on a drive that is
        away: it is read later then.

        Its row would take another file's text along, or go and lose what did not change in it.
        """
        self._missed[file.id] += 1
        if self._missed[file.id] > _MISSED_TRIES and not self._is_absent(file.stat.path):
            return False
        self._gate.sleep(_MISSED_SECONDS)
        self._put_back(file)
        return True

    def _write(self, file: File, job: Callable[[apsw.Connection], list[int]]) -> None:
        future = self._library.writer.submit(job, patient=not file.urgency)
        future.add_done_callback(lambda done: self._written(file, done))

    def _written(self, file: File, done: Future[list[int]]) -> None:
        self._missed.pop(file.id, None)
        self._put_back(file)
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            removed = done.result()
            if removed:
                self._forget(removed)
            self._on_trouble(None)
        elif isinstance(error, JinasearchError):
            self._on_trouble(error)
            self._stands.set()
        else:
            _log.error("writing what was read failed", exc_info=error)
            self._on_trouble(
                JinasearchError(
                    Code.INTERNAL, "What was read could not be stored", path=shown(file.stat.path)
                )
            )
            self._library.writer.submit(
                lambda connection: files.mark(
                    connection, file.id, FileState.FAILED, Code.INTERNAL.value
                )
            )
        self._on_change()

    def _put_back(self, file: File) -> None:
        with self._changed:
            if file.id in self._in_hand:
                self._in_hand.discard(file.id)
                self._room.release()
            if not self._in_hand and not self._buffer:
                self._maybe_more = True
                self._changed.notify_all()


def _extract(worker: ExtractWorker, file: File, max_bytes: int, rules: Rules) -> Extracted:
    """Have a file read. One whose worker died gets a second chance: others may have killed it."""
    wanted = partial(
        worker.extract, file.stat.path, max_bytes, online=rules.online, archives=rules.archives
    )
    try:
        return wanted()
    except JinasearchError as error:
        if error.code not in (Code.FILE_CRASHED_READER, Code.FILE_OUT_OF_MEMORY):
            raise
    return wanted()


def _keep(
    connection: apsw.Connection,
    file: File,
    document: Document,
    card: str,
    spaces: Sequence[int],
    waits: bool,
) -> list[int]:
    """Store what was read, unless the row has changed or moved since it was taken in hand."""
    row = files.by_id(connection, file.id)
    if row is None or row.stat != file.stat:
        return []
    if document.scan and not document.passages:
        removed = files.mark(connection, file.id, FileState.SKIPPED, Code.FILE_NEEDS_OCR.value)
    else:
        removed = passages.replace(connection, file.id, document, card, spaces)
    if document.scan:
        scans.put(connection, file.id, document.scan, waiting=waits)
    else:
        scans.forget(connection, file.id)
    return removed


def _begin_again(connection: apsw.Connection, file: File, now: FileStat | None) -> list[int]:
    """Another file stands there, or none, and no event told."""
    row = files.by_id(connection, file.id)
    if row is None or row.stat != file.stat:
        return []
    if now is None:
        return files.remove(connection, [file.id])
    files.seen(connection, file.folder, now, file.urgency)
    return []


def _leave(connection: apsw.Connection, file: File, error: JinasearchError) -> list[int]:
    row = files.by_id(connection, file.id)
    if row is None or row.stat != file.stat:
        return []
    if error.code == Code.NOT_FOUND:
        return files.remove(connection, [file.id])
    state = FileState.SKIPPED if error.code in _SKIPPED else FileState.FAILED
    return files.mark(connection, file.id, state, error.code.value)


_FOR_NEW_READERS = (Code.FILE_KIND_UNKNOWN.value,)
"""Reasons for which files were skipped that newer readers may not have."""
_SKIPPED = (
    Code.FILE_KIND_UNKNOWN,
    Code.FILE_TOO_LARGE,
    Code.FILE_ONLINE_ONLY,
    Code.FILE_ARCHIVE_CLOSED,
)
