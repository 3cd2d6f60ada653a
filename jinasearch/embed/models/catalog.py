"""The models the program knows by name: those that embed here, those that re-rank beside them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

from jinasearch.core import paths
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.models import layout
from jinasearch.embed.models.description import (
    Golden,
    ModelDescription,
    ModelFile,
    Pooling,
    Task,
    space_key,
)
from jinasearch.embed.remote import record
from jinasearch.embed.rerank.catalog import RERANKERS

__all__ = [
    "CATALOG",
    "KNOWN",
    "PLANETS",
    "RED_PLANET",
    "STARTER",
    "ModelDescription",
    "ModelFile",
    "Pooling",
    "check_name",
    "describe",
    "describe_for",
    "dimension_of",
    "installed_names",
    "space_key",
]

STARTER = "starter"
"""The model that needs no download; its weights are a dependency, its tokenizer a resource."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_QWEN_END_OF_TEXT = 151643
"""`<|endoftext|>` in the Qwen3 tokenizer, which is also its padding token."""

PLANETS = (
    "Venus is often called Earth's twin because of its similar size and proximity.",
    "Mars, known for its reddish appearance, is often referred to as the Red Planet.",
    "Jupiter, the largest planet in our solar system, has a prominent red spot.",
    "Saturn, famous for its rings, is sometimes mistaken for the Red Planet.",
)
RED_PLANET = "Which planet is known as the Red Planet?"
"""Question and documents of the Jina models' cards, which give the cosines."""

_jina_v5 = partial(
    ModelDescription,
    input_tokens=2048,
    pooling=Pooling.LAST_TOKEN,
    query_prompt="Query: ",
    document_prompt="Document: ",
    languages=("*",),
    licence="CC-BY-NC-4.0",
    licence_uri="https://creativecommons.org/licenses/by-nc/4.0/",
    consent_needed=True,
    onnx_file="onnx/model.onnx",
    tokenizer_file="tokenizer.json",
    precision="fp32",
)

CATALOG: tuple[ModelDescription, ...] = (
    ModelDescription(
        name=STARTER,
        title="Starter (MiniLM-L6, English)",
        hub_id="sentence-transformers/all-MiniLM-L6-v2",
        revision="1.0.0",
        dimension=384,
        dimensions=(384,),
        max_tokens=256,
        input_tokens=256,
        pooling=Pooling.MEAN,
        query_prompt="",
        document_prompt="",
        languages=("en",),
        licence="Apache-2.0",
        licence_uri="https://www.apache.org/licenses/LICENSE-2.0",
        consent_needed=False,
        onnx_file="model.onnx",
        tokenizer_file="tokenizer.json",
        precision="int8",
        files=(
            ModelFile(
                "model.onnx",
                "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
                22_928_619,
            ),
            ModelFile(
                "tokenizer.json",
                "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                466_247,
            ),
        ),
    ),
    _jina_v5(
        name="jina-v5-small",
        title="Jina v5 text small (retrieval)",
        hub_id="jinaai/jina-embeddings-v5-text-small-retrieval",
        revision="main",
        dimension=1024,
        dimensions=(32, 64, 128, 256, 512, 768, 1024),
        max_tokens=32768,
        files=(
            ModelFile("tokenizer.json"),
            ModelFile("onnx/model.onnx"),
            ModelFile("onnx/model.onnx_data"),
        ),
        pad_token=_QWEN_END_OF_TEXT,
        bytes_about=2_400_000_000,
        golden=Golden(RED_PLANET, PLANETS, (0.4860, 0.7611, 0.5914, 0.6188)),
    ),
    _jina_v5(
        name="jina-v5-nano",
        title="Jina v5 text nano (retrieval)",
        hub_id="jinaai/jina-embeddings-v5-text-nano-retrieval",
        revision="ac5d898c8d382b17167c33e5c8af644a3519b47d",
        dimension=768,
        dimensions=(32, 64, 128, 256, 512, 768),
        max_tokens=8192,
        files=(
            ModelFile("tokenizer.json", size=17_210_235),
            ModelFile("onnx/model.onnx"),
            ModelFile("onnx/model.onnx_data"),
        ),
        bytes_about=870_000_000,
        golden=Golden(RED_PLANET, PLANETS, (0.5013, 0.7914, 0.6133, 0.5736)),
    ),
)


KNOWN = (*CATALOG, *RERANKERS)
"""All of them."""


def describe(name: str) -> ModelDescription:
    """The description of a model by its catalogue name, the name of its folder below
    `models_dir()`, or the absolute path of its folder anywhere else.

    A catalogue model that was downloaded, or laid by hand into `models_dir()/name`, is described
    with the revision that really lies there, so that its vectors are never mixed with another's.

    Raises:
        JinasearchError(NOT_FOUND): no such name.
        JinasearchError(MODEL_MISSING): the path is no folder, or files are missing in it.
        JinasearchError(MODEL_UNSUITABLE): the folder's files tell that it neither embeds nor
            re-ranks, or cannot be read.
        JinasearchError(REMOTE_CONSENT): it runs on a host that nobody agreed to.
    """
    # An absolute name is a path of its own, whatever it is joined to.
    with layout.reading(paths.models_dir() / name):
        return _describe(name)


def _describe(name: str) -> ModelDescription:
    for description in KNOWN:
        if description.name != name:
            continue
        if name == STARTER:
            return description
        return layout.as_installed(description, paths.models_dir() / name)
    if Path(name).is_absolute():
        return layout.read(Path(name))
    if _may_be_installed(name) and record.is_remote(paths.models_dir() / name):
        return record.read(paths.models_dir() / name)
    if _may_be_installed(name) and (paths.models_dir() / name).is_dir():
        return replace(layout.read(paths.models_dir() / name), name=name)
    raise _unknown(name)


def _unknown(name: str, task: Task | None = None) -> JinasearchError:
    """That there is no such model; those for a task are named, if it is known what it is for."""
    known = [description.name for description in KNOWN if task in (None, description.task)]
    return JinasearchError(
        Code.NOT_FOUND,
        f"There is no model called {name}",
        f"Known models: {', '.join([*known, *installed_names()])}."
        " A model's own folder can be given by its absolute path.",
    )


def describe_for(task: Task, name: str) -> ModelDescription:
    """The same of a model that is for this task.

    Raises:
        JinasearchError: what `describe` raises; MODEL_UNSUITABLE if it is for another task.
    """
    try:
        description = describe(name)
    except JinasearchError as error:
        if error.code is Code.NOT_FOUND:
            raise _unknown(name, task) from error
        raise
    if description.task is task:
        return description
    reranks = description.task is Task.RERANK
    raise JinasearchError(
        Code.MODEL_UNSUITABLE,
        f"{description.title} re-ranks answers and makes no vectors"
        if reranks
        else f"{description.title} makes vectors and does not re-rank",
        f"Use it with `jinasearch models {'rerank' if reranks else 'use'} {name}`.",
        description.folder,
    )


def dimension_of(description: ModelDescription, wanted: int) -> int:
    """The length of a model's vectors where the settings want this; 0 is the model's own.

    Raises:
        JinasearchError(MODEL_DIMENSION): its vectors cannot be cut to that.
    """
    if wanted and wanted not in description.dimensions:
        raise JinasearchError(
            Code.MODEL_DIMENSION,
            f"{description.title} has no vectors of {wanted} dimensions",
            "It has: " + ", ".join(map(str, description.dimensions)) + ". 0 is the model's own.",
        )
    return wanted or description.dimension


def installed_names() -> tuple[str, ...]:
    """The models below `models_dir()` that are not the catalogue's, by their folders' names.

    They are not looked into: `describe` tells of each whether it can be used.
    """
    try:
        found = list(paths.models_dir().iterdir())
    except OSError:
        return ()  # none was ever installed
    return tuple(sorted(path.name for path in found if _may_be_a_model(path)))


def _may_be_a_model(path: Path) -> bool:
    try:
        return _may_be_installed(path.name) and path.is_dir()
    except OSError:
        return True  # away: `describe` says so


def check_name(name: str) -> None:
    """Raise JinasearchError(BAD_REQUEST) unless a model may be installed under this name."""
    if not _may_be_installed(name):
        raise JinasearchError(
            Code.BAD_REQUEST,
            f"A model cannot be called {name!r}",
            "Choose a name of up to 64 letters without accents, digits, dots, hyphens and "
            "underscores, which is not one of the program's own: "
            + ", ".join(description.name for description in KNOWN)
            + ".",
        )


def _may_be_installed(name: str) -> bool:
    # Some file systems take names that differ in case for the same.
    taken = {description.name.casefold() for description in KNOWN}
    return _NAME.fullmatch(name) is not None and name.casefold() not in taken
