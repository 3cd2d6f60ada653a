"""What clients ask to be shown of files. A worker of its own opens them, and ends when idle."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import from_uri, shown
from jinasearch.core.preview import Preview, View
from jinasearch.engine import protocol
from jinasearch.engine.stored_text import pages, stored_text
from jinasearch.extract.pool import MAX_BYTES, ExtractWorker
from jinasearch.extract.preview import AS_TEXT
from jinasearch.search import filters, snippets
from jinasearch.search import query as queries
from jinasearch.search.dates import local_now
from jinasearch.store import files, passages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.models import File
    from jinasearch.core.settings import ExtractSettings
    from jinasearch.store.database import Library
    from jinasearch.store.passages import PassageRow

_SECONDS = 8.0
_PATIENCE_SECONDS = 1.0
"""How long a request waits for the one in hand before that is ended."""
_IDLE_SECONDS = 30.0


class PreviewDesk:
    """The facade for previews. One file is shown at a time, to whoever asked last."""

    def __init__(self, library: Library, command: Sequence[str], settings: ExtractSettings) -> None:
        self._library = library
        self._worker = ExtractWorker([*command, "_extract"], _limits(settings))
        self._in_hand = threading.Lock()
        self._lock = threading.Lock()
        self._newest = 0
        self._idle: threading.Timer | None = None

    def preview(self, request: protocol.PreviewRequest) -> Preview:
        """Show a file.

        Raises:
            JinasearchError: NOT_FOUND if the library knows no such file, SUPERSEDED if a newer
                request came, or why it cannot be shown if the library holds no text of it either.
        """
        file, row = self._asked_for(request)
        words = _words(request.text, row)
        if request.pixels <= 0 or (file.kind in AS_TEXT and file.reason == ""):
            return self._stored(file, row, words, request.page, None)
        view = View(
            row.text if row else "",
            row.place if row else View().place,
            words,
            request.page,
            min(request.pixels, protocol.LARGEST_PICTURE),
        )
        try:
            return self._shown(file, view)
        except JinasearchError as error:
            if error.code == Code.SUPERSEDED:
                raise
            if error.code == Code.FILE_KIND_UNKNOWN and file.reason == Code.FILE_ARCHIVE_CLOSED:
                raise JinasearchError(
                    Code.FILE_ARCHIVE_CLOSED,
                    "An archive; the folder's rules do not open archives",
                    "Let the rules open archives to have what is in it found and shown.",
                    shown(file.stat.path),
                ) from error
            if error.code == Code.FILE_KIND_UNKNOWN and view.place.member is not None:
                return self._stored(file, row, words, request.page, None)  # a document within
            return self._stored(file, row, words, request.page, error)

    def use(self, settings: ExtractSettings) -> None:
        """Go by other limits from the next file on."""
        self._worker.use(_limits(settings))

    def memory_bytes(self) -> int:
        """Resident memory of the worker process; 0 if none runs."""
        return self._worker.memory_bytes()

    def close(self) -> None:
        """End the worker, whatever it is doing."""
        with self._lock:
            if self._idle is not None:
                self._idle.cancel()
        self._worker.stop()

    def _asked_for(self, request: protocol.PreviewRequest) -> tuple[File, PassageRow | None]:
        connection = self._library.reader()
        if request.uri:
            path = from_uri(request.uri)
            file = files.by_path(connection, path)
        else:
            path = ""
            file = files.by_id(connection, request.file)
        if file is None:
            raise JinasearchError(
                Code.NOT_FOUND,
                "The library does not know this file",
                "Add its folder, or wait until it is read."
                if not path or os.path.lexists(path)
                else "There is no such file.",
                shown(path),
            )
        row = passages.get(connection, [request.passage]).get(request.passage)
        return file, row if row is not None and row.file == file.id else None

    def _shown(self, file: File, view: View) -> Preview:
        with self._lock:
            self._newest += 1
            mine = self._newest
        if not self._in_hand.acquire(timeout=_PATIENCE_SECONDS):
            self._worker.interrupt()
            self._in_hand.acquire()
        try:
            if mine != self._newest:
                raise JinasearchError(Code.SUPERSEDED, "Another file is shown instead")
            return self._worker.preview(file.stat.path, MAX_BYTES, view)
        finally:
            self._in_hand.release()
            self._rest_later()

    def _rest_later(self) -> None:
        with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            self._idle = threading.Timer(_IDLE_SECONDS, self._rest)
            self._idle.daemon = True
            self._idle.name = "preview-idle"
            self._idle.start()

    def _rest(self) -> None:
        if self._in_hand.acquire(blocking=False):
            try:
                self._worker.rest()
            finally:
                self._in_hand.release()

    def _stored(
        self,
        file: File,
        row: PassageRow | None,
        words: tuple[str, ...],
        page: int | None,
        error: JinasearchError | None,
    ) -> Preview:
        rows = passages.of_file(self._library.reader(), file.id)
        if error is not None and not rows:
            raise error
        if error is None and page is not None:
            _check_page(page, pages(rows), file)
        text = stored_text(file, rows, row, words, page)
        if error is None:
            return text
        return replace(text, problem=error.code, problem_title=error.title)


def _check_page(page: int, known: Sequence[int], file: File) -> None:
    if not min(known, default=1) <= page <= max(known, default=1):
        raise JinasearchError(
            Code.NOT_FOUND,
            f"The library holds no page {page} of this file",
            f"It has text from page {min(known)} to page {max(known)}."
            if known
            else "Files of this kind have no pages.",
            shown(file.stat.path),
        )


def _limits(settings: ExtractSettings) -> ExtractSettings:
    return replace(settings, timeout_seconds=min(_SECONDS, settings.timeout_seconds))


def _words(text: str, row: PassageRow | None) -> tuple[str, ...]:
    """The question's words as the passage writes them; all as typed if none stands in it."""
    query = queries.parse(filters.read(text, local_now()).words)
    marks = snippets.marks_in(row.text, snippets.marker(query)) if row else ()
    if row is not None and marks:
        found = dict.fromkeys(row.text[mark.start : mark.end] for mark in marks)
        return tuple(found)[:32]
    return tuple(term.text for term in query.terms)
