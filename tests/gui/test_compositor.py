"""Whether corners can be round: asked of the X server."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from jinasearch.gui.compositor import Compositor


def test_a_compositor_that_comes_and_goes(qapp):
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("needs an X server")
    from Xlib import X
    from Xlib.display import Display

    compositor = Compositor()
    assert not compositor.is_there()
    display = Display()
    name = display.intern_atom(f"_NET_WM_CM_S{display.get_default_screen()}")
    owner = display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    owner.set_selection_owner(name, X.CurrentTime)
    display.sync()
    assert compositor.is_there()
    display.close()
    assert not compositor.is_there()
    compositor.close()


def test_elsewhere_the_system_does_it(monkeypatch):
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "wayland")
    assert Compositor().is_there()


def test_without_an_answer_nothing_is_changed(monkeypatch):
    from Xlib.error import ConnectionClosedError

    class Gone:
        closed = 0

        def get_default_screen(self):
            raise ConnectionClosedError("server")

        def close(self):
            self.closed += 1

    gone = Gone()
    compositor = Compositor()
    compositor._display = gone
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")
    assert compositor.is_there()
    assert gone.closed == 1
    assert compositor._display is None
