"""What is known of a model before it is loaded: frozen data, free of any runtime."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from jinasearch.embed.runtimes import quantization


class Pooling(StrEnum):
    """How a text's token vectors become one vector."""

    MEAN = "mean"
    LAST_TOKEN = "last-token"  # noqa: S105 - a way of pooling, not a password
    FIRST_TOKEN = "first-token"  # noqa: S105 - the same; others call it CLS


class Task(StrEnum):
    """What a model is for."""

    EMBED = "embed"
    """Texts to vectors."""
    RERANK = "rerank"
    """A question with a text to a score: a cross-encoder."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model: its path inside the model's folder, with `/` on every system.

    `sha256` (hex) and `size` (bytes) are empty and 0 where only the hub knows them; a download
    then checks what the hub itself reports.
    """

    name: str
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Server:
    """Where a model that runs elsewhere is asked.

    `kind` is the interface it speaks, `url` its base, `model` its name there. `width` is the
    length of its vectors before they are cut. `query_fields` and `document_fields` are sent beside
    the texts: they tell a server that puts its own words before a text what the text is. `sample`
    is the beginning of the vector of a fixed text: by it another model is noticed. `host` is for
    people; `local`: it is this machine. `has_key`: it wants a key, which `remote.keys` finds.
    """

    kind: str
    url: str
    host: str
    local: bool
    model: str
    width: int
    batch: int
    encoding: str
    query_fields: tuple[tuple[str, str | int], ...] = ()
    document_fields: tuple[tuple[str, str | int], ...] = ()
    sample: tuple[float, ...] = ()
    has_key: bool = False


@dataclass(frozen=True, slots=True)
class Golden:
    """Cosines of a question with documents, in the model's own dimension, as its maker gives them.

    `tolerance`: how far off a faithful reproduction may be; makers print few digits.
    """

    query: str
    documents: tuple[str, ...]
    cosines: tuple[float, ...]
    tolerance: float = 0.01


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """Everything that decides what vectors a model makes, and where it comes from.

    `dimension` is the model's own, `dimensions` those it may be cut to, smallest first.
    `max_tokens` is what the model was made for; `input_tokens` is what is given to it at most,
    which bounds memory (attention grows with the square of the length). `languages` are ISO 639-1
    codes, `("*",)` stands for many. `onnx_file` and `tokenizer_file` are paths inside the model's
    folder. `bytes_about` is the size of all files where the exact one is not known.

    An empty text is embedded as its prompt alone; where that leaves no token, as the single token
    `pad_token`.

    A model that runs elsewhere has a `server` and no files; 0 `max_tokens` are not known.

    A model that re-ranks (`task`) has no dimension, pooling or prompts; its tokens are those of
    question and text together.
    """

    name: str
    title: str
    hub_id: str
    revision: str
    dimension: int
    dimensions: tuple[int, ...]
    max_tokens: int
    input_tokens: int
    pooling: Pooling
    query_prompt: str
    document_prompt: str
    languages: tuple[str, ...]
    licence: str
    licence_uri: str
    consent_needed: bool
    onnx_file: str
    tokenizer_file: str
    precision: str
    files: tuple[ModelFile, ...]
    pad_token: int = 0
    bytes_about: int = 0
    folder: str = ""
    server: Server | None = None
    golden: Golden | None = None
    task: Task = Task.EMBED

    @property
    def sends_to(self) -> str:
        """The host that texts go to; empty if they stay on this machine."""
        return "" if self.server is None or self.server.local else self.server.host

    def bytes(self) -> int:
        """The size of all files, in bytes; about, where a size is not known before a download."""
        exact = all(file.size for file in self.files)
        return sum(file.size for file in self.files) if exact else self.bytes_about

    def prompt_key(self) -> str:
        """Eight hex digits that change with anything put before or cut off a text."""
        parts = (
            self.query_prompt,
            self.document_prompt,
            self.pooling,
            str(self.input_tokens),
            str(self.pad_token),
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]


def space_key(description: ModelDescription, dimension: int, precision: str = "auto") -> str:
    """The name of an embedding space: vectors may be compared only inside one.

    `dimension` 0 means the model's own. `precision` is what the user set: vectors computed in
    fp32, bf16 and fp16 agree to a cosine of 0.999 and share a space, those of int8 have their own,
    whichever runtime made them: all round alike.
    That of a model elsewhere does not tell where it runs: a server that has moved is the same
    model.
    """
    if description.server is not None:
        server = description.server
        fields = json.dumps([server.query_fields, server.document_fields])
        parts = (description.query_prompt, description.document_prompt, fields)
        prompts = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]
        size = dimension or description.dimension
        return f"{server.kind}/{server.model}/{server.width}/{prompts}/{size}"
    return "/".join(
        (
            # A model's own folder may be moved; its revision is a fingerprint of its files.
            description.name if description.hub_id else "folder",
            description.revision,
            description.precision + (f"-{quantization.NAME}" if precision == "int8" else ""),
            description.prompt_key(),
            str(dimension or description.dimension),
        )
    )
