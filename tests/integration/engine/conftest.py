import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from embedding_server import embedding_server
from jinasearch.core.machine.readings import Readings
from jinasearch.core.models import Activity
from jinasearch.core.paths import to_uri
from jinasearch.engine.engine import Engine
from jinasearch.engine.protocol import AddFolders, Mode, SearchRequest

__all__ = ["embedding_server"]

PROGRAM = [sys.executable, "-m", "jinasearch"]
PATIENCE = 60.0


class PlayedMachine:
    """Nobody uses it, unless a test says otherwise: what else runs here slows nothing."""

    counts_us = False

    def __init__(self) -> None:
        self.readings = Readings(idle_seconds=3600.0)

    def read(self) -> Readings:
        return self.readings

    def foreground_seconds(self) -> float:
        return 0.0

    def step_back(self, processes, *, gentle: bool) -> None:
        pass

    def close(self) -> None:
        pass


class Bench:
    """An engine on a folder of its own, with what tests ask of it."""

    def __init__(self, base: Path, monkeypatch) -> None:
        monkeypatch.setenv("JINASEARCH_MODELS", str(base / "models"))
        self.library = base / "library"
        self.config = base / "config" / "settings.toml"
        self.home = base / "home"
        self.home.mkdir()
        self.machine = PlayedMachine()
        self.engine: Engine | None = None

    def start(self) -> Engine:
        self.engine = Engine(self.library, self.config, PROGRAM, self.machine)
        self.engine.start()
        return self.engine

    def stop(self) -> None:
        if self.engine is not None:
            self.engine.close()
            self.engine = None

    def write(self, name: str, text: str) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def index(self) -> None:
        self.engine.folders.add(AddFolders((to_uri(self.home),)))
        self.settle()

    def settle(self) -> None:
        """Wait until everything is read and embedded."""
        calm = 0
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status = self.engine.status()
            calm = calm + 1 if status.activity == Activity.IDLE and not self.engine.busy else 0
            if calm >= 3:
                return
            time.sleep(0.05)
        raise AssertionError(f"not settled: {self.engine.status()}")

    def names(self, text: str, mode: Mode = Mode.KEYWORDS) -> list[str]:
        return [hit.name for hit in self.engine.searches.search(SearchRequest(text, mode)).hits]

    def until(self, condition, what: str):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if condition():
                return
            time.sleep(0.05)
        raise AssertionError(f"never came: {what}; {self.engine.status()}")


@pytest.fixture(scope="module")
def shared_bench(tmp_path_factory):
    """One engine for all tests of a module, started; the tests fill it."""
    with pytest.MonkeyPatch.context() as patch:
        bench = Bench(tmp_path_factory.mktemp("bench"), patch)
        bench.start()
        yield bench
        bench.stop()


@pytest.fixture
def bench(tmp_path, monkeypatch):
    bench = Bench(tmp_path, monkeypatch)
    bench.start()
    yield bench
    bench.stop()
