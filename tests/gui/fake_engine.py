"""A small HTTP server that speaks the engine's protocol, with answers that a test sets."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec

from jinasearch.core.errors import JinasearchError
from jinasearch.core.models import Activity, Coverage, Folder, Hit, Mark, PassageHit, Place, Status
from jinasearch.core.paths import from_uri
from jinasearch.engine import protocol
from jinasearch.engine.address import Address
from jinasearch.engine.protocol import Event, Mode, SearchReply

FULL = Coverage(
    files=1204, keywords=1204, cards=1204, meaning=1204, passages=9000, passages_embedded=9000
)


def make_hit(number: int, name: str = "", **changes) -> Hit:
    name = name or f"file{number}.txt"
    hit = Hit(
        file=number,
        uri=f"file:///home/ada/{name}",
        path=f"/home/ada/{name}",
        name=name,
        folder="/home/ada",
        kind="text",
        title="",
        size=1000,
        mtime=1.7e9,
        score=1.0 / number,
        by_keywords=True,
        by_meaning=False,
        passages=(PassageHit(f"Passage of file {number}.", (Mark(0, 7),), "", Place(line=number)),),
    )
    return replace(hit, **changes)


class FakeEngine:
    """Answers on a loopback port. `answer` makes the reply of a search; errors come by path."""

    def __init__(self, *, folders: bool = True) -> None:
        self.token = secrets.token_hex(8)
        self.requests: list[tuple[str, object]] = []
        self.status = Status(coverage=FULL, activity=Activity.IDLE)
        self.folders: list[Folder] = (
            [Folder(1, "file:///home/ada", "/home/ada", coverage=FULL)] if folders else []
        )
        self.hits: tuple[Hit, ...] = (make_hit(1), make_hit(2), make_hit(3))
        self.note = ""
        self.errors: dict[str, JinasearchError] = {}
        self.delays: dict[str, float] = {}
        self.answer = self._answer
        self.files = protocol.Files()
        self._streams: list[threading.Event] = []
        self._queue: list[bytes] = []
        self._server: ThreadingHTTPServer | None = None
        self._port = 0
        self.lock = threading.Lock()

    @property
    def running(self) -> bool:
        return self._server is not None

    @property
    def address(self) -> Address:
        return Address(f"http://127.0.0.1:{self._port}", self.token, 1, "0", protocol.PROTOCOL)

    def __enter__(self) -> FakeEngine:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.running:
            self.stop()

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        server, self._server = self._server, None
        assert server is not None
        server.shutdown()
        server.server_close()
        deadline = time.monotonic() + 3
        while self._streams and time.monotonic() < deadline:
            time.sleep(0.01)

    def send(self, event: Event) -> None:
        with self.lock:
            self._queue.append(b"data: " + protocol.encode(event) + b"\n\n")

    def asked(self, what: str) -> int:
        return Counter(name for name, _ in self.requests)[what]

    def bodies(self, what: str) -> list:
        return [body for name, body in self.requests if name == what]

    def searches(self) -> list[tuple[str, str]]:
        return [(body["text"], body["mode"]) for body in self.bodies("POST /v1/search")]

    def _answer(self, request: protocol.SearchRequest) -> SearchReply:
        return SearchReply(
            request.text, request.mode, self.hits, self.status.coverage, 1.0, self.note
        )

    def _reply(self, method: str, path: str, body: object) -> object:
        name = f"{method} {path}"
        if name == "GET /v1/hello":
            return protocol.Hello("0", protocol.PROTOCOL, 1, 1, "/tmp/library")
        if name == "GET /v1/status":
            return self.status
        if name == "GET /v1/folders":
            return protocol.Folders(tuple(self.folders))
        if name == "POST /v1/folders":
            for uri in body["uris"]:
                self.folders.append(Folder(len(self.folders) + 1, uri, from_uri(uri)))
            return protocol.Folders(tuple(self.folders))
        if name == "POST /v1/search":
            return self.answer(msgspec.convert(body, protocol.SearchRequest))
        if name == "POST /v1/pause":
            self.status = replace(
                self.status,
                paused=body["paused"],
                activity=Activity.PAUSED if body["paused"] else Activity.EMBEDDING,
            )
            return self.status
        if name == "POST /v1/files":
            return self.files
        if method == "DELETE" and (match := re.fullmatch(r"/v1/folders/(\d+)", path)):
            self.folders = [f for f in self.folders if f.id != int(match[1])]
            return protocol.Folders(tuple(self.folders))
        if method == "PUT" and (match := re.fullmatch(r"/v1/folders/(\d+)/rules", path)):
            return protocol.Folders(tuple(self.folders))
        return protocol.Done()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                raw = self.rfile.read(length)
                body = msgspec.json.decode(raw) if raw else None
                name = f"{self.command} {self.path}"
                if self.headers.get("Authorization") != f"Bearer {fake.token}":
                    self.answer(401, protocol.Failure("unauthorized", "No token"))
                    return
                with fake.lock:
                    fake.requests.append((name, body))
                time.sleep(fake.delays.get(name, 0))
                if name == "GET /v1/events":
                    self.events()
                elif name in fake.errors:
                    self.answer(400, protocol.failure_of(fake.errors[name]))
                else:
                    self.answer(200, fake._reply(self.command, self.path, body))

            do_GET = do_POST = do_PUT = do_DELETE = do  # noqa: N815

            def answer(self, status: int, value: object) -> None:
                data = protocol.encode(value)
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    self.close_connection = True

            def events(self) -> None:
                here = threading.Event()
                fake._streams.append(here)
                server = fake._server
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "text/event-stream")
                    self.send_header("Connection", "close")
                    self.end_headers()
                    self.wfile.write(b": hello\n\n")
                    while fake._server is server:
                        with fake.lock:
                            queue, fake._queue = fake._queue, []
                        for message in queue:
                            self.wfile.write(message)
                        self.wfile.flush()
                        time.sleep(0.005)
                except OSError:
                    pass
                finally:
                    fake._streams.remove(here)
                    self.close_connection = True

        return Handler


__all__ = ["FULL", "FakeEngine", "Mode", "make_hit"]
