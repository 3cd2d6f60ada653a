"""`remote.toml`: what is kept of a model that runs elsewhere, in its folder below `models_dir()`.

The key is not in it.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import numpy as np
import tomlkit

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import read_regular, write_atomically
from jinasearch.core.paths import shown
from jinasearch.embed.models.description import ModelDescription, Pooling, Server
from jinasearch.embed.remote import address

if TYPE_CHECKING:
    from pathlib import Path

FILE = "remote.toml"

_MOST_BYTES = 1 << 20

_Positive = Annotated[int, msgspec.Meta(gt=0)]
_Fields = dict[str, str | int]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file. `sends_texts_to` is the host that the user agreed to, empty for this machine.

    `width` is the length of the server's vectors, `dimension` what is kept of it; `max_tokens` 0
    is not known; `sample` is base64 of little-endian float32; `added` is a date.
    """

    kind: Literal["openai"]
    url: str
    model: Annotated[str, msgspec.Meta(min_length=1)]
    width: _Positive
    dimension: _Positive
    sends_texts_to: str = ""
    query_prompt: str = ""
    document_prompt: str = ""
    query_fields: _Fields = {}
    document_fields: _Fields = {}
    max_tokens: Annotated[int, msgspec.Meta(ge=0)] = 0
    batch: _Positive = 32
    encoding: Literal["base64", "float"] = "base64"
    languages: tuple[str, ...] = ("*",)
    has_key: bool = False
    sample: str = ""
    added: str = ""


def write(folder: Path, record: Record) -> None:
    """Write the record, dated today (UTC), into `folder`, which is made if need be.

    Raises JinasearchError(NO_PERMISSION) if that is not possible.
    """
    record = msgspec.structs.replace(record, added=datetime.now(UTC).date().isoformat())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        content = tomlkit.dumps(msgspec.to_builtins(record))
        write_atomically(folder / FILE, content.encode())
    except OSError as error:
        raise _refused("added", folder, error) from error


def is_remote(folder: Path) -> bool:
    """Whether the folder stands for a model elsewhere."""
    return (folder / FILE).is_file()


def read(folder: Path) -> ModelDescription:
    """The description of the model that `folder` stands for.

    Raises:
        JinasearchError(MODEL_UNSUITABLE): the file cannot be read as a record.
        JinasearchError(REMOTE_CONSENT): its address was changed to a host nobody agreed to.
    """
    path = folder / FILE
    try:
        return described(folder, msgspec.toml.decode(read_regular(path, _MOST_BYTES), type=Record))
    except (OSError, ValueError, RecursionError) as error:
        raise _unsuitable(path, "it cannot be read") from error


def described(folder: Path, record: Record) -> ModelDescription:
    """The description of the model that `record` tells of; raises as `read` does."""
    path = folder / FILE
    try:
        place = address.parse(record.url)
        sample = tuple(np.frombuffer(base64.b64decode(record.sample), dtype="<f4").tolist())
    except (ValueError, JinasearchError) as error:
        raise _unsuitable(path, "it cannot be read") from error
    if record.dimension > record.width:
        raise _unsuitable(path, "its dimension is larger than its width")
    if not place.local and record.sends_texts_to != place.host:
        raise JinasearchError(
            Code.REMOTE_CONSENT,
            f"Nobody agreed yet that texts go to {place.host}",
            "Add the model again: `jinasearch models add-remote`.",
            shown(path),
        )
    return ModelDescription(
        name=folder.name,
        title=record.model,
        hub_id="",
        revision="",
        dimension=record.dimension,
        dimensions=tuple(sorted({record.dimension, record.width})),
        max_tokens=record.max_tokens,
        input_tokens=record.max_tokens,
        pooling=Pooling.MEAN,  # the server's business
        query_prompt=record.query_prompt,
        document_prompt=record.document_prompt,
        languages=record.languages,
        licence="",
        licence_uri="",
        consent_needed=False,
        onnx_file="",
        tokenizer_file="",
        precision="remote",
        files=(),
        folder=str(folder),
        server=Server(
            kind=record.kind,
            url=place.url,
            host=place.host,
            local=place.local,
            model=record.model,
            width=record.width,
            batch=record.batch,
            encoding=record.encoding,
            query_fields=tuple(record.query_fields.items()),
            document_fields=tuple(record.document_fields.items()),
            sample=sample,
            has_key=record.has_key,
        ),
    )


def remove(folder: Path) -> None:
    """Forget the model; other files in its folder stay.

    Raises JinasearchError(NO_PERMISSION) if that is not possible.
    """
    try:
        (folder / FILE).unlink()
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise _refused("removed", folder, error) from error


def _refused(what: str, folder: Path, error: OSError) -> JinasearchError:
    return JinasearchError(
        Code.NO_PERMISSION,
        f"The model cannot be {what}",
        f"The system says: {error.strerror or type(error).__name__}.",
        shown(folder),
    )


def sample_text(vector: list[float]) -> str:
    """The form of a sample in the file."""
    return base64.b64encode(np.asarray(vector, dtype="<f4").tobytes()).decode("ascii")


def _unsuitable(path: Path, why: str) -> JinasearchError:
    return JinasearchError(
        Code.MODEL_UNSUITABLE,
        f"This model cannot be used: {why}",
        "Add it again: `jinasearch models add-remote`.",
        shown(path),
    )
