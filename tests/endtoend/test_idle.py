"""An engine to which nothing happens does nothing: it writes nothing and hardly wakes."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from processes import wakeups, written_bytes

from jinasearch.core.models import Activity
from jinasearch.engine import protocol
from jinasearch.engine.client import find_engine

SOON = """
import functools, sys
from pathlib import Path
from jinasearch.engine import engine, process
from jinasearch.index import embedder, indexer, reader
from jinasearch.store import checker

engine.Readers = functools.partial(reader.Readers, rest_seconds=0.5)
indexer._ROOT_CHECK_SECONDS = 4.0
embedder._SNAPSHOT_IDLE_SECONDS = checker._REST_SECONDS = checker._FIRST_SECONDS = 0.5
checker._AGAIN_SECONDS = 0.5  # the first check is over before the rest
process.serve(Path(sys.argv[1]), Path(sys.argv[2]))
"""
"""An engine that rests half a second after the last work, not minutes, and looks around once or
twice while it is watched."""
WATCHED_SECONDS = 6.0


def calls(pid: int) -> int:
    """How often a process has written anything anywhere."""
    text = Path(f"/proc/{pid}/io").read_text()
    return int(text.partition("\nsyscw:")[2].split()[0])


def written(library: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file of the library."""
    files = [path for path in library.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells")
def test_at_rest_nothing_is_written_and_hardly_anybody_wakes(tmp_path):
    home, library = tmp_path / "home", tmp_path / "library"
    home.mkdir()
    for number in range(30):
        (home / f"{number}.md").write_text(f"# Bird {number}\n\nA heron, number {number}.\n")
    engine = subprocess.Popen(
        [sys.executable, "-c", SOON, str(library), str(tmp_path / "settings.toml")],
        env={
            **{name: value for name, value in os.environ.items() if "JINASEARCH" not in name},
            "JINASEARCH_MODELS": str(tmp_path / "models"),
        },
    )
    try:
        with until(lambda: find_engine(library)) as client:
            client.send(protocol.add_folders(protocol.AddFolders((home.as_uri(),))))
            until(lambda: client.send(protocol.status()).coverage.meaning == 30)
            (home / "0.md").unlink()  # its vector waits for a rest, and then goes
            until(lambda: client.send(protocol.status()).coverage.files == 29)
            until(lambda: client.send(protocol.status()).activity == Activity.IDLE)
        until(lambda: is_calm(engine.pid, library))
        files, before = written(library), wakeups(engine.pid)
        wrote, called = written_bytes(engine.pid), calls(engine.pid)
        time.sleep(WATCHED_SECONDS)
        assert written(library) == files
        assert written_bytes(engine.pid) == wrote  # nor when a file was read last
        assert calls(engine.pid) == called
        woken = {
            thread: count - before.get(thread, 0)
            for thread, count in wakeups(engine.pid).items()
            if count != before.get(thread, 0)
        }
        assert sum(woken.values()) <= WATCHED_SECONDS, woken
    finally:
        engine.terminate()
        engine.wait(30)


def is_calm(pid: int, library: Path) -> bool:
    """Whether all that was to be done is done: no reader is left, and two seconds bring nothing."""
    if any("_extract" in child.cmdline() for child in psutil.Process(pid).children()):
        return False
    before = written(library), calls(pid), written_bytes(pid)
    time.sleep(2.0)
    return before == (written(library), calls(pid), written_bytes(pid))


def until(condition):
    deadline = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found
