"""Opening files for the user, in their own programs. The window itself opens none."""

from __future__ import annotations

import sys
from typing import Protocol

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from jinasearch.gui.results_model import url_of


class Opener(Protocol):
    """What the window needs; tests put their own here."""

    def open_file(self, uri: str) -> bool:
        """Open a file in its program. False if there is none."""

    def show_in_folder(self, uri: str) -> bool:
        """Show a file in the file manager."""


class DesktopOpener:
    """Opens through the desktop. macOS and Windows are written with care, but untried."""

    def open_file(self, uri: str) -> bool:
        """Open a file or folder in its program."""
        return QDesktopServices.openUrl(url_of(uri))

    def show_in_folder(self, uri: str) -> bool:
        """Show a file, selected where the file manager can do that."""
        path = url_of(uri).toLocalFile()
        if sys.platform == "win32":
            native = path.replace("/", "\\")
            return _detached("explorer.exe", ["/select,", native])
        if sys.platform == "darwin":
            return _detached("/usr/bin/open", ["-R", path])
        return self._show_items(uri) or QDesktopServices.openUrl(_parent(uri))

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


def _parent(uri: str) -> QUrl:
    return url_of(uri.rstrip("/").rpartition("/")[0] + "/")


def _detached(program: str, arguments: list[str]) -> bool:
    started: object = QProcess.startDetached(program, arguments)
    return bool(started[0] if isinstance(started, tuple) else started)
