"""Finding or starting the engine without waiting: a process of its own does the waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QProcess, Signal

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.library_work import LibraryWork  # noqa: TC001 - msgspec reads it
from jinasearch.engine.address import program
from jinasearch.engine.protocol import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.engine.address import Address


class _Opening(msgspec.Struct, forbid_unknown_fields=True):
    """A line of the command: what the start is at."""

    opening: LibraryWork | None


class EngineStarter(QObject):
    """Runs `jinasearch engine start`, which finds a running engine or starts one.

    `read_address` reads the small file in which the engine writes where it is. Signals: `ready`
    with an `Address`, or `failed` with a `JinasearchError`; one of them for each `start`. Before,
    `opening` with a `LibraryWork` while that takes long, None when it does so no longer.
    """

    opening = Signal(object)
    ready = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        read_address: Callable[[], Address | None],
        command: list[str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._read_address = read_address
        self._command = command or [*program(), "engine", "start", "--json", "--progress"]
        self._process: QProcess | None = None
        self._said = b""

    def find(self) -> Address | None:
        """Where an engine was last known to be; it may be gone."""
        return self._read_address()

    def start(self) -> None:
        """Begin; does nothing while a start is under way."""
        if self._process is not None:
            return
        process = QProcess(self)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        process.readyReadStandardError.connect(self._on_said)
        self._process, self._said = process, b""
        process.start(self._command[0], self._command[1:])

    def stop(self) -> None:
        """Forget a start that is under way. The engine, if it came up, stays."""
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._on_finished)
            process.errorOccurred.disconnect(self._on_error)
            process.readyReadStandardError.disconnect(self._on_said)
            process.kill()
            process.waitForFinished(200)
            process.deleteLater()

    def _on_said(self) -> None:
        if self._process is None:
            return
        self._said += bytes(self._process.readAllStandardError().data())
        *lines, self._said = self._said.split(b"\n")
        kept = [line for line in lines if not self._is_opening(line)]
        self._said = b"\n".join([*kept, self._said])

    def _is_opening(self, line: bytes) -> bool:
        try:
            told = msgspec.json.decode(line, type=_Opening)
        except msgspec.MsgspecError:
            return False
        self.opening.emit(told.opening)
        return True

    def _on_finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        self._on_said()
        process = self._take()
        if process is None:
            return
        output = bytes(process.readAllStandardOutput().data()) + self._said
        address = self.find() if code == 0 else None
        if address is not None:
            self.ready.emit(address)
        else:
            self.failed.emit(_failure(output))

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._take() is not None:
            self.failed.emit(_failure(b""))

    def _take(self) -> QProcess | None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        return process


def _failure(output: bytes) -> JinasearchError:
    """What the command said, if it said it as JSON; else that it failed."""
    for line in reversed(output.splitlines()):
        try:
            said = msgspec.json.decode(line, type=dict[str, object])
            failure = msgspec.convert(said.get("error", said), Failure)
            return JinasearchError(Code(failure.code), failure.title, failure.message, failure.path)
        except (msgspec.MsgspecError, ValueError):
            continue
    return JinasearchError(
        Code.ENGINE_FAILED,
        "The engine could not be started",
        "Run `jinasearch doctor` to see why.",
    )
