"""A large library of an older version: who waits for the engine sees how far it is, and a kill in
the midst of it loses nothing."""

import os
import shutil
import signal

import msgspec
import pytest

from jinasearch.engine import opening as opening_file
from jinasearch.engine import protocol
from jinasearch.engine.client import ensure_engine
from jinasearch.engine.opening import opening
from jinasearch.store.database import SCHEMA
from old_library import FILES, FOLDED, build, fill

PASSAGES = 200_000


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """The database of an older version."""
    database = tmp_path_factory.mktemp("large") / "library.db"
    build(database, FOLDED)
    fill(database, PASSAGES)
    return database


@pytest.fixture
def old(running, large, monkeypatch):
    """An installation with a library that takes a while to be brought up to date."""
    for name, value in running.environment.items():
        if name.startswith("JINASEARCH"):
            monkeypatch.setenv(name, value)
    running.library.mkdir(mode=0o700)
    shutil.copy(large, running.library / "library.db")
    return running


def counted(running):
    with running.client() as client:
        return client.send(protocol.status()).coverage


def stopped(running):
    """The engine's process, held in the midst of it."""

    def in_the_midst():
        work = opening(running.library)
        return work is not None and work.step == 3

    running.until(in_the_midst, "the step that takes a while")
    told = msgspec.json.decode((running.library / opening_file._FILE).read_bytes())
    running.pids.add(told["pid"])
    os.kill(told["pid"], signal.SIGSTOP)
    return told["pid"]


def test_all_who_wait_are_told(old):
    command = ("engine", "start", "--json", "--progress")
    first = old.popen(*command)
    engine = stopped(old)
    second = old.popen(*command)  # waits until the first has started it
    heard = msgspec.json.decode(second.stderr.readline())["opening"]
    assert (heard["work"], heard["step"], heard["steps"]) == ("updating", 3, 2 + SCHEMA - FOLDED)
    os.kill(engine, signal.SIGCONT)
    for start in (first, second):
        assert start.wait(30) == 0
        lines = start.stderr.read().splitlines()
        assert msgspec.json.decode(lines[-1]) == {"opening": None}
    assert opening(old.library) is None
    client = ensure_engine(old.library)
    assert client.address.pid == engine
    client.close()
    assert counted(old).files == FILES


def test_a_kill_in_the_midst_leaves_the_copy_and_the_next_start_goes_on(old):
    engine = old.popen("engine", "run")

    stopped(old)
    assert (old.library / "backups" / f"before-schema-{SCHEMA}.db").exists()
    status = old.popen("engine", "status", "--json")
    stop = old.popen("engine", "stop", "--json")
    assert status.wait(20) == 1
    assert stop.wait(20) == 3
    assert b"library-busy" in stop.stderr.read()
    os.kill(engine.pid, signal.SIGKILL)
    engine.wait()
    assert opening(old.library) is None  # what it left is not believed
    assert (old.library / opening_file._FILE).exists()
    old.start()
    assert not (old.library / opening_file._FILE).exists()
    assert counted(old).files == FILES
    with old.client() as client:
        asked = protocol.SearchRequest("lighthouse", protocol.Mode.KEYWORDS)
        assert client.send(protocol.search(asked)).hits
