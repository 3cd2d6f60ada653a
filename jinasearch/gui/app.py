"""The window program: puts the window's parts together and runs them."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QSettings, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from jinasearch import __version__
from jinasearch.core.paths import library_dir, resource, to_uri
from jinasearch.engine.address import read_address
from jinasearch.gui import heartbeat
from jinasearch.gui.engine_client import EngineClient
from jinasearch.gui.engine_link import EngineLink
from jinasearch.gui.engine_starter import EngineStarter
from jinasearch.gui.icons import Icons
from jinasearch.gui.opener import DesktopOpener
from jinasearch.gui.search_window.window import SearchWindow
from jinasearch.gui.single_instance import SingleInstance
from jinasearch.gui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

_GEOMETRY = "window/geometry"


def run(folders: Sequence[str]) -> int:
    """Open the window, index `folders` besides those that are indexed, and return at its end.

    The engine is found or started in the background, and goes on when the window is closed.
    """
    app = make_app(sys.argv[:1])
    uris = [to_uri(Path(folder).absolute()) for folder in folders]
    instance = SingleInstance(library_dir(), app)
    if instance.wake_other(uris):
        return 0
    instance.listen()
    heart = heartbeat.from_environment(app)
    theme = Theme(app)
    icons = Icons(theme)
    client = EngineClient(app)
    starter = EngineStarter(partial(read_address, library_dir()), parent=app)
    link = EngineLink(client, starter, app)
    window = SearchWindow(client, link, theme, icons, DesktopOpener())
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "jinasearch")
    window.resize(window.sizeHint())
    window.restoreGeometry(settings.value(_GEOMETRY))
    window.add_uris(uris)
    instance.woken.connect(window.wake)
    window.show()
    QTimer.singleShot(0, link.open)
    app.aboutToQuit.connect(lambda: settings.setValue(_GEOMETRY, window.saveGeometry()))
    app.aboutToQuit.connect(instance.close)
    code = app.exec()
    heartbeat.finish(heart)
    return code


def make_app(arguments: Sequence[str]) -> QApplication:
    """The application object: style, name, and the user's language."""
    app = QApplication(list(arguments))
    app.setApplicationName("jinasearch")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("jinasearch")
    app.setStyle("Fusion")
    if QLocale().language() == QLocale.Language.C:
        QLocale.setDefault(QLocale(QLocale.Language.English))  # C writes numbers ungrouped
    speak(app, QLocale())
    return app


def speak(app: QApplication, locale: QLocale) -> None:
    """Use the translations of this language, ours and Qt's own. English has plurals to load."""
    ours = str(resource("translations"))
    qts = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (("qtbase", qts), ("jinasearch", ours)):
        translator = QTranslator(app)
        if translator.load(locale, name, "_", folder) or (
            name == "jinasearch" and translator.load("jinasearch_en", folder)
        ):
            app.installTranslator(translator)
