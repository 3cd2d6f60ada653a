"""From a description to an encoder: finds the files, chooses the runtime. Embed process only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown
from jinasearch.embed.locate import damaged, locate
from jinasearch.embed.onnx import OnnxRuntime
from jinasearch.embed.signature import Unsuitable
from jinasearch.embed.tokenizer import TextTokenizer
from jinasearch.embed.transformer import TransformerEncoder

if TYPE_CHECKING:
    from jinasearch.embed.description import ModelDescription, Server
    from jinasearch.embed.encoder import Encoder
    from jinasearch.embed.runtime import Runtime


def load(description: ModelDescription, dimension: int = 0, threads: int = 1) -> Encoder:
    """Load a model; `dimension` 0 means the model's own.

    Raises:
        JinasearchError(MODEL_MISSING): a file is not there.
        JinasearchError(MODEL_DAMAGED): a file cannot be read as what it should be.
        JinasearchError(MODEL_UNSUITABLE): it is no embedding model, or has not this dimension.
        JinasearchError(REMOTE_FAILED, EMBED_FAILED): the server that it runs on does not answer.
    """
    if description.server is not None:
        return _remote(description, description.server, dimension)
    files = locate(description)
    dimension = dimension or description.dimension
    if dimension not in description.dimensions:
        known = ", ".join(map(str, description.dimensions))
        raise _unsuitable(
            description, files.onnx, f"it has no {dimension} dimensions, only {known}"
        )
    tokenizer = TextTokenizer(files.tokenizer, description.input_tokens, description.pad_token)
    runtime = _runtime(description, files.onnx, threads)
    return TransformerEncoder(description, tokenizer, runtime, dimension, shown(files.onnx))


def _remote(description: ModelDescription, server: Server, dimension: int) -> Encoder:
    # Imported late: a model on this machine needs no HTTP.
    from jinasearch.embed.remote import keys  # noqa: PLC0415
    from jinasearch.embed.remote.openai import OpenAIEncoder  # noqa: PLC0415

    dimension = dimension or description.dimension
    if dimension not in description.dimensions:
        raise _unsuitable(
            description, Path(description.folder), f"it has no {dimension} dimensions"
        )
    name, host = description.name, server.host
    key = keys.find(name, host) if server.has_key else keys.from_environment(name)
    encoder = OpenAIEncoder(description, server, dimension, key)
    encoder.check()
    return encoder


def _runtime(description: ModelDescription, path: Path, threads: int) -> Runtime:
    try:
        return OnnxRuntime(path, description.dimension, description.precision, threads)
    except Unsuitable as error:
        raise _unsuitable(description, path, str(error)) from error
    except Exception as error:  # the runtimes' errors share no base class
        raise damaged(description, path) from error


def _unsuitable(description: ModelDescription, path: Path, why: str) -> JinasearchError:
    return JinasearchError(
        Code.MODEL_UNSUITABLE,
        f"The model {description.name} cannot be used: {why}",
        "Choose another model or dimension.",
        shown(path),
    )
