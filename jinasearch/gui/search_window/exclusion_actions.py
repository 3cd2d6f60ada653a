"""Leaving a result's file or folder out of the index: what that does is told before, and can be
undone. And having a file read again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol
from jinasearch.gui import formatting
from jinasearch.gui.question import question

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox, QWidget

    from jinasearch.core.models import Hit
    from jinasearch.engine.protocol import Exclusion, Retried
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.search_window.banner import Banner

_LANE = "exclude"
_DONE, _AGAIN = "left-out", "read-again"
"""What the banner knows these messages by."""


class ExclusionActions(QObject):
    """Signal: `changed()` when the rules of a folder are others now."""

    changed = Signal()

    def __init__(self, client: EngineClient, banner: Banner, window: QWidget) -> None:
        super().__init__(window)
        self._client = client
        self._banner = banner
        self._window = window
        self.box: QMessageBox | None = None
        """The question that was asked last."""

    def leave_out(self, hit: Hit) -> None:
        """Leave the file of a result out, after asking."""
        self._ask_for(hit.uri, hit.name)

    def leave_out_folder(self, hit: Hit) -> None:
        """Leave the folder that a result lies in out, after asking."""
        name = hit.folder.replace("\\", "/").rpartition("/")[2] or hit.folder
        self._ask_for(hit.uri.rpartition("/")[0], name)

    def read_again(self, hit: Hit) -> None:
        """Have the file of a result read anew."""
        call = protocol.retry_failed(protocol.RetryRequest("", (hit.uri,), again=True))
        self._client.call(call, partial(self._on_again, hit), self._banner.show_passing)

    def _on_again(self, hit: Hit, done: Retried) -> None:
        if not done.files:  # it has left the library since it was found
            self._banner.show_passing(JinasearchError(Code.NOT_FOUND, "Not found", path=hit.path))
            return
        self._banner.pass_on()
        told = self.tr("{name} is being read again.").format(name=hit.name)
        self._banner.show_done(_AGAIN, told)

    def _ask_for(self, uri: str, name: str) -> None:
        call = protocol.exclude(protocol.Exclude(uri, preview=True))
        ask = partial(self._ask, uri, name)
        self._client.call(call, ask, self._banner.show_error, lane=_LANE)

    def _ask(self, uri: str, name: str, told: Exclusion) -> None:
        change = told.change
        count = formatting.count_of_files(change.newly_out if change is not None else 0)
        if change is not None and not change.complete:
            count = self.tr("at least {files}").format(files=count)
        text = self.tr(
            "No longer found: {files}. What was read from them is deleted from the library; the "
            "files themselves are not touched. The rule {rule} is added to those of {folder}."
        ).format(files=count, rule=told.pattern, folder=told.folder)
        title = self.tr("Leave out {name}?").format(name=name)
        self.box = question(self._window, title, text, self.tr("Leave out"))
        self.box.accepted.connect(partial(self._leave_out, uri, name))
        self.box.open()

    def _leave_out(self, uri: str, name: str) -> None:
        call = protocol.exclude(protocol.Exclude(uri))
        self._client.call(call, partial(self._on_left_out, uri, name), self._banner.show_error)

    def _on_left_out(self, uri: str, name: str, _done: Exclusion) -> None:
        undo = (self.tr("Undo"), partial(self._take_back, uri))
        self._banner.show_done(_DONE, self.tr("{name} is left out.").format(name=name), undo)
        self.changed.emit()

    def _take_back(self, uri: str) -> None:
        call = protocol.exclude(protocol.Exclude(uri, back=True))
        self._client.call(call, self._on_back, self._banner.show_error)

    def _on_back(self, _done: Exclusion) -> None:
        self._banner.forget(_DONE)
        self.changed.emit()
