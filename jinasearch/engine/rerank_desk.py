"""The model that orders answers anew: chosen or not, asleep or awake, and what it said before."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jinasearch.core import language
from jinasearch.core.errors import JinasearchError
from jinasearch.embed.encoder import Cancelled
from jinasearch.embed.models.catalog import describe_for
from jinasearch.embed.models.description import Task
from jinasearch.embed.process.command import embed_command
from jinasearch.embed.process.model import EmbeddingInterrupted
from jinasearch.embed.process.reranking import RerankProcess
from jinasearch.embed.runtimes.runtime import PLAIN
from jinasearch.engine.protocol import Rerank, Reranking, RerankWith

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jinasearch.core.models import ModelInUse
    from jinasearch.core.settings import EmbedSettings, SearchSettings, Value
    from jinasearch.embed.encoder import Stop
    from jinasearch.embed.models.description import ModelDescription
    from jinasearch.engine.meanings import Meanings
    from jinasearch.engine.model_shelf import ModelShelf

_SCORES_KEPT = 4096
_MOST_WAITING = 2
"""Questions that wait for the model at a time: others are answered meanwhile, and un-reranked."""
_TROUBLE = "reranking"

_Key = tuple[str, bytes]


class RerankDesk:
    """The facade for re-ranking. Thread-safe.

    Args:
        meanings: stands aside while somebody waits for scores.
        shelf: tells which models can be used.
        change: changes settings by their names, and has them used.
        settings: what re-ranks; `embed` is how models run.
        command: how to start this program.
        on_news: called when another model re-ranks, or none any more.
        on_change: called when something about the model has changed.
        on_trouble: told, by source, of what stands in the way; None when it is gone.
    """

    def __init__(
        self,
        meanings: Meanings,
        shelf: ModelShelf,
        change: Callable[[dict[str, Value | None]], object],
        settings: SearchSettings,
        embed: EmbedSettings,
        command: Sequence[str],
        on_news: Callable[[], None],
        on_change: Callable[[], None],
        on_trouble: Callable[[str, JinasearchError | None], None],
    ) -> None:
        self._meanings = meanings
        self._shelf = shelf
        self._change = change
        self._embed = embed
        self._command = tuple(command)
        self._on_news = on_news
        self._on_change = on_change
        self._on_trouble = on_trouble
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(_MOST_WAITING)
        self._known: OrderedDict[_Key, float] = OrderedDict()
        self._process: RerankProcess | None = None
        self._description: ModelDescription | None = None
        self._name = ""
        self._begin(settings.rerank)

    @property
    def chosen(self) -> str:
        """The model that the settings name; empty if none."""
        return self._name

    @property
    def in_use(self) -> ModelInUse | None:
        """The model and its state; None where nothing re-ranks."""
        process, description = self._process, self._description
        if process is None or description is None:
            return None
        return replace(process.info, title=description.title)

    def memory_bytes(self) -> int:
        """Memory that the model holds; 0 while it sleeps."""
        process = self._process
        return 0 if process is None else process.memory_bytes()

    def use(self, request: RerankWith) -> None:
        """Re-rank with another model from now on, or not any more.

        Raises:
            JinasearchError: the model cannot be used, or does not re-rank.
        """
        self._possible(request.name)
        again = request.name == self._name
        self._change({"search.rerank": request.name})
        if again:  # a failure of it is over
            self._begin(request.name)
            self._on_news()

    def _possible(self, name: str) -> None:
        if name:
            describe_for(Task.RERANK, name)
            self._shelf.usable(name, 0)

    def check(self, before: SearchSettings, after: SearchSettings) -> None:
        """Raise as `use` if these settings choose a model that cannot be used."""
        if before.rerank != after.rerank:
            self._possible(after.rerank)

    def apply(self, settings: SearchSettings) -> None:
        """Use other settings from now on."""
        if settings.rerank != self._name:
            self._begin(settings.rerank)
            self._on_news()

    def run_as(self, settings: EmbedSettings) -> None:
        """Run the model in another way from now on."""
        before, self._embed = self._embed, settings
        if (before.threads, before.idle_seconds) != (settings.threads, settings.idle_seconds):
            self._begin(self._name)

    def close(self) -> None:
        """End the model's process."""
        with self._lock:
            process, self._process, self._description = self._process, None, None
        if process is not None:
            process.stop()

    def asking(self, query: str, how: Rerank, stop: Stop) -> Asked | None:
        """What re-ranks the answer to one question; None where nothing does."""
        process, description = self._process, self._description
        if how is Rerank.NO or process is None or description is None or not query.strip():
            return None
        return Asked(self, process, description, query, how, stop)

    def _begin(self, name: str) -> None:
        self.close()
        self._name = name
        self._on_trouble(_TROUBLE, None)
        with self._lock:
            self._known.clear()
        if not name:
            return
        try:
            description = describe_for(Task.RERANK, name)
        except JinasearchError as error:
            self._on_trouble(_TROUBLE, error)
            return
        process = RerankProcess(
            embed_command(self._command, ""),
            name,
            0,
            self._embed.threads,
            self._embed.idle_seconds,
            on_change=self._on_change,
            background=False,
            runtime=PLAIN,
        )
        with self._lock:
            self._process, self._description = process, description

    def known(self, keys: Sequence[_Key]) -> list[float] | None:
        """The scores that are known, if all are."""
        with self._lock:
            if any(key not in self._known for key in keys):
                return None
            return [self._known[key] for key in keys]

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Whether there is room for one more question that waits for the model; never blocks."""
        given = self._turns.acquire(blocking=False)
        try:
            yield given
        finally:
            if given:
                self._turns.release()

    def find(
        self, process: RerankProcess, query: str, texts: Sequence[str], stop: Stop
    ) -> list[float] | None:
        """The scores of texts, known from before or computed; None if they are not to be had."""
        keys = [key_of(query, text) for text in texts]
        with self._lock:
            missing = [at for at, key in enumerate(keys) if key not in self._known]
        try:
            if missing:
                # Embedding goes on while the model is loaded, which may take minutes.
                with process.awake(stop), self._meanings.standing_aside():
                    found = process.scores(query, [texts[at] for at in missing], stop).tolist()
                self._keep(process, {keys[at]: s for at, s in zip(missing, found, strict=True)})
        except (Cancelled, EmbeddingInterrupted):
            return None
        except JinasearchError as error:
            self._on_trouble(_TROUBLE, error)
            return None
        self._on_trouble(_TROUBLE, None)
        return self.known(keys)

    def _keep(self, process: RerankProcess, scores: dict[_Key, float]) -> None:
        with self._lock:
            if process is not self._process:
                return  # of a model that is not in use any more
            self._known.update(scores)
            while len(self._known) > _SCORES_KEPT:
                self._known.popitem(last=False)


@dataclass(slots=True)
class Asked:
    """Re-ranks the answer to one question; `told` is what became of it."""

    _desk: RerankDesk
    _process: RerankProcess
    _description: ModelDescription
    _query: str
    _how: Rerank
    _stop: Stop
    told: Reranking | None = None

    def __call__(self, texts: Sequence[str]) -> list[float] | None:
        """How well each text answers; None if that is not to be had, or not to be waited for."""
        began = time.perf_counter()
        name = self._description.name
        if not language.known(self._query, self._description.languages):
            self.told = Reranking(name, "language-unknown")
            return None
        scores = self._desk.known([key_of(self._query, text) for text in texts])
        if scores is None and self._how is not Rerank.YES:
            self.told = Reranking(name, "to-come")
            return None
        if scores is None:
            with self._desk.turn() as given:
                if not given:
                    self.told = Reranking(name, "busy")
                    return None
                scores = self._desk.find(self._process, self._query, texts, self._stop)
        took = (time.perf_counter() - began) * 1000
        state, files = ("failed", 0) if scores is None else ("done", len(texts))
        self.told = Reranking(name, state, files, took)
        return scores


def key_of(query: str, text: str) -> _Key:
    """By what a score is kept."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16)
    return query, digest.digest()
