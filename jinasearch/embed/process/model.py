"""The engine's handle on a process that holds a model: starts it, restarts it, lets it sleep.

Nothing here loads a model runtime, so a crash in native code ends the child alone.
"""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import ModelInUse
from jinasearch.embed.process.command import LACKING, NEEDS
from jinasearch.embed.process.connection import ChildDied, Connection
from jinasearch.embed.runtimes.runtime import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jinasearch.embed.process import wire

_LOAD_SECONDS = 900.0
"""A form of a large model is made and proven the first time, which takes minutes."""
_IDLE_CHECK_SECONDS = 1.0
_FAILURE_HOLDS_SECONDS = 15.0
"""How long a model that could not be loaded is not tried again, however often it is asked for."""


class EmbeddingInterrupted(JinasearchError):  # noqa: N818 - somebody asked for it
    """`use()` or `stop()` came while texts were being embedded; nothing is wrong with them."""

    def __init__(self) -> None:
        super().__init__(
            Code.EMBED_FAILED, "The model was changed or stopped meanwhile", "Ask again."
        )


class ModelProcess:
    """A model in a process of its own. Thread-safe.

    The process is started by the first request and ended after `idle_seconds` without one. If it
    dies, it is started again once.
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
        self._woken: Future[None] | None = None
        self._aside = 0
        self._free = threading.Event()  # cleared while what nobody waits for stands aside
        self._free.set()
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

    def use(self, model: str, dimension: int) -> None:
        """Use another model from now on; texts under way end with `EmbeddingInterrupted`."""
        with self._lock:
            self._model = model
            self._dimension = dimension
        self._end_child(stopped=False)

    @contextlib.contextmanager
    def standing_aside(self) -> Iterator[None]:
        """What nobody waits for rests meanwhile; what of it is under way is stopped, and repeated
        afterwards."""
        with self._lock:
            self._aside += 1
            self._free.clear()
            connection = self._connection
        try:
            if connection is not None:
                connection.tell({"op": "aside"})
            yield
        finally:
            with self._lock:
                self._aside -= 1
                if not self._aside:
                    self._free.set()

    def stop(self) -> None:
        """End the process for good; texts under way end with `EmbeddingInterrupted`."""
        self._end_child(stopped=True)

    def wake(self) -> Future[None]:
        """Have the model loaded, in a thread of its own. The future tells when it is, or fails
        as a request would; whoever does not want to wait any more just leaves it."""
        with self._lock:
            if self._woken is None or self._woken.done():
                woken: Future[None] = Future()
                threading.Thread(
                    target=self._wake, args=(woken,), name="model-wake", daemon=True
                ).start()
                self._woken = woken
            return self._woken

    def _wake(self, woken: Future[None]) -> None:
        try:
            with self._in_use() as generation:
                self._awake(generation)
        except BaseException as error:  # noqa: BLE001 - whoever waits is told, whatever it is
            woken.set_exception(error)
        else:
            woken.set_result(None)

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
        # A runtime that crashes in native code takes its process along: then comes the plain one,
        # unless its vectors belong in another space.
        replaceable = self._runtime in ("auto", "onnx") and self._form["precision"] != "int8"
        spare = PLAIN if replaceable else self._runtime
        left = [self._runtime, spare]
        spared = False
        while left:
            runtime = left.pop(0)
            with contextlib.suppress(ChildDied):
                connection = self._start_once(generation, runtime)
                if runtime != self._runtime:
                    self._remark(_crashed())
                return connection
            self._raise_if_interrupted(generation)
            dead = self._connection
            if dead is not None and dead.exit_code == LACKING:
                raise _lacking(self._command[0])
            if dead is not None and dead.killed and not spared:
                left.insert(0, runtime)  # it did not crash: once more the same
                spared = True
        raise died()

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
            raise error_of(header)
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
            self._woken = None
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


def died() -> JinasearchError:
    """The process does not survive what it is asked."""
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


def error_of(header: wire.Header) -> JinasearchError:
    """What the process answered in place of a result."""
    return _failure(header["error"])


def _failure(told: wire.Header) -> JinasearchError:
    return JinasearchError(Code(told["code"]), told["title"], told["message"], told["path"])
