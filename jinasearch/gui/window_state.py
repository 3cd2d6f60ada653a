"""How the windows stood when they were closed: their place, what is shown, and how wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings

if TYPE_CHECKING:
    from jinasearch.gui.quick_query.window import QuickQuery
    from jinasearch.gui.search_window.window import SearchWindow

_GEOMETRY, _SPLIT = "window/geometry", "window/split"
_PREVIEW, _FOLDERS = "window/preview", "window/folders"
_QUICK_PREVIEW = "quick/preview"


def restore(window: SearchWindow, state: QSettings) -> None:
    """Let the window stand as it did, as far as that is known."""
    geometry, split = state.value(_GEOMETRY), state.value(_SPLIT)
    if isinstance(geometry, QByteArray):
        window.restoreGeometry(geometry)
    if isinstance(split, QByteArray):
        window.split.restoreState(split)
    window.actions_.preview.setChecked(_flag(state, _PREVIEW))
    window.fold.want(shown=_flag(state, _FOLDERS))


def restore_quick(quick: QuickQuery, state: QSettings) -> None:
    """Let the small window have its preview, or not, as it was; at first it has none."""
    quick.actions_.preview.setChecked(_flag(state, _QUICK_PREVIEW, default="false"))


def keep(window: SearchWindow, state: QSettings) -> None:
    """Note how the window stands."""
    state.setValue(_GEOMETRY, window.saveGeometry())
    state.setValue(_SPLIT, window.split.saveState())
    state.setValue(_PREVIEW, window.actions_.preview.isChecked())
    state.setValue(_FOLDERS, window.fold.wanted)


def keep_quick(quick: QuickQuery, state: QSettings) -> None:
    """Note the same of the small window."""
    state.setValue(_QUICK_PREVIEW, quick.actions_.preview.isChecked())


def _flag(state: QSettings, name: str, *, default: str = "true") -> bool:
    return str(state.value(name, default)).lower() == "true"
