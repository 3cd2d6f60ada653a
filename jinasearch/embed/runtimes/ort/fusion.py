"""A model prepared for ONNX Runtime on the processor: made on this machine, once, and kept.

Attention is one operation a layer (`attention`), which in causal models takes memory in
proportion to a text's length instead of its square, and in others a fraction of what it took. The
graph is saved simplified, so that it is loaded sooner. Large weights are used where they are, or
kept in a file that is mapped into memory.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import onnxruntime as ort

from jinasearch.embed.models.description import Pooling
from jinasearch.embed.runtimes.kept import kept

if TYPE_CHECKING:
    from pathlib import Path

    from jinasearch.embed.models.description import ModelDescription
    from jinasearch.embed.runtimes.ort.graph import Graph

_log = logging.getLogger(__name__)

FORMAT = 2
"""Counts the ways of preparing: with another one a model is prepared and proven anew."""
_MODEL = "model.onnx"
_OUTPUTS = ("last_hidden_state", "token_embeddings")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared graph, and the folder that its weights lie in."""

    path: Path
    weights: Path


def prepared(path: Path, description: ModelDescription) -> Prepared | None:
    """The ONNX file `path` prepared; None if its attention is not of the kind that can be joined.

    Raises:
        ImportError: the package onnx is not installed, which the preparing needs.
        OSError: it cannot be written.
        Exception: the file cannot be read; onnx's errors share no public base class.
    """
    tokens = description.input_tokens
    maker = f"{FORMAT}/{tokens}/{description.pooling}/{ort.__version__}"
    folder = kept("fused", maker, path, description, lambda into: _prepare(path, description, into))
    if not (folder / _MODEL).is_file():
        return None
    beside = (folder / f"{_MODEL}_data").is_file()
    return Prepared(folder / _MODEL, folder if beside else path.parent)


def _prepare(path: Path, description: ModelDescription, folder: Path) -> None:
    """Write nothing where there is nothing to join, so that it is not tried again."""
    graph = joined(path, description)
    if graph is not None:
        graph.save(folder, _MODEL)


def joined(path: Path, description: ModelDescription) -> Graph | None:
    """The graph of the ONNX file `path` with its attention joined; None if it cannot be.

    Raises as `prepared` does.
    """
    # Large, and needed this once alone.
    from jinasearch.embed.runtimes.ort import attention  # noqa: PLC0415
    from jinasearch.embed.runtimes.ort.graph import Graph  # noqa: PLC0415

    graph = Graph.read(path)
    outputs = [value.name for value in graph.model.graph.output if value.name in _OUTPUTS]
    if not outputs:
        return None
    graph = graph.simplified(fused=False)
    layers = attention.fuse(graph, description.input_tokens)
    _log.info("joined the attention of %d layers", layers)
    if not layers:
        return None
    graph = graph.simplified(fused=True)
    if description.pooling is not Pooling.MEAN:
        last = description.pooling is Pooling.LAST_TOKEN
        attention.keep_token(graph, outputs[0], last=last)
    return graph
