"""Opening files for the user, in their own programs. The window itself opens none."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import (
    QCoreApplication,
    QDeadlineTimer,
    QMimeDatabase,
    QObject,
    QProcess,
    QStandardPaths,
)
from PySide6.QtGui import QDesktopServices
from shiboken6 import isValid

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import from_uri, shown
from jinasearch.gui import viewers
from jinasearch.gui.results_model import url_of
from jinasearch.gui.viewers import Viewer

if TYPE_CHECKING:
    from jinasearch.gui.viewers import DesktopEntry

_PDF = "application/pdf"
_FOLDER = "inode/directory"
# The program that xdg-open would take: the default of what the file is.
_GONE = 66
_XDG_FAILED = (-1, 1, 2, 3, 4)
"""What xdg-open itself ends with (its manual); other codes are those of what it opened."""
_DEFAULT = f"""[ -e "$2" ] || exit {_GONE}
xdg-mime query default "${{1:-$(xdg-mime query filetype "$2")}}"
"""
# Back from octal, which a shell's printf reads: QProcess writes arguments as UTF-8 alone. The dot
# keeps a newline at a name's end.
_SPELLED = """n=$#
while [ "$n" -gt 0 ]; do a=$(printf '%b.' "$1"); shift; set -- "$@" "${a%.}"; n=$((n - 1)); done
exec "$@"
"""
_BUS_MS = 5000
_END_MS = 5000
_SANDBOX = Path("/.flatpak-info")
"""There is a portal then, which asks the user which program to take."""


Failed = Callable[[Code], None]
"""Gets FILE_GONE, NO_PROGRAM or NO_FILE_MANAGER."""


class Opener(Protocol):
    """What the window needs; tests put their own here."""

    def open_file(
        self, uri: str, failed: Failed, page: int | None = None, line: int | None = None
    ) -> None:
        """Open a file in its program: a PDF file at a page, a text at a line, if the program can.

        `failed` is called, perhaps later, if it was not opened.
        """

    def show_in_folder(self, uri: str, failed: Failed) -> None:
        """Show a file in the file manager."""


class DesktopOpener(QObject):
    """Opens through the desktop. macOS and Windows are written with care, but untried."""

    def __init__(self) -> None:
        super().__init__()
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._finish)

    def open_file(
        self, uri: str, failed: Failed, page: int | None = None, line: int | None = None
    ) -> None:
        """Open a file or folder in its program."""
        if not sys.platform.startswith("linux"):
            if not QDesktopServices.openUrl(url_of(uri)):
                failed(Code.NO_PROGRAM)
            return
        path = from_uri(uri)
        kind = _PDF if page is not None else _kind_by_name(path)
        self._run(
            ["/bin/sh", "-c", _DEFAULT, "sh", kind, path],
            partial(self._on_program, uri, failed, page, line),
        )

    def show_in_folder(self, uri: str, failed: Failed) -> None:
        """Show a file, selected where the file manager can do that."""
        path = from_uri(uri)
        if sys.platform == "win32":
            if not _detached("explorer.exe", "/select,", path.replace("/", "\\")):
                failed(Code.NO_FILE_MANAGER)
        elif sys.platform == "darwin":
            if not _detached("/usr/bin/open", "-R", path):
                failed(Code.NO_FILE_MANAGER)
        else:
            there = ["/bin/sh", "-c", f'[ -e "$1" ] || exit {_GONE}', "sh", path]
            self._run(there, partial(self._on_there, uri, failed))

    def _run(
        self, command: list[str], done: Callable[[int, str], None], *, heard: bool = True
    ) -> None:
        """Run a command without waiting; `done` gets its exit code, or -1, and what it said.

        Not `heard`: it may become a program that says much, and outlives this one.
        """
        process = QProcess(self)
        if not heard:
            process.setStandardOutputFile(QProcess.nullDevice())
            process.setStandardErrorFile(QProcess.nullDevice())
        answered = False

        def finished(*_: object) -> None:
            nonlocal answered
            if answered or not isValid(process):
                return
            answered = True
            said = bytes(process.readAllStandardOutput().data()) if heard else b""
            ended = process.error() == QProcess.ProcessError.UnknownError
            process.deleteLater()
            done(process.exitCode() if ended else -1, said.decode(errors="replace").strip())

        process.finished.connect(finished)
        process.errorOccurred.connect(finished)
        program, *arguments = _spelled(command)
        process.start(program, arguments)

    def _finish(self) -> None:
        """What is asked for is still opened when the program ends just after."""
        patience = QDeadlineTimer(_END_MS)
        while not patience.hasExpired():
            running = [
                process
                for process in self.findChildren(QProcess)
                if process.state() != QProcess.ProcessState.NotRunning
            ]
            if not running:
                return
            running[0].waitForFinished(patience.remainingTime())

    def _on_program(
        self, uri: str, failed: Failed, page: int | None, line: int | None, code: int, name: str
    ) -> None:
        if code == _GONE:
            failed(Code.FILE_GONE)
            return
        known = viewers.LINES if page is None else viewers.PAGES
        at = page if page is not None else line
        command = _command(name, known, uri, at) if at is not None and at > 1 else []
        if not command and not _is_text(from_uri(uri)):  # xdg-open stumbles over it
            plain = {name.removesuffix(".desktop").lower(): Viewer()}
            command = _command(name, plain, uri, 1)
        if command and _detached(*_spelled(command)):
            return
        if name or _SANDBOX.exists() or not QStandardPaths.findExecutable("xdg-open"):
            if not QDesktopServices.openUrl(url_of(uri)):
                failed(Code.NO_PROGRAM)
            return

        # Of a desktop that has no default for it, only xdg-open's end tells whether it knew a way.
        def ended(code: int, _said: str) -> None:
            if code in _XDG_FAILED:
                failed(Code.NO_PROGRAM)

        self._run(["xdg-open", uri], ended, heard=False)

    def _on_there(self, uri: str, failed: Failed, code: int, _said: str) -> None:
        if code == _GONE:
            failed(Code.FILE_GONE)
        else:
            self._show_items(uri, lambda: self._show_parent(uri, failed))

    def _show_parent(self, uri: str, failed: Failed) -> None:
        self.open_file(_parent(uri), lambda _code: failed(Code.NO_FILE_MANAGER))

    def _show_items(self, uri: str, otherwise: Callable[[], None]) -> None:
        # QtDBus is loaded when first used: it would cost every start some milliseconds.
        from PySide6.QtDBus import (  # noqa: PLC0415
            QDBusConnection,
            QDBusMessage,
            QDBusPendingCallWatcher,
        )

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            otherwise()
            return
        message = QDBusMessage.createMethodCall(
            "org.freedesktop.FileManager1",
            "/org/freedesktop/FileManager1",
            "org.freedesktop.FileManager1",
            "ShowItems",
        )
        message.setArguments([[uri], ""])
        watcher = QDBusPendingCallWatcher(bus.asyncCall(message, _BUS_MS), self)

        def finished() -> None:
            if watcher.isError():
                otherwise()
            watcher.deleteLater()

        watcher.finished.connect(finished)


def _command(name: str, known: dict[str, Viewer], uri: str, at: int) -> list[str]:
    entry = desktop_entry(name)
    try:
        return viewers.command_at(entry, known, uri, at) if entry is not None else []
    except JinasearchError:  # no file of this machine
        return []


def desktop_entry(name: str) -> DesktopEntry | None:
    """The desktop file of this name, such as `org.kde.okular.desktop`; None if there is none."""
    applications = QStandardPaths.StandardLocation.ApplicationsLocation
    path = QStandardPaths.locate(applications, name) if name.endswith(".desktop") else ""
    if not path:
        return None
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return viewers.read_entry(name.removesuffix(".desktop"), text)


def _parent(uri: str) -> str:
    return uri.rstrip("/").rpartition("/")[0] + "/"


def _is_text(path: str) -> bool:
    """Whether a path is UTF-8, as programs expect."""
    return shown(path) == path


def _kind_by_name(path: str) -> str:
    """What a file is whose name is not UTF-8, which what xdg-mime asks cannot tell; else empty."""
    if _is_text(path):
        return ""
    if path.endswith("/"):
        return _FOLDER
    by_name = QMimeDatabase.MatchMode.MatchExtension
    return QMimeDatabase().mimeTypeForFile(shown(path), by_name).name()


def _spelled(command: list[str]) -> list[str]:
    """The command for QProcess, whose arguments may be names that are not UTF-8."""
    if all(map(_is_text, command)):
        return command
    octal = ["".join(f"\\0{byte:03o}" for byte in os.fsencode(word)) for word in command]
    return ["/bin/sh", "-c", _SPELLED, "sh", *octal]


def _detached(program: str, *arguments: str) -> bool:
    started: object = QProcess.startDetached(program, list(arguments))
    return bool(started[0] if isinstance(started, tuple) else started)
