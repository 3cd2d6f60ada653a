"""Small dialogs of the window: about the program, and the files that could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from jinasearch import __version__
from jinasearch.core.models import FileState
from jinasearch.engine import protocol
from jinasearch.gui.search_window.failed_files import FailedFiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.core.errors import JinasearchError
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.opener import Opener


def about(window: QWidget) -> None:
    """Tell what program this is."""
    translate = QCoreApplication.translate
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setAccessibleName(translate("SearchWindow", "About jinasearch"))
    box.setWindowTitle(translate("SearchWindow", "About jinasearch"))
    box.setIconPixmap(window.windowIcon().pixmap(64, 64))
    box.setText("jinasearch " + __version__)
    box.setInformativeText(
        translate(
            "SearchWindow",
            "Find your files by what they mean. Everything stays on this machine.",
        )
    )
    box.open()


def failed_files(
    window: QWidget,
    client: EngineClient,
    opener: Opener,
    on_error: Callable[[JinasearchError], None],
) -> None:
    """List the files that could not be read."""
    dialog = FailedFiles(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.opened.connect(opener.open_file)
    dialog.retry_wanted.connect(
        lambda: client.call(
            protocol.retry_failed(protocol.RetryRequest()), lambda _done: None, on_error
        )
    )
    dialog.destroyed.connect(lambda: client.cancel("failed-files"))
    dialog.open()
    request = protocol.FilesRequest((FileState.FAILED,))
    client.call(protocol.files(request), dialog.show_files, on_error, lane="failed-files")
