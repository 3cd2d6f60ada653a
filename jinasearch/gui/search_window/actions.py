"""Every action of the window, with its shortcut, and its place in the menus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow, QWidget

    from jinasearch.gui.icons import Icons
    from jinasearch.gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Actions:
    """The actions, to be connected by the window."""

    add_folder: QAction
    add_files: QAction
    quit: QAction
    focus_search: QAction
    clear: QAction
    open: QAction
    show_in_folder: QAction
    more: QAction
    copy_file: QAction
    copy_path: QAction
    more_like: QAction
    why: QAction
    less_like: QAction
    read_again: QAction
    leave_out: QAction
    leave_out_folder: QAction
    preview: QAction
    next_passage: QAction
    previous_passage: QAction
    next_page: QAction
    previous_page: QAction
    better: QAction
    weak: QAction
    filter_type: QAction
    filter_folder: QAction
    filter_time: QAction
    clear_filters: QAction
    sort: QAction
    private: QAction
    clear_history: QAction
    side_panel: QAction
    pause: QAction
    pause_hour: QAction
    pause_tomorrow: QAction
    hurry: QAction
    quiet: QAction
    balanced: QAction
    full: QAction
    autostart: QAction
    rescan: QAction
    failed_files: QAction
    models: QAction
    remove_folder: QAction
    rules: QAction
    status: QAction
    indexed: QAction
    library: QAction
    settings: QAction
    first_steps: QAction
    help: QAction
    about: QAction


def make(
    window: QMainWindow, search_area: QWidget, results: QWidget, theme: Theme, icons: Icons
) -> Actions:
    """Make all actions and fill the window's menu bar.

    The actions on a result belong to `search_area`: Enter must not open a file while a button
    elsewhere has the focus. Ctrl+C belongs to the `results` alone: in the search line and in the
    preview it copies what is selected there.
    """

    def action(
        text: str, keys: str | list[str], icon: str = "", *, area: QWidget | None = None
    ) -> QAction:
        made = QAction(text, window)
        names = [keys] if isinstance(keys, str) else keys
        made.setShortcuts([QKeySequence(name) for name in names if name])
        if icon:
            made.setData(icon)
            made.setIcon(icons.action(icon))
        if area is not None:
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            area.addAction(made)
        return made

    translate = QCoreApplication.translate
    actions = Actions(
        add_folder=action(translate("Actions", "&Add folder…"), "Ctrl+O", "folder-add"),
        add_files=action(translate("Actions", "Add &files…"), "Ctrl+Shift+O", "add"),
        quit=action(translate("Actions", "&Quit"), "Ctrl+Q", "quit"),
        focus_search=action(translate("Actions", "&Search"), ["Ctrl+F", "Ctrl+L"], "search"),
        clear=action(translate("Actions", "C&lear"), "Esc", "clear"),
        open=action(translate("Actions", "&Open"), ["Return", "Enter"], "open", area=search_area),
        show_in_folder=action(
            translate("Actions", "Show in &folder"),
            ["Ctrl+Return", "Ctrl+Enter"],
            "folder-open",
            area=search_area,
        ),
        more=action(translate("Actions", "&Actions…"), "Ctrl+K"),
        copy_file=action(translate("Actions", "&Copy file"), "Ctrl+C", "copy", area=results),
        copy_path=action(translate("Actions", "Copy &path"), "Ctrl+Shift+C", area=search_area),
        more_like=action(translate("Actions", "&More like this"), "Ctrl+J", "like"),
        less_like=action(translate("Actions", "&Less like this"), "Ctrl+Shift+J"),
        why=action(translate("Actions", "&Why this file…"), ["Alt+Return", "Alt+Enter"]),
        read_again=action(translate("Actions", "&Read again"), "Shift+F5", "rescan"),
        leave_out=action(translate("Actions", "Leave o&ut this file…"), "Ctrl+Shift+E"),
        leave_out_folder=action(translate("Actions", "Leave out its fol&der…"), "Ctrl+Alt+E"),
        preview=action(translate("Actions", "&Preview"), "F4", "preview"),
        next_passage=action(translate("Actions", "&Next passage"), "Alt+Down"),
        previous_passage=action(translate("Actions", "Pre&vious passage"), "Alt+Up"),
        next_page=action(translate("Actions", "Next pa&ge"), "Alt+PgDown"),
        previous_page=action(translate("Actions", "Previous p&age"), "Alt+PgUp"),
        better=action(translate("Actions", "Show &better results"), "Ctrl+B", "better"),
        weak=action(translate("Actions", "Show less &certain matches"), "Ctrl+Shift+B"),
        filter_type=action(translate("Actions", "Filter by &type…"), "Alt+1"),
        filter_folder=action(translate("Actions", "Filter by f&older…"), "Alt+2"),
        filter_time=action(translate("Actions", "Filter by t&ime…"), "Alt+3"),
        clear_filters=action(translate("Actions", "Clear &filters"), "Alt+0"),
        sort=action(translate("Actions", "So&rt by…"), "Alt+4"),
        private=action(translate("Actions", "&Private mode"), "Ctrl+Shift+H"),
        clear_history=action(translate("Actions", "Clear &history"), "Ctrl+Shift+Del", "history"),
        side_panel=action(translate("Actions", "Folder &list"), "F9", "sidebar"),
        pause=action(translate("Actions", "&Pause"), "Ctrl+P", "pause"),
        pause_hour=action(translate("Actions", "Pause for an &hour"), "Ctrl+Shift+P"),
        pause_tomorrow=action(translate("Actions", "Pause until &tomorrow"), "Ctrl+Alt+P"),
        hurry=action(translate("Actions", "Now, at full &speed"), "Ctrl+Shift+F"),
        quiet=action(translate("Actions", "&Quiet: only while nobody works"), "Ctrl+Alt+1"),
        balanced=action(translate("Actions", "&Balanced: gently while you work"), "Ctrl+Alt+2"),
        full=action(translate("Actions", "F&ull: always at full speed"), "Ctrl+Alt+3"),
        autostart=action(translate("Actions", "Start &with the session"), "Ctrl+Alt+S"),
        rescan=action(translate("Actions", "&Look for changes now"), "F5", "rescan"),
        failed_files=action(
            translate("Actions", "Files that could &not be read…"), "Ctrl+E", "warning"
        ),
        models=action(translate("Actions", "&Models…"), "Ctrl+M", "model"),
        remove_folder=action(translate("Actions", "&Remove folder…"), "Ctrl+Backspace", "remove"),
        rules=action(translate("Actions", "R&ules…"), "Ctrl+R", "rules"),
        status=action(translate("Actions", "St&atus…"), "Ctrl+I", "waiting"),
        indexed=action(translate("Actions", "&Is this file indexed?…"), "Ctrl+Shift+I"),
        library=action(translate("Actions", "Librar&y…"), "Ctrl+Shift+L"),
        settings=action(translate("Actions", "Settin&gs…"), "Ctrl+,", "rules"),
        first_steps=action(translate("Actions", "&First steps…"), "F1"),
        help=action(translate("Actions", "Shortcuts and &query language…"), "Ctrl+F1"),
        about=action(translate("Actions", "&About jinasearch"), "Shift+F1"),
    )
    _make_checkable(window, actions)
    menus: list[tuple[str, list[QAction | None]]] = [
        (
            translate("Actions", "&File"),
            [
                actions.open,
                actions.show_in_folder,
                actions.more,
                None,
                actions.copy_file,
                actions.copy_path,
                None,
                actions.more_like,
                actions.why,
                actions.less_like,
                None,
                actions.read_again,
                actions.leave_out,
                actions.leave_out_folder,
                None,
                actions.quit,
            ],
        ),
        (
            translate("Actions", "F&olders"),
            [
                actions.add_folder,
                actions.add_files,
                None,
                actions.rules,
                actions.remove_folder,
            ],
        ),
        (
            translate("Actions", "&Search"),
            [
                actions.focus_search,
                actions.clear,
                None,
                actions.filter_type,
                actions.filter_folder,
                actions.filter_time,
                actions.clear_filters,
                actions.sort,
                None,
                actions.private,
                actions.clear_history,
            ],
        ),
        (
            translate("Actions", "&View"),
            [
                actions.preview,
                actions.next_passage,
                actions.previous_passage,
                actions.next_page,
                actions.previous_page,
                None,
                actions.better,
                actions.weak,
                None,
                actions.side_panel,
            ],
        ),
        (
            translate("Actions", "&Index"),
            [
                actions.pause,
                actions.pause_hour,
                actions.pause_tomorrow,
                None,
                actions.hurry,
                actions.quiet,
                actions.balanced,
                actions.full,
                None,
                actions.rescan,
                actions.status,
                actions.indexed,
                actions.failed_files,
                None,
                actions.models,
                actions.library,
                actions.settings,
                actions.autostart,
            ],
        ),
        (translate("Actions", "&Help"), [actions.first_steps, actions.help, actions.about]),
    ]
    for title, entries in menus:
        menu = window.menuBar().addMenu(title)
        for entry in entries:
            menu.addSeparator() if entry is None else menu.addAction(entry)

    theme.changed.connect(_Repaint(window, actions, icons).repaint)
    return actions


class _Repaint(QObject):
    """Draws the icons anew. It goes with the window, and its connections with it: a plain function
    would be called when the actions are long gone.
    """

    def __init__(self, window: QMainWindow, actions: Actions, icons: Icons) -> None:
        super().__init__(window)
        self._actions = actions
        self._icons = icons

    def repaint(self) -> None:
        for name in Actions.__slots__:
            made: QAction = getattr(self._actions, name)
            if made.data():
                made.setIcon(self._icons.action(made.data()))


def _make_checkable(window: QMainWindow, actions: Actions) -> None:
    for shown in (actions.side_panel, actions.preview):
        shown.setCheckable(True)
        shown.setChecked(True)
    for wish in (actions.private, actions.autostart):
        wish.setCheckable(True)
    speeds = QActionGroup(window)
    speeds.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
    for speed in (actions.hurry, actions.quiet, actions.balanced, actions.full):
        speed.setCheckable(True)
        speeds.addAction(speed)
