"""What is known of a model before it is loaded: frozen data, free of any runtime."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Pooling(StrEnum):
    """How a text's token vectors become one vector."""

    MEAN = "mean"
    LAST_TOKEN = "last-token"  # noqa: S105 - a way of pooling, not a password
    FIRST_TOKEN = "first-token"  # noqa: S105 - the same; others call it CLS


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
class ModelDescription:
    """Everything that decides what vectors a model makes, and where it comes from.

    `dimension` is the model's own, `dimensions` those it may be cut to, smallest first.
    `max_tokens` is what the model was made for; `input_tokens` is what is given to it at most,
    which bounds memory (attention grows with the square of the length). `languages` are ISO 639-1
    codes, `("*",)` stands for many. `onnx_file` and `tokenizer_file` are paths inside the model's
    folder. `bytes_about` is the size of all files where the exact one is not known.

    An empty text is embedded as its prompt alone; where that leaves no token, as the single token
    `pad_token`.
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


def space_key(description: ModelDescription, dimension: int) -> str:
    """The name of an embedding space: vectors may be compared only inside one.

    `dimension` 0 means the model's own.
    """
    return "/".join(
        (
            # A model's own folder may be moved; its revision is a fingerprint of its files.
            description.name if description.hub_id else "folder",
            description.revision,
            description.precision,
            description.prompt_key(),
            str(dimension or description.dimension),
        )
    )
