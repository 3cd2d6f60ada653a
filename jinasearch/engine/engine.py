"""The engine: puts library, indexing, embedding and search together. Free of HTTP."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING

import psutil

from jinasearch import __version__
from jinasearch.core import settings as settings_file
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import bytes_below
from jinasearch.core.machine.readings import this_machine
from jinasearch.core.models import Coverage, ModelInUse, Speed, Status
from jinasearch.core.paths import models_dir, shown
from jinasearch.engine import protocol
from jinasearch.engine.autostart_desk import AutostartDesk
from jinasearch.engine.events import Events
from jinasearch.engine.file_desk import FileDesk
from jinasearch.engine.folder_desk import FolderDesk
from jinasearch.engine.history import History
from jinasearch.engine.lanes import Lanes
from jinasearch.engine.library_desk import LibraryDesk
from jinasearch.engine.meanings import Meanings
from jinasearch.engine.model_desk import ModelDesk
from jinasearch.engine.model_shelf import ModelShelf
from jinasearch.engine.notices import Notices
from jinasearch.engine.ocr_desk import OcrDesk
from jinasearch.engine.pace_desk import PaceDesk
from jinasearch.engine.preview_desk import PreviewDesk
from jinasearch.engine.rate import Rate
from jinasearch.engine.report import activity_of
from jinasearch.engine.rerank_desk import RerankDesk
from jinasearch.engine.search_desk import SearchDesk
from jinasearch.engine.settings_desk import SettingsDesk
from jinasearch.extract.pool import MAX_BYTES, ExtractWorker
from jinasearch.index.gate import Gate
from jinasearch.index.indexer import Indexer
from jinasearch.index.reader import Readers
from jinasearch.store.checker import Checker
from jinasearch.store.database import SCHEMA, Library

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from jinasearch.core.library_work import LibraryWork
    from jinasearch.core.machine.readings import Machine
    from jinasearch.core.settings import EngineSettings, ExtractSettings, Settings, Value

_log = logging.getLogger(__name__)

_STATUS_SECONDS = 0.25
_REQUEST_SECONDS = 5.0
"""How long the engine's end waits for requests that were told to end."""
_INDEXING = "indexing"
_SETTINGS = "settings"
"""The trouble that holds nothing up: what was set before is in use."""
_PASSING = (Code.DISK_FULL, Code.INTERNAL)
"""Troubles of indexing that may pass: what failed is tried again."""


class Engine:
    """The facade: one method for each request of the protocol; those of models are in `models`,
    those of questions in `searches`, of folders in `folders`, of single files in `files`, of what
    they show in `previews`.

    Args:
        folder: the library's folder.
        config: the settings file.
        command: how to start this program; worker processes add their name to it.
        machine: what tells of power and use; None for this one.
        opening: told what opening the library is at when that takes long.

    Raises:
        JinasearchError: what `Library` raises on opening.
    """

    def __init__(
        self,
        folder: Path,
        config: Path,
        command: Sequence[str],
        machine: Machine | None = None,
        opening: Callable[[LibraryWork], None] = lambda _: None,
    ) -> None:
        self._config = config
        self._settings: Settings = settings_file.load(config)
        self._command = tuple(command)
        self.events = Events()
        self._dirty = threading.Event()
        self.lanes = Lanes()
        self._gate = Gate()
        self._library = library = Library(folder, opening=opening)
        self._notices = Notices(self._library.notices, self.events, self._touch)
        self._lock = threading.Lock()
        self._changed, self._revision = False, 0
        self._keywords_rate = Rate()
        self._history = History()
        self._meaning_rate = Rate()
        self._shelf = ModelShelf(self._touch)
        extract = self._settings.extract
        self._workers = [
            ExtractWorker([*self._command, "_extract"], extract)
            for _ in range(extract.workers or min(2, os.cpu_count() or 1))
        ]
        self._meanings = Meanings(
            self._library,
            self._gate,
            self._command,
            reading=lambda: self._readers.busy or self._indexer.busy or self._holds_back(),
            on_news=self._on_embedded,
            on_change=self._touch,
            on_trouble=self._on_trouble,
            notify=self.notify,
        )
        self._readers = Readers(
            self._library,
            self._gate,
            self._workers,
            MAX_BYTES,
            self._meanings.spaces,
            self._meanings.forget,
            on_change=self._on_news,
            on_idle=self._on_all_read,
            on_trouble=lambda error: self._on_trouble("reading", error),
            only_urgent=self._holds_back,
            absent=lambda: self._indexer.absent(),  # noqa: PLW0108 - made below
            is_absent=lambda path: self._indexer.is_absent(path),  # noqa: PLW0108
        )
        private = (str(folder), str(config), str(models_dir()))
        self._indexer = Indexer(
            self._library,
            self._gate,
            private=private,
            rescan_seconds=self._settings.engine.rescan_minutes * 60,
            spaces=self._meanings.spaces,
            forget=self._meanings.forget,
            on_files=self._on_files,
            on_trouble=self._on_indexing_trouble,
        )
        self.folders = FolderDesk(
            library, self._indexer, private, self._space, self._on_add, on_news=self._on_news
        )
        self._ocr = OcrDesk(
            self._library,
            self._gate,
            self._command,
            extract,
            MAX_BYTES,
            self._meanings,
            reading=lambda: self._readers.busy or self._indexer.busy,
            quiet=lambda: not self.pace.pace.reason,
            on_change=self._on_news,
            on_trouble=lambda error: self._on_trouble("ocr", error),
            absent=self._indexer.absent,
            is_absent=self._indexer.is_absent,
        )
        self._reranks = RerankDesk(
            self._meanings,
            self._shelf,
            self._change_settings,
            self._settings.search,
            self._settings.embed,
            self._command,
            on_news=self._on_embedded,
            on_change=self._touch,
            on_trouble=self._on_trouble,
        )
        self._checker = Checker(
            self._library,
            quiet=lambda: not self.busy,
            settled=lambda: not (self._indexer.busy or self._readers.busy),
        )
        self._counted = Coverage()
        self._library.health.listen(self._on_damage)
        self.models = ModelDesk(
            self._library,
            self._gate,
            self._meanings,
            self._shelf,
            self._change_settings,
            self._settings.embed,
            self._command,
            self._reranks,
            on_news=self._on_news,
            notify=self.notify,
        )
        self.searches = SearchDesk(
            library, self._indexer, self._meanings, self._reranks, self._coverage, self._on_trouble
        )
        self.files = FileDesk(self._library, self._indexer, on_files=self._on_files)
        self.pace = PaceDesk(
            self._library,
            self._gate,
            this_machine() if machine is None else machine,
            self._settings,
            self._workers,
            self._ocr.worker,
            self._meanings,
            busy=lambda: self._working or self._ocr.has_work,
            on_change=self._on_pace,
        )
        self.autostart = AutostartDesk(self._command, folder, config)
        self.library = LibraryDesk(
            self._library, self._meanings, config, self._notices.told, on_change=self._touch
        )
        self.previews = PreviewDesk(self._library, self._command, extract)
        self.settings = SettingsDesk(
            config,
            self._settings,
            {
                "embed": (self.models.apply, self._reranks.run_as),
                "search": (self._reranks.apply,),
                "extract": (self._apply_extract, self.previews.use),
                "engine": (self._apply_engine,),
                "pace": (self.pace.governor.use,),
                "limits": (self.pace.limit,),
            },
            check={"embed": self.models.check, "search": self._reranks.check},
            on_change=lambda: self.events.publish(protocol.Event("settings")),
            on_trouble=lambda error: self._on_trouble(_SETTINGS, error),
        )
        self._teller = threading.Thread(target=self._tell, name="teller", daemon=True)

    def start(self) -> None:
        """Begin to watch, read and embed."""
        self._teller.start()
        self.pace.start()
        try:
            self._meanings.open(self._settings.embed)
        except JinasearchError as error:
            if error.code != Code.LIBRARY_DAMAGED:  # that is told, and the next start mends it
                raise
        self._indexer.start()  # first: readers that find nothing must not take all for read
        self._readers.start()
        self._ocr.start()
        self._checker.start()
        self.settings.start()
        _log.info("engine %s started, schema %d", __version__, SCHEMA)

    def end_requests(self) -> None:
        """Have those that may take long end soon, whatever has become of them."""
        self._gate.close()
        self.models.end_trials()
        self.library.end()
        self.previews.close()

    def close(self) -> bool:
        """End all threads and processes; whatever was in hand is repeated at the next start.

        False if a request is left that does not end: it has no library any more.
        """
        self.events.close()
        self.end_requests()
        self.settings.close()
        self.pace.governor.close()
        self._shelf.close()
        self._checker.close()
        self._indexer.close()
        self._readers.close()
        self._ocr.close()
        self._reranks.close()  # before the models: they stand aside for it
        self._meanings.close()
        self._dirty.set()
        if self._teller.is_alive():
            self._teller.join(5)
        ended = self.lanes.close(_REQUEST_SECONDS)
        self._library.close()
        _log.info("engine ended")
        return ended

    # What clients ask

    def hello(self) -> protocol.Hello:
        """Who this engine is."""
        return protocol.Hello(
            __version__, protocol.PROTOCOL, SCHEMA, os.getpid(), shown(self._library.folder)
        )

    def status(self) -> Status:
        """What the engine is doing."""
        coverage = self._coverage()
        coming = self._meanings.coming
        damaged = self._library.health.damage is not None
        reading = self._indexer.busy or self._readers.busy
        embedding = coverage.meaning < coverage.keywords or coming is not None
        done = coverage.keywords + coverage.failed + coverage.skipped
        pace = self.pace.pace
        library_bytes = bytes_below(self._library.folder)
        away, gone = self.folders.absent()
        return Status(
            activity=activity_of(
                paused=self._gate.paused,
                waiting=pace.speed is Speed.OFF and (embedding or done < coverage.files),
                troubles=self._notices.troubled() - {_SETTINGS},
                in_hand=bool(self._readers.current),
                reading=reading,
                embedding=embedding,
            ),
            paused=self._gate.paused,
            paused_until=self._gate.until,
            coverage=coverage,
            keywords=self._keywords_rate.progress(done, coverage.files, working=reading),
            meaning=self._meaning_rate.progress(
                coverage.cards + coverage.passages_embedded,
                coverage.keywords + coverage.passages,
                working=embedding and not reading,
            ),
            current=self._readers.current,
            model=self._model_in_use(),
            coming=None if coming is None else coming.in_use,
            coming_progress=None if damaged else self._meanings.coming_progress(),
            notices=self._notices.shown(),
            library=shown(self._library.folder),
            library_bytes=library_bytes,
            memory_bytes=self._memory(),
            revision=self._revision,
            confinement=self._readers.confinement,
            pace=pace,
            ceilings=self.pace.ceilings(coverage, library_bytes),
            recognition=self._ocr.state(),
            reranker=self._reranks.in_use,
            away=away,
            gone=gone,
            work=self.library.work,
            trying=self.models.trying,
        )

    def history(self) -> protocol.History:
        """What was done when."""
        self._note_history()
        return protocol.History(self._history.minutes())

    def pause(self, request: protocol.Pause) -> Status:
        """Stop or go on working."""
        self.pace.pause(request)
        return self.status()

    def set_pace(self, request: protocol.SetPace) -> Status:
        """Choose how much of the machine the work may take."""
        if request.preset is not None:
            self.settings.change(protocol.ChangeSettings({"pace.preset": request.preset}))
        if request.hurry is not None:
            self.pace.hurry(request.hurry)
        return self.status()

    @property
    def busy(self) -> bool:
        """Whether there is work left that is not paused."""
        return not self._gate.held and self._working

    @property
    def in_use(self) -> bool:
        """Whether anything but a request goes on that the engine's end would cut short."""
        at_work = self.busy or self._shelf.downloading or self._ocr.in_hand
        return at_work or self.events.listeners > 0

    def notify(self, error: JinasearchError) -> None:
        """Show an error to the user, in every window and in `status`."""
        self._notices.notify(error)

    # How the parts speak to each other

    @property
    def _working(self) -> bool:
        return self._indexer.busy or self._readers.busy or self._meanings.busy

    def _change_settings(self, values: dict[str, Value | None]) -> None:
        self.settings.set(values)

    def _apply_extract(self, settings: ExtractSettings) -> None:
        for worker in self._workers:
            worker.use(settings)
        self._ocr.use(settings)

    def _apply_engine(self, settings: EngineSettings) -> None:
        self._indexer.rescan_every(settings.rescan_minutes * 60)

    def _on_add(self) -> None:
        self.pace.governor.ask()
        self._touch()

    def _space(self) -> int | None:
        meaning = self._meanings.serving
        return None if meaning is None else meaning.space

    def _on_files(self) -> None:
        self._on_trouble(_INDEXING, None)
        self._readers.wake()
        self.pace.governor.wake()
        self._on_news()

    def _holds_back(self) -> bool:
        """Whether only what the user just changed or opened is worked on for now."""
        return self.pace.pace.speed is Speed.OFF

    def _on_pace(self) -> None:
        self._readers.wake()
        self._meanings.wake()
        self._ocr.wake()
        self._touch()

    def _on_all_read(self) -> None:
        if not self._indexer.busy:
            if not self._holds_back():
                self.pace.governor.answered()
            self._checker.stir()
            self._meanings.forget(self._library.settled())
        self._meanings.wake()
        self._ocr.wake()
        self._touch()

    def _on_news(self) -> None:
        """Rows have changed: there may be something to embed."""
        self._on_embedded()
        self._meanings.wake()
        self.pace.governor.wake()

    def _on_embedded(self) -> None:
        """The index has changed: open searches may be asked again."""
        with self._lock:
            self._revision += 1
            self._changed = True
        self._touch()

    def _on_indexing_trouble(self, error: JinasearchError | None) -> None:
        if error is None or error.code in _PASSING:
            self._on_trouble(_INDEXING, error)
        else:
            self.notify(error)

    def _on_damage(self, error: JinasearchError) -> None:
        """Nothing more is written to a damaged library; what can be read of it answers on."""
        self._gate.halt()
        self._readers.wake()
        self._notices.trouble("library", error)

    def _on_trouble(self, source: str, error: JinasearchError | None) -> None:
        self._notices.trouble(source, error)

    def _touch(self) -> None:
        self._dirty.set()

    def _tell(self) -> None:
        """Publish status and change events, at most four a second, none while nothing happens."""
        while True:
            self._dirty.wait()
            self._dirty.clear()
            if self._gate.closed:
                return
            try:
                if self._history.due():
                    self._note_history()
                self._publish()
            except Exception:  # noqa: BLE001 - logged; the thread must go on
                _log.exception("telling clients failed")
            time.sleep(_STATUS_SECONDS)

    def _publish(self) -> None:
        if not self.events.listeners:
            return
        with self._lock:
            changed, self._changed = self._changed, False
        if changed:
            self.events.publish(protocol.Event("changed"))
        self.events.publish(protocol.Event("status", status=self.status()))

    def _note_history(self) -> None:
        coverage = self._coverage()
        self._history.note(coverage.keywords, coverage.cards + coverage.passages_embedded)

    def _coverage(self) -> Coverage:
        try:
            self._counted = self._meanings.coverage()
        except JinasearchError as error:
            if error.code != Code.LIBRARY_DAMAGED:
                raise
        return self._counted

    def _model_in_use(self) -> ModelInUse:
        meaning = self._meanings.serving
        if meaning is not None:
            return meaning.in_use
        return ModelInUse(name=self.models.chosen, state="failed")

    def _memory(self) -> int:
        own = int(psutil.Process().memory_info().rss)
        children = [worker.memory_bytes() for worker in (*self._workers, self._ocr.worker)]
        children += [self.previews.memory_bytes(), self._reranks.memory_bytes()]
        return own + sum(children) + self._meanings.memory_bytes()
