"""What the tests of the window share: a fake engine, an opener that only takes notes, a window."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

if not os.environ.get("DISPLAY") and sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from fake_engine import FakeEngine
from parts import make_parts
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtNetwork import QNetworkAccessManager
from shiboken6 import delete

from jinasearch.gui.app import speak
from jinasearch.gui.theme import Theme


def pytest_collection_modifyitems(items):
    """The offscreen platform warns of what it cannot do, which is no fault of the window."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(autouse=True, scope="module")
def _no_collection_in_threads():
    """The fake engine's threads must not run the cyclic collector: it would destroy Qt objects
    there. The program has no Python threads in its window.

    What outlived the tests before, most of it modules, need not be looked through after each.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.collect()  # here, not in somebody's thread
    gc.enable()


@pytest.fixture(autouse=True)
def _english(qapp):
    gc.collect()
    for network in qapp.findChildren(QNetworkAccessManager):  # of the windows before
        network.clearConnectionCache()
    QLocale.setDefault(QLocale("en_GB"))
    speak(qapp, QLocale())
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    for theme in qapp.findChildren(Theme):  # which the windows listen to, and so stay
        delete(theme)


@pytest.fixture
def bus(monkeypatch):
    """A session bus of our own."""
    if not shutil.which("dbus-daemon"):
        pytest.skip("dbus-daemon is not installed")
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        text=True,
    )
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
    yield daemon
    daemon.kill()
    daemon.communicate()


@pytest.fixture
def engine():
    """A fake engine, running."""
    with FakeEngine() as fake:
        yield fake


@pytest.fixture
def parts(qapp, qtbot, engine):
    """A window joined to the fake engine."""
    made = make_parts(qapp, engine)
    qtbot.addWidget(made.window)
    made.window.show()
    made.window.activateWindow()  # no window manager does it on a bare X server
    qtbot.waitUntil(made.window.isActiveWindow)
    made.link.open()
    qtbot.waitUntil(lambda: made.link.state == "connected")
    qtbot.waitUntil(lambda: engine.asked("GET /v1/folders") > 0)
    yield made
    made.close()
