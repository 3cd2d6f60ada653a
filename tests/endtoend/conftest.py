"""The real program, started as a user does: commands, the engine that they start, its children."""

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
sys.path.insert(0, str(Path(__file__).parent))

from screen import Screen

from jinasearch.core.models import Activity
from jinasearch.engine import protocol
from jinasearch.engine.client import find_engine

PATIENCE = 60.0


class Program:
    """An installation of its own: library, settings, models, and a folder to index."""

    def __init__(self, base: Path) -> None:
        self.library = base / "library"
        self.settings = base / "config" / "settings.toml"
        self.home = base / "home"
        self.home.mkdir()
        self.environment = {
            **{name: value for name, value in os.environ.items() if "JINASEARCH" not in name},
            "JINASEARCH_LIBRARY": str(self.library),
            "JINASEARCH_CONFIG": str(self.settings),
            "JINASEARCH_MODELS": str(base / "models"),
        }
        self.pids: set[int] = set()

    # Commands

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "jinasearch", *map(str, arguments)]

    def run(self, *arguments: str, prefix=(), **options) -> subprocess.CompletedProcess:
        result = subprocess.run(
            [*map(str, prefix), *self.command(*arguments)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            stdin=options.pop("stdin", subprocess.DEVNULL if "input" not in options else None),
            **options,
        )
        if address := self.address():
            self.pids.add(address["pid"])
        return result

    def json(self, *arguments: str) -> dict:
        """What a command says to programs; the command must not fail."""
        cut = arguments.index("--") if "--" in arguments else len(arguments)
        result = self.run(*arguments[:cut], "--json", *arguments[cut:])
        assert result.returncode in (0, 1), result.stderr + result.stdout
        return json.loads(result.stdout)

    def index(self) -> dict:
        return self.json("index", self.home)

    def names(self, text: str, mode: str = "keywords") -> list[str]:
        """Names of the files that answer, by the command."""
        return [hit["name"] for hit in self.json("search", "--mode", mode, "--", text)["hits"]]

    def names_now(self, text: str) -> list[str]:
        """The same over HTTP, for asking again and again; nothing if no engine runs."""
        client = find_engine(self.library)
        if client is None:
            return []
        with client:
            request = protocol.SearchRequest(text, protocol.Mode.KEYWORDS)
            return [hit.name for hit in client.send(protocol.search(request)).hits]

    # The engine and its children

    def address(self) -> dict | None:
        try:
            return json.loads((self.library / "engine.json").read_text())
        except (OSError, ValueError):
            return None

    def engine(self) -> psutil.Process:
        self.json("engine", "start")
        return psutil.Process(self.address()["pid"])

    def children(self, kind: str) -> list[psutil.Process]:
        """The engine's children: `_extract` or `_embed`."""
        found = []
        address = self.address()
        if address is None:
            return found
        for child in psutil.Process(address["pid"]).children(recursive=True):
            try:
                if kind in child.cmdline():
                    found.append(child)
            except psutil.Error:
                continue
        return found

    def until(self, condition, what: str, patience: float = PATIENCE):
        """Wait until `condition` gives something true, and return it."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.05)
        log = self.library / "engine.log"
        tail = log.read_text()[-2000:] if log.exists() else "no log"
        raise AssertionError(f"never came: {what}\n{tail}")

    def settle(self) -> dict:
        """Wait until everything is read and embedded; returns the status."""

        def settled():
            client = find_engine(self.library)
            if client is None:
                return False
            with client:
                status = client.send(protocol.status())
            coverage = status.coverage
            done = coverage.meaning + coverage.failed + coverage.skipped
            return status.activity == Activity.IDLE and done == coverage.files

        self.engine()
        self.until(settled, "everything read and embedded")
        return self.json("status")

    def vectors(self) -> dict[tuple, tuple]:
        """The committed vectors, read from the database behind the engine's back."""
        with closing(self._database()) as database:
            rows = database.execute("SELECT space, input_hash, id, vector FROM vectors").fetchall()
        return {(space, key): (number, vector) for space, key, number, vector in rows}

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.library / 'library.db'}?mode=ro", uri=True, timeout=10)

    def write(self, name: str, text: str) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def end(self) -> None:
        if self.address() is not None:
            self.run("engine", "stop")
        for pid in self.pids:
            try:
                process = psutil.Process(pid)
                if "jinasearch" in process.cmdline():
                    process.send_signal(signal.SIGKILL)
                    process.wait(10)
            except psutil.Error:
                continue


@pytest.fixture
def program(tmp_path):
    program = Program(tmp_path)
    yield program
    program.end()


@pytest.fixture(scope="module")
def shared_program(tmp_path_factory):
    """One installation for all tests of a module."""
    program = Program(tmp_path_factory.mktemp("program"))
    yield program
    program.end()


@pytest.fixture
def needs():
    """Skips where a program is not installed."""

    def check(*names: str) -> None:
        for name in names:
            if not shutil.which(name):
                pytest.skip(f"{name} is not installed")

    return check


class Desk:
    """A screen with our window on it, and what it opened."""

    def __init__(self, program, screen, base: Path) -> None:
        self.program = program
        self.screen = screen
        self.environment = {**program.environment, "XDG_CONFIG_HOME": str(base / "xdg")}
        self.notes = base / "opened"
        folder = base / "bin"
        folder.mkdir()
        # What a desktop would open a file with, here a program that takes notes.
        for name in ("xdg-open", "kde-open", "gio", "exo-open", "gnome-open"):
            script = folder / name
            script.write_text(f'#!/bin/sh\nfor last; do :; done\necho "$last" >> "{self.notes}"\n')
            script.chmod(script.stat().st_mode | stat.S_IXUSR)
        # Nobody has chosen a program of his own, which would be asked for a page or line.
        nothing = folder / "xdg-mime"
        nothing.write_text("#!/bin/sh\nexit 4\n")
        nothing.chmod(nothing.stat().st_mode | stat.S_IXUSR)
        self.environment["PATH"] = f"{folder}:{os.environ['PATH']}"
        self.window = None

    def key(self, *keys: str) -> None:
        self.screen.tool("windowfocus", "--sync", self.window.number)
        self.screen.tool("key", "--window", self.window.number, *keys)

    def opened(self) -> list[str]:
        return self.notes.read_text().splitlines() if self.notes.exists() else []

    def press_until_opened(self, keys, name: str) -> None:
        """Open the first result again and again until it is this file."""

        def done():
            keys()
            return any(line.endswith(name) for line in self.opened())

        self.program.until(done, f"{name} is opened")

    def double_click_first(self) -> None:
        shell = self.screen.tool("getwindowgeometry", "--shell", self.window.number)
        place = dict(line.split("=") for line in shell.splitlines())
        x = int(place["X"]) + int(place["WIDTH"]) * 6 // 10
        y = int(place["Y"]) + int(place["HEIGHT"]) * 25 // 100
        self.screen.tool(
            "mousemove", str(x), str(y), "click", "--repeat", "2", "--delay", "40", "1"
        )


@pytest.fixture
def desk(program, needs, tmp_path):
    needs("Xvfb", "xdotool")
    with Screen() as screen:
        yield Desk(program, screen, tmp_path)
