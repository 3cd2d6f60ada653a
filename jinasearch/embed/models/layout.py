"""Reading a model from a folder that the user laid down, in the hub's layout.

What such a folder says is checked, never trusted: a wrong pooling or prompt would not fail, it
would make quietly worse vectors.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import open_regular, read_regular
from jinasearch.core.paths import shown
from jinasearch.embed.models import card
from jinasearch.embed.models.description import ModelDescription, ModelFile, Pooling
from jinasearch.embed.rerank.catalog import cross_encoder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD = "jinasearch.json"
"""Beside the model's files. A download writes revision and hashes, an export an `Origin`."""

_ONNX_FILES = ("onnx/model.onnx", "model.onnx")
_EDGE = 1 << 20
_MOST_BYTES = 1 << 20
"""Of a configuration; they have some kilobytes."""
_MOST_OF_TOKENIZER = 64 << 20
_INPUT_TOKENS = 2048
_POOLING_PREFIX = "pooling_mode_"
_POOLINGS = {
    "mean": Pooling.MEAN,
    "mean_tokens": Pooling.MEAN,
    "lasttoken": Pooling.LAST_TOKEN,
    "cls": Pooling.FIRST_TOKEN,
    "cls_token": Pooling.FIRST_TOKEN,
}
_EMBEDDING_TASK = "feature-extraction"
_HARMLESS_MODULES = ("Transformer", "Pooling", "Normalize")
_CROSS_ENCODER = "ForSequenceClassification"
"""How transformers calls the architecture of a cross-encoder, whatever stands before."""
_LABELS_UNSAID = 2
"""Labels of a classifier whose config.json tells nothing, by transformers."""


class _RecordedFile(msgspec.Struct, frozen=True):
    size: int
    sha256: str


class _Record(msgspec.Struct, frozen=True):
    revision: str
    files: dict[str, _RecordedFile]


class Origin(msgspec.Struct, frozen=True):
    """Where an exported model comes from: the hub's name or a path, and a revision of the hub."""

    source: str = ""
    source_revision: str = ""
    licence: str = ""
    licence_uri: str = ""
    precision: str = "as-exported"


@dataclass(frozen=True, slots=True)
class Modules:
    """What sentence-transformers runs one after the other: the folders of the first two."""

    transformer: Path
    pooling: Path
    way: Pooling


def as_installed(description: ModelDescription, folder: Path) -> ModelDescription:
    """The description with the revision and sizes of what really lies in `folder`.

    They are what a download recorded, else (for files laid there by hand) a fingerprint. A model
    that is not there, or not whole, keeps the catalogue's.
    """
    record = _record(folder / RECORD)
    if record is not None:
        return replace(
            description,
            folder=str(folder),
            revision=record.revision,
            files=tuple(
                replace(file, size=record.files[file.name].size)
                if file.name in record.files
                else file
                for file in description.files
            ),
        )
    files = [folder / file.name for file in description.files]
    there = all(file.is_file() for file in files)
    return replace(
        description,
        folder=str(folder),
        revision=fingerprint(files) if there else description.revision,
    )


def _record(path: Path) -> _Record | None:
    try:
        return msgspec.json.decode(read_regular(path, _MOST_BYTES), type=_Record)
    except (OSError, RecursionError, msgspec.MsgspecError):
        return None  # without one, the files speak for themselves


def _origin(path: Path) -> Origin:
    try:
        return msgspec.json.decode(read_regular(path, _MOST_BYTES), type=Origin)
    except (OSError, RecursionError, msgspec.MsgspecError):
        return Origin()  # nobody left a word


def fingerprint(files: list[Path]) -> str:
    """Sixteen hex digits that tell two sets of files apart without reading gigabytes.

    Covers every file's name, size, first and last mebibyte.
    """
    digest = hashlib.sha256()
    for path in files:
        with os.fdopen(open_regular(path), "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            digest.update(f"{path.name}\0{size}\0".encode("utf-8", "surrogateescape"))
            digest.update(stream.read(_EDGE))
            stream.seek(max(0, size - _EDGE))
            digest.update(stream.read(_EDGE))
    return "local-" + digest.hexdigest()[:16]


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Whatever is wrong with a model's folder becomes one error that says what to do.

    Raises JinasearchError(MODEL_UNSUITABLE) in place of what the system or an odd file raises.
    """
    try:
        yield
    except OSError as error:
        raise JinasearchError(
            Code.MODEL_UNSUITABLE,
            f"This model cannot be read: {error.strerror or type(error).__name__}",
            "Give yourself the right to read it, connect the drive that it lies on, or choose"
            " another model.",
            shown(error.filename or folder),
        ) from error
    except (AttributeError, TypeError, ValueError, LookupError, RecursionError) as error:
        raise _unsuitable(folder, "its files do not hold what they should") from error


def read(folder: Path) -> ModelDescription:
    """Describe the model in `folder`, from the files that sentence-transformers writes.

    Needs `tokenizer.json`, `onnx/model.onnx` (or `model.onnx`), `config.json` and `modules.json`
    with the pooling module's `config.json`; prompts come from `config_sentence_transformers.json`.
    A folder without pooling whose `config.json` names a classifier is a cross-encoder, which needs
    no more than tokenizer and graph.

    Raises:
        JinasearchError(MODEL_MISSING): the folder or one of these files is not there.
        JinasearchError(MODEL_UNSUITABLE): they cannot be read or ask for what is not supported.
    """
    with reading(folder):
        return _read(folder)


def _read(folder: Path) -> ModelDescription:
    if not folder.is_dir():
        raise JinasearchError(
            Code.MODEL_MISSING,
            "There is no such model folder",
            "Give the absolute path of a folder with tokenizer.json and onnx/model.onnx.",
            shown(folder),
        )
    onnx_file = next((name for name in _ONNX_FILES if (folder / name).is_file()), "")
    if not onnx_file:
        raise _not_exported(folder)
    names = ["tokenizer.json", onnx_file]
    names += [
        name for name in (onnx_file + "_data", onnx_file + ".data") if (folder / name).is_file()
    ]
    if not (folder / "tokenizer.json").is_file():
        raise _missing(folder / "tokenizer.json")
    config = _json(folder / "config.json")
    _check_case(folder / "sentence_bert_config.json", folder / "tokenizer.json")
    if is_cross_encoder(folder):
        return _cross_encoder(folder, config, onnx_file, names)
    way = modules(folder).way
    dimension = _positive(config, ("hidden_size", "dim", "d_model"), folder / "config.json")
    max_tokens = _max_tokens(folder, config)
    query_prompt, document_prompt = _prompts(folder)
    origin = _origin(folder / RECORD)
    carded = card.licence(folder / "README.md")
    return ModelDescription(
        name=shown(folder),
        title=shown(folder.name),
        hub_id="",
        revision=fingerprint([folder / name for name in names]),
        dimension=dimension,
        dimensions=_dimensions(config, dimension, folder / "config.json"),
        max_tokens=max_tokens,
        input_tokens=min(max_tokens, _INPUT_TOKENS),
        pooling=way,
        query_prompt=query_prompt,
        document_prompt=document_prompt,
        languages=("*",),
        licence=origin.licence or carded[0],
        licence_uri=origin.licence_uri if origin.licence else carded[1],
        consent_needed=False,
        onnx_file=onnx_file,
        tokenizer_file="tokenizer.json",
        precision=origin.precision,
        files=tuple(ModelFile(name, size=(folder / name).stat().st_size) for name in names),
        pad_token=_pad_token(config),
        folder=str(folder),
    )


def is_cross_encoder(folder: Path) -> bool:
    """Whether a folder, exported or not, holds a model that scores pairs of texts.

    Raises: as `read`.
    """
    named = _json(folder / "config.json").get("architectures") or []
    classifies = isinstance(named, list) and any(
        str(name).endswith(_CROSS_ENCODER) for name in named
    )
    return classifies and not _pools(folder / "modules.json")


def _pools(path: Path) -> bool:
    listed = _json_value(path) if path.is_file() else []
    return isinstance(listed, list) and any(
        isinstance(module, dict) and str(module.get("type", "")).endswith(".Pooling")
        for module in listed
    )


def _cross_encoder(
    folder: Path, config: dict[str, Any], onnx_file: str, names: list[str]
) -> ModelDescription:
    labels = config.get("id2label")
    count = len(labels) if isinstance(labels, dict) else config.get("num_labels", _LABELS_UNSAID)
    if count != 1:
        raise _unsuitable(
            folder / "config.json",
            f"it tells {count} kinds of texts apart; a cross-encoder that re-ranks gives one score",
        )
    origin = _origin(folder / RECORD)
    return cross_encoder(
        shown(folder),
        shown(folder.name),
        "",
        ("*",),
        (origin.licence, origin.licence_uri),
        max_tokens=_max_tokens(folder, config),
        onnx_file=onnx_file,
        files=tuple(ModelFile(name, size=(folder / name).stat().st_size) for name in names),
        revision=fingerprint([folder / name for name in names]),
        precision=origin.precision,
        pad_token=_pad_token(config),
        folder=str(folder),
    )


def modules(folder: Path) -> Modules:
    """The modules of a model in sentence-transformers' layout, exported or not.

    Raises: as `read`.
    """
    path = folder / "modules.json"
    listed = _json_value(path)
    if not isinstance(listed, list):
        raise _unsuitable(path, "it holds no list of modules")
    found: dict[str, Path] = {}
    for module in listed:
        kind = str(module.get("type", "")).rsplit(".", 1)[-1] if isinstance(module, dict) else ""
        if kind not in _HARMLESS_MODULES:
            raise _unsuitable(path, f"the module {kind!r} is not supported")
        found[kind] = folder / str(module.get("path", ""))
        if not found[kind].resolve().is_relative_to(folder.resolve()):
            raise _unsuitable(path, "a module lies outside of the folder")
    if "Pooling" not in found:
        raise _unsuitable(path, "it names no pooling")
    transformer = found.get("Transformer", folder)
    _check_transformer(transformer)
    way = _pooling_of(found["Pooling"] / "config.json")
    return Modules(transformer, found["Pooling"], way)


def _check_transformer(folder: Path) -> None:
    path = folder / "sentence_bert_config.json"
    config = _json(path) if path.is_file() else {}
    task = config.get("transformer_task", _EMBEDDING_TASK)
    if task != _EMBEDDING_TASK:
        raise _unsuitable(path, f"it is made for {task}, not for embeddings")


def _check_case(path: Path, tokenizer: Path) -> None:
    """sentence-transformers can make a text lower case before the tokenizer sees it; we do not."""
    if not path.is_file() or _json(path).get("do_lower_case") is not True:
        return
    normalizer = _json(tokenizer, _MOST_OF_TOKENIZER).get("normalizer") or {}
    steps = normalizer.get("normalizers", [normalizer])
    if not any(step.get("type") == "Lowercase" or step.get("lowercase") is True for step in steps):
        raise _unsuitable(path, "do_lower_case is not supported unless the tokenizer does it")


def _pooling_of(path: Path) -> Pooling:
    config = _json(path)
    if config.get("include_prompt") is False:
        raise _unsuitable(path, "pooling without the prompt's tokens is not supported")
    modes = config.get("pooling_mode")
    if isinstance(modes, str):
        modes = [modes]
    elif not isinstance(modes, list):
        modes = [
            key.removeprefix(_POOLING_PREFIX)
            for key, value in config.items()
            if key.startswith(_POOLING_PREFIX) and value is True
        ]
    if len(modes) != 1 or modes[0] not in _POOLINGS:
        told = ", ".join(map(str, modes)) or "none"
        raise _unsuitable(path, f"pooling {told} is not supported")
    return _POOLINGS[modes[0]]


def _prompts(folder: Path) -> tuple[str, str]:
    """What stands before a question and before a document, by sentence-transformers' rules."""
    path = folder / "config_sentence_transformers.json"
    if not path.is_file():
        return "", ""
    config = _json(path)
    prompts = config.get("prompts") or {}
    if not isinstance(prompts, dict) or not all(
        isinstance(text, str | None) for text in prompts.values()
    ):
        raise _unsuitable(path, "its prompts are no table of texts")
    default = str(config.get("default_prompt_name") or "")

    def first(*names: str) -> str:
        return next((prompts[name] or "" for name in names if name in prompts), "")

    return first("query", default), first("document", "passage", "corpus", default)


def _max_tokens(folder: Path, config: dict[str, Any]) -> int:
    path = folder / "sentence_bert_config.json"
    if path.is_file() and isinstance(_json(path).get("max_seq_length"), int):
        return _positive(_json(path), ("max_seq_length",), path)
    positions = _positive(config, ("max_position_embeddings",), folder / "config.json")
    # sentence-transformers 5.7 keeps a limit of its own here, and transformers a huge number
    # where there is none.
    path = folder / "tokenizer_config.json"
    limit = _json(path).get("model_max_length") if path.is_file() else None
    return min(positions, limit) if isinstance(limit, int) and limit > 0 else positions


def _dimensions(config: dict[str, Any], dimension: int, path: Path) -> tuple[int, ...]:
    given = config.get("matryoshka_dimensions") or [dimension]
    if not isinstance(given, list) or not all(
        isinstance(size, int) and 0 < size <= dimension for size in given
    ):
        raise _unsuitable(path, "its matryoshka_dimensions are no sizes up to hidden_size")
    return tuple(sorted({*given, dimension}))


def _pad_token(config: dict[str, Any]) -> int:
    for key in ("pad_token_id", "eos_token_id"):
        if isinstance(config.get(key), int) and config[key] >= 0:
            return int(config[key])
    return 0


def _positive(config: dict[str, Any], keys: tuple[str, ...], path: Path) -> int:
    for key in keys:
        value = config.get(key)
        if isinstance(value, int) and value > 0:
            return value
    raise _unsuitable(path, f"it gives no {keys[0]}")


def _json(path: Path, most: int = _MOST_BYTES) -> dict[str, Any]:
    value = _json_value(path, most)
    if not isinstance(value, dict):
        raise _unsuitable(path, "it holds no table")
    return value


def _json_value(path: Path, most: int = _MOST_BYTES) -> object:
    if not path.is_file():
        raise _missing(path)
    try:
        return json.loads(read_regular(path, most).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _unsuitable(path, "it cannot be read as JSON") from error


def _missing(path: Path) -> JinasearchError:
    return JinasearchError(
        Code.MODEL_MISSING,
        f"The model's folder has no {path.name}",
        "Copy the model's whole folder, in the layout it has on the hub.",
        shown(path),
    )


def _not_exported(folder: Path) -> JinasearchError:
    """A model for another runtime can be made into one; anything else is no model."""
    if not (folder / "modules.json").is_file():
        return _missing(folder / _ONNX_FILES[0])
    return JinasearchError(
        Code.MODEL_MISSING,
        "The model's folder has no model.onnx",
        "Copy the model's whole folder, or make that file from the others:"
        " `jinasearch models export FOLDER`.",
        shown(folder / _ONNX_FILES[0]),
    )


def _unsuitable(path: Path, why: str) -> JinasearchError:
    return JinasearchError(
        Code.MODEL_UNSUITABLE,
        f"This model cannot be used: {why}",
        "Choose a text embedding model in sentence-transformers' layout, exported to ONNX.",
        shown(path),
    )
