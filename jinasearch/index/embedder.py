"""Brings files from `keywords` to `ready`: cards first, then passages; newest first, huge last."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Layer
from jinasearch.embed.process.embedding import PoisonText
from jinasearch.embed.process.model import EmbeddingInterrupted
from jinasearch.index.guard import Guard
from jinasearch.index.turns import Turns
from jinasearch.store import orphans, vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import apsw
    from numpy.typing import NDArray

    from jinasearch.embed.process.embedding import EmbedProcess
    from jinasearch.index.gate import Gate
    from jinasearch.store.database import Library
    from jinasearch.store.graph import Graph

_log = logging.getLogger(__name__)

_BATCH = 64
"""Texts a batch: what a kill repeats at most."""
_GENTLE_BATCH = 8
"""While the work is gentle a batch is soon done, and the pause after it comes soon."""
_AHEAD = 64
_TROUBLE_SECONDS = 30.0
_SNAPSHOT_IDLE_SECONDS = 5.0
_SNAPSHOT_BUSY_SECONDS = 600.0
_SNAPSHOT_LAST_SECONDS = 3600.0
"""A snapshot is written for so long only while nobody asks: for a moment nothing answers then."""


@dataclass(frozen=True, slots=True)
class _Batch:
    texts: dict[bytes, str]
    finished: tuple[tuple[int, Layer], ...]
    begun: Mapping[int, tuple[int, bytes]]
    """Of files that it does not finish: how many passages are embedded then, and the hash of the
    next one."""


class Embedder:
    """One thread that computes the vectors of one embedding space.

    Args:
        only_urgent: whether to embed only what the user just changed or opened for now: keywords
            come first, while files wait to be read.
        on_news: called after vectors were added.
        on_change: called when the work stops.
        on_trouble: told of what stands in the way, None when it is gone.
        notify: told of what the user should know once.
        calm: whether nobody has asked anything for a while.
    """

    def __init__(
        self,
        library: Library,
        gate: Gate,
        encoder: EmbedProcess,
        graph: Graph,
        space: int,
        only_urgent: Callable[[], bool],
        on_news: Callable[[], None],
        on_change: Callable[[], None],
        on_trouble: Callable[[JinasearchError | None], None],
        notify: Callable[[JinasearchError], None],
        calm: Callable[[], bool] = lambda: True,
    ) -> None:
        self._library = library
        self._gate = gate
        self._encoder = encoder
        self._graph = graph
        self._space = space
        self._only_urgent = only_urgent
        self._on_news = on_news
        self._on_change = on_change
        self._on_trouble = on_trouble
        self._notify = notify
        self._calm = calm
        self._turns = Turns()
        self._changed = threading.Condition()
        self._news = True
        self._closed = False
        self._working = False
        self._begun: dict[int, tuple[int, bytes]] = {}
        self._saved = 0.0
        self._thread = threading.Thread(target=self._run, name="embedder", daemon=True)

    @property
    def busy(self) -> bool:
        """Whether a batch is in hand or may be waiting."""
        with self._changed:
            return self._working or self._news

    @property
    def begun(self) -> Mapping[int, tuple[int, bytes]]:
        """Of files that are embedded in part, by number: how many passages are, without gaps, and
        the hash of the one that comes then."""
        return dict(self._begun)

    def start(self) -> None:
        """Begin to embed."""
        self._thread.start()

    def wake(self) -> None:
        """Look into the library again."""
        with self._changed:
            self._news = True
            self._changed.notify_all()

    def close(self, *, keep: bool = True) -> None:
        """Stop after the batch in hand and save the graph, unless it is not to be kept."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._gate.stir()  # it may wait there while all is paused
        if self._thread.is_alive():
            self._thread.join(30)
        if keep:
            self._graph.save()

    def _run(self) -> None:
        self._saved = time.monotonic()
        Guard("Embedding stopped", self._on_trouble, self._pause).run(self._step)
        self._working = False

    def _step(self) -> bool:
        """Do what is next, or wait for it; False when closed."""
        if self._closed:
            return False
        if self._graph.is_open:
            self._gate.pass_through(given_up=self._is_closed)
        if self._is_closed():
            return False
        if not self._try():
            self._rest()
        waited = time.monotonic() - self._saved
        if waited > _SNAPSHOT_BUSY_SECONDS and (self._calm() or waited > _SNAPSHOT_LAST_SECONDS):
            self._graph.save()
            self._saved = time.monotonic()
        return True

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._gate.closed, seconds)

    def _is_closed(self) -> bool:
        return self._closed

    def _open_graph(self) -> None:
        told = self._graph.open(self._library.reader(), self._space)
        if told:
            self._notify(
                JinasearchError(
                    Code.GRAPH_DAMAGED,
                    "The search graph was damaged and has been rebuilt",
                    "Nothing was lost.",
                )
            )
        self._on_news()

    def _try(self) -> bool:
        """Open the graph or embed a batch; False if there was nothing to embed."""
        try:
            if not self._graph.is_open:
                self._open_graph()
                return True
            absorbed = self._graph.absorb()
            batch = self._next()
            if batch is None:
                return absorbed
            self._embed(batch)
            self._on_trouble(None)
        except EmbeddingInterrupted:
            return True  # by our own close()
        except JinasearchError as error:
            if self._closed:
                return True
            self._on_trouble(error)
            if error.code == Code.LIBRARY_DAMAGED:
                self._gate.pass_through(given_up=self._is_closed)
            self._pause(_TROUBLE_SECONDS)
        return True

    def _rest(self) -> None:
        """Wait for news; save the graph when none came for a while."""
        with self._changed:
            self._working = False
            came = self._changed.wait_for(
                lambda: self._news or self._closed, _SNAPSHOT_IDLE_SECONDS
            )
        self._on_change()
        if came or not self._calm():
            return
        self._graph.save()
        with self._changed:
            self._changed.wait_for(lambda: self._news or self._closed)

    def _next(self) -> _Batch | None:
        with self._changed:
            self._news = False
        connection = self._library.reader()
        only_urgent = self._only_urgent()
        most = _BATCH if self._gate.lanes is None else _GENTLE_BATCH
        texts: dict[bytes, str] = {}
        finished: list[tuple[int, Layer]] = []
        begun: dict[int, tuple[int, bytes]] = {}
        for todo in self._in_order(connection, only_urgent=only_urgent):
            if only_urgent and not todo.urgency:
                break
            # One more than a batch holds tells that the file goes on behind it.
            missing = vectors.inputs(connection, self._space, todo.file, todo.layer, most + 1)
            taken = missing[: most - len(texts)]
            texts.update((item.hash, item.text) for item in taken)
            then = next((item for item in missing if item.hash not in texts), None)
            if then is None:
                finished.append((todo.file, todo.layer))
            elif todo.layer is Layer.PASSAGE:
                begun[todo.file] = then.ordinal, then.hash
            if len(texts) >= most:
                break
        if not texts and not finished:
            if not only_urgent:
                self._begun.clear()  # the files have gone
            return None
        self._working = True
        return _Batch(texts, tuple(finished), begun)

    def _in_order(self, connection: apsw.Connection, *, only_urgent: bool) -> list[vectors.Todo]:
        """What is next: by urgency, layer, size and date, or of the folder whose turn it is."""
        if not only_urgent and self._turns.is_due():
            folder = self._turns.next(vectors.folders_waiting(connection, self._space))
            if folder is not None:
                return vectors.todo(connection, self._space, _AHEAD, folder)
        return vectors.todo(connection, self._space, _AHEAD)

    def _embed(self, batch: _Batch) -> None:
        hashes = list(batch.texts)
        kept = self._vectors_of(batch.texts)

        def store(connection: apsw.Connection) -> list[int | None]:
            ids = vectors.add(connection, self._space, list(zip(hashes, kept, strict=True)))
            for file, layer in batch.finished:
                vectors.finish(connection, self._space, file, layer)
            return ids

        ids = self._library.writer.submit(store).result()
        new = [number for number, id_ in enumerate(ids) if id_ is not None]
        added = np.asarray([ids[number] for number in new], dtype=np.int64)
        self._graph.add(added, kept[new].astype(np.float32))
        self._count(batch)
        self._on_news()

    def _count(self, batch: _Batch) -> None:
        """Note how far files are that take many batches."""
        for file, _ in batch.finished:
            self._begun.pop(file, None)
        self._begun.update(batch.begun)

    def _vectors_of(self, texts: Mapping[bytes, str]) -> NDArray[np.float16]:
        """Vectors of `texts`, (n, dimension); one that was made before is not made again."""
        made = orphans.of(self._library.reader(), self._space, texts, self._graph.dimension)
        missing = [key for key in texts if key not in made]
        computed = self._encode([texts[key] for key in missing]).astype(np.float16)
        made.update(zip(missing, computed, strict=True))
        kept = np.zeros((len(texts), self._graph.dimension), np.float16)
        for place, key in enumerate(texts):
            kept[place] = made[key]
        return kept

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of `texts`, (n, dimension). A text that kills its process gets a zero vector.

        A zero vector is like nothing, so such a file is found by keywords alone.
        """
        if not texts:
            return np.zeros((0, self._graph.dimension), dtype=np.float32)
        try:
            return self._encoder.encode_documents(texts)
        except PoisonText as poison:
            _log.warning("a text ended the embedding process and is left out")
            before = self._encode(texts[: poison.index])
            after = self._encode(texts[poison.index + 1 :])
            nothing = np.zeros((1, self._graph.dimension), dtype=np.float32)
            return np.concatenate([before, nothing, after])
