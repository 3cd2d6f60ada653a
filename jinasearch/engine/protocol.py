"""What clients and the engine say to each other: requests, replies, events, and their codec.

Free of Qt and of any transport: the window sends these calls through Qt's network classes,
everything else through httpx, and the engine answers with the same types.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import (
    Coverage,
    FileState,
    Finding,
    Folder,
    Hit,
    ModelSpeed,
    Notice,
    Rules,
    Status,
)

PROTOCOL = 1
"""Raised when a request or reply changes in a way that an older side cannot read."""

MOST_HITS = 200
"""Files in one answer, at most."""

MOST_FILES = 10_000
"""Files in one list, at most."""

R = TypeVar("R")


class Mode(StrEnum):
    """Which halves of the search are asked."""

    KEYWORDS = "keywords"
    MEANING = "meaning"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Hello:
    """Who the engine is."""

    version: str
    protocol: int
    schema: int
    pid: int
    library: str


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question. `folder` limits it to one indexed folder."""

    text: str
    mode: Mode = Mode.HYBRID
    limit: int = 20
    folder: int | None = None


@dataclass(frozen=True, slots=True)
class SearchReply:
    """Files that answer, best first. `note` is a code that says why hits may be missing.

    Notes: `""`, `"still-indexing"`, `"meaning-waking"`, `"meaning-unavailable"`,
    `"language-unknown-to-model"`, `"nothing-indexed"`.
    """

    text: str
    mode: Mode
    hits: tuple[Hit, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    took_ms: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class AddFolders:
    """Folders or single files to index, as `file:` URIs.

    Without `rules` new ones get the defaults, and known ones keep theirs.
    """

    uris: tuple[str, ...]
    rules: Rules | None = None


@dataclass(frozen=True, slots=True)
class SetRules:
    """New rules for one folder."""

    rules: Rules


@dataclass(frozen=True, slots=True)
class Folders:
    """The indexed folders."""

    folders: tuple[Folder, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop or go on working. `seconds` None pauses until resumed."""

    paused: bool
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class FilesRequest:
    """Which files to list."""

    state: FileState | None = None
    folder: int | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a list, with why it was left."""

    file: int
    uri: str
    path: str
    state: FileState
    reason: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """Files of a list; `total` counts those beyond the limit too."""

    files: tuple[FileEntry, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model of the catalogue. `state`: `ready`, `missing`, `downloading` or `damaged`.

    `server` is the host that runs it, empty if it runs here; `sends_to` is the same where that is
    another machine, which all texts go to.
    """

    name: str
    title: str
    dimension: int
    dimensions: tuple[int, ...]
    max_tokens: int
    languages: tuple[str, ...]
    licence: str
    licence_uri: str
    bytes: int
    state: str
    in_use: bool = False
    downloaded_bytes: int = 0
    folder: str = ""
    consent_needed: bool = False
    server: str = ""
    sends_to: str = ""


@dataclass(frozen=True, slots=True)
class Models:
    """The catalogue."""

    models: tuple[ModelEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class UseModel:
    """Embed with this model from now on: a catalogue name, or the path of a model's folder."""

    name: str
    dimension: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What choosing a model would take. `seconds` None: not known before `models bench`."""

    name: str
    dimension: int
    vectors: int
    bytes_needed: int
    bytes_free: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class VerifyModel:
    """Prove this model."""

    name: str


@dataclass(frozen=True, slots=True)
class BenchModels:
    """Measure these models, or all that are here, for so many seconds each."""

    names: tuple[str, ...] = ()
    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Bench:
    """What was measured, the name of the model to choose, and the library's number of vectors."""

    models: tuple[ModelSpeed, ...] = ()
    recommended: str = ""
    vectors: int = 0


@dataclass(frozen=True, slots=True)
class DownloadModel:
    """Fetch a model's files. `consent` says that the user has read and accepts its licence."""

    name: str
    consent: bool = False


@dataclass(frozen=True, slots=True)
class AddRemote:
    """Know a model that runs on a server, which is asked what it is.

    `url` is the server's root, its `/v1` or its `/v1/embeddings`. Prompts that are None are found
    out. `consent` says that the user agrees that texts go there, `unencrypted` that the key may
    go there in the clear; without them the answer is an error that says what it is about, before
    anything is sent.
    """

    name: str
    url: str
    model: str = ""
    query_prompt: str | None = None
    document_prompt: str | None = None
    dimension: int = 0
    languages: tuple[str, ...] = ()
    key: str = field(default="", repr=False)
    consent: bool = False
    unencrypted: bool = False


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A model that was added, and how its server will be asked.

    `width` is the length of the server's vectors, `dimension` what is kept of it; `max_tokens` 0
    is not known. `prompts_by` says who decided what is put before a text: `user`, `server` (it
    does so itself), `name` (the model's name is known) or `nobody`.
    """

    name: str
    model: str
    url: str
    server: str
    sends_to: str
    width: int
    dimension: int
    max_tokens: int
    query_prompt: str
    document_prompt: str
    prompts_by: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check of the library found."""

    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """An answer that says no more than that it was done."""

    ok: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """One message of the event stream.

    `kind`: `status` (at most five a second while working), `changed` (the index has news, an open
    search may be asked again), `notice`, `bye` (the engine ends).
    """

    kind: str
    status: Status | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """The body of every answer that is an error."""

    code: str
    title: str
    message: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Call(Generic[R]):
    """One request, whole: what to send and how to read the answer."""

    method: str
    path: str
    reply: type[R]
    body: object = None

    def encoded(self) -> bytes:
        """The request's body as JSON; empty if it has none."""
        return b"" if self.body is None else encode(self.body)

    def decoded(self, status: int, body: bytes) -> R:
        """The answer, from its HTTP status and body. Raises what the engine reports."""
        if status != 200:
            raise failure_from(status, body)
        try:
            return msgspec.json.decode(body, type=self.reply)
        except msgspec.MsgspecError as error:
            raise JinasearchError(
                Code.ENGINE_FAILED,
                "The engine's answer cannot be read",
                "Run `jinasearch engine restart`.",
            ) from error


def encode(value: object) -> bytes:
    """Any type of this module as JSON."""
    return msgspec.json.encode(value)


def decode_event(data: bytes | str) -> Event:
    """One event from the data of one server-sent message."""
    return msgspec.json.decode(data, type=Event)


def failure_of(error: JinasearchError) -> Failure:
    """The body that reports `error`."""
    return Failure(error.code, error.title, error.message, error.path)


def failure_from(status: int, body: bytes) -> JinasearchError:
    """What an answer with another status than 200 reports."""
    try:
        failure = msgspec.json.decode(body, type=Failure)
        code = Code(failure.code)
    except (msgspec.MsgspecError, ValueError):
        return JinasearchError(
            Code.ENGINE_FAILED,
            f"The engine answered with status {status}",
            "Look into engine.log in the library's folder.",
        )
    return JinasearchError(code, failure.title, failure.message, failure.path)


def hello() -> Call[Hello]:
    """Ask who the engine is."""
    return Call("GET", "/v1/hello", Hello)


def status() -> Call[Status]:
    """Ask what the engine is doing."""
    return Call("GET", "/v1/status", Status)


def search(request: SearchRequest) -> Call[SearchReply]:
    """Ask a question."""
    return Call("POST", "/v1/search", SearchReply, request)


def folders() -> Call[Folders]:
    """List the indexed folders."""
    return Call("GET", "/v1/folders", Folders)


def add_folders(request: AddFolders) -> Call[Folders]:
    """Index folders or files from now on; answers with all folders."""
    return Call("POST", "/v1/folders", Folders, request)


def set_rules(folder: int, request: SetRules) -> Call[Folders]:
    """Change what of a folder is indexed."""
    return Call("PUT", f"/v1/folders/{folder}/rules", Folders, request)


def remove_folder(folder: int) -> Call[Folders]:
    """Forget a folder and everything read from it. The files themselves are not touched."""
    return Call("DELETE", f"/v1/folders/{folder}", Folders)


def pause(request: Pause) -> Call[Status]:
    """Stop or go on working."""
    return Call("POST", "/v1/pause", Status, request)


def rescan() -> Call[Done]:
    """Look for changes in all folders now."""
    return Call("POST", "/v1/rescan", Done)


def files(request: FilesRequest) -> Call[Files]:
    """List files by state, with the reasons of those that were left."""
    return Call("POST", "/v1/files", Files, request)


def retry_failed() -> Call[Done]:
    """Read all failed files again."""
    return Call("POST", "/v1/files/retry", Done)


def opened(file: int) -> Call[Done]:
    """Tell that the user opened a file: its passages are embedded before others."""
    return Call("POST", f"/v1/files/{file}/opened", Done)


def models() -> Call[Models]:
    """List the models."""
    return Call("GET", "/v1/models", Models)


def use_model(request: UseModel) -> Call[Models]:
    """Choose the model."""
    return Call("POST", "/v1/models/use", Models, request)


def plan_model(request: UseModel) -> Call[Plan]:
    """Ask what choosing a model would take."""
    return Call("POST", "/v1/models/plan", Plan, request)


def verify_model(request: VerifyModel) -> Call[Findings]:
    """Prove a model; takes from seconds to minutes."""
    return Call("POST", "/v1/models/verify", Findings, request)


def bench_models(request: BenchModels) -> Call[Bench]:
    """Measure the models that are here."""
    return Call("POST", "/v1/models/bench", Bench, request)


def download_model(request: DownloadModel) -> Call[Models]:
    """Begin or resume a download; progress comes with `models()` and `status` events."""
    return Call("POST", "/v1/models/download", Models, request)


def cancel_download(name: str) -> Call[Models]:
    """Stop a download; what was fetched is kept for resuming."""
    return Call("DELETE", f"/v1/models/{name}/download", Models)


def add_remote(request: AddRemote) -> Call[RemoteModel]:
    """Add a model that runs on a server, or replace what is known of it."""
    return Call("POST", "/v1/models/remote", RemoteModel, request)


def remove_remote(name: str) -> Call[Models]:
    """Forget a model that runs on a server, with its key."""
    return Call("DELETE", f"/v1/models/{name}/remote", Models)


def check() -> Call[Findings]:
    """Check the library: database, full text, graph, and whether they agree."""
    return Call("POST", "/v1/check", Findings)


def stop() -> Call[Done]:
    """End the engine after the transaction in hand."""
    return Call("POST", "/v1/stop", Done)
