"""The embed process: texts in, vectors out. It alone loads a model runtime.

Requests come on standard input as frames of `wire`, with an `id` and an `op`:

- `load` (`model`, `dimension`, `threads`, `background`, `form`: keywords of `load.load`) answers
  with what is in use, and an error as `remark` if that is not the best;
- `encode` (`prompt`, `texts`) answers with `shape`, the vectors' bytes, and how many texts were
  `truncated`;
- `score` (`query`, `texts`), for a model that re-ranks, answers with `shape` and the scores' bytes;
- `cancel` (`of`, an id) stops a `score`, whose answer is then `cancelled`, and has none itself;
- `aside` does nothing, but overtakes as a query does.

A query overtakes documents: it stops those under way, whose answer is then `cancelled`, and is
answered before all that wait. An answer has the request's `id`, and either `ok` or an `error`.
The process ends when its input does, whatever it is doing.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections import deque
from typing import IO, TYPE_CHECKING

import psutil

from jinasearch.core import logs
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Cancelled, Prompt, Stop
from jinasearch.embed.models.catalog import describe
from jinasearch.embed.models.description import Task
from jinasearch.embed.process import wire

if TYPE_CHECKING:
    from jinasearch.embed.encoder import Encoder
    from jinasearch.embed.models.description import ModelDescription
    from jinasearch.embed.rerank.cross_encoder import CrossEncoder

_log = logging.getLogger(__name__)


_URGENT = ("score", "aside")


class _Job:
    """A request, and the way to stop it."""

    def __init__(self, header: wire.Header) -> None:
        self.header = header
        self.stop = Stop()
        self.urgent = header["op"] in _URGENT or header.get("prompt") == Prompt.QUERY


class _Jobs:
    """The requests that wait, queries first; and the one under way."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._urgent: deque[_Job] = deque()
        self._patient: deque[_Job] = deque()
        self._current: _Job | None = None

    def add(self, job: _Job) -> None:
        """Take a request; a query stops what is under way if that is none."""
        with self._news:
            (self._urgent if job.urgent else self._patient).append(job)
            if job.urgent and self._current is not None and not self._current.urgent:
                self._current.stop.request()
            self._news.notify()

    def cancel(self, number: int) -> None:
        """Stop the request with this id, if it is not answered yet."""
        with self._news:
            for job in (self._current, *self._urgent, *self._patient):
                if job is not None and job.header["id"] == number:
                    job.stop.request()

    def next(self) -> _Job:
        """Wait for a request."""
        with self._news:
            self._current = None
            while not (self._urgent or self._patient):
                self._news.wait()
            self._current = (self._urgent or self._patient).popleft()
            return self._current


class _Worker:
    """Answers requests, one at a time."""

    def __init__(self, jobs: _Jobs, out: IO[bytes]) -> None:
        self._jobs = jobs
        self._out = out
        self._encoder: Encoder | None = None
        self._reranker: CrossEncoder | None = None

    def run(self) -> None:
        """Work until the process ends."""
        while True:
            job = self._jobs.next()
            answer, payload = self._answer(job)
            try:
                wire.write(self._out, {"id": job.header["id"], **answer}, payload)
            except OSError:
                return  # nobody listens any more

    def _answer(self, job: _Job) -> tuple[wire.Header, bytes]:
        try:
            return self._done(job)
        except Cancelled:
            return {"ok": True, "cancelled": True}, b""
        except JinasearchError as error:
            return _error(error), b""
        except MemoryError:
            return _error(
                JinasearchError(
                    Code.EMBED_FAILED,
                    "There is not enough memory for the model",
                    "Close other programs, or choose a smaller model.",
                )
            ), b""
        except Exception as error:  # noqa: BLE001 - an answer is owed whatever happens
            # The type alone: a message could quote a text.
            _log.error("Request failed: %s", type(error).__name__)
            return _error(
                JinasearchError(
                    Code.EMBED_FAILED, f"The model's process failed ({type(error).__name__})"
                )
            ), b""

    def _done(self, job: _Job) -> tuple[wire.Header, bytes]:
        match job.header["op"]:
            case "load":
                return self._load(job.header), b""
            case "score":
                return self._score(job)
            case "aside":
                return {"ok": True}, b""
        return self._encode(job)

    def _load(self, request: wire.Header) -> wire.Header:
        description = describe(request["model"])
        if description.task is Task.RERANK:
            return self._load_reranker(description, request)
        # Imported here so that a runtime that cannot be loaded is an answer, not a dead process.
        from jinasearch.embed.load import load  # noqa: PLC0415

        encoder = load(description, request["dimension"], request["threads"], **request["form"])
        if request["background"]:
            _step_back()
        self._encoder = encoder
        return {
            "ok": True,
            "name": description.name,
            "title": description.title,
            "provider": encoder.provider,
            "precision": encoder.precision,
            "dimension": encoder.dimension,
            "remark": encoder.remark and _told(encoder.remark),
        }

    def _load_reranker(self, description: ModelDescription, request: wire.Header) -> wire.Header:
        from jinasearch.embed.rerank.cross_encoder import load  # noqa: PLC0415 - as above

        reranker = load(description, request["threads"])
        if request["background"]:
            _step_back()
        self._reranker = reranker
        return {
            "ok": True,
            "name": description.name,
            "title": description.title,
            "provider": reranker.provider,
            "precision": reranker.precision,
            "dimension": 0,
            "remark": None,
        }

    def _score(self, job: _Job) -> tuple[wire.Header, bytes]:
        if self._reranker is None:
            raise JinasearchError(Code.EMBED_FAILED, "No model that re-ranks is loaded")
        scores = self._reranker.scores(job.header["query"], job.header["texts"], job.stop)
        return {"ok": True, "shape": list(scores.shape)}, wire.pack(scores)

    def _encode(self, job: _Job) -> tuple[wire.Header, bytes]:
        if self._encoder is None:
            raise JinasearchError(Code.EMBED_FAILED, "No model is loaded")
        before = self._encoder.truncated
        vectors = self._encoder.encode(
            job.header["texts"], Prompt(job.header["prompt"]), None if job.urgent else job.stop
        )
        truncated = self._encoder.truncated - before
        answer = {"ok": True, "shape": list(vectors.shape), "truncated": truncated}
        return answer, wire.pack(vectors)


def main() -> int:
    """Serve requests from standard input until it ends."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # however it was started
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to act on
    logs.to_stderr()
    out = wire.own_output()
    jobs = _Jobs()
    threading.Thread(
        target=_read, args=(sys.stdin.buffer, jobs), name="embed-requests", daemon=True
    ).start()
    _Worker(jobs, out).run()
    return 0


def _read(stream: IO[bytes], jobs: _Jobs) -> None:
    try:
        while (frame := wire.read(stream)) is not None:
            if frame[0]["op"] == "cancel":
                jobs.cancel(frame[0]["of"])
            else:
                jobs.add(_Job(frame[0]))
    except (ValueError, KeyError, OSError) as error:
        _log.error("A request cannot be read: %s", type(error).__name__)
    finally:
        # The parent is gone. Nothing here needs saving, and native code cannot be asked to leave.
        os._exit(0)


def _step_back() -> None:
    """Lower the process's priority: indexing must not slow down the user's own work."""
    try:
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            psutil.Process().nice(10)
    except psutil.Error:
        _log.warning("The priority could not be lowered")


def _error(error: JinasearchError) -> wire.Header:
    return {"ok": False, "error": _told(error)}


def _told(error: JinasearchError) -> wire.Header:
    return {
        "code": error.code,
        "title": error.title,
        "message": error.message,
        "path": error.path,
    }


if __name__ == "__main__":
    sys.exit(main())
