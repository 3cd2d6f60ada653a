"""A small HTTP server that speaks the engine's protocol, with answers that a test sets."""

from __future__ import annotations

import secrets
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

import msgspec

from jinasearch import __version__
from jinasearch.core.explanation import Explanation
from jinasearch.core.models import (
    Activity,
    Coverage,
    Folder,
    Hit,
    Mark,
    PassageHit,
    Place,
    RulesPreview,
    Status,
)
from jinasearch.core.paths import from_uri
from jinasearch.core.preview import Form, Preview
from jinasearch.engine import protocol
from jinasearch.engine.address import Address
from jinasearch.engine.protocol import Event, SearchReply

if TYPE_CHECKING:
    from jinasearch.core.errors import JinasearchError
    from jinasearch.core.questions import Facets, Filter, Hint

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
        self.typed: tuple[Filter, ...] = ()
        self.hint: Hint | None = None
        self.facets: Facets | None = None
        self.left_out = 0
        self.sort: protocol.Sort | None = None
        self.certain = 0
        self.reranking: protocol.Reranking | None = None
        self.errors: dict[str, JinasearchError] = {}
        self.delays: dict[str, float] = {}
        self.answer = self._answer
        self.look = self._look
        self.explanation = Explanation(1)
        self.files = protocol.Files()
        self.retried = protocol.Retried(1)
        self.why = protocol.Why("", "", exists=False)
        self.models = protocol.Models()
        self.listed: protocol.ModelEntry | None = None
        self.plan = protocol.Plan("", 0, 0, 0, 0)
        self.findings = protocol.Findings()
        self.checks: list[protocol.Findings] = []
        self.exported = protocol.Exported("", "", 0)
        self.kept = protocol.Kept()
        self.import_plan = protocol.ImportPlan()
        self.settings = protocol.SettingsReply()
        self.history = protocol.History()
        self.proposals = protocol.Proposals()
        self.bench = protocol.Bench()
        self.autostart = protocol.Autostart(on=False, place="/home/ada/autostart")
        self.rules_preview = RulesPreview()
        self.streams = 0
        self.protocol = protocol.PROTOCOL
        self.version = __version__
        self._queue: list[bytes] = []
        self.server: Server | None = None
        self._port = 0
        self.lock = threading.Lock()

    @property
    def running(self) -> bool:
        return self.server is not None

    @property
    def address(self) -> Address:
        return Address(f"http://127.0.0.1:{self._port}", self.token, 1, "0", protocol.PROTOCOL)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.running:
            self.stop()

    def start(self) -> None:
        self.server = Server(self)
        self._port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """End as a killed engine does: all connections are cut."""
        server, self.server = self.server, None
        server.shutdown()
        server.server_close()
        deadline = time.monotonic() + 3
        while self.streams and time.monotonic() < deadline:
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
            request.text,
            request.mode,
            self.hits,
            self.status.coverage,
            1.0,
            self.note,
            filters=(*self.typed, *request.filters),
            hint=self.hint,
            facets=self.facets if request.facets else None,
            words=" ".join(request.text.split()),
            left_out=self.left_out,
            reranking=self._reranked(request.rerank),
            sort=request.sort if self.sort is None else self.sort,
            certain=self.certain,
        )

    def _reranked(self, how: protocol.Rerank) -> protocol.Reranking | None:
        if self.reranking is None or how is protocol.Rerank.NO:
            return None
        yes = how is protocol.Rerank.YES
        return self.reranking if yes else replace(self.reranking, state="to-come")

    def _look(self, request: protocol.PreviewRequest) -> Preview:
        return Preview(Form.PROSE, "text", f"What is in file {request.file}.", words=(Mark(0, 4),))

    def reply(self, method: str, path: str, body: object) -> object:
        fixed = {
            "GET /v1/hello": lambda: protocol.Hello(
                self.version, self.protocol, 1, 1, "/tmp/library"
            ),
            "GET /v1/status": lambda: self.status,
            "POST /v1/search": lambda: self.answer(msgspec.convert(body, protocol.SearchRequest)),
            "POST /v1/pause": lambda: self._pause(body),
            "POST /v1/pace": lambda: self._set_pace(body),
            "GET /v1/autostart": lambda: self.autostart,
            "POST /v1/autostart": lambda: self._set_autostart(body),
            "GET /v1/settings": lambda: self.settings,
            "GET /v1/history": lambda: self.history,
            "POST /v1/folders/propose": lambda: self.proposals,
            "PATCH /v1/settings": lambda: self._change(body["values"]),
            "POST /v1/files": lambda: self.files,
            "POST /v1/files/retry": lambda: self.retried,
            "POST /v1/files/why": lambda: self.why,
            "POST /v1/explain": lambda: self.explanation,
            "POST /v1/preview": lambda: self.look(msgspec.convert(body, protocol.PreviewRequest)),
            "POST /v1/check": self._check,
            "POST /v1/stop": self._end,
            "POST /v1/library/export": lambda: self.exported,
            "POST /v1/folders/exclude": lambda: protocol.Exclusion(
                "/home/ada",
                "/Documents/a.txt",
                RulesPreview(newly_out=3) if body["preview"] else None,
            ),
            "POST /v1/folders/forget": lambda: self._forget_away(body["uri"]),
            "GET /v1/library/kept": lambda: self.kept,
            "POST /v1/library/kept/discard": lambda: self._discard(body["name"]),
            "POST /v1/library/import/plan": lambda: self.import_plan,
            "POST /v1/library/import": lambda: self.import_plan,
            "POST /v1/models/folder": self._add_model,
            "POST /v1/models/folder/forget": lambda: self._forget_model(body["path"]),
            "POST /v1/models/plan": lambda: self.plan,
            "POST /v1/models/verify": lambda: self.findings,
            "POST /v1/models/bench": lambda: self.bench,
        }
        make = fixed.get(f"{method} {path}")
        if make is not None:
            return make()
        if path.startswith("/v1/models"):
            return self.models
        if path.endswith("/rules/preview"):
            return self.rules_preview
        return self._folders(method, path, body) if "/folders" in path else protocol.Done()

    def _check(self) -> protocol.Findings:
        return self.checks.pop(0) if self.checks else protocol.Findings()

    def _end(self) -> protocol.Done:
        threading.Timer(0.05, self.stop).start()
        return protocol.Done()

    def _set_pace(self, body: dict) -> Status:
        given = {"preset": body.get("preset"), "hurried": body.get("hurry")}
        given = {name: value for name, value in given.items() if value is not None}
        self.status = replace(self.status, pace=replace(self.status.pace, **given))
        return self.status

    def _set_autostart(self, body: dict) -> protocol.Autostart:
        self.autostart = replace(self.autostart, on=body["on"])
        return self.autostart

    def _add_model(self) -> protocol.ModelEntry:
        self.models = protocol.Models((*self.models.models, self.listed))
        return self.listed

    def _forget_model(self, path: str) -> protocol.Models:
        kept = tuple(model for model in self.models.models if model.name != path)
        self.models = protocol.Models(kept)
        return self.models

    def _forget_away(self, uri: str) -> protocol.Folders:
        self.folders = [
            replace(each, drives_away=tuple(place for place in each.drives_away if place != uri))
            for each in self.folders
        ]
        return protocol.Folders(tuple(self.folders))

    def _discard(self, name: str) -> protocol.Kept:
        left = tuple(copy for copy in self.kept.copies if copy.name != name)
        self.kept = protocol.Kept(left)
        return self.kept

    def _pause(self, body: dict) -> Status:
        activity = Activity.PAUSED if body["paused"] else Activity.EMBEDDING
        self.status = replace(self.status, paused=body["paused"], activity=activity)
        return self.status

    def _change(self, values: dict) -> protocol.SettingsReply:
        entries = tuple(
            replace(e, value=e.default if values[e.name] is None else values[e.name])
            if e.name in values
            else e
            for e in self.settings.entries
        )
        self.settings = replace(self.settings, entries=entries)
        return self.settings

    def _folders(self, method: str, path: str, body: dict | None) -> protocol.Folders:
        if method == "POST":
            for uri in body["uris"]:
                self.folders.append(Folder(len(self.folders) + 1, uri, from_uri(uri)))
        elif method == "DELETE":
            number = int(path.rpartition("/")[2])
            self.folders = [folder for folder in self.folders if folder.id != number]
        return protocol.Folders(tuple(self.folders))

    def next_events(self) -> list[bytes]:
        with self.lock:
            queue, self._queue = self._queue, []
        return queue


class Server(ThreadingHTTPServer):
    """Ends without waiting for the streams, and says nothing of clients that went away."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, fake: FakeEngine) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.fake = fake

    def handle_error(self, *_: object) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*_)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def handle_request(self) -> None:
        fake = self.server.fake
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        body = msgspec.json.decode(raw) if raw else None
        name = f"{self.command} {self.path}"
        if self.headers.get("Authorization") != f"Bearer {fake.token}":
            self.send_json(401, protocol.Failure("unauthorized", "No token"))
            return
        with fake.lock:
            fake.requests.append((name, body))
        time.sleep(fake.delays.get(name, 0))
        if name == "GET /v1/events":
            self.send_events()
        elif name in fake.errors:
            self.send_json(400, protocol.failure_of(fake.errors[name]))
        else:
            self.send_json(200, fake.reply(self.command, self.path, body))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request  # noqa: N815

    def send_json(self, status: int, value: object) -> None:
        data = protocol.encode(value)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def send_events(self) -> None:
        fake = self.server.fake
        self.close_connection = True
        fake.streams += 1
        try:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b": hello\n\n")
            while fake.server is self.server:
                for message in fake.next_events():
                    self.wfile.write(message)
                self.wfile.flush()
                time.sleep(0.005)
        finally:
            fake.streams -= 1
