"""Shows the first steps where nothing is indexed yet, and carries out what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtWidgets import QFileDialog

from jinasearch.core.paths import from_uri, shown
from jinasearch.engine import protocol
from jinasearch.engine.protocol import BenchModels, ChangeSettings, Models
from jinasearch.gui import error_words, texts
from jinasearch.gui.file_dialog import FileDialog
from jinasearch.gui.first_run.dialog import FirstRun
from jinasearch.gui.search_window.model_browser import ModelBrowser

if TYPE_CHECKING:
    from jinasearch.core.errors import JinasearchError
    from jinasearch.engine.protocol import (
        Bench,
        Findings,
        Folders,
        ModelEntry,
        Proposals,
        SettingsReply,
    )
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.first_run.page import Page
    from jinasearch.gui.search_window.window import SearchWindow

_STARTER = "starter"
_BENCH_SECONDS = 2.0
_PATIENCE_MS = 120_000
_PROOF_MS = 3_600_000
_PROOF_LANE = "first-run-proof"


class FirstRunActions(QObject):
    """Belongs to one window."""

    def __init__(self, client: EngineClient, window: SearchWindow) -> None:
        super().__init__(window)
        self._client = client
        self._window = window
        self.dialog: FirstRun | None = None
        self.browser = ModelBrowser(client, self)
        self.browser.listed.connect(self._on_listed)
        self.browser.refused.connect(self._on_refused)

    def offer(self) -> None:
        """Show them if nothing is indexed."""
        self._client.call(protocol.folders(), self._on_folders, self._on_silent, lane="first-run")

    def show(self) -> None:
        """Show them."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        dialog = FirstRun(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.folders.browse_wanted.connect(self._browse)
        dialog.model.models_wanted.connect(self._window.model_actions.show)
        dialog.model.folder_wanted.connect(lambda: self.browser.ask(dialog))
        dialog.done_with.connect(self._on_done)
        dialog.finished.connect(self._on_closed)
        self.dialog = dialog
        dialog.open()
        self._client.call(
            protocol.propose_folders(), self._on_proposals, self._on_error, timeout_ms=_PATIENCE_MS
        )
        self._client.call(protocol.models(), self._on_models, self._on_silent)
        self._client.call(protocol.settings(), self._on_settings, self._on_silent)
        self._client.call(
            protocol.bench_models(BenchModels((_STARTER,), _BENCH_SECONDS)),
            self._on_bench,
            self._on_silent,
            timeout_ms=_PATIENCE_MS,
        )

    def _on_folders(self, reply: Folders) -> None:
        if not reply.folders:
            self.show()

    def _on_proposals(self, reply: Proposals) -> None:
        if self.dialog is not None:
            self.dialog.folders.show_proposals(reply.proposals)

    def _on_models(self, reply: Models) -> None:
        if self.dialog is not None:
            self.dialog.model.show_models(reply)

    def _on_listed(self, listed: ModelEntry) -> None:
        """Offer the model of a folder, choose it, and prove it meanwhile."""
        if self.dialog is None:
            return
        if listed.task != "embed":
            self.dialog.model.tell(
                self.tr(
                    "{name} orders answers anew; choose a model that learns meaning here."
                ).format(name=listed.title)
            )
            return
        self.dialog.model.show_models(Models((listed,)))
        self.dialog.model.choose(listed.name)
        self.dialog.model.tell(self.tr("Verifying {name}…").format(name=listed.title))
        self._client.call(
            protocol.verify_model(protocol.VerifyModel(listed.name)),
            self._on_findings,
            self._on_refused,
            lane=_PROOF_LANE,
            timeout_ms=_PROOF_MS,
        )

    def _on_findings(self, found: Findings) -> None:
        if self.dialog is not None:
            self.dialog.model.tell(texts.proof(found.findings))

    def _on_refused(self, error: JinasearchError) -> None:
        if self.dialog is not None:
            self.dialog.model.tell(error_words.error(error))

    def _on_settings(self, reply: SettingsReply) -> None:
        if self.dialog is not None:
            self.dialog.pace.show_settings(reply)

    def _on_bench(self, reply: Bench) -> None:
        if self.dialog is not None:
            self.dialog.model.show_bench(reply)

    def _on_done(self, page: Page) -> None:
        """Use what a page says. Folders first: they are being read while the rest is chosen."""
        dialog = self.dialog
        if dialog is None:
            return
        if page is dialog.folders and dialog.folders.chosen():
            self._window.add_uris(dialog.folders.chosen())
        elif page is dialog.pace:
            request = ChangeSettings(dialog.pace.changes())
            self._client.call(protocol.change_settings(request), self._on_silent, self._on_error)
            self._take_model(dialog)

    def _take_model(self, dialog: FirstRun) -> None:
        entry = dialog.model.chosen()
        if entry is not None and not entry.in_use:
            self._window.model_actions.take(entry)

    def _browse(self) -> None:
        mode = QFileDialog.FileMode.Directory
        dialog = FileDialog(self.dialog, self.tr("Add folder"), mode)
        dialog.chosen.connect(self._on_browsed)
        dialog.open()

    def _on_browsed(self, urls: list[QUrl]) -> None:
        for url in urls:
            uri = bytes(url.toEncoded().data()).decode().rstrip("/")
            if self.dialog is not None and url.isLocalFile():
                self.dialog.folders.add(uri, shown(from_uri(uri)))

    def _on_closed(self) -> None:
        self.dialog = None
        self.browser.stop()
        self._client.cancel(_PROOF_LANE)

    def _on_silent(self, _answer: object) -> None:
        pass

    def _on_error(self, error: JinasearchError) -> None:
        self._window.banner.show_error(error)
