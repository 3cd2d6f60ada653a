"""Opening files for the user, in their own programs. The window itself opens none."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QProcess, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices

from jinasearch.core.errors import JinasearchError
from jinasearch.gui import viewers
from jinasearch.gui.results_model import url_of

if TYPE_CHECKING:
    from jinasearch.gui.viewers import DesktopEntry, Viewer

_PDF = "application/pdf"
# The program that xdg-open would take: the default of what the file is.
_DEFAULT = 'xdg-mime query default "${1:-$(xdg-mime query filetype "$2")}"'


class Opener(Protocol):
    """What the window needs; tests put their own here."""

    def open_file(self, uri: str, page: int | None = None, line: int | None = None) -> bool:
        """Open a file in its program: a PDF file at a page, a text at a line, if the program can.

        False if there is none.
        """

    def show_in_folder(self, uri: str) -> bool:
        """Show a file in the file manager."""


class DesktopOpener(QObject):
    """Opens through the desktop. macOS and Windows are written with care, but untried."""

    def open_file(self, uri: str, page: int | None = None, line: int | None = None) -> bool:
        """Open a file or folder in its program."""
        at = page if page is not None else line
        if at is None or at <= 1 or not sys.platform.startswith("linux"):
            return QDesktopServices.openUrl(url_of(uri))
        if page is not None:
            self._open_at(uri, page, _PDF, viewers.PAGES)
        else:
            self._open_at(uri, at, "", viewers.LINES)
        return True

    def show_in_folder(self, uri: str) -> bool:
        """Show a file, selected where the file manager can do that."""
        path = url_of(uri).toLocalFile()
        if sys.platform == "win32":
            native = path.replace("/", "\\")
            return _detached("explorer.exe", ["/select,", native])
        if sys.platform == "darwin":
            return _detached("/usr/bin/open", ["-R", path])
        return self._show_items(uri) or QDesktopServices.openUrl(_parent(uri))

    def _open_at(self, uri: str, at: int, kind: str, known: dict[str, Viewer]) -> None:
        """Ask which program is the user's, without waiting, and open the file there if it can.

        `kind` is the file's MIME type; empty: it is found out.
        """
        asking = QProcess(self)
        asking.setProgram("/bin/sh")
        asking.setArguments(["-c", _DEFAULT, "sh", kind, url_of(uri).toLocalFile()])
        asking.finished.connect(partial(self._on_program, asking, uri, at, known))
        asking.errorOccurred.connect(partial(self._on_program, asking, uri, at, known))
        asking.start()

    @staticmethod
    def _on_program(
        asking: QProcess, uri: str, at: int, known: dict[str, Viewer], *_: object
    ) -> None:
        if asking.property("answered"):
            return
        asking.setProperty("answered", True)
        name = bytes(asking.readAllStandardOutput().data()).decode(errors="replace").strip()
        asking.deleteLater()
        command = _command(name, known, uri, at)
        if not command or not _detached(command[0], command[1:]):
            QDesktopServices.openUrl(url_of(uri))

    @staticmethod
    def _show_items(uri: str) -> bool:
        # QtDBus is loaded when first used: it would cost every start some milliseconds.
        from PySide6.QtDBus import QDBusConnection, QDBusMessage  # noqa: PLC0415

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return False
        message = QDBusMessage.createMethodCall(
            "org.freedesktop.FileManager1",
            "/org/freedesktop/FileManager1",
            "org.freedesktop.FileManager1",
            "ShowItems",
        )
        message.setArguments([[uri], ""])
        return bool(bus.send(message))


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


def _parent(uri: str) -> QUrl:
    return url_of(uri.rstrip("/").rpartition("/")[0] + "/")


def _detached(program: str, arguments: list[str]) -> bool:
    started: object = QProcess.startDetached(program, arguments)
    return bool(started[0] if isinstance(started, tuple) else started)
