"""The embedding space that answers questions, and the one that is being made to take its place.

Another model or dimension means another space: its vectors are made in the background, the files
last changed and opened first, while the old ones go on answering. The new space takes over when
it finds at least as much as the old one, and the old one is thrown away. Which space serves stands
in the library, which one is wanted in the settings, so the change goes on after a restart, and is
undone by choosing the old model again.
"""

from __future__ import annotations

import logging
import shutil
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError
from jinasearch.embed.models.catalog import describe, space_key
from jinasearch.engine.meaning import Meaning
from jinasearch.engine.protocol import PlanState
from jinasearch.engine.rate import Rate
from jinasearch.index.guard import Guard
from jinasearch.store import files, vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jinasearch.core.models import Coverage, Progress
    from jinasearch.core.settings import EmbedSettings
    from jinasearch.index.gate import Gate
    from jinasearch.store.database import Library

_log = logging.getLogger(__name__)

_PIECE = 2000
"""Vectors thrown away in one transaction: others can write between two."""


class Meanings:
    """Holds `serving` and `coming`; either may be None. Thread-safe.

    Args:
        reading: whether files wait to be read.
        on_news: called after vectors were added or another space answers.
        on_change: called when something about the models has changed.
        on_trouble: told, by source, of what stands in the way; None when it is gone.
        notify: told of what the user should know once.
    """

    def __init__(
        self,
        library: Library,
        gate: Gate,
        command: Sequence[str],
        reading: Callable[[], bool],
        on_news: Callable[[], None],
        on_change: Callable[[], None],
        on_trouble: Callable[[str, JinasearchError | None], None],
        notify: Callable[[JinasearchError], None],
    ) -> None:
        self._library = library
        self._gate = gate
        self._command = tuple(command)
        self._reading = reading
        self._on_news = on_news
        self._on_change = on_change
        self._on_trouble = on_trouble
        self._notify = notify
        self._lock = threading.RLock()
        self._rate = Rate()
        self._retired: list[threading.Thread] = []
        self.serving: Meaning | None = None
        self.coming: Meaning | None = None

    def open(self, settings: EmbedSettings) -> None:
        """Begin with what the library has and the settings want."""
        with self._lock:
            old = self._still_served(settings)
            wanted = self._made(settings)
            if old is not None and wanted is not None and old.key == wanted.key:
                old = None
            self.serving, self.coming = (old, wanted) if old is not None else (wanted, None)
            kept = [meaning.space for meaning in (self.serving, self.coming) if meaning]
            if self.serving is not None:
                self._serve(self.serving)
            for space in vectors.spaces(self._library.reader()):
                if kept and space.id not in kept:
                    self._retire(space.id, None)
        if self.serving is not None:
            self.serving.start()
        if self.coming is not None:
            self.coming.start(self.serving)

    def use(self, settings: EmbedSettings) -> None:
        """Make the space that these settings want, or go back to the one that serves."""
        key = _key(settings)
        with self._lock:
            if self.coming is not None and self.coming.key != key:
                dropped, self.coming = self.coming, None
                self._retire(dropped.space, dropped)
            if self.serving is not None and self.serving.key == key:
                self._on_trouble("embedding", None)  # what was wanted before is wanted no more
                self.serving.encoder.use(settings.model, self.serving.dimension)  # failure is over
                self.serving.embedder.wake()
            elif self.serving is None:
                self.open(settings)
            elif self.coming is None:
                self.coming = self._made(settings)
                if self.coming is not None:
                    self._rate = Rate()
                    self.coming.start(self.serving)
        self._on_change()

    def state_of(self, settings: EmbedSettings) -> PlanState:
        """What the space that these settings want is now."""
        key = _key(settings)
        with self._lock:
            if self.coming is not None and self.coming.key == key:
                return PlanState.COMING
            if self.serving is None or self.serving.key != key:
                return PlanState.NEW
            return PlanState.IN_USE if self.coming is None else PlanState.BACK

    def apply(self, settings: EmbedSettings) -> None:
        """Run the models in another way; another space is made in the background."""
        with self._lock:
            both = self._both()
            self.serving = self.coming = None
        for meaning in both:
            meaning.close()
        self.open(settings)
        self._on_change()

    def close(self) -> None:
        """End both."""
        with self._lock:
            both = self._both()
            self.serving = self.coming = None
        for meaning in both:
            meaning.close()
        for thread in self._retired:
            thread.join(10)

    def spaces(self) -> list[int]:
        """The spaces that what is read has to be embedded for, the serving one first."""
        return [meaning.space for meaning in self._both()]

    def forget(self, ids: Sequence[int]) -> None:
        """Vectors that lost their last owner are found no longer."""
        for meaning in self._both():
            meaning.graph.remove(ids)

    def wake(self) -> None:
        """There may be something to embed."""
        for meaning in self._both():
            meaning.embedder.wake()

    @property
    def busy(self) -> bool:
        """Whether anything is being embedded or prepared."""
        return any(meaning.busy for meaning in self._both())

    def models(self) -> set[str]:
        """The names of the models in use."""
        return {meaning.description.name for meaning in self._both()}

    def ask_anew(self, model: str) -> None:
        """A model on a server has moved to another address; its space is the same."""
        for meaning in self._both():
            if meaning.description.name == model:
                meaning.ask_anew()

    @contextmanager
    def standing_aside(self) -> Iterator[None]:
        """Nothing is embedded meanwhile but questions: somebody waits for something else."""
        with ExitStack() as stack:
            for meaning in self._both():
                stack.enter_context(meaning.encoder.standing_aside())
            yield

    def coverage(self) -> Coverage:
        """How much of the library can be found; by meaning with the model in use."""
        serving, connection = self.serving, self._library.reader()
        if serving is None:
            return files.coverage(connection)
        return files.coverage(connection, serving.space, serving.embedder.begun)

    def memory_bytes(self) -> int:
        """Memory of the models' processes."""
        return sum(meaning.encoder.memory_bytes() for meaning in self._both())

    def graph_bytes(self) -> int:
        """About what the graphs hold of the engine's memory, in bytes."""
        return sum(meaning.graph.bytes for meaning in self._both())

    def processes(self) -> list[int]:
        """The models' processes, by their numbers."""
        return [pid for meaning in self._both() if (pid := meaning.encoder.pid)]

    def coming_progress(self) -> Progress | None:
        """How far the coming space is, in layers of files; None if there is none."""
        coming = self.coming
        if coming is None:
            return None
        connection = self._library.reader()
        total = vectors.layers(connection)
        left = vectors.waiting(connection, coming.space) if coming.prepared else total
        return self._rate.progress(max(0, total - left), total, working=not self._gate.paused)

    def _both(self) -> list[Meaning]:
        return [meaning for meaning in (self.serving, self.coming) if meaning is not None]

    def _made(self, settings: EmbedSettings) -> Meaning | None:
        try:
            made = Meaning(
                self._library,
                self._gate,
                settings,
                self._command,
                self._only_urgent,
                on_news=self._on_embedded,
                on_change=self._on_rest,
                on_trouble=self._on_trouble,
                notify=self._notify,
            )
        except JinasearchError as error:
            self._on_trouble("embedding", error)
            return None
        self._on_trouble("embedding", None)
        return made

    def _still_served(self, settings: EmbedSettings) -> Meaning | None:
        """The space that served before, if its model is still the same and can be used."""
        for space in vectors.spaces(self._library.reader()):
            if not space.serving or not space.model:
                continue
            before = replace(settings, model=space.model, dimension=space.dimension)
            try:
                if _key(before) == space.key:
                    return self._made(before)
            except JinasearchError as error:
                _log.warning("the space in use cannot be asked any more: %s", error.title)
        return None

    def _only_urgent(self, meaning: Meaning) -> bool:
        """An old space is only kept up to date; its successor gets the time."""
        return self._reading() or (meaning is self.serving and self.coming is not None)

    def _on_embedded(self) -> None:
        self._on_news()
        self._switch_if_done()

    def _on_rest(self) -> None:
        self._on_change()
        self._switch_if_done()

    def _switch_if_done(self) -> None:
        if self.coming is None:  # without the lock: who closes us holds it and waits
            return
        with self._lock:
            old, new = self.serving, self.coming
            if old is None or new is None or not new.prepared or not new.graph.is_open:
                return
            connection = self._library.reader()
            left = vectors.waiting(connection, new.space)
            if left > vectors.waiting(connection, old.space):
                return
            self._serve(new)
            self.serving, self.coming = new, None
            self._retire(old.space, old)
        _log.info("another embedding space answers now")
        new.embedder.wake()
        self._on_news()

    def _serve(self, meaning: Meaning) -> None:
        space = meaning.space
        self._library.writer.run(lambda connection: vectors.serve(connection, space))

    def _retire(self, space: int, meaning: Meaning | None) -> None:
        """Throw a space away, in the background and in pieces; a kill leaves the rest for later."""
        thread = threading.Thread(
            target=self._throw_away, args=(space, meaning), name=f"retire-{space}", daemon=True
        )
        self._retired.append(thread)
        thread.start()

    def _throw_away(self, space: int, meaning: Meaning | None) -> None:
        guard = Guard(
            "Old vectors could not be thrown away",
            lambda error: self._on_trouble(f"retired-{space}", error),
            self._gate.sleep,
        )
        if meaning is not None:
            meaning.close(keep=False)
            self._on_trouble(meaning.key, None)
        guard.run(lambda: self._throw_away_piece(space))
        self._on_change()

    def _throw_away_piece(self, space: int) -> bool:
        """False when nothing is left, or all is to end."""
        if self._gate.closed:
            return False
        submit = self._library.writer.submit
        if submit(lambda connection: vectors.shrink_space(connection, space, _PIECE)).result():
            return True
        shutil.rmtree(self._library.graphs / str(space), ignore_errors=True)
        submit(lambda connection: vectors.drop_space(connection, space)).result()
        return False


def _key(settings: EmbedSettings) -> str:
    return space_key(describe(settings.model), settings.dimension, settings.precision)
