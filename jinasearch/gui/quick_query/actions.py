"""What the small window can do with the chosen result, each with its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from jinasearch.gui.icons import Icons


@dataclass(frozen=True, slots=True)
class QuickActions:
    """The actions, to be connected by the window."""

    open: QAction
    show_in_folder: QAction
    copy_file: QAction
    copy_path: QAction
    more_like: QAction
    preview: QAction
    next_passage: QAction
    previous_passage: QAction
    next_page: QAction
    previous_page: QAction
    better: QAction
    weak: QAction
    to_window: QAction
    more: QAction
    back: QAction


def make(window: QWidget, icons: Icons) -> QuickActions:
    """Make all actions; they belong to `window`."""

    def action(text: str, *keys: str, icon: str = "") -> QAction:
        made = QAction(text, window)
        made.setShortcuts([QKeySequence(key) for key in keys])
        if icon:
            made.setIcon(icons.action(icon))
        window.addAction(made)
        return made

    translate = QCoreApplication.translate
    # Enter and Ctrl+C are the line's, which may have a selection or an input method at work.
    made = QuickActions(
        open=action(translate("QuickActions", "Open"), icon="open"),
        show_in_folder=action(
            translate("QuickActions", "Show in folder"),
            "Ctrl+Return",
            "Ctrl+Enter",
            icon="folder-open",
        ),
        copy_file=action(translate("QuickActions", "Copy file"), icon="copy"),
        copy_path=action(translate("QuickActions", "Copy path"), "Ctrl+Shift+C"),
        more_like=action(translate("QuickActions", "More like this"), "Ctrl+J", icon="like"),
        preview=action(translate("QuickActions", "Preview"), "F4", icon="preview"),
        next_passage=action(translate("QuickActions", "Next passage"), "Alt+Down"),
        previous_passage=action(translate("QuickActions", "Previous passage"), "Alt+Up"),
        next_page=action(translate("QuickActions", "Next page"), "Alt+PgDown"),
        previous_page=action(translate("QuickActions", "Previous page"), "Alt+PgUp"),
        better=action(translate("QuickActions", "Show better results"), "Ctrl+B", icon="better"),
        weak=action(translate("QuickActions", "Show less certain matches"), "Ctrl+Shift+B"),
        to_window=action(translate("QuickActions", "Go on in the window"), "Ctrl+O", icon="search"),
        more=action(translate("QuickActions", "Actions"), "Ctrl+K"),
        back=action(translate("QuickActions", "Back"), "Esc"),
    )
    made.preview.setCheckable(True)
    for held, keys in ((made.open, "Return"), (made.copy_file, "Ctrl+C")):
        held.setShortcut(QKeySequence(keys))
        held.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown, not taken
    return made


def menu(window: QWidget, actions: QuickActions, *, better: bool, weak: bool) -> QMenu:
    """The panel of actions, with those for better and for weak results if there are any; it deletes
    itself.
    """
    made = QMenu(window)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.addActions([actions.open, actions.show_in_folder, actions.copy_file, actions.copy_path])
    made.addSeparator()
    made.addActions([actions.more_like, actions.preview])
    made.addActions([actions.better] * better + [actions.weak] * weak)
    made.addSeparator()
    made.addAction(actions.to_window)
    return made


def enable(actions: QuickActions, *, chosen: bool) -> None:
    """Offer what can be done with a chosen result, or without."""
    for action in (
        actions.open, actions.show_in_folder, actions.copy_file, actions.copy_path,
        actions.more_like, actions.next_passage, actions.previous_passage, actions.next_page,
        actions.previous_page,
    ):  # fmt: skip
        action.setEnabled(chosen)
