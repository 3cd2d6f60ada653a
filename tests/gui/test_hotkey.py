"""Global keys: which there can be, and under X11 real ones, pressed on a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QKeySequence

from jinasearch.gui.hotkey.hotkey import Bound, Hotkey, make_hotkey
from jinasearch.gui.hotkey.keys import chord_of

needs_x11 = pytest.mark.skipif(
    not os.environ.get("DISPLAY") or not shutil.which("xdotool"), reason="no X server, or xdotool"
)


@pytest.mark.parametrize(
    ("keys", "keysym"),
    [
        ("Ctrl+Alt+Space", "space"),
        ("Meta+J", "j"),
        ("F9", "F9"),
        ("Shift+F12", "F12"),
        ("Ctrl+.", "period"),
        ("Alt+7", "7"),
    ],
)
def test_keys_that_can_be_kept(keys, keysym):
    chord = chord_of(QKeySequence(keys))
    assert chord is not None
    assert chord.keysym == keysym


@pytest.mark.parametrize("keys", ["a", "Shift+A", "Space", "Ctrl+K, Ctrl+J", ""])
def test_keys_that_people_type_with_are_nobodys(keys):
    assert chord_of(QKeySequence(keys)) is None


def test_a_desktop_without_such_keys(qapp):
    hotkey = make_hotkey(None, {})
    assert type(hotkey) is Hotkey
    assert hotkey.bind(QKeySequence("Ctrl+Alt+Space")) is Bound.UNSUPPORTED
    assert hotkey.bind(QKeySequence()) is Bound.OFF


def test_the_portal_is_asked_for_under_wayland(qapp):
    pytest.importorskip("jeepney")
    from jinasearch.gui.hotkey.portal import PortalHotkey, trigger

    assert isinstance(make_hotkey(None, {"WAYLAND_DISPLAY": "wayland-0"}), PortalHotkey)
    assert trigger(chord_of(QKeySequence("Ctrl+Alt+Space"))) == "CTRL+ALT+space"


def press(keys: str) -> None:
    subprocess.run(["xdotool", "key", keys], check=True)


@pytest.fixture
def hotkey(qapp):
    from jinasearch.gui.hotkey.x11 import X11Hotkey

    made = X11Hotkey()
    yield made
    made.close()


@needs_x11
def test_the_key_works_without_a_window(qtbot, hotkey):
    assert hotkey.bind(QKeySequence("Ctrl+Alt+Space")) is Bound.YES
    with qtbot.waitSignal(hotkey.pressed):
        press("ctrl+alt+space")


@needs_x11
def test_another_key_does_not(qtbot, hotkey):
    hotkey.bind(QKeySequence("Ctrl+Alt+Space"))
    with qtbot.assertNotEmitted(hotkey.pressed, wait=150):
        press("ctrl+alt+j")


@needs_x11
def test_a_key_given_back_is_free(qtbot, hotkey):
    hotkey.bind(QKeySequence("Ctrl+Alt+Space"))
    assert hotkey.bind(QKeySequence("Ctrl+Alt+J")) is Bound.YES
    with qtbot.assertNotEmitted(hotkey.pressed, wait=150):
        press("ctrl+alt+space")
    with qtbot.waitSignal(hotkey.pressed):
        press("ctrl+alt+j")


@needs_x11
def test_a_key_that_another_program_has(qtbot, hotkey):
    code = (
        "from PySide6.QtCore import QCoreApplication; from PySide6.QtGui import QKeySequence\n"
        "from jinasearch.gui.hotkey.x11 import X11Hotkey\n"
        "app = QCoreApplication([]); other = X11Hotkey()\n"
        "print(other.bind(QKeySequence('Ctrl+Alt+Space')), flush=True); input()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline().strip() == "yes"
        assert hotkey.bind(QKeySequence("Ctrl+Alt+Space")) is Bound.TAKEN
    finally:
        other.communicate("\n")
    assert hotkey.bind(QKeySequence("Ctrl+Alt+Space")) is Bound.YES


@needs_x11
@pytest.mark.parametrize("keys", ["a", "Ctrl+K, Ctrl+J"])
def test_an_unusable_key_is_told(hotkey, keys):
    assert hotkey.bind(QKeySequence(keys)) is Bound.UNUSABLE


@needs_x11
def test_a_key_that_is_held_counts_once(qtbot, hotkey):
    """X repeats it as releases and presses at one time each."""
    from Xlib import X

    class Repeated:
        def __init__(self) -> None:
            kinds = [(X.KeyPress, 5)]
            for time in range(700, 900, 30):
                kinds += [(X.KeyRelease, time), (X.KeyPress, time)]
            kinds += [(X.KeyRelease, 950), (X.KeyPress, 1300)]
            self.left = [SimpleNamespace(type=kind, time=time) for kind, time in kinds]

        def pending_events(self) -> int:
            return len(self.left)

        def next_event(self) -> SimpleNamespace:
            return self.left.pop(0)

    presses = []
    hotkey.pressed.connect(lambda: presses.append(1))
    kept, hotkey._display = hotkey._display, Repeated()
    hotkey._on_events()
    hotkey._display = kept
    assert len(presses) == 2
