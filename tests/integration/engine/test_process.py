"""The engine as a process: who gets in, what is left behind, how it ends, who replaces whom."""

import asyncio
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import suppress

import msgspec
import psutil
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import process, protocol
from jinasearch.engine.address import ADDRESS_FILE, Address, written_address
from jinasearch.engine.client import Client, ensure_engine, find_engine, stop_engine

# What an engine leaves, and who may read it


def test_address_and_log_are_for_their_user_alone(running):
    running.start()
    for name in (ADDRESS_FILE, "engine.log"):
        assert stat.S_IMODE((running.library / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(running.library.stat().st_mode) == 0o700


def test_a_library_that_others_could_enter_is_closed(running):
    running.library.mkdir(mode=0o755, parents=True)
    running.library.chmod(0o755)
    running.start()
    assert stat.S_IMODE(running.library.stat().st_mode) == 0o700


def test_the_engine_stands_back_for_the_users_own_work(running):
    engine = running.start()
    assert engine.nice() > psutil.Process().nice()
    running.write("sea.txt", "The albatross glides over the sea.")
    running.index()
    assert all(child.nice() > engine.nice() for child in engine.children())


# Second engines, ports


def test_a_second_engine_is_refused_and_harms_nothing(running):
    first = running.start()
    second = running.popen("engine", "run")
    _, said = second.communicate(timeout=30)
    assert second.returncode == 3
    failure = json.loads(said)
    assert failure["code"] == Code.LIBRARY_BUSY
    assert failure["path"] == str(running.library)
    assert running.address.pid == first.pid
    assert running.ask("GET", "/v1/hello").status == 200


def test_a_fixed_port_is_taken_or_told(running):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        running.settings(f"[engine]\nport = {port}\n")
        engine = running.popen("engine", "run")
        _, said = engine.communicate(timeout=30)
        assert engine.returncode == 3
        assert json.loads(said)["code"] == Code.PORT_IN_USE
        assert str(port) in json.loads(said)["title"]
        assert not (running.library / ADDRESS_FILE).exists()
    running.start()
    assert running.address.url == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("port", ["70000", "-1", "'x'"])
def test_a_port_that_is_none_is_told(running, port):
    running.settings(f"[engine]\nport = {port}\n")
    engine = running.popen("engine", "run")
    _, said = engine.communicate(timeout=30)
    assert engine.returncode == 3
    failure = json.loads(said.splitlines()[-1])
    assert failure["code"] == Code.SETTINGS_INVALID
    assert failure["path"] == str(running.config)


@pytest.mark.parametrize("text", ["[engine", "[engine]\nport = [1]\n", "\x00", "[embed]\nmodel=3"])
def test_settings_with_an_error_are_told_to_whoever_starts_the_engine(here, text):
    here.settings(text)
    with pytest.raises(JinasearchError) as raised:
        ensure_engine(here.library)
    assert raised.value.code == Code.SETTINGS_INVALID
    assert raised.value.path == str(here.config)


def test_answers_are_sent_without_delay():
    with process._listen(0) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted, _ = listener.accept()
        with client, accepted:
            asyncio.run(_serve_once(accepted))
            assert accepted.proto == socket.IPPROTO_TCP
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def _serve_once(accepted: socket.socket) -> None:
    """What uvicorn does with a connection: asyncio makes a transport of it."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, accepted.dup())
    transport.abort()


# Who starts, who replaces


def test_two_at_the_same_time_get_the_same_engine(here):
    code = (
        "from jinasearch.core.paths import library_dir\n"
        "from jinasearch.engine.client import ensure_engine\n"
        "print(ensure_engine(library_dir()).address.pid)\n"
    )
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", code], env=here.environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    pids = {int(starter.communicate(timeout=60)[0]) for starter in starters}
    here.pids |= pids
    assert len(pids) == 1


def test_an_engine_that_is_just_starting_is_waited_for(here):
    engine = here.popen("engine", "run")
    here.until((here.library / "engine.lock").exists, "the lock")
    with here.ensure() as client:
        assert client.address.pid == engine.pid


def test_an_engine_that_is_just_ending_is_waited_for(here):
    with here.ensure() as client:
        first = client.address.pid
        client.send(protocol.stop())
    with here.ensure() as client:
        assert client.send(protocol.hello()).pid != first


def test_the_engine_outlives_the_session_that_started_it(here):
    code = (
        "from jinasearch.core.paths import library_dir\n"
        "from jinasearch.engine.client import ensure_engine\n"
        "import os, signal\n"
        "print(ensure_engine(library_dir()).address.pid, flush=True)\n"
        "os.killpg(0, signal.SIGHUP)\n"
    )
    starter = subprocess.run(
        [sys.executable, "-c", code],
        env=here.environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        check=False,
        timeout=60,
    )
    assert starter.returncode == -signal.SIGHUP
    pid = int(starter.stdout)
    here.pids.add(pid)
    assert os.getsid(pid) == pid
    with here.client() as client:
        assert client.send(protocol.hello()).pid == pid


def test_the_engine_stays_in_no_folder_but_the_librarys(here, tmp_path, monkeypatch):
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.chdir(stick)
    monkeypatch.setenv("JINASEARCH_CACHE", "relative")
    with here.ensure() as client:
        engine = psutil.Process(client.address.pid)
    assert engine.cwd() == str(here.library)
    assert engine.environ()["JINASEARCH_CACHE"] == str(stick / "relative")
    here.write("sea.txt", "The albatross glides over the sea.")
    here.index()
    assert {child.cwd() for child in engine.children()} == {str(here.library)}


def test_an_older_engine_is_replaced(here):
    with here.ensure() as client:
        old = client.address
    here.leave_address(url=old.url, token=old.token, pid=old.pid, version="0.0.9")
    with here.ensure() as client:
        assert client.address.pid != old.pid
    psutil.wait_procs([psutil.Process(old.pid)] if psutil.pid_exists(old.pid) else [], timeout=10)
    assert not psutil.pid_exists(old.pid) or (
        psutil.Process(old.pid).status() == psutil.STATUS_ZOMBIE
    )


@pytest.mark.parametrize("newer", [{"version": "99.0.0"}, {"protocol": 99, "version": "0.0.1"}])
def test_a_newer_engine_is_left_alone(here, newer):
    with here.ensure() as client:
        running = client.address
    here.leave_address(url=running.url, token=running.token, pid=running.pid, **newer)
    with pytest.raises(JinasearchError) as raised:
        ensure_engine(here.library)
    assert raised.value.code == Code.ENGINE_NEWER
    assert raised.value.message
    with find_engine(here.library) as client:
        assert client.send(protocol.hello()).pid == running.pid


_WORKS = """
import sys, time
while time.process_time() < 2: pass
print('{"code": "disk-full", "title": "No room"}', file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("program", "title"),
    [(_WORKS, "No room"), ("import time; time.sleep(60)", "The engine does not answer")],
)
def test_an_engine_that_is_at_work_is_waited_for(here, monkeypatch, program, title):
    monkeypatch.setattr("jinasearch.engine.client.program", lambda: [sys.executable, "-c", program])
    monkeypatch.setattr("jinasearch.engine.client._LOOK_SECONDS", 0.5)
    with pytest.raises(JinasearchError) as raised:
        ensure_engine(here.library, 0.1)
    assert raised.value.title == title
    for left in psutil.Process().children():
        with suppress(psutil.ZombieProcess):
            if program in left.cmdline():
                left.kill()


def test_a_client_of_an_engine_that_is_gone_says_so():
    with Client(Address("http://127.0.0.1:9", "t", 1, "0", 1)) as client:
        with pytest.raises(JinasearchError) as raised:
            client.send(protocol.hello())
        assert raised.value.code == Code.ENGINE_UNREACHABLE
        with pytest.raises(JinasearchError) as raised:
            next(client.events())
        assert raised.value.code == Code.ENGINE_UNREACHABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_library_that_cannot_be_made_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(JinasearchError) as raised:
        ensure_engine(tmp_path / "library")
    assert raised.value.code == Code.NO_PERMISSION


def test_a_library_below_a_file_is_told(here):
    here.library.write_text("a file")
    with pytest.raises(JinasearchError) as raised:
        ensure_engine(here.library)
    assert raised.value.path == str(here.library)
    assert raised.value.message


def test_a_folder_of_the_users_is_no_library_and_gets_no_file_of_ours(here):
    here.library.mkdir(mode=0o755)
    (here.library / "thesis.doc").write_text("mine")
    with pytest.raises(JinasearchError) as raised:
        ensure_engine(here.library)
    assert raised.value.code == Code.NOT_A_LIBRARY
    engine = here.popen("engine", "run")
    _, said = engine.communicate(timeout=30)
    assert json.loads(said)["code"] == Code.NOT_A_LIBRARY
    assert [path.name for path in here.library.iterdir()] == ["thesis.doc"]


# Ends


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(running, number):
    engine = running.start()
    running.write("sea.txt", "The albatross glides over the sea.")
    running.index()
    children = engine.children(recursive=True)
    assert children
    engine.send_signal(number)
    assert running.started[0].wait(20) == 0
    assert not (running.library / ADDRESS_FILE).exists()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    log = (running.library / "engine.log").read_text()
    assert log.rstrip().endswith("engine ended")
    assert "Traceback" not in log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.15, 0.3])
def test_a_signal_during_the_start_is_not_lost(running, number, seconds):
    engine = running.popen("engine", "run")
    running.until((running.library / "engine.lock").exists, "the lock")
    time.sleep(seconds)
    engine.send_signal(number)
    engine.wait(20)
    assert not (running.library / ADDRESS_FILE).exists()
    running.start()
    assert running.ask("POST", "/v1/check").status == 200


def test_a_signal_that_a_shell_had_ignored_for_it_ends_it_from_the_first(running):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        engine = running.popen("engine", "run")
    finally:
        signal.signal(signal.SIGINT, before)
    running.until((running.library / "engine.lock").exists, "the lock")
    engine.send_signal(signal.SIGINT)
    assert engine.wait(20) == 0


@pytest.mark.parametrize("goes", [shutil.rmtree, lambda library: library.rename(f"{library}.old")])
def test_it_ends_when_its_library_is_gone_and_leaves_the_next_alone(running, goes):
    code = (
        "from jinasearch.core.paths import config_file, library_dir\n"
        "from jinasearch.engine import process\n"
        "process._GONE_CHECK_SECONDS = 0.2\n"
        "process.serve(library_dir(), config_file())"
    )
    engine = subprocess.Popen([sys.executable, "-c", code], env=running.environment)
    running.started.append(engine)
    running.until(lambda: running.address_of(engine.pid), "the engine's address")
    goes(running.library)
    running.library.mkdir(mode=0o700)
    next_one = Address("http://127.0.0.1:9", "token", 4711, "0.1.0", 1)
    (running.library / ADDRESS_FILE).write_bytes(msgspec.json.encode(next_one))
    assert engine.wait(20) == 0
    assert written_address(running.library) == next_one


def test_a_signal_during_the_end_does_not_cut_it_short(running):
    engine = running.start()
    engine.send_signal(signal.SIGTERM)
    for _ in range(20):
        time.sleep(0.02)
        if engine.is_running():
            engine.send_signal(signal.SIGTERM)
    assert running.started[0].wait(20) == 0
    assert "engine ended" in (running.library / "engine.log").read_text()


def test_an_idle_engine_ends_by_itself_and_one_with_a_listener_does_not(running):
    running.settings("[engine]\nidle_exit_seconds = 0.5\n")
    engine = running.start()
    place = running.address
    with Client(place) as client:
        heard = []

        def listen() -> None:
            with suppress(JinasearchError):
                heard.extend(client.events())

        thread = threading.Thread(target=listen)
        thread.start()
        time.sleep(1.5)
        assert engine.is_running()
        with running.client() as other:
            other.send(protocol.hello())
        # The stream cannot be closed from another thread: end its connection under it.
        for connection in psutil.Process().net_connections("tcp"):
            if connection.raddr and connection.raddr.port == int(place.url.rsplit(":", 1)[1]):
                with socket.socket(fileno=os.dup(connection.fd)) as same:
                    same.shutdown(socket.SHUT_RDWR)
        thread.join(10)
    assert running.started[0].wait(15) == 0
    assert not (running.library / ADDRESS_FILE).exists()


def test_an_idle_engine_does_not_end_in_the_middle_of_a_request(running):
    running.settings("[engine]\nidle_exit_seconds = 0.5\n")
    running.start()
    with running.client() as client:
        found = client.send(protocol.bench_models(protocol.BenchModels(("starter",), 2.0)))
    assert [model.problem for model in found.models] == [""]
    assert running.started[0].wait(15) == 0


def test_a_stopped_engine_leaves_nothing_that_works_on(running):
    engine = running.start()
    told = []

    def bench() -> None:
        try:
            with running.client() as client:
                told.append(client.send(protocol.bench_models(protocol.BenchModels((), 90.0))))
        except JinasearchError as error:
            told.append(error.code)

    thread = threading.Thread(target=bench)
    thread.start()
    running.until(engine.children, "a model that is measured")
    children = engine.children()
    running.until(lambda: any(child.cpu_times().user > 0.5 for child in children), "its work")
    assert stop_engine(running.library)
    assert not [child for child in children if not running.has_ended(child.pid)]
    assert running.started[0].wait(20) == 0
    thread.join(20)
    assert not thread.is_alive()
    assert told == [Code.ENGINE_UNREACHABLE]
    assert "Traceback" not in (running.library / "engine.log").read_text()


_STUCK = """
import sys, time
from pathlib import Path
from jinasearch.engine import engine, process
from jinasearch.engine.folder_desk import FolderDesk
engine._REQUEST_SECONDS = 0.2
FolderDesk.rescan = lambda self: print("begun", flush=True) or time.sleep(600)
process.serve(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_request_that_nothing_ends_does_not_keep_the_engine_from_ending(running):
    engine = subprocess.Popen(
        [sys.executable, "-c", _STUCK, running.library, running.config],
        env=running.environment,
        stdout=subprocess.PIPE,
    )
    running.started.append(engine)
    running.until(lambda: running.address_of(engine.pid), "the engine's address")

    def ask() -> None:
        with running.client() as client, suppress(JinasearchError):
            client.send(protocol.rescan())

    asker = threading.Thread(target=ask)
    asker.start()
    assert engine.stdout.readline() == b"begun\n"
    engine.terminate()
    assert engine.wait(20) == 0
    engine.stdout.close()
    asker.join()
    log = (running.library / "engine.log").read_text()
    assert log.rstrip().endswith("engine ended")
    running.start()


def test_nothing_of_files_and_questions_is_logged_or_said(running):
    secret = "mirabellenkuchen"
    engine = running.start()
    running.write("fine.txt", f"The {secret} is in the oven.")
    running.write("broken.pdf", f"%PDF-1.4\n({secret}) Tj\nstartxref\n9999\n%%EOF")
    running.index()
    for text in (secret, f'"{secret}', f"{secret} NEAR(", f"{secret}\ud800", f"\x00{secret}"):
        body = json.dumps({"text": text}).encode()
        running.ask("POST", "/v1/search", body)
    running.ask("POST", "/v1/search", f'{{"text": "{secret}"'.encode())
    running.ask("POST", "/v1/search", {"text": secret, "limit": 10**30})
    running.ask("GET", f"/v1/{secret}")
    engine.terminate()
    _, said = running.started[0].communicate(timeout=20)
    assert said == b""
    assert secret not in (running.library / "engine.log").read_text()
