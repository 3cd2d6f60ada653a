"""The engine's handle on the embed process: starts it, restarts it, lets it sleep.

Nothing here loads a model runtime, so a crash in native code ends the child alone.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import psutil

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import ModelInUse
from jinasearch.embed import wire
from jinasearch.embed.command import LACKING, NEEDS
from jinasearch.embed.connection import ChildDied, Connection
from jinasearch.embed.encoder import Prompt
from jinasearch.embed.runtime import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_LOAD_SECONDS = 300.0
_ANSWER_SECONDS = 120.0
_TEXT_SECONDS = 30.0
_IDLE_CHECK_SECONDS = 1.0
_SLICE = 16
_HARMLESS = "a"
_FAILURE_HOLDS_SECONDS = 15.0
"""How long a model that could not be loaded is not tried again, however often it is asked for."""


class PoisonText(Exception):  # noqa: N818 - names the culprit, the caller goes on without it
    """One text kills or breaks the model: `index` is its place in the texts given."""

    def __init__(self, index: int) -> None:
        super().__init__(f"text {index}")
        self.index = index


class EmbeddingInterrupted(JinasearchError):  # noqa: N818 - somebody asked for it
    """`use()` or `stop()` came while texts were being embedded; nothing is wrong with them."""

    def __init__(self) -> None:
        super().__init__(
            Code.EMBED_FAILED, "The model was changed or stopped meanwhile", "Ask again."
        )


class EmbedProcess:
    """Vectors from a model that lives in a process of its own. Thread-safe.

    The process is started by the first text and ended after `idle_seconds` without one. A query
    stops the documents under way, which are then repeated. If the process dies, it is started
    again once.
    """

    def __init__(
        self,
        command: Sequence[str],
        model: str,
        dimension: int,
        threads: int,
        idle_seconds: float,
        on_change: Callable[[], None] | None = None,
        *,
        background: bool = True,
        runtime: str = "auto",
        precision: str = "auto",
        allow_cpu: bool = False,
        gpu_bytes: int = 0,
        on_remark: Callable[[JinasearchError], None] | None = None,
    ) -> None:
        """Nothing is started yet.

        Args:
            command: how to start the embed process.
            model: a name that `catalog.describe` knows.
            dimension: length of the vectors; 0 means the model's own.
            threads: for the model; 0 means one per physical core.
            idle_seconds: how long an unused model stays in memory.
            on_change: called after `info` has changed, from any thread; must not block.
            background: run the process at a lower priority.
            runtime: what computes; see `load.load` for this and the next three.
            precision: in what numbers.
            allow_cpu: the processor may take the graphics card's place.
            gpu_bytes: memory of the graphics card to use at most.
            on_remark: told, once each, what the user should know of how the model was loaded;
                from any thread, must not block.
        """
        self._command = tuple(command)
        self._threads = threads or psutil.cpu_count(logical=False) or 1
        self._idle_seconds = idle_seconds
        self._on_change = on_change
        self._background = background
        self._runtime = runtime
        self._form = {"precision": precision, "allow_cpu": allow_cpu, "gpu_bytes": gpu_bytes}
        self._on_remark = on_remark
        self._remarked = ""
        self._waking = threading.Lock()  # held while a process starts and loads
        self._lock = threading.Lock()  # guards what follows, never held for long
        self._model = model
        self._dimension = dimension
        self._generation = 0
        self._stopped = False
        self._connection: Connection | None = None
        self._busy = 0
        self._used = time.monotonic()
        self._timer: threading.Timer | None = None
        self._failure: tuple[float, JinasearchError] | None = None
        self._info = ModelInUse(name=model, dimension=dimension)

    @property
    def info(self) -> ModelInUse:
        """What is in use; `state` is `asleep`, `waking`, `ready` or `failed`. Never blocks."""
        return self._info

    @property
    def pid(self) -> int:
        """The embed process's number; 0 while it sleeps."""
        connection = self._connection
        return connection.pid if connection is not None else 0

    def memory_bytes(self) -> int:
        """Memory that the embed process holds; 0 while it sleeps."""
        connection = self._connection
        return connection.memory_bytes() if connection is not None else 0

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question: shape (dimension,), length 1. Overtakes documents.

        Raises:
            JinasearchError: the model cannot be loaded (MODEL_*), or failed twice (EMBED_FAILED).
            EmbeddingInterrupted: `use()` or `stop()` was called meanwhile.
        """
        with self._in_use() as generation:
            for _ in range(2):
                with contextlib.suppress(ChildDied):
                    vectors = self._encode([text], Prompt.QUERY, generation)
                    return vectors.reshape(-1)
        raise _died()

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of texts, in their order: shape (n, dimension), each of length 1.

        Raises:
            PoisonText: one of the texts kills the process or breaks the model, alone and twice.
            JinasearchError: the model cannot be loaded (MODEL_*), or fails on any text
                (EMBED_FAILED).
            EmbeddingInterrupted: `use()` or `stop()` was called meanwhile.
        """
        with self._in_use() as generation:
            # In slices: a query's cancel costs one slice, not the whole batch.
            starts = range(0, max(len(texts), 1), _SLICE)
            return np.concatenate(
                [
                    self._encode_documents(texts[i : i + _SLICE], i, generation, tries=2)
                    for i in starts
                ]
            )

    def use(self, model: str, dimension: int) -> None:
        """Use another model from now on; texts under way end with `EmbeddingInterrupted`."""
        with self._lock:
            self._model = model
            self._dimension = dimension
        self._end_child(stopped=False)

    def stop(self) -> None:
        """End the process for good; texts under way end with `EmbeddingInterrupted`."""
        self._end_child(stopped=True)

    def _encode_documents(
        self, texts: Sequence[str], offset: int, generation: int, tries: int
    ) -> NDArray[np.float32]:
        """Encode texts; those that kill the process are halved until the culprit is found."""
        for _ in range(tries):
            try:
                return self._encode(texts, Prompt.DOCUMENT, generation)
            except ChildDied:
                _log.warning("The embed process ended over %d texts", len(texts))
            except EmbeddingInterrupted:
                raise
            except JinasearchError as error:
                if error.code is not Code.EMBED_FAILED or len(texts) == 0:
                    raise
                break  # the process lives and says no: asking the same again changes nothing
        if len(texts) == 1:
            self._acquit_the_model(generation)
            raise PoisonText(offset)
        half = len(texts) // 2
        return np.concatenate(
            [
                # Halves get one try; a single text is blamed only after two.
                self._encode_documents(part, offset + start, generation, 1 + (len(part) == 1))
                for start, part in ((0, texts[:half]), (half, texts[half:]))
            ]
        )

    def _acquit_the_model(self, generation: int) -> None:
        """Raise EMBED_FAILED if the model fails on a harmless text too: then no text is guilty."""
        try:
            self._encode([_HARMLESS], Prompt.DOCUMENT, generation)
        except ChildDied as error:
            raise _died() from error

    def _encode(self, texts: Sequence[str], prompt: Prompt, generation: int) -> NDArray[np.float32]:
        request = {"op": "encode", "prompt": prompt, "texts": list(texts)}
        seconds = _ANSWER_SECONDS + _TEXT_SECONDS * len(texts)
        while True:
            connection = self._awake(generation)
            try:
                header, payload = connection.ask(request, seconds)
            except ChildDied:
                self._raise_if_interrupted(generation)
                raise
            if header.get("cancelled"):
                continue  # a query went first
            if not header["ok"]:
                raise _error(header)
            if header["truncated"] and prompt is Prompt.DOCUMENT:
                self._count_truncated(header["truncated"], generation)
            return wire.unpack(payload, header["shape"])

    def _count_truncated(self, texts: int, generation: int) -> None:
        with self._lock:
            if generation != self._generation:
                return
            info = replace(self._info, truncated=self._info.truncated + texts)
        self._change(info)

    def _awake(self, generation: int) -> Connection:
        """The connection to a process with the model loaded; started if need be."""
        with self._waking:
            self._raise_if_interrupted(generation)
            connection = self._connection
            if connection is not None and connection.alive:
                return connection
            if self._failure is not None:
                until, error = self._failure
                if time.monotonic() < until:
                    raise error
            self._change(replace(self._info, state="waking"))
            try:
                return self._start(generation)
            except JinasearchError as error:
                self._failure = (time.monotonic() + _FAILURE_HOLDS_SECONDS, error)
                self._change(replace(self._info, state="failed"))
                raise

    def _start(self, generation: int) -> Connection:
        # A runtime that crashes in native code takes its process along: then comes the plain one.
        spare = PLAIN if self._runtime in ("auto", "onnx") else self._runtime
        for runtime in (self._runtime, spare):
            with contextlib.suppress(ChildDied):
                connection = self._start_once(generation, runtime)
                if runtime != self._runtime:
                    self._remark(_crashed())
                return connection
            self._raise_if_interrupted(generation)
            dead = self._connection
            if dead is not None and dead.exit_code == LACKING:
                raise _lacking(self._command[0])
        raise _died()

    def _start_once(self, generation: int, runtime: str) -> Connection:
        connection = Connection(self._command, self._threads)
        with self._lock:
            current = generation == self._generation
            if current:
                self._connection = connection
        if not current:
            connection.end()
            raise EmbeddingInterrupted
        header, _ = connection.ask(
            {
                "op": "load",
                "model": self._model,
                "dimension": self._dimension,
                "threads": self._threads,
                "background": self._background,
                "form": {"runtime": runtime, **self._form},
            },
            _LOAD_SECONDS,
        )
        if not header["ok"]:
            connection.end()
            raise _error(header)
        self._failure = None
        self._change(
            ModelInUse(
                name=header["name"],
                title=header["title"],
                provider=header["provider"],
                precision=header["precision"],
                dimension=header["dimension"],
                state="ready",
                truncated=self._info.truncated,
            )
        )
        self._watch_idleness()
        if remark := header.get("remark"):
            self._remark(_failure(remark))
        return connection

    def _remark(self, remark: JinasearchError) -> None:
        if self._on_remark is not None and remark.title != self._remarked:
            self._remarked = remark.title
            self._on_remark(remark)

    def _raise_if_interrupted(self, generation: int) -> None:
        if generation != self._generation:
            raise EmbeddingInterrupted

    @contextlib.contextmanager
    def _in_use(self) -> Iterator[int]:
        """Keep the process awake for the time of a request; gives the model's generation."""
        with self._lock:
            if self._stopped:
                raise EmbeddingInterrupted
            self._busy += 1
            generation = self._generation
        try:
            yield generation
        finally:
            with self._lock:
                self._busy -= 1
                self._used = time.monotonic()

    def _end_child(self, *, stopped: bool) -> None:
        with self._lock:
            self._stopped |= stopped
            self._generation += 1
            self._failure = None
            connection, self._connection = self._connection, None
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        if connection is not None:
            connection.end()
        self._change(ModelInUse(name=self._model, dimension=self._dimension))

    def _watch_idleness(self) -> None:
        with self._lock:
            self._used = time.monotonic()
            self._arm(self._idle_seconds)

    def _arm(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, self._sleep_if_idle)
        self._timer.name = "embed-idle"
        self._timer.daemon = True
        self._timer.start()

    def _sleep_if_idle(self) -> None:
        with self._lock:
            left = self._used + self._idle_seconds - time.monotonic()
            if self._connection is None:
                return
            if self._busy or left > 0:
                self._arm(max(left, _IDLE_CHECK_SECONDS))
                return
            connection, self._connection = self._connection, None
            self._timer = None
        connection.end()
        self._change(replace(self._info, state="asleep"))

    def _change(self, info: ModelInUse) -> None:
        self._info = info
        if self._on_change is not None:
            self._on_change()


def _died() -> JinasearchError:
    return JinasearchError(
        Code.EMBED_FAILED,
        "The model's process ended unexpectedly, twice",
        "The model may need more memory than there is: close programs or choose a smaller model.",
    )


def _lacking(python: str) -> JinasearchError:
    return JinasearchError(
        Code.RUNTIME_MISSING,
        "The environment that the model should run in lacks a package",
        f"Its interpreter is named by `python` under [embed] in the settings. It needs"
        f" {', '.join(NEEDS)}; the engine's log tells which one is missing.",
        python,
    )


def _crashed() -> JinasearchError:
    return JinasearchError(
        Code.RUNTIME_MISSING,
        "The fastest way to run the model crashed",
        "ONNX Runtime runs the model as it came: the same vectors, made more slowly.",
    )


def _error(header: wire.Header) -> JinasearchError:
    return _failure(header["error"])


def _failure(told: wire.Header) -> JinasearchError:
    return JinasearchError(Code(told["code"]), told["title"], told["message"], told["path"])
