"""A model with weights of 8 bits for ONNX Runtime: made on this machine, once, and kept.

See `quantization`. Matrix products become `MatMulNBits`, which the runtime has for processors of
every kind; those that multiply numbers of 8 bits do so. Unlike its own tools
(`onnxruntime.quantization`) this holds one weight of 32 bits in memory at a time, and needs no
packages beside.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort

from jinasearch.embed.runtimes import quantization
from jinasearch.embed.runtimes.kept import kept
from jinasearch.embed.runtimes.ort import fusion
from jinasearch.embed.runtimes.signature import Unsuitable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from jinasearch.embed.models.description import ModelDescription
    from jinasearch.embed.runtimes.ort.graph import Graph

_log = logging.getLogger(__name__)

_FORMAT = 1
_MODEL = "model.onnx"
_DOMAIN = "com.microsoft"
_ZERO = 128
"""What stands for zero where numbers have no sign."""
_BY_8_BITS = 4
"""The operation's name for rounding what it is given to 8 bits, by groups of the same size."""


def prepared(path: Path, description: ModelDescription) -> fusion.Prepared:
    """The ONNX file `path` with weights of 8 bits, and its attention joined where that can be.

    Raises:
        Unsuitable: it has no weights that this could make smaller.
        ImportError: the package onnx is not installed, which the preparing needs.
        OSError: it cannot be written.
        Exception: the file cannot be read; onnx's errors share no public base class.
    """
    how = (
        quantization.GROUP,
        _FORMAT,
        fusion.FORMAT,
        description.input_tokens,
        description.pooling,
    )
    maker = "/".join((*map(str, how), ort.__version__))
    folder = kept(
        "int8-onnx", maker, path, description, lambda into: _prepare(path, description, into)
    )
    return fusion.Prepared(folder / _MODEL, folder)


def _prepare(path: Path, description: ModelDescription, folder: Path) -> None:
    # Large, and needed this once alone.
    from jinasearch.embed.runtimes.ort.graph import Graph  # noqa: PLC0415

    graph = fusion.joined(path, description)
    if graph is None:
        graph = Graph.read(path).simplified(fused=True)
    count = quantise(graph)
    if not count:
        raise Unsuitable("it has no weights that could be kept in 8 bits")
    _log.info("made %d weights of 8 bits", count)
    graph.save(folder, _MODEL, whole=True)


def quantise(graph: Graph) -> int:
    """Keep the weights of matrix products in 8 bits, in place; returns how many there were."""
    from onnx import helper, numpy_helper  # noqa: PLC0415

    def hold(name: str, value: NDArray[Any]) -> str:
        graph.large[name] = numpy_helper.from_array(value, name)
        return name

    count = 0
    for node in graph.model.graph.node:
        if node.op_type != "MatMul" or node.input[1] not in graph.large:
            continue
        weight, small = node.input[1], f"{node.input[1]}/8"
        by_row = graph.weight(weight).T
        if not quantization.fits(by_row):
            continue
        if small not in graph.large:
            numbers, scales = quantization.in_groups(by_row)
            hold(small, (numbers.view(np.uint8) ^ _ZERO).astype(np.uint8))
            hold(f"{small}/scales", scales[:, :, 0])
        node.op_type, node.domain = "MatMulNBits", _DOMAIN
        node.input[:] = [node.input[0], small, f"{small}/scales"]
        rows, columns = by_row.shape
        for name, value in (
            ("N", rows),
            ("K", columns),
            ("bits", 8),
            ("block_size", quantization.GROUP),
            ("accuracy_level", _BY_8_BITS),
        ):
            node.attribute.append(helper.make_attribute(name, value))
        count += 1
    if count and _DOMAIN not in {opset.domain for opset in graph.model.opset_import}:
        graph.model.opset_import.append(helper.make_opsetid(_DOMAIN, 1))
    graph.index()
    graph.prune()
    return count
