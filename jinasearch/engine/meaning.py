"""Everything that belongs to the model in use: its process, embedding space, graph and embedder."""

from __future__ import annotations

import contextlib
import logging
import math
import threading
import time
from collections import OrderedDict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from jinasearch.core import language
from jinasearch.core.models import Finding, ModelInUse
from jinasearch.embed.models.catalog import (
    ModelDescription,
    describe,
    describe_for,
    dimension_of,
    space_key,
)
from jinasearch.embed.models.description import Task
from jinasearch.embed.process.command import embed_command
from jinasearch.embed.process.embedding import EmbedProcess
from jinasearch.index.embedder import Embedder
from jinasearch.index.guard import Guard
from jinasearch.search.confidence import Background
from jinasearch.store import vectors
from jinasearch.store.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import apsw
    import numpy as np
    from numpy.typing import NDArray

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.settings import EmbedSettings
    from jinasearch.index.gate import Gate
    from jinasearch.store.database import Library

_log = logging.getLogger(__name__)

_QUERIES_KEPT = 256
_PIECE = 2000
"""Vectors cut to another dimension in one transaction."""
_SHORTEST_GRAPH, _SHORT_GRAPH, _LONGEST_GRAPH = 128, 256, 384
"""Numbers of a vector in the graph: up to 384 all; of longer ones that may be cut, about 256."""
_OPENING_SECONDS = 300.0
_TURN_SECONDS = 0.02
_CALM_SECONDS = 20.0
"""Who has not asked for so long is not typing."""
_MOST_WAITING = 2
"""Questions that wait while the model is loaded; others are answered without it meanwhile."""
_WAKING_SECONDS = 20.0
"""How long they wait. Loading goes on: the first time it may take minutes."""
_PATIENCE_SECONDS = 5.0
"""How long one waits for those before it: a model on a server may not answer for a while."""
_CHECKS = 5
_CHECK_SECONDS = 0.2


class Waking(Exception):  # noqa: N818 - no error: it is answered a moment later
    """The model is not there yet, and enough questions wait for it, or have waited long enough."""


class Meaning:
    """Search by meaning in one embedding space.

    Raises JinasearchError(MODEL_MISSING, NOT_FOUND, MODEL_UNSUITABLE) if the model that the
    settings name cannot be used, MODEL_DIMENSION if its vectors cannot be cut to what they want.
    """

    def __init__(
        self,
        library: Library,
        gate: Gate,
        settings: EmbedSettings,
        command: Sequence[str],
        only_urgent: Callable[[Meaning], bool],
        on_news: Callable[[], None],
        on_change: Callable[[], None],
        on_trouble: Callable[[str, JinasearchError | None], None],
        notify: Callable[[JinasearchError], None],
    ) -> None:
        self._model = settings.model
        self.description: ModelDescription = describe_for(Task.EMBED, settings.model)
        self.dimension = dimension_of(self.description, settings.dimension)
        self._library = library
        self._queries: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()  # of the query that is embedded
        self._seats = threading.BoundedSemaphore(_MOST_WAITING)
        self.key = space_key(self.description, self.dimension, settings.precision)
        self.space: int = library.writer.run(
            lambda c: vectors.space(c, self.key, settings.model, settings.dimension)
        )
        self.prepared = False
        self._preparing: threading.Thread | None = None
        self._asked_at = -math.inf
        self._closed = threading.Event()
        self._on_trouble = partial(on_trouble, self.key)
        self.background = Background(self.space)
        self.graph = Graph(
            library.graphs, self.dimension, short=_short_of(self.description, self.dimension)
        )
        self.encoder = EmbedProcess(
            embed_command(command, settings.python),
            settings.model,
            self.dimension,
            settings.threads,
            settings.idle_seconds,
            on_change=on_change,
            runtime=settings.runtime,
            precision=settings.precision,
            allow_cpu=settings.allow_cpu,
            gpu_bytes=settings.gpu_bytes,
            on_remark=notify,
        )
        self.embedder = Embedder(
            library,
            gate,
            self.encoder,
            self.graph,
            self.space,
            lambda: only_urgent(self),
            on_news,
            on_change,
            self._on_trouble,
            notify,
            calm=lambda: time.monotonic() - self._asked_at > _CALM_SECONDS,
        )

    @property
    def busy(self) -> bool:
        """Whether there is something to embed or to prepare."""
        return self.embedder.busy or (self._preparing is not None and not self.prepared)

    @property
    def in_use(self) -> ModelInUse:
        """What is in use, and where texts go."""
        return replace(self.encoder.info, sends_to=self.description.sends_to)

    def ask_anew(self) -> None:
        """The model has moved to another server: begin again there, in the same space."""
        self.description = describe(self._model)
        self.encoder.use(self._model, self.dimension)
        self.embedder.wake()

    def start(self, before: Meaning | None = None) -> None:
        """Load the graph and begin to embed, in a thread of its own.

        A space that comes after another is filled in the background: from the other's vectors
        where these are the same model's and longer, by embedding where not.
        """
        if before is None:
            self._library.writer.run(lambda c: vectors.enqueue_all(c, self.space))
            self.prepared = True
            self.embedder.start()
            return
        self._preparing = threading.Thread(
            target=self._prepare, args=(before,), name=f"space-{self.space}", daemon=True
        )
        self._preparing.start()

    def close(self, *, keep: bool = True) -> None:
        """End the model's process and save the graph, unless it is not to be kept."""
        self._closed.set()
        self.encoder.stop()
        if self._preparing is not None:
            self._preparing.join(30)
        self.embedder.close(keep=keep)

    def _prepare(self, before: Meaning) -> None:
        guard = Guard("Preparing the model stopped", self._on_trouble, self._closed.wait)
        guard.run(lambda: self._prepare_piece(before))
        if self.prepared:
            self.embedder.start()

    def _prepare_piece(self, before: Meaning) -> bool:
        """Take over vectors, then put in line what has none; False when that is done, or closed."""
        if self._closed.is_set():
            return False
        submit = self._library.writer.submit
        same_model = self.key.rpartition("/")[0] == before.key.rpartition("/")[0]
        if same_model and self.dimension < before.dimension:
            done = submit(
                lambda c: vectors.derive(c, before.space, self.space, self.dimension, _PIECE)
            )
            if done.result() > 0:
                return True
        submit(lambda c: vectors.enqueue_all(c, self.space)).result()
        self.prepared = True
        return False

    def check(self, connection: apsw.Connection) -> Finding:
        """Whether graph and database agree, once the graph is loaded.

        A batch that is committed comes into the graph a moment later, so a first difference is
        no finding yet.
        """
        deadline = time.monotonic() + _OPENING_SECONDS
        while not self.graph.is_open and time.monotonic() < deadline:
            if self._closed.wait(_CHECK_SECONDS):
                break
        if not self.graph.is_open:
            return Finding("graph", False, "not loaded yet", "Check again later.")
        for _ in range(_CHECKS):
            missing, surplus = self.graph.check(connection, self.space)
            if not missing and not surplus:
                break
            time.sleep(_CHECK_SECONDS)
        return Finding(
            "graph",
            not missing and not surplus,
            f"{len(self.graph)} vectors, {missing} missing, {surplus} too many",
            "Restart the engine: the graph is brought up to date then."
            if missing or surplus
            else "",
            numbers=(len(self.graph), missing, surplus),
        )

    def knows_language_of(self, text: str) -> bool:
        """Whether the model can be expected to understand `text`."""
        return language.known(text, self.description.languages)

    def vector_of(self, text: str, go_on: Callable[[], None] | None = None) -> NDArray[np.float32]:
        """The query's vector (dimension,), kept for the next time it is asked.

        One is embedded after the other. `go_on` is called while this one waits for the model and
        for its turn, and then; it may raise: who types fast has given up most of what waits.

        Raises:
            Waking: it would have to wait too long, or with too many others.
            JinasearchError: the model cannot be used.
        """
        self._asked_at = time.monotonic()
        kept = self._kept(text)
        if kept is not None:
            return kept
        go_on = go_on or _nothing
        self._wait_for_model(go_on)
        with self._waited_for(go_on):
            kept = self._kept(text)
            vector = self.encoder.encode_query(text) if kept is None else kept
            with self._lock:
                self._queries[text] = vector
                while len(self._queries) > _QUERIES_KEPT:
                    self._queries.popitem(last=False)
        return vector

    def _wait_for_model(self, go_on: Callable[[], None]) -> None:
        if self.encoder.info.state == "ready":
            return
        woken = self.encoder.wake()
        if not self._seats.acquire(blocking=False):
            raise Waking
        try:
            deadline = time.monotonic() + _WAKING_SECONDS
            while True:
                with contextlib.suppress(TimeoutError):
                    woken.result(_TURN_SECONDS)
                    return
                go_on()
                if time.monotonic() >= deadline:
                    raise Waking
        finally:
            self._seats.release()

    @contextlib.contextmanager
    def _waited_for(self, go_on: Callable[[], None]) -> Iterator[None]:
        """The turn to embed a query."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._turn.acquire(timeout=_TURN_SECONDS):
            go_on()
            if time.monotonic() >= deadline:
                raise Waking
        try:
            go_on()
            yield
        finally:
            self._turn.release()

    def _kept(self, text: str) -> NDArray[np.float32] | None:
        with self._lock:
            if text in self._queries:
                self._queries.move_to_end(text)
            return self._queries.get(text)


def _nothing() -> None:
    pass


def _short_of(description: ModelDescription, dimension: int) -> int | None:
    """The dimension of the graph: shorter for models that were trained to be cut."""
    if dimension <= _LONGEST_GRAPH:
        return None
    fitting = [each for each in description.dimensions if _SHORTEST_GRAPH <= each <= _SHORT_GRAPH]
    return max(fitting, default=None)
