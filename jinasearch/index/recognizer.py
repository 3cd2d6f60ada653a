"""Looks at pictures of text when everything else has been read, and the settings let it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import FileState
from jinasearch.extract import version
from jinasearch.extract.pool import Stopped
from jinasearch.index.card import make_card
from jinasearch.index.gate import Closed, Gate
from jinasearch.index.guard import Guard
from jinasearch.store import files, folders, passages, scans

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import apsw

    from jinasearch.core.models import Document, File
    from jinasearch.extract.pool import ExtractWorker
    from jinasearch.store.database import Library
    from jinasearch.store.scans import Scan

_LOOK_SECONDS = 15.0
"""How often is asked whether the time has come, while files wait."""
_REST_SECONDS = 30.0
_TROUBLE_SECONDS = 60.0
_MISSED_SECONDS = 1.0


class Recognizer:
    """One thread with a worker of its own, which runs only while there is something to look at.

    Args:
        may: whether now is the time.
        spaces, forget, on_change, on_trouble, absent, is_absent: as for `Readers`.
    """

    def __init__(
        self,
        library: Library,
        gate: Gate,
        worker: ExtractWorker,
        max_bytes: int,
        may: Callable[[], bool],
        spaces: Callable[[], Sequence[int]],
        forget: Callable[[Sequence[int]], None],
        on_change: Callable[[], None],
        on_trouble: Callable[[JinasearchError | None], None],
        absent: Callable[[], Sequence[str]] = tuple,
        is_absent: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._library = library
        self._gate = gate
        self._worker = worker
        self._max_bytes = max_bytes
        self._may = may
        self._spaces = spaces
        self._forget = forget
        self._absent = absent
        self._is_absent = is_absent
        self._on_change = on_change
        self._on_trouble = on_trouble
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recognizer", daemon=True)

    @property
    def current(self) -> str:
        """The file in hand, for people's eyes; empty if none."""
        return self._worker.current

    @property
    def waiting(self) -> int:
        """How many files wait to be looked at."""
        return scans.waiting(self._library.reader())

    def start(self) -> None:
        """Begin to look, when it is time."""
        self._news.set()
        self._thread.start()

    def wake(self) -> None:
        """There may be files to look at, or the time may have come."""
        self._news.set()

    def close(self) -> None:
        """End the worker and the thread; a file in hand is looked at again at the next start."""
        self._news.set()
        self._worker.stop()
        if self._thread.is_alive():
            self._thread.join(10)

    def _run(self) -> None:
        guard = Guard("Looking at scans stopped", self._on_trouble, self._gate.sleep)
        guard.run(self._turn)

    def _turn(self) -> bool:
        """Wait for a scan, and look at it."""
        self._gate.pass_through()
        self._await_news()
        try:
            self._step()
        except Stopped as error:
            raise Closed from error
        except JinasearchError as error:  # of the library; those of files are noted there
            self._on_trouble(error)
            self._gate.sleep(_TROUBLE_SECONDS)
        return True

    def _await_news(self) -> None:
        if not self._news.wait(_REST_SECONDS):
            self._worker.rest()
            self._news.wait()
        self._gate.pass_through()

    def _step(self) -> None:
        self._news.clear()
        scan = scans.first(self._library.reader(), self._absent())
        if scan is None:
            return
        self._news.set()
        if not self._may():
            self._news.clear()
            if not self._news.wait(_LOOK_SECONDS):
                self._worker.rest()
            self._news.set()
            return
        self._look_at(scan)
        self._on_trouble(None)
        self._on_change()

    def _look_at(self, scan: Scan) -> None:
        connection = self._library.reader()
        file = files.by_id(connection, scan.file)
        if file is None:
            return
        readers = version.of_ocr()
        document = scans.known(connection, scan.digest, readers)
        try:
            document = document or self._recognize(file)
        except JinasearchError as error:
            code = error.code
            if code == Code.NOT_FOUND and self._is_absent(file.stat.path):
                self._gate.sleep(_MISSED_SECONDS)  # soon it is told that its drive is away
                return
            removed = self._library.writer.run(lambda c: _leave(c, file, code))
        else:
            card, spaces = make_card(file.stat.path, document), self._spaces()
            found = document
            removed = self._library.writer.run(
                lambda c: _keep(c, file, scan, readers, found, card, spaces)
            )
        if removed:
            self._forget(removed)

    def _recognize(self, file: File) -> Document:
        rules = folders.rules_of(self._library.reader(), file.folder)
        extracted = self._worker.extract(
            file.stat.path, self._max_bytes, online=rules.online, ocr=True
        )
        if (extracted.size, extracted.mtime_ns) != (file.stat.size, file.stat.mtime_ns):
            raise JinasearchError(Code.NOT_FOUND, "Another file stands there now")
        return extracted.document


def _keep(
    connection: apsw.Connection,
    file: File,
    scan: Scan,
    readers: str,
    document: Document,
    card: str,
    spaces: Sequence[int],
) -> list[int]:
    """Store what was recognized, unless the row has changed or moved meanwhile."""
    row = files.by_id(connection, file.id)
    if row is None or row.stat != file.stat or row.state == FileState.SEEN:
        return []
    removed = passages.replace(connection, file.id, document, card, spaces)
    scans.keep(connection, scan, readers, document)
    return removed


def _leave(connection: apsw.Connection, file: File, code: Code) -> list[int]:
    """A file that cannot be looked at keeps the text that it has; one without has failed."""
    row = files.by_id(connection, file.id)
    if row is None or row.stat != file.stat or row.state == FileState.SEEN:
        return []
    if row.state == FileState.SKIPPED and code != Code.NOT_FOUND:
        return files.mark(connection, file.id, FileState.FAILED, code.value)
    scans.done(connection, file.id)
    return []
