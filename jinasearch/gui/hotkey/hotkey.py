"""What a global key is, and which sort of it this desktop has."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QKeySequence


class Bound(StrEnum):
    """What became of binding a key."""

    OFF = "off"
    YES = "yes"
    ASKED = "asked"
    """The desktop asks the user; it may give another key."""
    TAKEN = "taken"
    """Another program has this key."""
    UNUSABLE = "unusable"
    """Not a key that can be held everywhere: one key with modifiers is wanted."""
    UNSUPPORTED = "unsupported"
    """This desktop lets no program have such keys: its own settings must start `toggle`."""


class Hotkey(QObject):
    """Signals: `pressed` when the key was pressed anywhere; `changed(Bound)` when the desktop has
    answered later.

    This base is what a desktop without such keys gets.
    """

    pressed = Signal()
    changed = Signal(object)

    def bind(self, keys: QKeySequence) -> Bound:
        """Have this key from now on, in place of the one before; an empty one gives it back."""
        return Bound.OFF if keys.isEmpty() else Bound.UNSUPPORTED

    def close(self) -> None:
        """Give the key back."""


def make_hotkey(
    parent: QObject | None = None, environment: Mapping[str, str] = os.environ
) -> Hotkey:
    """The sort that this desktop has. Windows and macOS are written with care, but untried."""
    if sys.platform == "win32":
        from jinasearch.gui.hotkey.windows import WindowsHotkey  # noqa: PLC0415

        return WindowsHotkey(parent)
    if sys.platform == "darwin":
        from jinasearch.gui.hotkey.macos import MacHotkey  # noqa: PLC0415

        return MacHotkey(parent)
    if environment.get("WAYLAND_DISPLAY"):
        from jinasearch.gui.hotkey.portal import PortalHotkey  # noqa: PLC0415

        return PortalHotkey(parent)
    if environment.get("DISPLAY"):
        from jinasearch.gui.hotkey.x11 import X11Hotkey  # noqa: PLC0415

        return X11Hotkey(parent)
    return Hotkey(parent)
