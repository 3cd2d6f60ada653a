"""A global key on macOS: Carbon's RegisterEventHotKey, which needs no permission of the user's.

Written with care, but untried. Qt calls the command key Control, and the control key Meta.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from typing import TYPE_CHECKING, Any

from jinasearch.gui.hotkey.hotkey import Bound, Hotkey
from jinasearch.gui.hotkey.keys import Chord, chord_of

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QKeySequence

_KEYBOARD = int.from_bytes(b"keyb", "big")
_SIGNATURE = int.from_bytes(b"jina", "big")
_HOT_KEY_PRESSED = 5
_COMMAND, _SHIFT, _OPTION, _CONTROL = 1 << 8, 1 << 9, 1 << 11, 1 << 12
_TAKEN = -9878
"""eventHotKeyExistsErr."""
_CODES = {
    **dict(zip("asdfhgzxcv", range(10), strict=True)),
    **dict(zip("bqweryt", range(11, 18), strict=True)),
    **dict(zip("1234", range(18, 22), strict=True)),
    "6": 22,
    "5": 23,
    "9": 25,
    "7": 26,
    "8": 28,
    "0": 29,
    "o": 31,
    "u": 32,
    "i": 34,
    "p": 35,
    "l": 37,
    "j": 38,
    "k": 40,
    "n": 45,
    "m": 46,
    "Return": 36,
    "Tab": 48,
    "space": 49,
    "BackSpace": 51,
    "Home": 115,
    "Prior": 116,
    "Delete": 117,
    "End": 119,
    "Next": 121,
    "Left": 123,
    "Right": 124,
    "Down": 125,
    "Up": 126,
    "F1": 122,
    "F2": 120,
    "F3": 99,
    "F4": 118,
    "F5": 96,
    "F6": 97,
    "F7": 98,
    "F8": 100,
    "F9": 101,
    "F10": 109,
    "F11": 103,
    "F12": 111,
}


class _KeyId(ctypes.Structure):
    _fields_ = (("signature", ctypes.c_uint32), ("id", ctypes.c_uint32))


class _EventType(ctypes.Structure):
    _fields_ = (("event_class", ctypes.c_uint32), ("kind", ctypes.c_uint32))


_Handler = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class MacHotkey(Hotkey):
    """Holds one key of the session."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        found = ctypes.util.find_library("Carbon")
        self._carbon: Any = ctypes.CDLL(found) if found else None
        self._handler = _Handler(self._on_event)  # kept: the system calls it
        self._key = ctypes.c_void_p()
        if self._carbon is not None:
            self._carbon.GetApplicationEventTarget.restype = ctypes.c_void_p
            kinds = (_EventType * 1)(_EventType(_KEYBOARD, _HOT_KEY_PRESSED))
            self._carbon.InstallEventHandler(
                ctypes.c_void_p(self._carbon.GetApplicationEventTarget()),
                self._handler,
                1,
                kinds,
                None,
                None,
            )

    def bind(self, keys: QKeySequence) -> Bound:
        """See `Hotkey.bind`."""
        self.close()
        if keys.isEmpty():
            return Bound.OFF
        if self._carbon is None:
            return Bound.UNSUPPORTED
        chord = chord_of(keys)
        if chord is None or chord.keysym not in _CODES:
            return Bound.UNUSABLE
        result = self._carbon.RegisterEventHotKey(
            _CODES[chord.keysym],
            _modifiers(chord),
            _KeyId(_SIGNATURE, 1),
            ctypes.c_void_p(self._carbon.GetApplicationEventTarget()),
            0,
            ctypes.byref(self._key),
        )
        return {0: Bound.YES, _TAKEN: Bound.TAKEN}.get(int(result), Bound.UNSUPPORTED)

    def close(self) -> None:
        """Give the key back."""
        if self._carbon is not None and self._key:
            self._carbon.UnregisterEventHotKey(self._key)
            self._key = ctypes.c_void_p()

    def _on_event(self, _call: object, _event: object, _data: object) -> int:
        self.pressed.emit()
        return 0


def _modifiers(chord: Chord) -> int:
    pairs = (
        (chord.control, _COMMAND),
        (chord.alt, _OPTION),
        (chord.shift, _SHIFT),
        (chord.meta, _CONTROL),
    )
    return sum(mask for held, mask in pairs if held)
