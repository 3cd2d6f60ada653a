from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import psutil
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.settings import ExtractSettings
from jinasearch.extract.pool import ExtractWorker, Stopped

_UNRULY = [sys.executable, str(Path(__file__).with_name("unruly_worker.py"))]
COMMAND = [sys.executable, "-m", "jinasearch.extract.worker"]
_UNLIMITED = [*_UNRULY, "unlimited"]
_ENGINE = """
import sys
from jinasearch.core.settings import ExtractSettings
from jinasearch.extract.pool import ExtractWorker
ExtractWorker(sys.argv[2:], ExtractSettings()).extract(sys.argv[1], 1000)
"""
_LARGE = 200_000_000


def _error(worker: ExtractWorker, path, max_bytes: int = _LARGE) -> JinasearchError:
    with pytest.raises(JinasearchError) as caught:
        worker.extract(str(path), max_bytes)
    assert worker.current == ""
    return caught.value


def _text(worker: ExtractWorker, path) -> str:
    document = worker.extract(str(path), _LARGE).document
    return "\n".join(passage.text for passage in document.passages)


def test_a_file_is_read_with_the_stat_of_what_was_read(worker, tmp_path):
    path = tmp_path / "a.md"
    path.write_text("# Title\n\nText\n")
    extracted = worker.extract(str(path), _LARGE)
    assert extracted.document.title == "Title"
    assert extracted.document.passages[0].place.line == 1
    found = path.stat()
    assert (extracted.size, extracted.mtime_ns) == (found.st_size, found.st_mtime_ns)
    assert worker.memory_bytes() > 1_000_000


def test_a_worker_does_not_know_the_keys_of_servers(make_worker, tmp_path, monkeypatch):
    monkeypatch.setenv("JINASEARCH_KEY_MINE", "secret")
    worker = make_worker()
    (tmp_path / "a.txt").write_text("text")
    worker.extract(str(tmp_path / "a.txt"), _LARGE)
    assert "JINASEARCH_KEY_MINE" not in psutil.Process(worker.pid).environ()


@pytest.mark.parametrize(
    "name",
    [b"not utf-8 \xff\xfe.txt", b"new\nline.txt", b"quote\"'#?%20.txt", "日本語.txt".encode()],
)
def test_any_name(worker, tmp_path, name):
    path = os.fsencode(tmp_path) + b"/" + name
    Path(os.fsdecode(path)).write_text("hello")
    assert _text(worker, os.fsdecode(path)) == "hello"


def test_an_empty_file_has_no_passages(worker, tmp_path):
    for name in ("a.txt", "a.html", "a.csv", "a.ipynb", "a.md"):
        (tmp_path / name).touch()
        assert worker.extract(str(tmp_path / name), _LARGE).document.passages == ()


def test_what_is_no_file(worker, tmp_path):
    fifo = tmp_path / "fifo.txt"
    os.mkfifo(fifo)
    dangling = tmp_path / "dangling.txt"
    dangling.symlink_to(tmp_path / "nowhere")
    loop = tmp_path / "loop.txt"
    loop.symlink_to(loop)
    with socket.socket(socket.AF_UNIX) as listening:
        address = tmp_path / "socket.txt"
        listening.bind(str(address))
        for path in (fifo, tmp_path, address, "/dev/zero", "/dev/tty", loop):
            assert _error(worker, path).code == Code.FILE_UNREADABLE, path
    for path in (dangling, tmp_path / "missing.txt", fifo / "below"):
        error = _error(worker, path)
        assert error.code == Code.NOT_FOUND
        assert error.path == str(path)


def test_no_permission(make_worker, tmp_path):
    command = COMMAND
    if os.geteuid() == 0:  # root may read everything, unless it gives that up
        if shutil.which("setpriv") is None:
            pytest.skip("root cannot give up its rights")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *COMMAND]
    worker = make_worker(command=command)
    path = tmp_path / "a.txt"
    path.write_text("hello")
    path.chmod(0)
    assert _error(worker, path).code == Code.NO_PERMISSION


def test_a_file_beyond_the_limit_is_not_read(worker, tmp_path):
    path = tmp_path / "sparse.txt"
    with path.open("wb") as stream:
        stream.truncate(2 << 30)
    assert _error(worker, path).code == Code.FILE_TOO_LARGE


def test_a_large_file_within_the_limit_is_read_at_its_beginning(worker, tmp_path):
    path = tmp_path / "sparse.txt"
    with path.open("wb") as stream:
        stream.write(b"beginning\n" * 2_000)
        stream.truncate(2 << 30)
    document = worker.extract(str(path), 4 << 30).document
    assert document.truncated
    assert document.passages[0].text.startswith("beginning")


def test_an_endless_line(worker, tmp_path):
    path = tmp_path / "line.json"
    path.write_bytes(b"x" * 5_000_000)
    document = worker.extract(str(path), _LARGE).document
    assert document.truncated
    assert max(len(passage.text) for passage in document.passages) <= 1_600
    assert sum(len(passage.text) for passage in document.passages) == 2_000_000


def test_a_file_that_grows_is_read_as_it_was_when_opened(worker, tmp_path):
    path = tmp_path / "log.txt"
    path.write_bytes(b"line\n" * 200_000)
    growing = threading.Event()

    def grow() -> None:
        with path.open("ab") as stream:
            while not growing.wait(0.001):
                stream.write(b"more\n" * 1_000)
                stream.flush()

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        extracted = worker.extract(str(path), _LARGE)
    finally:
        growing.set()
        thread.join()
    read = sum(p.text.count("line") + p.text.count("more") for p in extracted.document.passages)
    assert read * 5 == extracted.size


def test_what_is_in_a_cloud_alone_is_not_opened_without_a_yes(worker, tmp_path):
    path = tmp_path / "letter.txt.nextcloud"
    path.write_text("x")
    os.utime(path, (1000, 2000))
    before = path.stat().st_atime_ns
    assert _error(worker, path).code == Code.FILE_ONLINE_ONLY
    assert path.stat().st_atime_ns == before
    assert worker.extract(str(path), 1000, online=True).document.passages[0].text == "x"


def test_a_binary_file_is_of_unknown_kind(worker, tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(range(256)) * 10)
    assert _error(worker, path).code == Code.FILE_KIND_UNKNOWN


def test_a_damaged_document_is_unreadable(worker, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\nbroken")
    assert _error(worker, path).code == Code.FILE_UNREADABLE


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("abort", Code.FILE_CRASHED_READER),
        ("segfault", Code.FILE_CRASHED_READER),
        ("exit", Code.FILE_CRASHED_READER),
        ("killed", Code.FILE_OUT_OF_MEMORY),
        ("gobble", Code.FILE_OUT_OF_MEMORY),
        ("panic", Code.FILE_UNREADABLE),
        ("recurse", Code.FILE_UNREADABLE),
    ],
)
def test_the_culprit_is_named_and_the_next_file_is_read(make_worker, tmp_path, deed, code):
    worker = make_worker(command=_UNRULY)
    bad, good = tmp_path / f"{deed}.txt", tmp_path / "good.txt"
    bad.touch()
    good.touch()
    error = _error(worker, bad)
    assert (error.code, error.path) == (code, str(bad))
    assert worker.extract(str(good), _LARGE).document.title == "good"


@pytest.mark.parametrize("deed", ["sleep", "spin"])
def test_a_stalled_reader_is_ended(make_worker, tmp_path, deed):
    worker = make_worker(ExtractSettings(timeout_seconds=0.3), _UNRULY)
    bad, good = tmp_path / f"{deed}.txt", tmp_path / "good.txt"
    bad.touch()
    good.touch()
    assert worker.extract(str(good), _LARGE).document.title == "good"
    stalled = worker.pid
    assert _error(worker, bad).code == Code.FILE_TIMED_OUT
    assert not psutil.pid_exists(stalled)
    assert worker.extract(str(good), _LARGE).document.title == "good"


@pytest.mark.parametrize("deed", ["print", "chatter"])
def test_a_reader_that_prints_does_not_break_the_protocol(make_worker, tmp_path, deed):
    worker = make_worker(command=_UNRULY)
    for number in range(2):
        path = tmp_path / f"{deed}.{number}.txt"
        path.touch()
        assert worker.extract(str(path), _LARGE).document.title == deed


def test_stop_wakes_who_waits(make_worker, tmp_path):
    worker = make_worker(command=_UNRULY)
    path = tmp_path / "sleep.txt"
    path.touch()
    raised: list[BaseException] = []

    def wait() -> None:
        try:
            worker.extract(str(path), _LARGE)
        except BaseException as error:  # noqa: BLE001
            raised.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    while not worker.memory_bytes():
        time.sleep(0.01)
    assert worker.current == str(path)
    worker.stop()
    thread.join(10)
    assert [type(error) for error in raised] == [Stopped]
    with pytest.raises(Stopped):
        worker.extract(str(path), _LARGE)


def test_a_worker_ends_when_the_engine_is_killed(tmp_path):
    path = tmp_path / "spin.txt"
    path.touch()
    engine = subprocess.Popen(
        [
            sys.executable,
            "-c",
            _ENGINE,
            str(path),
            *_UNRULY,
        ]
    )
    while not (children := psutil.Process(engine.pid).children()):
        time.sleep(0.02)
    time.sleep(0.5)
    engine.send_signal(signal.SIGKILL)
    engine.wait()
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert gone
    assert not alive


def test_a_worker_is_exchanged_when_it_holds_much_memory(make_worker, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("hello")
    # Half of the limit is less than a worker needs at rest, though it can work within the whole.
    for memory_bytes, processes in ((1_500_000_000, 1), (20_000_000, 3)):
        worker = make_worker(ExtractSettings(memory_bytes=memory_bytes), _UNLIMITED)
        seen = set()
        for _ in range(33):
            worker.extract(str(path), _LARGE)
            seen.add(worker.pid)
        assert len(seen - {0}) == processes


def test_a_worker_has_no_network(make_worker, tmp_path):
    if subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode:
        pytest.skip("the system lets nobody give up the network")
    worker = make_worker(command=_UNRULY)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        path = tmp_path / "connect.txt"
        path.write_text(str(listening.getsockname()[1]))
        assert _error(worker, path).code == Code.FILE_UNREADABLE


def test_the_engine_does_not_load_the_readers():
    code = (
        "import sys, jinasearch.extract.pool\n"
        "print([m for m in ('kreuzberg', 'selectolax', 'charset_normalizer') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert loaded.stdout.strip() == b"[]"


def test_requests_and_replies_are_lines_of_json(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("hello")
    request = {
        "id": 7, "uri": path.as_uri(), "limits": {"max_bytes": 100, "max_characters": 100},
    }  # fmt: skip
    settings = msgspec.json.encode(ExtractSettings()).decode()
    ran = subprocess.run(
        [sys.executable, "-m", "jinasearch.extract.worker", settings],
        input=msgspec.json.encode(request) + b"\n",
        capture_output=True,
        check=False,
    )
    # Input that ends at once ends the worker, with or without an answer to the last request.
    lines = ran.stdout.splitlines()
    for line in lines[:1]:
        assert msgspec.json.decode(line)["pid"]  # that it is ready
    for line in lines[1:]:
        reply = msgspec.json.decode(line)
        assert reply["id"] == 7
        assert reply["document"]["passages"][0]["text"] == "hello"


def test_a_reader_that_is_ended_for_the_memory_s_ceiling_blames_its_file(make_worker, tmp_path):
    worker = make_worker(command=_UNRULY)
    path = tmp_path / "sleep.txt"
    path.touch()

    def end() -> None:
        while not (worker.current and worker.pid):
            time.sleep(0.01)
        assert not worker.rest_if_idle()
        time.sleep(0.5)
        worker.interrupt()

    thread = threading.Thread(target=end)
    thread.start()
    error = _error(worker, path)
    thread.join()
    assert error.code == Code.FILE_OUT_OF_MEMORY
    fine = tmp_path / "fine.txt"
    fine.touch()
    assert worker.extract(str(fine), _LARGE).document.title == "fine"
    assert worker.rest_if_idle()
    assert worker.pid == 0
