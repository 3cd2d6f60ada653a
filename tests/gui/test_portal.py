"""The global key under Wayland, asked of a portal that stands for the desktop's own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence

from jinasearch.gui.hotkey.hotkey import Bound

pytest.importorskip("jeepney")
KEYS = QKeySequence("Ctrl+Alt+Space")


class Portal:
    """The stand-in's process."""

    def __init__(self, does: str) -> None:
        script = Path(__file__).with_name("portal_stand_in.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script), does],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.said()[0] == "ready"

    def said(self) -> list:
        return json.loads(self.process.stdout.readline())

    def act(self, what: str) -> None:
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def portal(bus, request):
    made = Portal(request.param)
    yield made
    made.end()


@pytest.fixture
def hotkey(qapp):
    from jinasearch.gui.hotkey.portal import PortalHotkey

    made = PortalHotkey()
    yield made
    made.close()


def bound(qtbot, hotkey) -> Bound:
    """What the desktop answers to a key that is asked for."""
    with qtbot.waitSignal(hotkey.changed, timeout=10_000) as answered:
        assert hotkey.bind(KEYS) is Bound.ASKED
    return answered.args[0]


def calls(portal, last: str) -> dict:
    """What the portal was asked, up to the last call."""
    found = {}
    while last not in found:
        name, body = portal.said()
        found[name] = body
    return found


@pytest.mark.parametrize("portal", ["grant"], indirect=True)
def test_the_desktop_is_asked_for_the_key_and_tells_when_it_is_pressed(qtbot, portal, hotkey):
    assert bound(qtbot, hotkey) is Bound.YES
    _session, shortcuts, _window, _options = calls(portal, "BindShortcuts")["BindShortcuts"]
    ((name, told),) = shortcuts
    assert name == "toggle"
    assert told["preferred_trigger"] == ["s", "CTRL+ALT+space"]
    assert "jinasearch" in told["description"][1]
    for _ in range(2):
        with qtbot.waitSignal(hotkey.pressed, timeout=10_000):
            portal.act("press")
    with qtbot.assertNotEmitted(hotkey.pressed, wait=200):
        portal.act("other")


@pytest.mark.parametrize("portal", ["deny"], indirect=True)
def test_the_user_may_say_no(qtbot, portal, hotkey):
    assert bound(qtbot, hotkey) is Bound.OFF


@pytest.mark.parametrize("portal", ["lack"], indirect=True)
def test_a_portal_that_knows_no_such_keys_is_told(qtbot, portal, hotkey):
    assert bound(qtbot, hotkey) is Bound.UNSUPPORTED


def test_without_a_portal(qtbot, bus, hotkey):
    assert bound(qtbot, hotkey) is Bound.UNSUPPORTED


def test_without_a_bus(monkeypatch, hotkey):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    assert hotkey.bind(KEYS) is Bound.UNSUPPORTED


@pytest.mark.parametrize("portal", ["grant"], indirect=True)
def test_another_key_is_another_session(qtbot, portal, hotkey):
    assert bound(qtbot, hotkey) is Bound.YES
    first = calls(portal, "BindShortcuts")["BindShortcuts"][0]
    hotkey.bind(QKeySequence("Meta+J"))
    with qtbot.waitSignal(hotkey.changed, timeout=10_000):
        pass
    session, ((_name, told),), *_ = calls(portal, "BindShortcuts")["BindShortcuts"]
    assert session != first
    assert told["preferred_trigger"] == ["s", "LOGO+j"]


@pytest.mark.parametrize("portal", ["grant"], indirect=True)
def test_a_session_that_the_desktop_ends_is_told(qtbot, portal, hotkey):
    assert bound(qtbot, hotkey) is Bound.YES
    with qtbot.waitSignal(hotkey.changed, timeout=10_000) as ended:
        portal.act("close")
    assert ended.args == [Bound.OFF]
    assert bound(qtbot, hotkey) is Bound.YES


def test_a_bus_that_breaks_down_is_told(qtbot, bus, hotkey):
    portal = Portal("grant")
    try:
        assert bound(qtbot, hotkey) is Bound.YES
        with qtbot.waitSignal(hotkey.changed, timeout=10_000) as ended:
            bus.kill()
        assert ended.args == [Bound.UNSUPPORTED]
    finally:
        portal.end()
