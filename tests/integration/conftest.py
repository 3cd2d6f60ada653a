"""An engine process of its own, and plain HTTP to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import psutil
import pytest

from jinasearch.core.models import Activity, Status
from jinasearch.engine import protocol
from jinasearch.engine.address import ADDRESS_FILE, Address, read_address
from jinasearch.engine.client import Client, ensure_engine, find_engine

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 60.0

# Whoever started us may have had these ignored (nohup, a shell's background), and what is started
# here would inherit it.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Answer(NamedTuple):
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def failure(self) -> protocol.Failure:
        """Every error has this body."""
        return msgspec.json.decode(self.body, type=protocol.Failure)


class Running:
    """Starts `jinasearch engine run` on a library below `base`."""

    def __init__(self, base: Path) -> None:
        self.library = base / "library"
        self.config = base / "config" / "settings.toml"
        self.home = base / "home"
        self.home.mkdir(parents=True)
        self.environment = {
            **{name: value for name, value in os.environ.items() if "JINASEARCH" not in name},
            "JINASEARCH_LIBRARY": str(self.library),
            "JINASEARCH_CONFIG": str(self.config),
            "JINASEARCH_MODELS": str(base / "models"),
            "JINASEARCH_CACHE": str(base / "cache"),
            "XDG_CONFIG_HOME": str(base / "config-home"),  # what starts with the session is yours
        }
        self.started: list[subprocess.Popen[bytes]] = []
        self.pids: set[int] = set()

    def settings(self, text: str) -> None:
        self.config.parent.mkdir(exist_ok=True)
        self.config.write_text(text, encoding="utf-8")

    def popen(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "jinasearch", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.started.append(process)
        return process

    def start(self) -> psutil.Process:
        process = self.popen("engine", "run")
        self.until(lambda: self.address_of(process.pid), "the engine's address")
        return psutil.Process(process.pid)

    def address_of(self, pid: int) -> Address | None:
        address = read_address(self.library)
        return address if address is not None and address.pid == pid else None

    @property
    def address(self) -> Address:
        address = read_address(self.library)
        assert address is not None
        return address

    def client(self) -> Client:
        return Client(self.address)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        token: str | None = None,
    ) -> Answer:
        """One request; `body` bytes are sent as they are. `token` empty sends none."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if token != "":
            sent.setdefault("Authorization", f"Bearer {token or self.address.token}")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        place = urlsplit(self.address.url)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=PATIENCE)
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        finally:
            connection.close()

    def ensure(self) -> Client:
        client = ensure_engine(self.library)
        self.pids.add(client.address.pid)
        return client

    def leave_address(self, **values: object) -> None:
        """An engine.json as another engine, or an earlier one, left it."""
        self.library.mkdir(mode=0o700, exist_ok=True)
        known = {"url": "http://127.0.0.1:9", "token": "t", "pid": 1}
        known |= {"version": "0.1.0", "protocol": 1}
        (self.library / ADDRESS_FILE).write_text(json.dumps({**known, **values}))

    def write(self, name: str, text: str) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def index(self) -> Status:
        with self.client() as client:
            uris = (self.home.as_uri(),)
            client.send(protocol.add_folders(protocol.AddFolders(uris)))
            seen = []

            def settled() -> bool:
                status = client.send(protocol.status())
                seen.append(status.activity == Activity.IDLE)
                return seen[-3:] == [True] * 3

            self.until(settled, "everything read and embedded")
            return client.send(protocol.status())

    def until(self, condition: Any, what: str) -> Any:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.05)
        log = self.library / "engine.log"
        tail = log.read_text()[-2000:] if log.exists() else "no log"
        raise AssertionError(f"never came: {what}\n{tail}")

    @staticmethod
    def has_ended(pid: int) -> bool:
        """Whether a process is gone, or at most waits for its parent to take note."""
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def close(self) -> None:
        """End every process that was started here, and wait until none is left."""
        if client := find_engine(self.library):
            self.pids.add(client.address.pid)
            client.close()
        family = []
        for pid in self.pids:
            try:
                process = psutil.Process(pid)
                if "jinasearch" in process.cmdline():
                    family += [pid, *(child.pid for child in process.children(recursive=True))]
                    process.send_signal(signal.SIGTERM)
            except psutil.Error:
                continue
        for child in self.started:
            if child.poll() is None:
                child.terminate()
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(5)
            if child.stderr is not None:
                child.stderr.close()
        self.until(lambda: all(map(self.has_ended, family)), "the end of all processes")


@pytest.fixture(scope="session")
def installation():
    """Makes an installation below a folder; whoever asks for one closes it."""
    return Running


@pytest.fixture
def running(tmp_path):
    """An installation whose engine is not started yet."""
    running = Running(tmp_path)
    yield running
    running.close()


@pytest.fixture
def here(running, monkeypatch):
    """The same, for `ensure_engine` in this process too."""
    for name, value in running.environment.items():
        if name.startswith("JINASEARCH"):
            monkeypatch.setenv(name, value)
    return running


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A running engine with a few files, shared by the tests of one module."""
    served = Running(tmp_path_factory.mktemp("served"))
    try:
        served.start()
        served.write("bread.md", "# Bread\n\nMix flour, water and yeast, then bake the loaf.")
        served.write("sea.txt", "The albatross glides over the sea.")
        served.index()
        yield served
    finally:
        served.close()
