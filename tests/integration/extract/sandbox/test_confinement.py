"""What a reader that a file has taken over could still do."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import psutil
import pytest

from jinasearch.extract.sandbox import landlock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="proven on Linux")

_NOSY = [sys.executable, str(Path(__file__).with_name("nosy_worker.py"))]
_NETWORK = ("connect", "local", "datagram")
_WRITING = (
    "write", "append", "truncate", "remove", "rename", "folder", "mode", "mode-in-hand", "time",
    "attribute",
)  # fmt: skip
_READING = ("read", "reread", "list", "password", "memory")
_PROCESSES = ("fork", "execute", "signal")
_NEEDED = ("library", "null", "thread", "random")


@pytest.fixture
def attempt(make_worker, tmp_path, monkeypatch):
    folder = tmp_path / "theirs"
    folder.mkdir()
    other = folder / "other.txt"
    other.write_text("a secret")
    other.chmod(0o600)
    os.utime(other, (1000, 1000))
    monkeypatch.setenv("NOSY_FOLDER", str(folder))
    monkeypatch.setenv("NOSY_PID", str(os.getpid()))
    worker = make_worker(command=_NOSY)

    def attempt(deed: str, content: str = "hello") -> str:
        path = tmp_path / f"{deed}.txt"
        path.write_text(content)
        path.chmod(0o600)
        title = worker.extract(str(path), 1000).document.title
        assert path.stat().st_mode & 0o777 == 0o600
        return title

    attempt.worker = worker
    yield attempt
    assert [entry.name for entry in folder.iterdir()] == ["other.txt"]
    assert other.read_text() == "a secret"
    assert other.stat().st_mtime == 1000
    assert other.stat().st_mode & 0o777 == 0o600


def test_the_network_is_out_of_reach(attempt):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        assert {deed: attempt(deed, port) for deed in _NETWORK} == dict.fromkeys(_NETWORK, "EPERM")


def test_nothing_can_be_written(attempt):
    refused = {deed: attempt(deed) for deed in _WRITING}
    assert set(refused.values()) <= {"EPERM", "EACCES"}, refused


def test_no_file_but_the_one_in_hand_can_be_read(attempt):
    if not landlock.version():
        pytest.skip("this kernel has no Landlock")
    assert {deed: attempt(deed) for deed in _READING} == dict.fromkeys(_READING, "EACCES")


def test_no_process_can_be_started_or_signalled(attempt):
    refused = {deed: attempt(deed) for deed in _PROCESSES}
    assert set(refused.values()) <= {"EPERM", "EACCES"}, refused


def test_files_that_can_be_open_at_once_are_few(attempt):
    assert attempt("descriptors") == "EMFILE"


def test_what_readers_need_they_can_do(attempt):
    assert {deed: attempt(deed) for deed in _NEEDED} == dict.fromkeys(_NEEDED, "done")


def test_the_level_is_told(attempt):
    attempt("null")
    told = attempt.worker.confinement
    assert "network" in told.barred
    assert "writing" in told.barred
    assert any(mean.startswith("Landlock") for mean in told.means) == bool(landlock.version())


def test_the_process_that_reads_and_the_one_that_opens_end_together(make_worker, tmp_path):
    for culprit in (0, 1):
        worker = make_worker()
        path = tmp_path / "a.txt"
        path.write_text("hello")
        worker.extract(str(path), 1000)
        reader = psutil.Process(worker.pid)
        both = [reader, reader.parent()]
        both[culprit].kill()
        assert not psutil.wait_procs(both, timeout=10)[1]
        with pytest.raises(Exception, match=r"crashed|memory"):
            worker.extract(str(path), 1000)
        assert worker.extract(str(path), 1000).document.passages
