"""The engine's side of a worker process: asks it for files, and outlives whatever happens to it."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TypeVar

import msgspec
import psutil

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown, to_uri
from jinasearch.core.starting import unheard
from jinasearch.extract.protocol import Limits, Ready, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.models import Confinement, Document
    from jinasearch.core.preview import Preview, View
    from jinasearch.core.settings import ExtractSettings

MAX_BYTES = 2_000_000_000
"""No worker is asked for a larger file, whatever a folder's rules say."""
_FILES = 2000
"""A worker is exchanged after this many files: libraries leak."""
_LOOK_AT_MEMORY_EVERY = 16
_START_SECONDS = 30.0
_END_SECONDS = 2.0
_LONGEST_REPLY = 128 << 20
"""Bytes; `max_characters` are far less, so a longer one is no honest reply."""
_KILLED = (-9, 128 + 9)
_SECRETS = "JINASEARCH_KEY_"
_OUT_OF_MEMORY = (b"memory allocation of", b"bad_alloc", b"MemoryError", b"out of memory")


_Said = TypeVar("_Said", Ready, Reply)


class Stopped(JinasearchError):  # noqa: N818 - no error: the program ends
    """Raised to the thread in `extract()` when `stop()` is called; says nothing of the file."""

    def __init__(self) -> None:
        super().__init__(Code.INTERNAL, "Reading was stopped")


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document, with the size (bytes) and time of change of the bytes really read."""

    document: Document
    size: int
    mtime_ns: int


class ExtractWorker:
    """One worker process, started when first needed. Used by one thread at a time.

    `command` starts the worker; the settings are added as its last argument.
    """

    def __init__(self, command: Sequence[str], settings: ExtractSettings) -> None:
        self._command = [*command, msgspec.json.encode(settings).decode()]
        self._settings = settings
        self._process: _Process | None = None
        self._lock = threading.Lock()
        self._stopped = False
        self._outdated = False
        self._requests = 0
        self.current = ""
        """The file in hand, in display form; empty if none."""
        self.confinement: Confinement | None = None
        """What its last process could not do; None before the first."""

    def extract(
        self,
        path: str,
        max_bytes: int,
        *,
        online: bool = False,
        archives: bool = False,
        ocr: bool = False,
    ) -> Extracted:
        """Have one file read; `online`, `archives` and `ocr` as in `Limits`.

        Raises:
            JinasearchError: NOT_FOUND, NO_PERMISSION, FILE_UNREADABLE, FILE_ENCRYPTED,
                FILE_TOO_LARGE, FILE_KIND_UNKNOWN, FILE_ONLINE_ONLY, FILE_ARCHIVE_CLOSED from the
                worker; FILE_TIMED_OUT,
                FILE_CRASHED_READER, FILE_OUT_OF_MEMORY if the file ended its worker.
            Stopped: `stop()` was called meanwhile.
        """
        self.current = shown(path)
        try:
            return self._extract(path, self._limits(max_bytes, online, archives, ocr))
        finally:
            self.current = ""

    def preview(self, path: str, max_bytes: int, view: View) -> Preview:
        """Have one file shown.

        Raises:
            JinasearchError: as `extract` does.
            Stopped: `stop()` was called meanwhile.
        """
        reply = self._ask(path, self._limits(max_bytes), view)[1]
        if reply.preview is None:
            raise self._left(path, Code.INTERNAL, "The reader gave no answer")
        return reply.preview

    def use(self, settings: ExtractSettings) -> None:
        """Read under these limits from the next process on, which the next file starts."""
        with self._lock:
            self._command = [*self._command[:-1], msgspec.json.encode(settings).decode()]
            self._settings = settings
            self._outdated = True

    @property
    def pid(self) -> int:
        """The process that reads files; 0 if none runs."""
        process = self._process
        return 0 if process is None else process.pid

    def memory_bytes(self) -> int:
        """Resident memory of the worker process; 0 if none runs."""
        process = self._process
        return 0 if process is None else process.memory_bytes()

    def rest(self) -> None:
        """End the process until the next file; not while a file is in hand."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()

    def rest_if_idle(self) -> bool:
        """End the process if it has no file in hand; whether there was one to end."""
        if self.current or self._process is None:
            return False
        self.rest()
        return True

    def interrupt(self) -> None:
        """Kill the process over its file, which then counts as one that needs too much memory."""
        process = self._process
        if process is not None:
            process.end()

    def stop(self) -> None:
        """End the process, whatever it is doing; the worker cannot be used any more."""
        with self._lock:
            self._stopped = True
            process, self._process = self._process, None
        if process is not None:
            process.kill()

    def _extract(self, path: str, limits: Limits) -> Extracted:
        process, reply = self._ask(path, limits)
        if reply.document is None or reply.stat is None:
            raise self._left(path, Code.INTERNAL, "The reader gave no answer")
        if process.is_worn_out(self._settings.memory_bytes // 2):
            self._discard(process)
        return Extracted(reply.document, reply.stat.size, reply.stat.mtime_ns)

    def _limits(
        self, max_bytes: int, online: bool = False, archives: bool = False, ocr: bool = False
    ) -> Limits:
        settings = self._settings
        return Limits(
            max_bytes, settings.max_characters, online, archives, settings.timeout_seconds, ocr
        )

    def _ask(self, path: str, limits: Limits, view: View | None = None) -> tuple[_Process, Reply]:
        process = self._running()
        self._requests += 1
        request = Request(self._requests, to_uri(path), limits, view)
        try:
            self.confinement = process.await_ready()
            reply = process.ask(request, self._settings.timeout_seconds)
        except _TimedOut as error:
            self._discard(process)
            raise self._left(
                path,
                Code.FILE_TIMED_OUT,
                f"Reading the file took longer than {self._settings.timeout_seconds:g} seconds",
                "Raise extract.timeout_seconds in the settings, or exclude the file.",
            ) from error
        except _Ended as error:
            self._discard(process)
            raise self._died(path, error) from error
        if reply.error is not None:
            if reply.error.code == Code.FILE_OUT_OF_MEMORY:
                self._discard(process)
            raise JinasearchError(
                Code(reply.error.code), reply.error.title, reply.error.message, reply.error.path
            )
        return process, reply

    def _running(self) -> _Process:
        with self._lock:
            if self._stopped:
                raise Stopped
            old = self._process if self._outdated else None
            if self._process is None or self._outdated:
                self._outdated = False
                self._process = _Process(self._command)
            process = self._process
        if old is not None:
            old.kill()
        return process

    def _discard(self, process: _Process) -> None:
        with self._lock:
            if self._stopped:
                raise Stopped
            self._process = None
        process.kill()

    def _died(self, path: str, ended: _Ended) -> JinasearchError:
        if ended.out_of_memory:
            return self._left(
                path,
                Code.FILE_OUT_OF_MEMORY,
                "Reading the file needs more memory than is allowed",
                "Raise extract.memory_bytes in the settings, or exclude the file.",
            )
        return self._left(
            path,
            Code.FILE_CRASHED_READER,
            "The file crashed the program that reads it",
            "It is left out until it changes. Nothing else is affected.",
        )

    def _left(self, path: str, code: Code, title: str, message: str = "") -> JinasearchError:
        return JinasearchError(code, title, message, shown(path))


class _TimedOut(Exception):  # noqa: N818 - told to the user as FILE_TIMED_OUT
    pass


class _Ended(Exception):  # noqa: N818 - told to the user as FILE_CRASHED_READER
    def __init__(self, *, out_of_memory: bool) -> None:
        super().__init__()
        self.out_of_memory = out_of_memory


def _environment() -> dict[str, str]:
    """Without the keys of models on servers: what reads foreign files knows no secret."""
    kept = {name: of for name, of in os.environ.items() if not name.startswith(_SECRETS)}
    return {**kept, "MALLOC_ARENA_MAX": "2", "ORT_DISABLE_TELEMETRY": "1"}


class _Process:
    """A running worker. A thread takes its replies, because pipes know no timeout everywhere."""

    def __init__(self, command: Sequence[str]) -> None:
        self._words: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env=_environment(),
            **unheard(),
        )
        self._replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._files = 0
        self._ready: Ready | None = None
        self._reader = threading.Thread(target=self._receive, name="extract-replies", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The number in the system of the process that reads files."""
        return self._process.pid if self._ready is None else self._ready.pid

    def await_ready(self) -> Confinement:
        """Wait until it has started; returns what it cannot do. Raises _TimedOut and _Ended."""
        if self._ready is None:
            self._ready = self._receive_as(Ready, _START_SECONDS)
        return self._ready.confinement

    def ask(self, request: Request, timeout: float) -> Reply:
        """Send a request and wait for its reply. Raises _TimedOut and _Ended."""
        self._files += 1
        try:
            stdin = self._stream(self._process.stdin)
            stdin.write(msgspec.json.encode(request) + b"\n")
            stdin.flush()
        except (OSError, ValueError) as error:
            raise self._ended() from error
        reply = self._receive_as(Reply, timeout)
        if reply.id != request.id:
            raise self._ended()
        return reply

    def is_worn_out(self, memory_bytes: int) -> bool:
        """Whether it has read many files, or holds more than `memory_bytes`."""
        if self._files >= _FILES:
            return True
        look = self._files % _LOOK_AT_MEMORY_EVERY == 0
        return look and self.memory_bytes() > memory_bytes

    def memory_bytes(self) -> int:
        """Resident memory; 0 when it has ended."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def end(self) -> None:
        """End it; whoever waits for its reply learns that it has ended."""
        with contextlib.suppress(psutil.Error):
            psutil.Process(self.pid).kill()

    def kill(self) -> None:
        """End it and wait until it is gone."""
        # The reader first: the opener collects it, and ends with it.
        if self.pid != self._process.pid and self._process.poll() is None:
            self.end()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._words):
            with contextlib.suppress(OSError):
                self._stream(stream).close()

    def _receive(self) -> None:
        stream = self._stream(self._process.stdout)
        while line := stream.readline(_LONGEST_REPLY):
            self._replies.put(line)
            if not line.endswith(b"\n"):  # cut off, or endless: it is not to be trusted further
                break
        self._replies.put(b"")

    def _receive_as(self, type_: type[_Said], timeout: float) -> _Said:
        try:
            line = self._replies.get(timeout=timeout)
        except queue.Empty as error:
            raise _TimedOut from error
        if not line:
            raise self._ended()
        try:
            return msgspec.json.decode(line, type=type_)
        except msgspec.MsgspecError as error:
            raise self._ended() from error

    def _ended(self) -> _Ended:
        killed_by_system = False
        try:
            killed_by_system = self._process.wait(_END_SECONDS) in _KILLED
        except subprocess.TimeoutExpired:  # it only closed its pipe, or broke the protocol
            self._process.kill()
            self._process.wait()
        return _Ended(out_of_memory=killed_by_system or self._spoke_of_memory())

    def _spoke_of_memory(self) -> bool:
        size = self._words.seek(0, os.SEEK_END)
        self._words.seek(max(0, size - 4096))
        last = self._words.read()
        return any(word in last for word in _OUT_OF_MEMORY)

    @staticmethod
    def _stream(stream: IO[bytes] | None) -> IO[bytes]:
        if stream is None:
            raise ValueError
        return stream
