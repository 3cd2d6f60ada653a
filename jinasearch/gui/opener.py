"""Opening files for the user, in their own programs. The window itself opens none."""

from __future__ import annotations

import sys
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from jinasearch.gui.results_model import url_of

_AT_PAGE = {
    "org.gnome.evince": ("evince", "--page-index={page}", "{uri}"),
    "evince": ("evince", "--page-index={page}", "{uri}"),
    "org.gnome.papers": ("papers", "--page-index={page}", "{uri}"),
    "atril": ("atril", "--page-index={page}", "{uri}"),
    "xreader": ("xreader", "--page-index={page}", "{uri}"),
    "org.kde.okular": ("okular", "-p", "{page}", "{uri}"),
    "okularapplication_pdf": ("okular", "-p", "{page}", "{uri}"),
    "org.pwmt.zathura": ("zathura", "-P", "{page}", "{path}"),
    "org.pwmt.zathura-pdf-mupdf": ("zathura", "-P", "{page}", "{path}"),
    "qpdfview": ("qpdfview", "--unique", "{path}#{page}"),
    "mupdf": ("mupdf", "{path}", "{page}"),
    "firefox": ("firefox", "{uri}#page={page}"),
    "google-chrome": ("google-chrome", "{uri}#page={page}"),
    "chromium": ("chromium", "{uri}#page={page}"),
}
"""How the viewers are asked for a page, by the names of their desktop files."""


class Opener(Protocol):
    """What the window needs; tests put their own here."""

    def open_file(self, uri: str, page: int | None = None) -> bool:
        """Open a file in its program, at a page if the program can. False if there is none."""

    def show_in_folder(self, uri: str) -> bool:
        """Show a file in the file manager."""


class DesktopOpener(QObject):
    """Opens through the desktop. macOS and Windows are written with care, but untried."""

    def open_file(self, uri: str, page: int | None = None) -> bool:
        """Open a file or folder in its program."""
        if page is not None and page > 1 and sys.platform.startswith("linux"):
            self._open_at(uri, page)
            return True
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

    def _open_at(self, uri: str, page: int) -> None:
        """Ask which viewer is the user's, without waiting, and open it at the page if it can."""
        asking = QProcess(self)
        asking.setProgram("xdg-mime")
        asking.setArguments(["query", "default", "application/pdf"])
        asking.finished.connect(partial(self._on_viewer, asking, uri, page))
        asking.errorOccurred.connect(partial(self._on_viewer, asking, uri, page))
        asking.start()

    @staticmethod
    def _on_viewer(asking: QProcess, uri: str, page: int, *_: object) -> None:
        if asking.property("answered"):
            return
        asking.setProperty("answered", True)
        name = bytes(asking.readAllStandardOutput().data()).decode(errors="replace").strip()
        asking.deleteLater()
        command = page_command(name, uri, page)
        if command is None or not _detached(command[0], command[1:]):
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


def page_command(desktop_file: str, uri: str, page: int) -> list[str] | None:
    """The command that opens a PDF file at a page in this viewer; None if none is known."""
    viewer = _AT_PAGE.get(desktop_file.removesuffix(".desktop").lower())
    if viewer is None:
        return None
    # Evince and its kin count pages from 1 here as well, despite the option's name.
    return [
        part.format(page=page, uri=uri, path=url_of(uri).toLocalFile()) if part.count("{") else part
        for part in viewer
    ]


def _parent(uri: str) -> QUrl:
    return url_of(uri.rstrip("/").rpartition("/")[0] + "/")


def _detached(program: str, arguments: list[str]) -> bool:
    started: object = QProcess.startDetached(program, arguments)
    return bool(started[0] if isinstance(started, tuple) else started)
