"""A virtual screen, and the window on it, watched and used from outside."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLL_SECONDS = 0.01
NAME = "jinasearch"


class Screen:
    """An Xvfb of our own, so that nobody's desktop is disturbed."""

    def __enter__(self) -> Self:
        read, write = os.pipe()
        self._server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write),
                "-screen",
                "0",
                "1600x1000x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as stream:
            number = stream.readline().strip()
        if not number:
            raise RuntimeError("Xvfb does not start")
        self.display = f":{number}"
        return self

    def __exit__(self, *error: object) -> None:
        self._server.terminate()
        self._server.wait()

    def tool(self, *arguments: str) -> str:
        """Run xdotool on this screen; empty if it found nothing."""
        return subprocess.run(
            ["xdotool", *arguments],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()

    def window(self) -> str:
        """The number of our window if it is on the screen, else empty."""
        found = self.tool("search", "--onlyvisible", "--name", NAME).split()
        return found[0] if found else ""


class Window:
    """The window program, started as by a user. Ended with Ctrl+Q, or killed if that fails."""

    def __init__(
        self,
        screen: Screen,
        environment: dict[str, str],
        *arguments: Path,
        heartbeat: Path | None,
        script: Path | None = None,
    ) -> None:
        self.screen = screen
        self._heartbeat = heartbeat
        environment = {**environment, "DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}
        environment.pop("WAYLAND_DISPLAY", None)
        if heartbeat is not None:
            environment["JINASEARCH_HEARTBEAT"] = str(heartbeat)
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the process
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [
                sys.executable,
                *([str(script)] if script else ["-m", "jinasearch"]),
                *map(str, arguments),
            ],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
        )

    def seconds_to_show(self, limit_seconds: float = 60.0) -> float:
        """Seconds from the start of the process until its window is on the screen."""
        while time.monotonic() - self.started < limit_seconds:
            self.number = self.screen.window()
            if self.number:
                return time.monotonic() - self.started
            if self.process.poll() is not None:
                self._said.seek(0)
                raise RuntimeError(
                    f"the window ended with code {self.process.returncode}: {self._said.read()}"
                )
            time.sleep(POLL_SECONDS)
        raise RuntimeError("the window does not show")

    def type(self, text: str, delay_ms: int = 60) -> None:
        """Replace the question by `text`, key by key."""
        self.screen.tool("windowfocus", self.number)
        self.screen.tool("key", "--window", self.number, "ctrl+l", "ctrl+a", "BackSpace")
        self.screen.tool("type", "--delay", str(delay_ms), text)

    def kill(self) -> None:
        """End it at once, if it runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._said.close()

    def end(self) -> dict[str, Any]:
        """Close it as a user does; returns what the heartbeat measured."""
        self.screen.tool("windowfocus", self.number)
        self.screen.tool("key", "ctrl+q")
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self._heartbeat is not None and self._heartbeat.exists():
            figures: dict[str, Any] = json.loads(self._heartbeat.read_text())
            return figures
        return {}


@contextlib.contextmanager
def opened(
    screen: Screen,
    environment: dict[str, str],
    *arguments: Path,
    heartbeat: Path | None = None,
    script: Path | None = None,
) -> Iterator[Window]:
    """A window that is surely gone at the end; with `script` that one's, not the program's."""
    window = Window(screen, environment, *arguments, heartbeat=heartbeat, script=script)
    try:
        yield window
    finally:
        window.kill()


def questions(words: list[str], seed: int) -> Iterator[str]:
    """Questions without end, of one to three words."""
    generator = random.Random(seed)
    while True:
        yield " ".join(generator.sample(words, generator.randint(1, 3)))
