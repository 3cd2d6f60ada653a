"""Backups, bringing one back, checks and repairs: the questions to the user and the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QDateTime, QObject, QStandardPaths, Qt, QTimer

from jinasearch.core.errors import Code
from jinasearch.core.models import Status
from jinasearch.core.paths import library_dir, shown
from jinasearch.engine import protocol
from jinasearch.gui import formatting, texts
from jinasearch.gui.engine_link import FINAL, EngineLink, LinkState
from jinasearch.gui.file_dialog import FileDialog
from jinasearch.gui.library import words
from jinasearch.gui.library.dialog import LibraryDialog
from jinasearch.gui.library.kept_actions import KeptActions
from jinasearch.gui.library.restore_dialog import RestoreDialog
from jinasearch.gui.question import question

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QUrl
    from PySide6.QtWidgets import QWidget

    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.kept_copy import KeptCopy
    from jinasearch.engine.protocol import Exported, Findings, Import, ImportPlan
    from jinasearch.gui.engine_client import EngineClient

R = TypeVar("R")

_LANE = "library"
_PLAN_LANE = "library-plan"
_LONG_MS = 3_600_000
_END_MS = 5000
"""How long an engine that was asked to end, and did not answer, may take for it."""
_SUFFIX = ".jinasearch"


class LibraryActions(QObject):
    """One thing at a time. It goes on when the dialog is closed, and is told when that opens."""

    def __init__(self, client: EngineClient, link: EngineLink, window: QWidget) -> None:
        super().__init__(window)
        self._client = client
        self._link = link
        self._window = window
        self._status = Status()
        self._work = ""
        self._result = ""
        self._when_back: Callable[[], None] | None = None
        self.dialog: LibraryDialog | None = None
        self.question: QWidget | None = None
        """What is asked of the user now: a file's name, or whether to restore it."""
        self.kept = KeptActions(client, self)
        self.kept.restore_wanted.connect(self.look_into)
        self.kept.known.connect(self._on_kept)
        link.state_changed.connect(self._on_link)
        link.opening_changed.connect(self._update)
        link.failed.connect(self._on_failed_link)

    def show(self) -> None:
        """Open the dialog, or bring it to the front."""
        if self.dialog is not None:
            self.dialog.raise_()
            self.dialog.activateWindow()
            return
        dialog = LibraryDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.backup_wanted.connect(self._ask_where)
        dialog.restore_wanted.connect(self._ask_which)
        dialog.check_wanted.connect(self._check)
        dialog.repair_wanted.connect(self._repair)
        dialog.kept_wanted.connect(lambda: self.kept.show(dialog))
        dialog.finished.connect(self._on_closed)
        dialog.show_status(self._status)
        self.dialog = dialog
        self._update()
        dialog.show()
        self.kept.ask()

    def set_status(self, status: Status) -> None:
        """What the engine has now."""
        self._status = status
        if self.dialog is not None:
            self.dialog.show_status(status)
            self._update()

    def back_up(self, uri: str, *, replace: bool = False) -> None:
        """Write a backup there; what is there already is replaced after a question alone."""

        def refused(error: JinasearchError) -> None:
            if error.code is Code.EXISTS:
                self._end("")
                self._ask_to_replace(uri, error.path)
            else:
                self._fail(error)

        self._begin(self.tr("Writing the backup…"))
        request = protocol.Export(uri, replace)
        self._send(protocol.export_library(request), self._on_backed_up, refused)

    def look_into(self, uri: str) -> None:
        """Tell what a backup holds, and ask whether to restore it."""
        self._begin(self.tr("Looking into the backup…"))
        request = protocol.Import(uri)
        self._send(protocol.plan_import(request), lambda plan: self._on_plan(uri, plan))

    def _ask_where(self) -> None:
        today = QDateTime.currentDateTime().toString("yyyy-MM-dd")
        dialog = self._file_dialog(self.tr("Back up the library"))
        dialog.ask_where_to_save(_SUFFIX)
        # A dialog of the system asks by the name without the suffix: the engine knows better.
        dialog.setOption(FileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(f"library-{today}{_SUFFIX}")
        dialog.chosen.connect(lambda urls: self.back_up(_uri(urls)))
        dialog.open()

    def _ask_which(self) -> None:
        dialog = self._file_dialog(self.tr("Restore a backup"), f"*{_SUFFIX} *.db")
        dialog.chosen.connect(lambda urls: self.look_into(_uri(urls)))
        dialog.open()

    def _ask_to_replace(self, uri: str, path: str) -> None:
        title = self.tr("Replace this file?")
        box = question(self.dialog or self._window, title, path, self.tr("Replace"))
        box.accepted.connect(lambda: self.back_up(uri, replace=True))
        self._hold(box)
        box.open()

    def _file_dialog(self, title: str, pattern: str = f"*{_SUFFIX}") -> FileDialog:
        place = QStandardPaths.StandardLocation.DocumentsLocation
        folder = QStandardPaths.writableLocation(place)
        dialog = FileDialog(self.dialog, title, folder=folder)
        dialog.setNameFilters(
            [self.tr("Backups ({pattern})").format(pattern=pattern), self.tr("All files (*)")]
        )
        self._hold(dialog)
        return dialog

    def _on_backed_up(self, made: Exported) -> None:
        self._end(
            self.tr(
                "✓ The backup was written: {path}, {size}. “Restore” brings it back, here or on "
                "another machine."
            ).format(path=made.path, size=formatting.size(made.bytes))
        )

    def _on_plan(self, uri: str, plan: ImportPlan) -> None:
        self._end("")
        dialog = RestoreDialog(uri, plan, self.dialog or self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.plan_wanted.connect(
            lambda request: self._client.call(
                protocol.plan_import(request), dialog.show_plan, dialog.show_error, lane=_PLAN_LANE
            )
        )
        dialog.finished.connect(lambda _result: self._client.cancel(_PLAN_LANE))
        dialog.import_wanted.connect(self._restore)
        self._hold(dialog)
        dialog.open()

    def _restore(self, request: Import) -> None:
        def refused(error: JinasearchError) -> None:
            self._fail(error, comes=error.code is Code.ENGINE_UNREACHABLE)

        self._begin(self.tr("Bringing the backup back…"))
        self._send(
            protocol.import_library(request),
            lambda _plan: self._start_anew(self._on_restored),
            refused,
        )

    def _on_restored(self) -> None:
        self._end(
            self.tr(
                "✓ The backup is the library now. Files that have changed since are being read. "
                "The library before it is kept in {folder}; “Restore” brings it back."
            ).format(folder=shown(library_dir() / "backups"))
        )

    def _check(self) -> None:
        self._begin(self.tr("Checking the library…"))
        self._send(protocol.check(), lambda found: self._end(words.findings(found)))

    def _repair(self) -> None:
        self._begin(self.tr("Checking the library…"))
        self._send(protocol.check(), self._mend)

    def _mend(self, before: Findings) -> None:
        self._send(
            protocol.repair(), lambda _done: self._start_anew(lambda: self._check_again(before))
        )

    def _check_again(self, before: Findings) -> None:
        self._begin(self.tr("Checking what was mended…"))
        self._send(protocol.check(), lambda now: self._end(words.findings(now.after(before))))

    def _start_anew(self, then: Callable[[], None]) -> None:
        """Have the engine end; the link starts it again, which looks at everything first."""
        self._begin(self.tr("The engine starts again…"))
        self._when_back = then

        def refused(error: JinasearchError) -> None:
            # Without an answer it may be ending.
            wait = _END_MS if error.code is Code.ENGINE_UNREACHABLE else 0
            QTimer.singleShot(wait, self, lambda: self._on_no_end(then, error))

        self._client.call(protocol.stop(), lambda _done: None, refused, owner=self)

    def _on_no_end(self, then: Callable[[], None], error: JinasearchError) -> None:
        if self._when_back is then and self._link.state is LinkState.CONNECTED:
            self._when_back = None
            self._fail(error, comes=True)

    def _on_link(self, state: LinkState) -> None:
        if state is LinkState.CONNECTED and self.dialog is not None:
            self.kept.ask()
        if state is LinkState.CONNECTED and self._when_back is not None:
            then, self._when_back = self._when_back, None
            then()
        self._update()

    def _on_failed_link(self, error: JinasearchError) -> None:
        if self._when_back is None:
            return
        if error.code in FINAL:
            self._when_back = None
            self._fail(error)
        else:
            self._begin(words.error(error))  # it is tried again

    def _send(
        self,
        call: protocol.Call[R],
        on_reply: Callable[[R], None],
        on_error: Callable[[JinasearchError], None] | None = None,
    ) -> None:
        refused = on_error or self._fail
        self._client.call(call, on_reply, refused, lane=_LANE, timeout_ms=_LONG_MS, owner=self)

    def _fail(self, error: JinasearchError, *, comes: bool = False) -> None:
        """Tell what failed; `comes`: it may be done all the same when the engine starts."""
        lines = ["✗ " + words.error(error)]
        if comes:
            lines.append(self.tr("It may come into force when the engine starts the next time."))
        self._end("\n".join(lines))

    def _begin(self, work: str) -> None:
        self._work, self._result = work, ""
        self._update()

    def _end(self, result: str) -> None:
        self._work, self._result = "", result
        self._update()

    def _update(self) -> None:
        if self.dialog is None:
            return
        joined = self._link.state is LinkState.CONNECTED
        now = self._status.work if joined else self._link.opening
        if now is not None:  # also what was begun at the prompt
            self.dialog.show_work(texts.library_work(now), now.percent)
        elif self._work:
            self.dialog.show_work(self._work)
        else:
            self.dialog.show_result(self._result)
            self.dialog.set_free(free=joined)

    def _on_kept(self, copies: tuple[KeptCopy, ...]) -> None:
        if self.dialog is not None:
            self.dialog.show_kept(copies)

    def _hold(self, dialog: QWidget) -> None:
        self.question = dialog
        dialog.destroyed.connect(lambda: self._on_destroyed(dialog))

    def _on_destroyed(self, dialog: QWidget) -> None:
        if self.question is dialog:
            self.question = None

    def _on_closed(self) -> None:
        self.dialog = None


def _uri(urls: list[QUrl]) -> str:
    return bytes(urls[0].toEncoded().data()).decode()
