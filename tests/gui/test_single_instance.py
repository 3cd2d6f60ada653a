"""A second window wakes the first."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jinasearch.core.wake import Wake
from jinasearch.gui.single_instance import SingleInstance


@pytest.fixture
def library(tmp_path):
    return tmp_path / "library"


@pytest.fixture
def first(qapp, library):
    made = SingleInstance(library)
    made.listen()
    yield made
    made.close()


def second_start(library: Path, *uris: str) -> list[bool]:
    return [SingleInstance(library).wake_other(Wake(uris))]


def test_without_a_window_nobody_is_woken(qapp, library):
    assert second_start(library, "file:///a") == [False]


def test_the_first_is_told_what_the_second_was_given(qtbot, first, library):
    # Blocking, as a start does it; the first answers from its own loop, here another process.
    code = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication\n"
        "from jinasearch.gui.single_instance import SingleInstance\n"
        "from jinasearch.core.wake import Wake\n"
        "app = QCoreApplication([])\n"
        "sys.exit(0 if SingleInstance(Path(sys.argv[1])).wake_other(Wake(sys.argv[2:])) else 1)\n"
    )
    with qtbot.waitSignal(first.woken, timeout=20_000) as signal:
        other = subprocess.Popen([sys.executable, "-c", code, str(library), "file:///caf%E9"])
    assert signal.args == [Wake(("file:///caf%E9",))]
    qtbot.waitUntil(lambda: other.poll() is not None, timeout=20_000)
    assert other.returncode == 0


def test_the_socket_is_its_users_alone(first, library):
    assert (library / "window.socket").stat().st_mode & 0o077 == 0
    assert library.stat().st_mode & 0o077 == 0


def test_what_a_killed_window_left_is_no_obstacle(qapp, library):
    library.mkdir(mode=0o700)
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(library / "window.socket"))
    left.close()
    assert second_start(library) == [False]
    instance = SingleInstance(library)
    instance.listen()
    assert instance._server.isListening()
    instance.close()


@pytest.mark.parametrize("words", [b"\xff\xfe\n", b"{}\n", b"[1]\n", b"[" * 100_000 + b"\n", b""])
def test_nonsense_wakes_nobody(qtbot, first, library, words):
    heard = []
    first.woken.connect(heard.append)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(library / "window.socket"))
        client.sendall(words)
        qtbot.wait(150)
    qtbot.wait(50)
    assert heard == []


def test_a_long_path_has_a_short_socket(qapp, tmp_path):
    library = tmp_path / ("deep" * 30)
    instance = SingleInstance(library)
    instance.listen()
    assert instance._server.isListening()
    instance.close()


def test_the_window_comes_up_and_takes_the_folders(qtbot, parts, engine):
    parts.window.showMinimized()
    parts.window.wake(["file:///home/ada/New"])
    assert not parts.window.isMinimized()
    qtbot.waitUntil(lambda: bool(engine.bodies("POST /v1/folders")))
    assert engine.bodies("POST /v1/folders")[0]["uris"] == ["file:///home/ada/New"]
