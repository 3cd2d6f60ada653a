"""A hub of models on loopback, which behaves as badly as a network does."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMIT = "c" * 40
BLOCK, PAUSE = 4000, 0.05


def git_hash(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


@dataclass
class Hub:
    """What the fake hub serves, how badly, and what it was asked.

    `served` is sent in place of what `files` promises, `cut_after` breaks one connection after
    the other. It creeps while `full_speed` is cleared.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    served: dict[str, bytes] = field(default_factory=dict)
    cut_after: list[int] = field(default_factory=list)
    resumes: bool = True
    status: int = 200
    full_speed: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


def handler(state: Hub) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one small server
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def begin(self, status: int, **headers: object) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), str(value))
            self.end_headers()

        def name(self) -> str:
            return self.path.split("?")[0].split("/", 5)[-1]

        def do_HEAD(self) -> None:
            state.asked.append(f"HEAD {self.path}")
            state.headers.append(dict(self.headers))
            data = state.files.get(self.name())
            if state.status != 200:
                self.begin(state.status)
            elif data is None:
                self.begin(404, X_Error_Code="EntryNotFound")
            elif len(data) > 1000:  # large files are elsewhere, named by their SHA-256
                self.begin(
                    302,
                    Location=f"http://localhost:{self.server.server_port}/cdn/1/2/3/{self.name()}",
                    X_Repo_Commit=COMMIT,
                    X_Linked_Etag=f'"{hashlib.sha256(data).hexdigest()}"',
                    X_Linked_Size=len(data),
                )
            else:
                self.begin(
                    200, X_Repo_Commit=COMMIT, ETag=f'"{git_hash(data)}"', Content_Length=len(data)
                )

        def do_GET(self) -> None:
            state.asked.append(f"GET {self.path} {self.headers.get('Range', '')}".strip())
            state.headers.append(dict(self.headers))
            data = state.served.get(self.name(), state.files[self.name()])
            start = 0
            if state.resumes and "Range" in self.headers:
                start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
                end = len(data)
                self.begin(
                    206,
                    Content_Length=end - start,
                    Content_Range=f"bytes {start}-{end - 1}/{end}",
                )
            else:
                self.begin(200, Content_Length=len(data))
            rest = data[start:]
            if state.cut_after and len(data) > 1000:
                rest = rest[: state.cut_after.pop(0)]
            with contextlib.suppress(ConnectionError):  # the other side has stopped it
                while rest and not state.full_speed.is_set():
                    self.wfile.write(rest[:BLOCK])
                    rest = rest[BLOCK:]
                    state.full_speed.wait(PAUSE)
                self.wfile.write(rest)

    return Handler


@pytest.fixture
def fake_hub() -> Iterator[Hub]:
    """An empty hub; put something into its `files`."""
    state = Hub()
    state.full_speed.set()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(state)) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.05,))
        thread.start()
        state.url = f"http://127.0.0.1:{http.server_port}"
        yield state
        state.full_speed.set()
        http.shutdown()
        thread.join()
