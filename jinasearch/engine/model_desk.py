"""What clients ask about models: list, choose, fetch, prove, measure."""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import ModelSpeed
from jinasearch.core.paths import shown
from jinasearch.embed.checks import speed, verify
from jinasearch.embed.models import known_folders
from jinasearch.embed.models.catalog import STARTER, describe, describe_for
from jinasearch.embed.models.description import Task
from jinasearch.embed.process.command import embed_command
from jinasearch.embed.process.embedding import EmbedProcess
from jinasearch.embed.process.reranking import RerankProcess
from jinasearch.embed.runtimes.runtime import PLAIN
from jinasearch.engine import protocol, remote_models, samples
from jinasearch.engine.lanes import ending
from jinasearch.engine.model_shelf import downloadable
from jinasearch.search import rerank
from jinasearch.store import files
from jinasearch.store.vector_size import in_graph, in_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jinasearch.core.settings import EmbedSettings, Value
    from jinasearch.embed.models.description import ModelDescription
    from jinasearch.engine.meanings import Meanings
    from jinasearch.engine.model_shelf import ModelShelf
    from jinasearch.engine.rerank_desk import RerankDesk
    from jinasearch.index.gate import Gate
    from jinasearch.store.database import Library

_PASSAGES = 200
_ALWAYS_FREE = 500_000_000
_READY = "ready"

_Tried = EmbedProcess | RerankProcess
_P = TypeVar("_P", EmbedProcess, RerankProcess)


class ModelDesk:
    """The facade for models. `settings` is how they run, `change` changes settings by their names
    and has them used.

    `notify` tells the user of an error, `on_news` that other vectors may answer.
    """

    def __init__(
        self,
        library: Library,
        gate: Gate,
        meanings: Meanings,
        shelf: ModelShelf,
        change: Callable[[dict[str, Value | None]], object],
        settings: EmbedSettings,
        command: Sequence[str],
        reranks: RerankDesk,
        on_news: Callable[[], None],
        notify: Callable[[JinasearchError], None],
    ) -> None:
        self._library = library
        self._gate = gate
        self._meanings = meanings
        self._shelf = shelf
        self._change = change
        self._settings = settings
        self._command = tuple(command)
        self._reranks = reranks
        self._on_news = on_news
        self._notify = notify
        self._trial = threading.Lock()
        self._lock = threading.Lock()  # guards what follows
        self._tried: list[_Tried] = []
        self._ended = False
        self._rates: dict[str, float] = {}

    @property
    def chosen(self) -> str:
        """The model that the settings name."""
        return self._settings.model

    @property
    def trying(self) -> bool:
        """Whether models are measured or proven now, and all other work rests."""
        return self._trial.locked()

    def listed(self) -> protocol.Models:
        """All models."""
        return protocol.Models(self._shelf.entries(self._settings.model, self._reranks.chosen))

    def plan(self, request: protocol.UseModel) -> protocol.Plan:
        """What choosing a model would take; nothing is changed.

        Raises:
            JinasearchError: the model cannot be used.
        """
        description = describe_for(Task.EMBED, request.name)
        self._shelf.usable(request.name, request.dimension)
        dimension = request.dimension or description.dimension
        wanted = replace(self._settings, model=request.name, dimension=request.dimension)
        state = self._meanings.state_of(wanted)
        vectors = 0
        if state is protocol.PlanState.NEW:
            coverage = files.coverage(self._library.reader(), None)
            vectors = coverage.passages + coverage.keywords
        rate = self._rates.get(request.name)
        return protocol.Plan(
            name=request.name,
            dimension=dimension,
            vectors=vectors,
            bytes_needed=vectors * (in_table(dimension) + in_graph(dimension)),
            bytes_free=shutil.disk_usage(self._library.folder).free,
            seconds=vectors / rate if rate else None,
            state=state,
        )

    def use(self, request: protocol.UseModel) -> protocol.Models:
        """Embed with another model; the old one answers until the new one finds as much.

        Raises:
            JinasearchError: the model cannot be used, or DISK_FULL if its vectors do not fit.
        """
        self._possible(request)
        if Path(request.name).is_absolute():
            known_folders.remember(request.name)
        self._change({"embed.model": request.name, "embed.dimension": request.dimension})
        self._meanings.use(self._settings)  # chosen before or not: a failure of it is over
        self._on_news()
        return self.listed()

    def _possible(self, request: protocol.UseModel) -> None:
        plan = self.plan(request)
        if plan.bytes_needed + _ALWAYS_FREE > plan.bytes_free and plan.vectors:
            raise JinasearchError(
                Code.DISK_FULL,
                f"The vectors of {plan.vectors:,} texts need {plan.bytes_needed / 1e6:,.0f} MB,"
                f" and {plan.bytes_free / 1e6:,.0f} MB are free",
                "Make room, or choose fewer dimensions.",
                shown(self._library.folder),
            )

    def rerank_with(self, request: protocol.RerankWith) -> protocol.Models:
        """Re-rank answers with another model, or not any more; see `RerankDesk.use`."""
        self._reranks.use(request)
        if Path(request.name).is_absolute():
            known_folders.remember(request.name)
        return self.listed()

    def check(self, before: EmbedSettings, after: EmbedSettings) -> None:
        """Raise as `use` if these settings choose a model or dimension that cannot be used.

        Where the model could not be used before either, what is as it was may stay wrong: else
        neither of two mistakes could be mended before the other.
        """
        if (before.model, before.dimension) == (after.model, after.dimension):
            return
        try:
            self._possible(protocol.UseModel(after.model, after.dimension))
        except JinasearchError as error:
            of_dimension = error.code == Code.MODEL_DIMENSION
            same = (
                before.dimension == after.dimension if of_dimension else before.model == after.model
            )
            if not same or self._is_usable(before.model):
                raise

    def _is_usable(self, name: str) -> bool:
        try:
            describe_for(Task.EMBED, name)
            self._shelf.usable(name, 0)
        except JinasearchError:
            return False
        return True

    def apply(self, settings: EmbedSettings) -> None:
        """Use other settings from now on; those of another space make it in the background."""
        before, self._settings = self._settings, settings
        if replace(before, model=settings.model, dimension=settings.dimension) == settings:
            self._meanings.use(settings)
        else:
            self._meanings.apply(settings)
        self._on_news()

    def download(self, request: protocol.DownloadModel) -> protocol.Models:
        """Begin or resume a download; what came is verified, and used if that is wanted."""

        def on_ready(name: str) -> None:
            if not self._prove(name) or not request.use:
                return
            if describe(name).task is Task.RERANK:
                self.rerank_with(protocol.RerankWith(name))
            else:
                self.use(protocol.UseModel(name))

        self._shelf.download(
            request.name, self._notify, consent_given=request.consent, on_ready=on_ready
        )
        return self.listed()

    def cancel_download(self, name: str) -> protocol.Models:
        """Stop a download."""
        self._shelf.cancel(name)
        return self.listed()

    def add_remote(self, request: protocol.AddRemote) -> protocol.RemoteModel:
        """Know a model that runs on a server; see `remote_models.add`."""
        added = remote_models.add(request, self._meanings.models())
        self._meanings.ask_anew(request.name)
        return added

    def remove(self, name: str) -> protocol.Models:
        """Delete what was downloaded of a model, or forget one that runs on a server.

        Raises:
            JinasearchError: see `ModelShelf.remove` and `remote_models.remove`.
        """
        in_use = self._meanings.models() | {self._settings.model, self._reranks.chosen}
        if name == STARTER or downloadable(name):
            self._shelf.remove(name, in_use)
        else:
            remote_models.remove(name, in_use)
        return self.listed()

    def add_folder(self, request: protocol.ModelFolder) -> protocol.ModelEntry:
        """List the model of a folder from now on, if it can be used.

        Raises:
            JinasearchError: BAD_REQUEST if the path is not absolute; else as `describe`, and
                MODEL_DAMAGED.
        """
        folder = Path(request.path)
        if not folder.is_absolute():
            raise JinasearchError(
                Code.BAD_REQUEST, "A model's folder is named by its absolute path", "", request.path
            )
        name = known_folders.name_of(folder)
        self._shelf.usable(name, 0)
        if Path(name).is_absolute():
            known_folders.remember(name)
        return next(entry for entry in self.listed().models if entry.name == name)

    def forget_folder(self, request: protocol.ModelFolder) -> protocol.Models:
        """List a folder's model no more; its files stay.

        Raises:
            JinasearchError: NOT_FOUND if it is not listed, BAD_REQUEST if it is in use.
        """
        folder = str(Path(request.path))
        if folder in self._meanings.models() | {self._settings.model, self._reranks.chosen}:
            raise JinasearchError(
                Code.BAD_REQUEST, "This model is in use", "Choose another one first.", folder
            )
        if folder not in known_folders.known():
            raise JinasearchError(
                Code.NOT_FOUND,
                "No model of this folder is listed",
                "`jinasearch models list` shows the models.",
                folder,
            )
        known_folders.forget(folder)
        return self.listed()

    def verify(self, request: protocol.VerifyModel) -> protocol.Findings:
        """Whether a model makes the vectors that it should.

        Raises:
            JinasearchError: the model cannot be loaded, or ALREADY_RUNNING.
        """
        return self._verified(request.name, wait=False)

    def _verified(self, name: str, *, wait: bool) -> protocol.Findings:
        self._shelf.usable(name, 0)
        texts = samples.texts(self._library.reader(), _PASSAGES)
        if describe(name).task is Task.RERANK:
            with self._alone(wait=wait), self._trying_to_rerank(name) as reranker:
                return protocol.Findings(tuple(verify.verify_reranker(reranker, texts)))
        with self._alone(wait=wait), self._trying(name) as (process, description):
            findings = verify.verify(process, description, texts)
            form = process.info
            if description.server is not None or verify.is_plain(form):
                return protocol.Findings(tuple(findings))
            with self._trying(name, plain=True) as (plain, _):
                findings += verify.compare(process, plain, texts)
        return protocol.Findings(tuple(findings))

    def bench(self, request: protocol.BenchModels) -> protocol.Bench:
        """Measure every model that is here, for some seconds each.

        One that texts would leave this machine for is measured by its name alone.

        Raises:
            JinasearchError: one that is named cannot be used, or ALREADY_RUNNING.
        """
        for name in request.names:
            self._shelf.usable(name, 0)
        coverage = files.coverage(self._library.reader(), None)
        vectors = coverage.passages + coverage.keywords
        texts = samples.texts(self._library.reader(), _PASSAGES)
        found: list[ModelSpeed] = []
        with self._alone(wait=False):
            found += [
                self._measured(entry, texts, request.seconds, vectors)
                for entry in self.listed().models
                if entry.state == _READY
                and (entry.name in request.names or not (request.names or entry.sends_to))
            ]
        if self._ended:
            raise ending()
        return protocol.Bench(tuple(found), speed.recommended(found), vectors)

    def _measured(
        self, entry: protocol.ModelEntry, texts: Sequence[str], seconds: float, vectors: int
    ) -> ModelSpeed:
        try:
            if entry.task == Task.RERANK:
                return self._measured_reranker(entry, texts, seconds)
            with self._trying(entry.name) as (process, _):
                measured = speed.measure(process, texts, seconds)
                memory, form = process.memory_bytes(), process.info
        except JinasearchError as error:
            return ModelSpeed(entry.name, entry.title, problem=error.title, task=entry.task)
        self._rates[entry.name] = measured.passages_per_second
        return ModelSpeed(
            name=entry.name,
            title=entry.title,
            passages_per_second=measured.passages_per_second,
            query_ms=measured.query_ms,
            busy_query_ms=measured.busy_query_ms,
            load_seconds=measured.load_seconds,
            memory_bytes=memory,
            disk_bytes=entry.bytes,
            seconds_for_library=vectors / measured.passages_per_second,
            languages=entry.languages,
            provider=form.provider,
            precision=form.precision,
        )

    def _measured_reranker(
        self, entry: protocol.ModelEntry, texts: Sequence[str], seconds: float
    ) -> ModelSpeed:
        with self._trying_to_rerank(entry.name) as process:
            measured = speed.measure_reranker(process, texts[: rerank.FILES], seconds)
            memory, form = process.memory_bytes(), process.info
        return ModelSpeed(
            name=entry.name,
            title=entry.title,
            passages_per_second=measured.passages_per_second,
            query_ms=measured.query_ms,
            load_seconds=measured.load_seconds,
            memory_bytes=memory,
            disk_bytes=entry.bytes,
            languages=entry.languages,
            provider=form.provider,
            precision=form.precision,
            task=entry.task,
        )

    def _prove(self, name: str) -> bool:
        """Verify what was downloaded; a model that fails is told, and left to the user."""
        failed = [f for f in self._verified(name, wait=True).findings if not f.ok]
        for finding in failed:
            self._notify(
                JinasearchError(
                    Code.MODEL_UNSUITABLE,
                    f"The model {name} does not prove itself: {finding.name}, {finding.detail}",
                    finding.remedy or "Download it again, or choose another model.",
                )
            )
        return not failed

    @contextmanager
    def _alone(self, *, wait: bool) -> Iterator[None]:
        """Nothing is read or embedded meanwhile: it would be measured too."""
        if not self._trial.acquire(blocking=wait):
            raise JinasearchError(
                Code.ALREADY_RUNNING, "Models are being tried already", "Wait until that is done."
            )
        try:
            self._shelf.tell()
            with self._gate.stopped():
                yield
        finally:
            self._trial.release()
            self._shelf.tell()

    def end_trials(self) -> None:
        """Have a proof or measurement end, and begin no other: the engine ends."""
        with self._lock:
            self._ended = True
            tried = list(self._tried)
        for process in tried:
            process.stop()

    @contextmanager
    def _for_a_trial(self, process: _P) -> Iterator[_P]:
        with self._lock:
            if self._ended:
                raise ending()
            self._tried.append(process)
        try:
            yield process
        finally:
            with self._lock:
                self._tried.remove(process)
            process.stop()

    @contextmanager
    def _trying_to_rerank(self, name: str) -> Iterator[RerankProcess]:
        """The same for a model that re-ranks."""
        command, used = embed_command(self._command, ""), self._settings
        process = RerankProcess(
            command, name, 0, used.threads, used.idle_seconds, background=False, runtime=PLAIN
        )
        with self._for_a_trial(process):
            yield process

    @contextmanager
    def _trying(
        self, name: str, *, plain: bool = False
    ) -> Iterator[tuple[EmbedProcess, ModelDescription]]:
        """A process of its own for one model, gone afterwards."""
        used = self._settings
        # The plain form is this program's own: what another environment makes is what is tried.
        process = EmbedProcess(
            embed_command(self._command, "" if plain else used.python),
            name,
            0,
            used.threads,
            used.idle_seconds,
            background=False,
            runtime=PLAIN if plain else used.runtime,
            precision="auto" if plain else used.precision,
            allow_cpu=used.allow_cpu,
            gpu_bytes=used.gpu_bytes,
        )
        with self._for_a_trial(process):
            yield process, describe(name)
