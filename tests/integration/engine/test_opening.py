"""A large library of an older version: who waits for the engine sees how far it is, and a kill in
the midst of it loses nothing."""

import os
import signal

import msgspec
import pytest

from jinasearch.core.library_work import Work
from jinasearch.engine import opening as opening_file
from jinasearch.engine import protocol
from jinasearch.engine.client import ensure_engine
from jinasearch.engine.opening import opening
from jinasearch.store.database import SCHEMA
from old_library import FILES, build, fill

PASSAGES = 60_000


@pytest.fixture
def old(running, monkeypatch):
    """An installation with a library that takes a while to be brought up to date."""
    for name, value in running.environment.items():
        if name.startswith("JINASEARCH"):
            monkeypatch.setenv(name, value)
    running.library.mkdir(mode=0o700)
    build(running.library / "library.db", SCHEMA - 2)
    fill(running.library / "library.db", PASSAGES)
    return running


def counted(running):
    with running.client() as client:
        return client.send(protocol.status()).coverage


def test_all_who_wait_are_told(old):
    starts = [old.popen("engine", "start", "--json", "--progress") for _ in range(2)]
    told = []
    client = ensure_engine(old.library, tell=told.append)
    old.pids.add(client.address.pid)
    client.close()
    assert told[-1] is None
    updates = [work for work in told if work is not None and work.work is Work.UPDATING]
    assert updates
    assert {work.steps for work in updates} == {4}
    for start in starts:
        assert start.wait(30) == 0
        lines = start.stderr.read().splitlines()
        heard = [msgspec.json.decode(line)["opening"] for line in lines]
        assert heard[-1] is None
        assert heard[0]["work"] == "updating"
    assert opening(old.library) is None
    assert counted(old).files == FILES


def test_a_kill_in_the_midst_leaves_the_copy_and_the_next_start_goes_on(old):
    engine = old.popen("engine", "run")

    def in_the_midst():
        work = opening(old.library)
        return work is not None and work.step == 4

    old.until(in_the_midst, "the last step")
    assert (old.library / "backups" / f"before-schema-{SCHEMA}.db").exists()
    status = old.popen("engine", "status", "--json")
    assert status.wait(20) == 1
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
        found = client.send(protocol.check()).findings
    assert [each for each in found if not each.ok] == []
