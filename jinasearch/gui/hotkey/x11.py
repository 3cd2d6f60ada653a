"""A global key under X11: a passive grab on the root window, over a connection of its own.

python-xlib is the library for it: Qt grabs keys only while one of its windows has the focus.
"""

from __future__ import annotations

import contextlib
from itertools import chain, combinations
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier
from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import BadAccess, CatchError, ConnectionClosedError, DisplayError

from jinasearch.gui.hotkey.hotkey import Bound, Hotkey
from jinasearch.gui.hotkey.keys import Chord, chord_of

if TYPE_CHECKING:
    from PySide6.QtGui import QKeySequence

_LOCKS = (X.LockMask, X.Mod2Mask, X.Mod5Mask)
"""Caps Lock, Num Lock and Scroll Lock: a grab names the exact state, so all of theirs are held."""
_IGNORED = tuple(
    sum(some) for some in chain.from_iterable(combinations(_LOCKS, n) for n in range(4))
)
_SUPER = X.Mod4Mask
_ALT = X.Mod1Mask


class X11Hotkey(Hotkey):
    """Holds one key on every screen of the display."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._display: Display | None = None
        self._notifier: QSocketNotifier | None = None
        self._held: tuple[int, int] | None = None
        self._released = 0

    def bind(self, keys: QKeySequence) -> Bound:
        """See `Hotkey.bind`."""
        self._let_go()
        if keys.isEmpty():
            return Bound.OFF
        chord = chord_of(keys)
        display = self._connected()
        if display is None:
            return Bound.UNSUPPORTED
        code = 0 if chord is None else display.keysym_to_keycode(XK.string_to_keysym(chord.keysym))
        if chord is None or not code:
            return Bound.UNUSABLE
        return self._grab(display, code, _modifiers(chord))

    def close(self) -> None:
        """Give the key back, and the connection."""
        self._let_go()
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier = None
        if self._display is not None:
            with contextlib.suppress(ConnectionClosedError, OSError):
                self._display.close()
            self._display = None

    def _connected(self) -> Display | None:
        if self._display is None:
            try:
                self._display = Display()
            except (DisplayError, ConnectionClosedError, OSError):
                return None
            self._notifier = QSocketNotifier(
                self._display.fileno(), QSocketNotifier.Type.Read, self
            )
            self._notifier.activated.connect(self._on_events)
        return self._display

    def _grab(self, display: Display, code: int, modifiers: int) -> Bound:
        taken = CatchError(BadAccess)
        for root in _roots(display):
            for locks in _IGNORED:
                root.grab_key(
                    code, modifiers | locks, False, X.GrabModeAsync, X.GrabModeAsync, onerror=taken
                )
        display.sync()
        self._held = (code, modifiers)
        if taken.get_error() is not None:
            self._let_go()
            return Bound.TAKEN
        return Bound.YES

    def _let_go(self) -> None:
        if self._held is None or self._display is None:
            return
        code, modifiers = self._held
        self._held = None
        with contextlib.suppress(ConnectionClosedError, OSError):
            for root in _roots(self._display):
                for locks in _IGNORED:
                    root.ungrab_key(code, modifiers | locks)
            self._display.sync()

    def _on_events(self) -> None:
        display = self._display
        if display is None:
            return
        try:
            while display.pending_events():
                event = display.next_event()
                # A key that is held is released and pressed again and again, at one time each.
                if event.type == X.KeyRelease:
                    self._released = event.time
                elif event.type == X.KeyPress and event.time != self._released:
                    self.pressed.emit()
        except (ConnectionClosedError, OSError):
            self._held = None
            self.close()


def _roots(display: Display) -> list:  # type: ignore[type-arg]
    return [display.screen(number).root for number in range(display.screen_count())]


def _modifiers(chord: Chord) -> int:
    pairs = (
        (chord.control, X.ControlMask),
        (chord.alt, _ALT),
        (chord.shift, X.ShiftMask),
        (chord.meta, _SUPER),
    )
    return sum(mask for held, mask in pairs if held)
