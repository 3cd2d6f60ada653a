"""The small window of the real program: called by command and key, and gone when it has served."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from screen import opened

TITLE = "Quick search"


@pytest.fixture
def desk(desk):
    settings = desk.program.settings
    settings.parent.mkdir()
    settings.write_text('[window]\nhotkey = "Ctrl+Alt+Space"\nlanguage = "en"\n')
    return desk


def quick(desk) -> str:
    """The small window's number if it is on the screen, else empty."""
    return desk.screen.tool("search", "--onlyvisible", "--name", TITLE).split("\n")[0]


def ask_and_open(desk, text: str, name: str) -> None:
    desk.program.until(lambda: quick(desk), "the small window")

    def done() -> bool:
        if window := quick(desk):
            # Without a window manager a key may come before the focus does: all is typed again.
            desk.screen.tool("windowfocus", "--sync", window)
            desk.screen.tool("key", "ctrl+a")
            desk.screen.tool("type", "--delay", "20", text)
            time.sleep(0.3)
            desk.screen.tool("key", "Return")
        time.sleep(0.2)
        return any(line.endswith(name) for line in desk.opened())

    desk.program.until(done, f"{name} is opened")
    desk.program.until(lambda: not quick(desk), "the small window goes")


def toggle(desk) -> None:
    environment = {**desk.environment, "DISPLAY": desk.screen.display, "QT_QPA_PLATFORM": "xcb"}
    result = desk.program.run(
        "toggle", prefix=["env", *(f"{k}={v}" for k, v in environment.items())]
    )
    assert result.returncode == 0, result.stderr


def test_the_key_and_the_command_call_it_over_the_window(desk):
    program = desk.program
    program.write("sea.txt", "The albatross glides over the sea.")
    with opened(desk.screen, desk.environment, program.home, heartbeat=None) as window:
        window.seconds_to_show()
        program.until(lambda: program.names_now("albatross") == ["sea.txt"], "the file")
        program.pids.add(program.address()["pid"])
        toggle(desk)
        ask_and_open(desk, "albatross", "sea.txt")
        desk.notes.unlink()
        desk.screen.tool("key", "ctrl+alt+space")
        ask_and_open(desk, "albatross", "sea.txt")
        assert window.process.poll() is None
        window.end()
        assert window.process.returncode == 0


def test_without_a_window_the_command_starts_one(desk):
    """There is no tray here and no key: it ends when it has served, the engine goes on."""
    program = desk.program
    program.settings.write_text('[window]\nhotkey = ""\nlanguage = "en"\n')
    program.write("sea.txt", "The albatross glides over the sea.")
    program.index()
    toggle(desk)  # the shell has it back at once
    windows = [
        process
        for process in psutil.process_iter(["cmdline"])
        if "--foreground" in (process.info["cmdline"] or ())
        and process.environ().get("JINASEARCH_LIBRARY") == str(program.library)
    ]
    try:
        (window,) = windows
        assert os.getsid(window.pid) == window.pid
        ask_and_open(desk, "albatross", "sea.txt")
        window.wait(20)
    finally:
        for process in windows:
            with suppress(psutil.NoSuchProcess):
                process.kill()
    assert psutil.pid_exists(program.address()["pid"])
