"""A server of embeddings on the loopback interface that answers, or misbehaves, as a test says."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.server
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from jinasearch.embed.models.description import ModelDescription, Pooling, Server
from jinasearch.embed.remote.openai import OpenAIEncoder

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

WIDTH = 8


SECRET = "quokkasaurus"
KEY = "sk-verschlusssache"


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def texts(self) -> list[str]:
        return self.body["input"]


@dataclass
class Reply:
    """One answer; `body` that is no bytes is sent as JSON. `drop` hangs up instead."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    drop: bool = False


def vector_of(text: str, width: int = WIDTH) -> np.ndarray:
    """Any text has a vector of its own, of no particular length."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    return np.random.default_rng(seed).normal(size=width).astype(np.float32)


class EmbeddingServer:
    """Serves what `models`, `info` and `embeddings` say; each may be replaced by a test."""

    reply = Reply
    vector_of = staticmethod(vector_of)

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.connections: list[socket.socket] = []
        self.models: Callable[[Asked], Reply] = lambda _: Reply(
            {"object": "list", "data": [{"id": "fake", "object": "model"}]}
        )
        self.info: Callable[[Asked], Reply] = lambda _: Reply({"error": "no route"}, 404)
        self.embeddings: Callable[[Asked], Reply] = self.good
        self.released = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                outer.connections.append(self.connection)

            def do_GET(self) -> None:
                asked = Asked("GET", self.path, dict(self.headers), {})
                outer.asked.append(asked)
                route = {"/v1/models": outer.models, "/info": outer.info}.get(self.path)
                self.answer(route(asked) if route else Reply({"error": "no route"}, 404))

            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                asked = Asked("POST", self.path, dict(self.headers), json.loads(data))
                outer.asked.append(asked)
                known = self.path == "/v1/embeddings"
                self.answer(outer.embeddings(asked) if known else Reply({}, 404))

            def answer(self, reply: Reply) -> None:
                outer.released.wait(reply.seconds)
                if reply.drop:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body)
                data = body if isinstance(body, bytes) else body.encode()
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(data)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                pass  # the client hung up

        self._make = lambda port: Server(("127.0.0.1", port), Handler)
        self._server = self._make(0)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._serve()

    def _serve(self) -> None:
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="fake-server", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Be gone: connections end, new ones are refused."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        for connection in self.connections:
            with contextlib.suppress(OSError):  # it has ended already
                connection.shutdown(socket.SHUT_RDWR)

    def again(self) -> None:
        """Come back at the same address."""
        self.released.clear()
        self._server = self._make(self.port)
        self._serve()

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def good(self, asked: Asked) -> Reply:
        """Vectors of the texts with what the server itself puts before them; last text first."""
        before = str(asked.body.get("input_type", ""))
        vectors = [vector_of(before + text) for text in asked.texts]
        return self.of(vectors, asked.body["encoding_format"])

    def cutting(self, limit: int) -> Callable[[Asked], Reply]:
        """Answers as a server that reads `limit` tokens of a text, here words, and no more."""

        def cut(asked: Asked) -> Reply:
            read = [text.split()[:limit] for text in asked.texts]
            vectors = [vector_of(" ".join(words)) for words in read]
            tokens = sum(len(words) for words in read)
            return self.of(vectors, asked.body["encoding_format"], tokens)

        return cut

    def of(self, vectors: list[Any], encoding: str = "float", tokens: int = 0) -> Reply:
        """An answer with these vectors, in an order that only `index` tells."""
        items = [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode()
                if encoding == "base64"
                else [None if number is None else float(number) for number in vector],
            }
            for index, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": tokens, "total_tokens": tokens} if tokens else {}
        return Reply({"object": "list", "model": "fake", "data": items[::-1], "usage": usage})

    @property
    def embedded(self) -> list[Asked]:
        """The requests for vectors."""
        return [asked for asked in self.asked if asked.method == "POST"]

    def until_asked(self, count: int) -> None:
        """Wait until so many requests for vectors have come."""
        deadline = time.monotonic() + 20
        while len(self.embedded) < count:
            assert time.monotonic() < deadline, "nobody asked"
            time.sleep(0.01)


@pytest.fixture
def embedding_server() -> Iterator[EmbeddingServer]:
    """A server that is ended after the test."""
    server = EmbeddingServer()
    yield server
    server.stop()


@pytest.fixture
def make_encoder(embedding_server) -> Iterator[Callable[..., OpenAIEncoder]]:
    """Makes encoders that ask `embedding_server`; what they slept is in `slept`."""
    made: list[OpenAIEncoder] = []

    def make(dimension: int = WIDTH, key: str = "", **server: Any) -> OpenAIEncoder:
        async def sleep(seconds: float) -> None:
            made[-1].slept.append(seconds)

        described = describe_remote(**{"url": embedding_server.url, **server})
        encoder = OpenAIEncoder(described, described.server, dimension, key, sleep)
        encoder.slept = []
        made.append(encoder)
        return encoder

    yield make
    for encoder in made:
        encoder.close()


def describe_remote(url: str, **server: Any) -> ModelDescription:
    """A model on a server, with what a test wants otherwise."""
    prompts = {name: server.pop(name, "") for name in ("query_prompt", "document_prompt")}
    max_tokens = server.pop("max_tokens", 0)
    given = {
        "kind": "openai",
        "url": url,
        "host": "127.0.0.1:1",
        "local": True,
        "model": "fake",
        "width": WIDTH,
        "batch": 32,
        "encoding": "base64",
    }
    return ModelDescription(
        name="mine",
        title="fake",
        hub_id="",
        revision="",
        dimension=WIDTH,
        dimensions=(WIDTH,),
        max_tokens=max_tokens,
        input_tokens=max_tokens,
        pooling=Pooling.MEAN,
        languages=("*",),
        licence="",
        licence_uri="",
        consent_needed=False,
        onnx_file="",
        tokenizer_file="",
        precision="remote",
        files=(),
        server=Server(**{**given, **server}),
        **prompts,
    )


def expected(
    server: EmbeddingServer, texts: list[str], before: str = "", dimension: int = WIDTH
) -> np.ndarray:
    """The vectors that an encoder has to give for `texts`."""
    rows = np.array([server.vector_of(before + text) for text in texts])[:, :dimension]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
