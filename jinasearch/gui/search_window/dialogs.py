"""Small dialogs of the window: about the program, and the files that could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from jinasearch import __version__
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol
from jinasearch.gui import texts
from jinasearch.gui.question import question
from jinasearch.gui.search_window import why_asking
from jinasearch.gui.search_window.failed_files import FailedFiles
from jinasearch.gui.search_window.why_dialog import WhyDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.core.models import Hit
    from jinasearch.gui.engine_client import EngineClient
    from jinasearch.gui.hits import Hits
    from jinasearch.gui.theme import Theme


def about(window: QWidget, sends_to: str) -> None:
    """Tell what program this is, and where the texts go if the model is on another machine."""
    translate = QCoreApplication.translate
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setAccessibleName(translate("SearchWindow", "About jinasearch"))
    box.setWindowTitle(translate("SearchWindow", "About jinasearch"))
    box.setIconPixmap(window.windowIcon().pixmap(64, 64))
    box.setText("jinasearch " + __version__)
    box.setInformativeText(
        translate("SearchWindow", "Find your files by what they mean.")
        + "\n"
        + texts.where_it_stays(sends_to)
    )
    box.open()


def clear_history(window: QWidget, clear: Callable[[], None]) -> None:
    """Forget all questions, after asking."""
    box = question(
        window,
        QCoreApplication.translate("SearchWindow", "Forget all questions that were asked?"),
        QCoreApplication.translate(
            "SearchWindow", "The arrow keys in the search line bring none of them back then."
        ),
        QCoreApplication.translate("SearchWindow", "Forget them"),
    )
    box.accepted.connect(clear)
    box.open()


def explain(window: QWidget, client: EngineClient, theme: Theme, hit: Hit, text: str) -> None:
    """Tell why a file answers."""
    dialog = WhyDialog(hit, theme, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.destroyed.connect(lambda: client.cancel("explain"))
    dialog.open()
    passages = tuple(passage.id for passage in hit.passages if passage.id)
    request = protocol.ExplainRequest(text, hit.file, passages)
    client.call(
        protocol.explain(request), dialog.show_explanation, dialog.show_error, lane="explain"
    )


def failed_files(
    window: QWidget,
    client: EngineClient,
    hits: Hits,
    on_error: Callable[[JinasearchError], None],
    folder: int | None = None,
) -> None:
    """List the files that were not read, and tell of others whether they are indexed."""
    dialog = FailedFiles(window, folder)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def listed(request: protocol.FilesRequest) -> None:
        client.call(protocol.files(request), dialog.show_files, on_error, lane="failed-files")

    def retried(request: protocol.RetryRequest) -> None:
        call = protocol.retry_failed(request)
        client.call(call, lambda _done: dialog.ask(), on_error, lane="retry")

    def closed() -> None:
        for lane in ("failed-files", "retry"):
            client.cancel(lane)

    dialog.opened.connect(hits.open_uri)
    dialog.list_wanted.connect(listed)
    dialog.retry_wanted.connect(retried)
    why_asking.join(dialog.why, client)
    dialog.failed.connect(lambda why: on_error(_unwritten(why)))
    dialog.destroyed.connect(closed)
    dialog.open()
    dialog.ask()


def _unwritten(why: str) -> JinasearchError:
    translate = QCoreApplication.translate
    return JinasearchError(
        Code.NO_PERMISSION,
        translate("FailedFiles", "The list could not be written: {why}").format(why=why),
        translate("FailedFiles", "Choose another place."),
    )
