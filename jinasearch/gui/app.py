"""The window program: puts the window's parts together and runs them."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QSettings, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from jinasearch import __version__
from jinasearch.core import settings
from jinasearch.core.errors import JinasearchError
from jinasearch.core.paths import config_file, library_dir, resource, to_uri
from jinasearch.core.settings import WindowSettings
from jinasearch.core.wake import Wake
from jinasearch.engine.address import read_address
from jinasearch.gui import heartbeat, window_state
from jinasearch.gui.engine_client import EngineClient
from jinasearch.gui.engine_link import EngineLink
from jinasearch.gui.engine_starter import EngineStarter
from jinasearch.gui.history.history import History
from jinasearch.gui.hotkey.hotkey import make_hotkey
from jinasearch.gui.icons import Icons
from jinasearch.gui.opener import DesktopOpener
from jinasearch.gui.program import Program, Start, Views
from jinasearch.gui.quick_query.window import QuickQuery
from jinasearch.gui.search_window.window import SearchWindow
from jinasearch.gui.settings.actions import SettingsActions
from jinasearch.gui.single_instance import SingleInstance
from jinasearch.gui.theme import Theme
from jinasearch.gui.tray import Tray

if TYPE_CHECKING:
    from collections.abc import Sequence

_HISTORY = "history.json"


def run(folders: Sequence[str], start: Start = Start.WINDOW) -> int:
    """Open the window, index `folders` besides those that are indexed, and return at its end.

    The engine is found or started in the background, and goes on when the window is closed.
    """
    app = make_app(sys.argv[:1])
    uris = tuple(to_uri(Path(folder).absolute()) for folder in folders)
    instance = SingleInstance(library_dir(), app)
    if instance.wake_other(Wake(uris, start is Start.QUICK, start is Start.HIDDEN)):
        return 0
    instance.listen()
    heart = heartbeat.from_environment(app)
    chosen = _window_settings()
    theme = Theme(app)
    icons = Icons(theme)
    client = EngineClient(app)
    starter = EngineStarter(partial(read_address, library_dir()), parent=app)
    link = EngineLink(client, starter, app)
    opener = DesktopOpener()
    history = History(library_dir() / _HISTORY, chosen, app)
    system = QLocale()

    def make_views(language: str) -> Views:
        speak(app, QLocale(language) if language else system)
        window = SearchWindow(client, link, theme, icons, opener)
        quick = QuickQuery(client, link, theme, icons, opener)
        window.use_history(history)
        quick.walk.use(history)
        return Views(window, quick, Tray(link, icons, app))

    actions = SettingsActions(client, icons, chosen, app)
    actions.window_changed.connect(history.use)
    program = Program(app, client, link, theme, make_views, make_hotkey(app), actions, chosen)
    window = program.views.window
    state = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "jinasearch")
    window.resize(window.sizeHint())
    window_state.restore(window, state)
    window_state.restore_quick(program.views.quick, state)
    window.add_uris(uris)
    instance.woken.connect(program.on_wake)
    program.start(start, first_run=not uris)
    QTimer.singleShot(0, link.open)
    app.aboutToQuit.connect(lambda: window_state.keep(program.views.window, state))
    app.aboutToQuit.connect(lambda: window_state.keep_quick(program.views.quick, state))
    app.aboutToQuit.connect(instance.close)
    app.aboutToQuit.connect(history.save)
    code = app.exec()
    heartbeat.finish(heart)
    return code


def _window_settings() -> WindowSettings:
    """What the settings file says of the window. An error in it is told by the engine."""
    try:
        return settings.load(config_file()).window
    except JinasearchError:
        return WindowSettings()


def make_app(arguments: Sequence[str]) -> QApplication:
    """The application object: style, name, and the user's language."""
    app = QApplication(list(arguments))
    app.setApplicationName("jinasearch")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("jinasearch")
    app.setStyle("Fusion")
    if QLocale().language() == QLocale.Language.C:
        QLocale.setDefault(QLocale(QLocale.Language.English))  # C writes numbers ungrouped
    return app


def speak(app: QApplication, locale: QLocale) -> None:
    """Use the translations of this language, ours and Qt's own. English has plurals to load."""
    QLocale.setDefault(locale)
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    ours = str(resource("translations"))
    qts = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (("qtbase", qts), ("jinasearch", ours)):
        translator = QTranslator(app)
        if translator.load(locale, name, "_", folder) or (
            name == "jinasearch" and translator.load("jinasearch_en", folder)
        ):
            app.installTranslator(translator)
