"""A key with its modifiers, taken apart for the platforms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QKeySequence

_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_NAMES = {
    Qt.Key.Key_Space: "space",
    Qt.Key.Key_Return: "Return",
    Qt.Key.Key_Enter: "KP_Enter",
    Qt.Key.Key_Tab: "Tab",
    Qt.Key.Key_Backspace: "BackSpace",
    Qt.Key.Key_Insert: "Insert",
    Qt.Key.Key_Delete: "Delete",
    Qt.Key.Key_Home: "Home",
    Qt.Key.Key_End: "End",
    Qt.Key.Key_PageUp: "Prior",
    Qt.Key.Key_PageDown: "Next",
    Qt.Key.Key_Left: "Left",
    Qt.Key.Key_Right: "Right",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down",
    Qt.Key.Key_Pause: "Pause",
    Qt.Key.Key_Search: "XF86Search",
}
_FUNCTION_KEYS = range(Qt.Key.Key_F1.value, Qt.Key.Key_F35.value + 1)


@dataclass(frozen=True, slots=True)
class Chord:
    """One key, as Qt's and X's keyboards call it, and what is held with it."""

    key: Qt.Key
    keysym: str
    control: bool
    alt: bool
    shift: bool
    meta: bool


def chord_of(keys: QKeySequence) -> Chord | None:
    """The chord of a sequence; None if no program may keep it from all others.

    That is more than one key, an unknown key, or a key that people type with: it takes Ctrl, Alt
    or the system's key, or a function key.
    """
    if keys.count() != 1:
        return None
    combination = keys[0]  # type: ignore[index] # PySide6 has it, its stubs have not
    key, held = combination.key(), combination.keyboardModifiers()
    function = key.value in _FUNCTION_KEYS
    if not (held & _MODIFIERS or function or key == Qt.Key.Key_Search):
        return None
    keysym = f"F{key.value - _FUNCTION_KEYS.start + 1}" if function else _keysym(key)
    if not keysym:
        return None
    return Chord(
        key,
        keysym,
        control=bool(held & Qt.KeyboardModifier.ControlModifier),
        alt=bool(held & Qt.KeyboardModifier.AltModifier),
        shift=bool(held & Qt.KeyboardModifier.ShiftModifier),
        meta=bool(held & Qt.KeyboardModifier.MetaModifier),
    )


def _keysym(key: Qt.Key) -> str:
    if key in _NAMES:
        return _NAMES[key]
    value = int(key.value)
    if 0x21 <= value <= 0x7E:
        return _ASCII_NAMES.get(chr(value), chr(value).lower())
    return ""


_ASCII_NAMES = {
    "-": "minus",
    "=": "equal",
    ",": "comma",
    ".": "period",
    "/": "slash",
    ";": "semicolon",
    "'": "apostrophe",
    "`": "grave",
    "[": "bracketleft",
    "]": "bracketright",
    "\\": "backslash",
}
