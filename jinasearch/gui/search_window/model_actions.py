"""Choosing, fetching and trying models: the questions to the user and the calls to the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from jinasearch.engine import protocol
from jinasearch.gui import error_words, formatting, texts
from jinasearch.gui.question import question
from jinasearch.gui.search_window.model_browser import ModelBrowser
from jinasearch.gui.search_window.models_dialog import ModelsDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMessageBox, QWidget

    from jinasearch.core.errors import JinasearchError
    from jinasearch.engine.protocol import Bench, Call, Findings, ModelEntry, Models, Plan
    from jinasearch.gui.engine_client import EngineClient

REFRESH_MS = 1000
_TRIAL_MS = 3_600_000
_LANE = "models"
_REFRESH_LANE = "models-refresh"
_MARKS = {True: "✓", False: "✗"}


class ModelActions(QObject):
    """Opens the dialog of models and does what it wants. Signal: `failed(JinasearchError)`."""

    failed = Signal(object)

    def __init__(self, client: EngineClient, window: QWidget) -> None:
        super().__init__(window)
        self._client = client
        self._window = window
        self._models: Models | None = None
        self.dialog: ModelsDialog | None = None
        self.question: QMessageBox | None = None
        self.browser = ModelBrowser(client, self)
        self.browser.listed.connect(self._on_listed)
        self.browser.refused.connect(self._on_error)
        self._refresh = QTimer(self)
        self._refresh.setInterval(REFRESH_MS)
        self._refresh.timeout.connect(self._ask)

    def show(self) -> None:
        """Open the dialog."""
        dialog = ModelsDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.use_wanted.connect(self._plan)
        dialog.rerank_wanted.connect(
            lambda name: self._send(protocol.rerank_with(protocol.RerankWith(name)))
        )
        dialog.download_wanted.connect(self._download)
        dialog.stop_wanted.connect(lambda name: self._send(protocol.cancel_download(name)))
        dialog.verify_wanted.connect(self._verify)
        dialog.remove_wanted.connect(self._remove)
        dialog.bench_wanted.connect(self._bench)
        dialog.folder_wanted.connect(lambda: self.browser.ask(dialog))
        dialog.forget_wanted.connect(self._forget)
        dialog.finished.connect(self._on_closed)
        self.dialog = dialog
        dialog.open()
        self._ask()

    def take(self, entry: ModelEntry) -> None:
        """Use a model as soon as it is here; one that is fetched shows its progress meanwhile."""
        if entry.state == "ready":
            self._use(protocol.UseModel(entry.name))
            return
        self.show()
        self._download_this(entry, use=True)

    def _ask(self) -> None:
        self._client.call(protocol.models(), self._on_models, self._on_no_list, lane=_REFRESH_LANE)

    def _send(self, call: Call[Models]) -> None:
        """Do what the user wants. A refresh would tell what was before it."""

        def done(models: Models) -> None:
            self._client.cancel(_REFRESH_LANE)
            if self.dialog is not None:
                self.dialog.tell("")
            self._on_models(models)

        self._client.cancel(_REFRESH_LANE)
        self._client.call(call, done, self._on_error, lane=_LANE)

    def _on_models(self, models: Models) -> None:
        self._models = models
        if self.dialog is None:
            return
        self.dialog.show_models(models.models)
        # Only a download changes by itself.
        if any(entry.state == "downloading" for entry in models.models):
            self._refresh.start()
        else:
            self._refresh.stop()

    def _on_listed(self, listed: ModelEntry) -> None:
        """Choose the model of a folder, and see whether it makes sound vectors."""

        def shown(models: Models) -> None:
            self._on_models(models)
            if self.dialog is not None:
                self.dialog.show_models(models.models, choose=listed.name)
                self._verify(listed.name)

        self._client.call(protocol.models(), shown, self._on_error, lane=_LANE)

    def _forget(self, name: str) -> None:
        self._send(protocol.forget_model_folder(protocol.ModelFolder(name)))

    def _plan(self, name: str, dimension: int) -> None:
        call = protocol.plan_model(protocol.UseModel(name, dimension))
        self._client.call(call, self._on_plan, self._on_error, lane="model-plan")

    def _on_plan(self, plan: Plan) -> None:
        request = protocol.UseModel(plan.name, plan.dimension)
        if not plan.vectors:
            self._use(request)
            return
        text = self.tr(
            "{count} texts are embedded in the background. That takes {size} on disk, of which "
            "{free} are free. The present model answers until it is done."
        ).format(
            count=formatting.number(plan.vectors),
            size=formatting.size(plan.bytes_needed),
            free=formatting.size(plan.bytes_free),
        )
        if plan.seconds is not None:
            text += " " + self.tr("Time: {time}.").format(time=formatting.duration(plan.seconds))
        self._question(
            self.tr("Use {name}?").format(name=self._title(plan.name)),
            text,
            self.tr("Use it"),
            lambda: self._use(request),
        )

    def _use(self, request: protocol.UseModel) -> None:
        self._send(protocol.use_model(request))

    def _download(self, name: str) -> None:
        entry = (
            next((model for model in self._models.models if model.name == name), None)
            if self._models
            else None
        )
        if entry is None:
            self._fetch(protocol.DownloadModel(name, consent=True))
        else:
            self._download_this(entry)

    def _download_this(self, entry: ModelEntry, *, use: bool = False) -> None:
        request = protocol.DownloadModel(entry.name, consent=True, use=use)
        if not entry.consent_needed:
            self._fetch(request)
            return
        self._question(
            self.tr("Accept the licence {name}?").format(name=entry.licence),
            self.tr(
                "{title} may be used under this licence alone, which forbids commercial use. "
                "Read it at {uri}"
            ).format(title=entry.title, uri=entry.licence_uri),
            self.tr("Accept and download"),
            lambda: self._fetch(request),
        )

    def _fetch(self, request: protocol.DownloadModel) -> None:
        self._send(protocol.download_model(request))

    def _remove(self, name: str) -> None:
        self._question(
            self.tr("Delete {name} from this machine?").format(name=self._title(name)),
            self.tr("It can be downloaded again."),
            self.tr("Delete"),
            lambda: self._send(protocol.remove_model(name)),
        )

    def _bench(self) -> None:
        self._busy(self.tr("Measuring. Nothing else is embedded meanwhile…"))
        self._client.call(
            protocol.bench_models(protocol.BenchModels()),
            self._on_bench,
            self._on_trial_error,
            lane="model-trial",
            timeout_ms=_TRIAL_MS,
        )

    def _on_bench(self, bench: Bench) -> None:
        self._busy("")
        if self.dialog is not None:
            speeds = {model.name: model for model in bench.models}
            self.dialog.show_speeds(speeds, bench.recommended)

    def _verify(self, name: str) -> None:
        self._busy(self.tr("Verifying {name}…").format(name=self._title(name)))
        self._client.call(
            protocol.verify_model(protocol.VerifyModel(name)),
            self._on_findings,
            self._on_trial_error,
            lane="model-trial",
            timeout_ms=_TRIAL_MS,
        )

    def _on_findings(self, found: Findings) -> None:
        self._busy("")
        if self.dialog is None:
            return
        lines = [f"{_MARKS[f.ok]} {f.name}: {f.detail}" for f in found.findings]
        self.dialog.tell("\n".join([texts.proof(found.findings), *lines]))

    def _on_trial_error(self, error: JinasearchError) -> None:
        self._busy("")
        self._on_error(error)

    def _on_error(self, error: JinasearchError) -> None:
        if self.dialog is None:
            return
        self.dialog.tell(error_words.error(error))

    def _on_no_list(self, error: JinasearchError) -> None:
        if self.dialog is not None:
            self.dialog.detail.setText(error_words.error(error))  # until there is a list

    def _busy(self, text: str) -> None:
        if self.dialog is not None:
            self.dialog.set_busy(text)

    def _on_closed(self) -> None:
        self.dialog = None
        self._refresh.stop()
        self.browser.stop()
        for lane in (_LANE, _REFRESH_LANE, "model-plan", "model-trial"):
            self._client.cancel(lane)

    def _title(self, name: str) -> str:
        entries = self._models.models if self._models else ()
        return next((entry.title for entry in entries if entry.name == name), name)

    def _question(self, title: str, text: str, yes: str, then: Callable[[], None]) -> None:
        box = question(self.dialog or self._window, title, text, yes)
        box.accepted.connect(then)
        self.question = box
        box.destroyed.connect(self._forget_question)
        box.open()

    def _forget_question(self) -> None:
        self.question = None
