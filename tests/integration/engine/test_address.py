"""The address that an engine leaves: what is in it, what listens there later."""

import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import filelock
import psutil
import pytest

from jinasearch.engine import protocol
from jinasearch.engine.address import ADDRESS_FILE, LOCK_FILE, read_address
from jinasearch.engine.client import find_engine, stop_engine
from jinasearch.store.database import SCHEMA


@contextmanager
def web_server(status: int, body: bytes, heard: list | None = None):
    """Some other program's HTTP server, on a port of its own."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if heard is not None:
                heard.append((self.command, self.path))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"\xff\xfe",
        b'{"url": 1}',
        b'{"url": "http://[bad", "token": "t", "pid": 1, "version": "1", "protocol": 1}',
        b'{"url": "", "token": "t", "pid": 1, "version": "1", "protocol": 1}',
        b'{"url": "ftp://127.0.0.1", "token": "t", "pid": 1, "version": "1", "protocol": 1}',
        rb'{"url": "http://127.0.0.1:9", "token": "\u00f6", "pid": 1, "version": "1", "protocol": 1}',  # noqa: E501
    ],
)
def test_an_address_that_is_none_is_no_engine(running, content):
    running.library.mkdir()
    (running.library / ADDRESS_FILE).write_bytes(content)
    assert find_engine(running.library) is None
    assert stop_engine(running.library) is False


def test_a_killed_engine_is_replaced(here):
    with here.ensure() as client:
        first = client.address.pid
    os.kill(first, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(first)] if psutil.pid_exists(first) else [], timeout=10)
    assert (here.library / ADDRESS_FILE).exists()
    assert read_address(here.library) is None
    with here.ensure() as client:
        assert client.address.pid != first
        assert client.send(protocol.hello()).pid == client.address.pid


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>It works!</html>"),
        (200, b"{}"),
        (401, b'{"code": "unauthorized", "title": ""}'),
        (404, b""),
    ],
)
def test_another_program_on_the_old_port_is_not_taken_for_the_engine(here, status, body):
    with web_server(status, body) as url:
        here.leave_address(url=url, pid=os.getpid())
        assert find_engine(here.library) is None
        with here.ensure() as client:
            assert client.address.url != url
            assert client.send(protocol.hello()).pid == client.address.pid


def listener_like_an_engine(running, heard: list):
    hello = protocol.Hello("0.1.0", protocol.PROTOCOL, SCHEMA, 1, str(running.library))
    return web_server(200, protocol.encode(hello), heard)


def test_what_listens_where_a_killed_engine_did_is_asked_nothing(here):
    heard = []
    with listener_like_an_engine(here, heard) as url:
        here.leave_address(url=url, pid=os.getpid())
        assert find_engine(here.library) is None
        assert stop_engine(here.library) is False
        with here.ensure() as client:
            assert client.address.url != url
    assert heard == []


def test_nor_while_an_engine_has_the_library_and_no_address_yet(here):
    heard = []
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with listener_like_an_engine(here, heard) as url:
        here.leave_address(url=url, pid=ended.pid)
        with filelock.FileLock(here.library / LOCK_FILE):
            assert find_engine(here.library) is None
    assert heard == []


def test_whoever_looks_for_an_engine_keeps_none_from_starting(here):
    here.leave_address(pid=os.getpid())
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            read_address(here.library)

    lookers = [threading.Thread(target=look) for _ in range(2)]
    for looker in lookers:
        looker.start()
    try:
        here.start()
    finally:
        ended.set()
        for looker in lookers:
            looker.join()


def test_an_engine_that_is_of_another_library_is_not_ours(here, tmp_path):
    other = type(here)(tmp_path / "other")
    try:
        other.start()
        here.library.mkdir(mode=0o700)
        (here.library / ADDRESS_FILE).write_bytes((other.library / ADDRESS_FILE).read_bytes())
        with here.ensure() as client:
            assert client.send(protocol.hello()).library == str(here.library)
        assert other.ask("GET", "/v1/hello").status == 200
    finally:
        other.close()


def test_a_port_that_never_answers_is_given_up(here, monkeypatch):
    monkeypatch.setattr("jinasearch.engine.client._HELLO_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        here.leave_address(url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        with here.ensure() as client:
            assert client.send(protocol.hello()).pid == client.address.pid
