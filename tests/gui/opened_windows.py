"""Every window and dialog beside the large window, opened as a user does."""

from jinasearch.core.settings import WindowSettings
from jinasearch.gui.quick_query.window import QuickQuery
from jinasearch.gui.search_window.failed_files import FailedFiles
from jinasearch.gui.settings.actions import SettingsActions


def open_status(parts, qtbot):
    window = parts.window
    window.actions_.status.trigger()
    return window.status_actions.dialog


def open_library(parts, qtbot):
    parts.window.actions_.library.trigger()
    return parts.window.library_actions.dialog


def open_backup(parts, qtbot):
    library = parts.window.library_actions
    library.look_into("file:///home/ada/library.jinasearch")
    qtbot.waitUntil(lambda: library.question is not None)
    return library.question


def open_models(parts, qtbot):
    window = parts.window
    window.actions_.models.trigger()
    qtbot.waitUntil(lambda: window.model_actions.dialog.table.topLevelItemCount() > 0)
    return window.model_actions.dialog


def open_rules(parts, qtbot):
    window = parts.window
    qtbot.waitUntil(lambda: bool(window._known_folders))
    window.folder_actions.edit_rules(window._known_folders[0])
    return window.folder_actions.dialog


def open_first_steps(parts, qtbot):
    window = parts.window
    window.first_run.show()
    dialog = window.first_run.dialog
    qtbot.waitUntil(lambda: bool(dialog.folders._boxes) and bool(dialog.model._options))
    return dialog


def open_settings(parts, qtbot):
    window = parts.window
    actions = SettingsActions(window._client, window._icons, WindowSettings(), window)
    actions.show(window)
    qtbot.waitUntil(lambda: bool(actions.dialog.rows))
    return actions.dialog


def open_quick(parts, qtbot):
    icons = parts.window._icons
    quick = QuickQuery(parts.client, parts.link, parts.theme, icons, parts.opener)
    qtbot.addWidget(quick)
    quick.come_up()
    quick.line.setText("lease")
    qtbot.waitUntil(lambda: quick.view.model().rowCount() > 0)
    return quick


def open_left(parts, qtbot):
    parts.window.actions_.failed_files.trigger()
    return parts.window.findChild(FailedFiles)


OPENED = [
    open_status,
    open_library,
    open_backup,
    open_models,
    open_rules,
    open_first_steps,
    open_settings,
    open_left,
    open_quick,
]
