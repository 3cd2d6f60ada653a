"""The models: catalogue, choice, downloads, servers, measurements."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from jinasearch.core.models import ModelSpeed
from jinasearch.engine.protocol.call import Call
from jinasearch.engine.protocol.library import Findings


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model of the catalogue. `state`: `ready`, `missing`, `downloading` or `damaged`.

    `server` is the host that runs it, empty if it runs here; `sends_to` is the same where that is
    another machine, which all texts go to.
    `task`: `embed`, or `rerank` for a model that orders answers anew, which has no dimension.
    `removable`: its files can be deleted, and downloaded again.
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
    task: str = "embed"
    removable: bool = False


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
class ModelFolder:
    """A folder that a model lies in, by its absolute path."""

    path: str


@dataclass(frozen=True, slots=True)
class RerankWith:
    """Re-rank answers with this model from now on; empty: do not."""

    name: str = ""


class PlanState(StrEnum):
    """What the vectors of a model are before it is chosen."""

    NEW = "new"
    """They are still to be made."""
    COMING = "coming"
    """They are being made already."""
    IN_USE = "in-use"
    """They answer already."""
    BACK = "back"
    """They answer while those of another model are being made, which is given up."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What choosing a model would take: nothing unless its vectors are `new`.

    `seconds` None: not known before `models bench`.
    """

    name: str
    dimension: int
    vectors: int
    bytes_needed: int
    bytes_free: int
    seconds: float | None = None
    state: PlanState = PlanState.NEW


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
    """Fetch a model's files. `consent` says that the user has read and accepts its licence; with
    `use` it is chosen when it is there and has proven itself.
    """

    name: str
    consent: bool = False
    use: bool = False


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


def models() -> Call[Models]:
    """List the models."""
    return Call("GET", "/v1/models", Models)


def use_model(request: UseModel) -> Call[Models]:
    """Choose the model."""
    return Call("POST", "/v1/models/use", Models, request)


def rerank_with(request: RerankWith) -> Call[Models]:
    """Choose the model that re-ranks, or none."""
    return Call("POST", "/v1/models/rerank", Models, request)


def plan_model(request: UseModel) -> Call[Plan]:
    """Ask what choosing a model would take."""
    return Call("POST", "/v1/models/plan", Plan, request)


def add_model_folder(request: ModelFolder) -> Call[ModelEntry]:
    """List the model of a folder with the others, if it can be used; see `ModelEntry.name`."""
    return Call("POST", "/v1/models/folder", ModelEntry, request)


def forget_model_folder(request: ModelFolder) -> Call[Models]:
    """List it no more. The folder stays as it is."""
    return Call("POST", "/v1/models/folder/forget", Models, request)


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


def remove_model(name: str) -> Call[Models]:
    """Delete what was downloaded of a model, or forget one that runs on a server, with its key."""
    return Call("DELETE", f"/v1/models/{name}", Models)
