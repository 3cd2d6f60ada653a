"""Results dragged to other programs, and their files dragged to us, with a real mouse."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from drag_partner import PLACE, TITLE
from screen import opened

SCRIPT = Path(__file__).with_name("drag_partner.py")
SYSTEM_PYTHON = "/usr/bin/python3"
STEPS = 12


@contextlib.contextmanager
def partner(desk, python: str, *arguments):
    """The other program, while it is needed."""
    environment = {**desk.environment, "DISPLAY": desk.screen.display, "QT_QPA_PLATFORM": "xcb"}
    environment["GDK_BACKEND"] = "x11"
    process = subprocess.Popen([python, str(SCRIPT), *map(str, arguments)], env=environment)
    try:
        desk.program.until(
            lambda: desk.screen.tool("search", "--onlyvisible", "--name", f"^{TITLE}$"),
            "the other program",
        )
        yield
    finally:
        process.kill()
        process.wait()


def drag(desk, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Slowly, as a hand does: both programs have to answer on the way."""

    def move(share: float) -> None:
        here = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
        desk.screen.tool("mousemove", *map(str, here))
        time.sleep(0.05)

    move(0)
    desk.screen.tool("mousedown", "1")
    for step in range(1, STEPS + 1):
        move(step / STEPS)
    time.sleep(0.3)
    desk.screen.tool("mouseup", "1")


def middle_of_partner() -> tuple[int, int]:
    return PLACE[0] + PLACE[2] // 2, PLACE[1] + PLACE[3] // 2


@pytest.fixture
def window(desk):
    """The window on the left, with one file indexed."""
    program = desk.program
    program.write("täglich #1.txt", "The albatross glides over the sea.")
    with opened(desk.screen, desk.environment, program.home, heartbeat=None) as window:
        window.seconds_to_show()
        desk.window = window
        desk.screen.tool("windowmove", window.number, "0", "0")
        desk.screen.tool("windowsize", window.number, "1100", "800")
        program.until(lambda: program.names_now("albatross"), "the file")
        program.pids.add(program.address()["pid"])
        yield window
        window.end()


def has_gtk() -> bool:
    check = "import gi; gi.require_version('Gtk', '3.0'); from gi.repository import Gtk"
    return Path(SYSTEM_PYTHON).exists() and (
        subprocess.run([SYSTEM_PYTHON, "-c", check], capture_output=True, check=False).returncode
        == 0
    )


def test_results_are_dragged_out_and_files_in(desk, window, tmp_path):
    file = desk.program.home / "täglich #1.txt"
    window.type("albatross")
    takers = [(sys.executable, "take")]
    if has_gtk():
        takers.append((SYSTEM_PYTHON, "take-gtk"))
    for python, what in takers:
        given = dragged_out(desk, python, what, tmp_path / f"{what}.json")
        assert given["urls"] == [file.as_uri()]
        assert "text/uri-list" in given["formats"]
        assert given["text"] in ("", str(file))
    # The row is still there.
    desk.press_until_opened(lambda: desk.key("Return"), file.as_uri())
    elsewhere = tmp_path / "cormorant #2.txt"
    elsewhere.write_text("A cormorant dries its wings.")
    with partner(desk, sys.executable, "give", elsewhere):

        def indexed() -> bool:
            drag(desk, middle_of_partner(), (300, 400))
            time.sleep(0.5)
            return desk.program.names_now("cormorant") == [elsewhere.name]

        desk.program.until(indexed, "the file that was dragged in")
    assert window.process.poll() is None


def dragged_out(desk, python: str, what: str, notes: Path) -> dict:
    """What another program was given when the first result was dragged to it."""
    with partner(desk, python, what, notes):

        def dropped() -> bool:
            drag(desk, (300, 200), middle_of_partner())
            time.sleep(0.3)
            return notes.exists()

        desk.program.until(dropped, "the dropped file")
        return json.loads(notes.read_text())
