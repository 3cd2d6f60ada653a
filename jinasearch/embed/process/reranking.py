"""Scores from a process that holds a cross-encoder, of its own: it sleeps when nobody searches,
while another one goes on embedding."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from jinasearch.embed.encoder import Cancelled, Stop
from jinasearch.embed.process import wire
from jinasearch.embed.process.connection import ChildDied, Connection
from jinasearch.embed.process.model import ModelProcess, died, error_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

_ANSWER_SECONDS = 300.0


class RerankProcess(ModelProcess):
    """How well texts answer a question, by a model that re-ranks. Thread-safe."""

    @contextlib.contextmanager
    def awake(self, stop: Stop) -> Iterator[None]:
        """Have the model loaded, which is waited for, and keep it so meanwhile.

        Raises: as `scores`.
        """
        with self._in_use() as generation:
            self._loaded(generation, stop)
            yield

    def scores(
        self, query: str, texts: Sequence[str], stop: Stop | None = None
    ) -> NDArray[np.float32]:
        """A score for each text, 0 to 1: shape (n,). Waits for the model where it sleeps.

        Raises:
            Cancelled: `stop` was requested before the scores were there.
            JinasearchError: the model cannot be loaded (MODEL_*), or failed twice (EMBED_FAILED).
            EmbeddingInterrupted: `use()` or `stop()` was called meanwhile.
        """
        request = {"op": "score", "query": query, "texts": list(texts)}
        stop = stop or Stop()
        with self._in_use() as generation:
            for _ in range(2):
                connection = self._loaded(generation, stop)
                try:
                    header, payload = connection.ask(request, _ANSWER_SECONDS, stop)
                except ChildDied:
                    self._raise_if_interrupted(generation)
                    continue
                if header.get("cancelled"):
                    raise Cancelled
                if not header["ok"]:
                    raise error_of(header)
                return wire.unpack(payload, header["shape"])
        raise died()

    def _loaded(self, generation: int, stop: Stop) -> Connection:
        """The process with its model. Who does not want it any more is not held up by loading."""
        connection = self._connection
        if connection is not None and connection.alive and self.info.state == "ready":
            return connection
        woken = self.wake()
        settled = threading.Event()
        woken.add_done_callback(lambda _: settled.set())
        stop.on_request(settled.set)
        settled.wait()
        stop.on_request(None)
        if stop.requested and not woken.done():
            raise Cancelled
        woken.result()
        return self._awake(generation)
