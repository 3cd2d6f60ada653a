"""What a model's graph takes and gives, read from the graph itself, whatever runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Integer = type[np.integer[Any]]

_KNOWN_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids", "position_ids"})
_CACHE_PREFIXES = ("past_key_values", "past.", "cache", "present")
_HIDDEN_OUTPUTS = ("last_hidden_state", "token_embeddings")
_POOLED_OUTPUT = "sentence_embedding"
_SCORES = "logits"


class Unsuitable(Exception):  # noqa: N818 - told to the user as MODEL_UNSUITABLE
    """The graph is no text embedding model; the message says why."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input or output. `kind` is None for an input that takes no integers; in `shape`, None
    stands for a size that is not fixed."""

    name: str
    kind: Integer | None
    shape: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """The inputs to feed, with their types, and the output to read.

    `pooled`: the output is one vector a text, (n, width); otherwise one a token, (n, tokens,
    width).
    """

    inputs: Mapping[str, Integer]
    output: str
    pooled: bool


def read_signature(
    inputs: Sequence[Tensor], outputs: Sequence[Tensor], dimension: int
) -> Signature:
    """The signature of a graph whose vectors should have `dimension` numbers.

    Raises:
        Unsuitable: it is no embedding model, or has another width.
    """
    output, pooled = _output(outputs, dimension)
    return Signature(_inputs(inputs), output, pooled)


def read_pair_signature(inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Signature:
    """The signature of a cross-encoder's graph: one number a pair, (n, 1) or (n,).

    Raises:
        Unsuitable: it is none.
    """
    taken = _inputs(inputs)
    shapes = {tensor.name: tensor.shape for tensor in outputs}
    if _SCORES not in shapes:
        raise Unsuitable(
            f"it gives {', '.join(shapes)} and no scores of pairs; a cross-encoder gives logits"
        )
    shape = shapes[_SCORES]
    if len(shape) not in (1, 2) or (len(shape) == 2 and shape[1] not in (1, None)):
        labels = shape[-1] or "several"
        raise Unsuitable(
            f"it gives {labels} numbers a pair; a cross-encoder that re-ranks gives one"
        )
    return Signature(taken, _SCORES, pooled=True)


def _inputs(declared: Sequence[Tensor]) -> dict[str, Integer]:
    inputs: dict[str, Integer] = {}
    for tensor in declared:
        if tensor.name.startswith(_CACHE_PREFIXES):
            raise Unsuitable(
                "it was exported for generating text (with a key-value cache), "
                "export it for feature extraction"
            )
        if tensor.name not in _KNOWN_INPUTS or tensor.kind is None:
            raise Unsuitable(f"its input {tensor.name!r} is not known")
        inputs[tensor.name] = tensor.kind
    if "input_ids" not in inputs:
        raise Unsuitable("it takes no input_ids")
    return inputs


def _output(declared: Sequence[Tensor], dimension: int) -> tuple[str, bool]:
    outputs = {tensor.name: tensor.shape for tensor in declared}
    # Hidden states before a pooled output: so the pooling is the description's own.
    for name, rank in (*((name, 3) for name in _HIDDEN_OUTPUTS), (_POOLED_OUTPUT, 2)):
        if name not in outputs:
            continue
        shape = outputs[name]
        width = shape[-1] if shape else None
        if len(shape) != rank or (width is not None and width != dimension):
            raise Unsuitable(
                f"its output {name} has the shape {list(shape)}, not {dimension} numbers a token"
            )
        return name, name == _POOLED_OUTPUT
    if "logits" in outputs:
        raise Unsuitable("it gives logits and no embeddings, export it for feature extraction")
    raise Unsuitable(f"it gives {', '.join(outputs)} and no embeddings")
