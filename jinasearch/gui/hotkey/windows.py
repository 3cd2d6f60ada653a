"""A global key on Windows: RegisterHotKey. Written with care, but untried."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractNativeEventFilter, QCoreApplication, QObject

from jinasearch.gui.hotkey.hotkey import Bound, Hotkey
from jinasearch.gui.hotkey.keys import Chord, chord_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QKeySequence

_WM_HOTKEY = 0x0312
_NUMBER = 0x6A73
"""Ours among this thread's keys."""
_NO_REPEAT = 0x4000
_ALT, _CONTROL, _SHIFT, _WIN = 1, 2, 4, 8
_TAKEN = 1409
"""ERROR_HOTKEY_ALREADY_REGISTERED."""
_VIRTUAL = {
    "space": 0x20,
    "Return": 0x0D,
    "KP_Enter": 0x0D,
    "Tab": 0x09,
    "BackSpace": 0x08,
    "Insert": 0x2D,
    "Delete": 0x2E,
    "Home": 0x24,
    "End": 0x23,
    "Prior": 0x21,
    "Next": 0x22,
    "Left": 0x25,
    "Up": 0x26,
    "Right": 0x27,
    "Down": 0x28,
    "Pause": 0x13,
}


class _Filter(QAbstractNativeEventFilter):
    def __init__(self, on_key: Callable[[], None]) -> None:
        super().__init__()
        self._on_key = on_key

    def nativeEventFilter(
        self,
        event_type: QByteArray | bytes | bytearray | memoryview,
        message: Any,  # noqa: ANN401 - a pointer of Shiboken's
    ) -> tuple[bool, int]:
        if bytes(event_type) == b"windows_generic_MSG":  # type: ignore[arg-type]
            told = wintypes.MSG.from_address(int(message))
            if told.message == _WM_HOTKEY and told.wParam == _NUMBER:
                self._on_key()
                return True, 0
        return False, 0


class WindowsHotkey(Hotkey):
    """Holds one key of the session."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._filter = _Filter(self.pressed.emit)
        application = QCoreApplication.instance()
        if application is not None:
            application.installNativeEventFilter(self._filter)
        self._held = False

    def bind(self, keys: QKeySequence) -> Bound:
        """See `Hotkey.bind`."""
        self.close()
        if keys.isEmpty():
            return Bound.OFF
        chord = chord_of(keys)
        code = 0 if chord is None else _virtual_key(chord)
        if chord is None or not code:
            return Bound.UNUSABLE
        if sys.platform == "win32":
            user = ctypes.WinDLL("user32", use_last_error=True)
            if not user.RegisterHotKey(None, _NUMBER, _modifiers(chord) | _NO_REPEAT, code):
                return Bound.TAKEN if ctypes.get_last_error() == _TAKEN else Bound.UNSUPPORTED
        self._held = True
        return Bound.YES

    def close(self) -> None:
        """Give the key back."""
        if self._held and sys.platform == "win32":
            ctypes.WinDLL("user32").UnregisterHotKey(None, _NUMBER)
        self._held = False


def _virtual_key(chord: Chord) -> int:
    if chord.keysym.startswith("F") and chord.keysym[1:].isdigit():
        return 0x6F + int(chord.keysym[1:])
    if len(chord.keysym) == 1 and chord.keysym.isalnum():
        return ord(chord.keysym.upper())
    return _VIRTUAL.get(chord.keysym, 0)


def _modifiers(chord: Chord) -> int:
    pairs = (
        (chord.control, _CONTROL),
        (chord.alt, _ALT),
        (chord.shift, _SHIFT),
        (chord.meta, _WIN),
    )
    return sum(mask for held, mask in pairs if held)
