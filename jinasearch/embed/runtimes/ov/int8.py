"""A model with weights of 8 bits for OpenVINO: made on this machine, once, and kept in the cache.

For processors that multiply numbers of 8 bits (VNNI) and none of 16 (AMX); see `quantization`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np

from jinasearch.embed.runtimes import quantization
from jinasearch.embed.runtimes.kept import kept
from jinasearch.embed.runtimes.ov.quiet import op, ov
from jinasearch.embed.runtimes.signature import Unsuitable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from jinasearch.embed.models.description import ModelDescription

_log = logging.getLogger(__name__)

_FORMAT = 1
_MODEL = "model.xml"


def read(core: ov.Core, path: Path, description: ModelDescription) -> ov.Model:
    """The graph of the ONNX file `path` with weights of 8 bits, from the cache where it is.

    Raises:
        Unsuitable: its weights are not such that this could make them smaller.
    """

    def made() -> ov.Model:
        model = core.read_model(path)
        if not quantise(model):
            raise Unsuitable("it has no weights that could be kept in 8 bits")
        return model

    def write(folder: Path) -> None:
        ov.save_model(made(), folder / _MODEL, compress_to_fp16=False)

    maker = f"{quantization.GROUP}/{_FORMAT}/{ov.get_version()}"
    try:
        folder = kept("int8", maker, path, description, write)
    except OSError as error:
        _log.warning("the model is made at every start: %s", error.strerror)
        return made()
    return core.read_model(folder / _MODEL)


def quantise(model: ov.Model) -> int:
    """Keep the weights of matrix products in 8 bits, in place; returns how many there were."""
    count = 0
    for node in model.get_ordered_ops():
        if node.get_type_name() != "MatMul" or node.get_attributes()["transpose_a"]:
            continue
        weight = node.input_value(1).get_node()
        if weight.get_type_name() != "Constant" or len(weight.shape) != 2:
            continue
        by_row = weight.data if node.get_attributes()["transpose_b"] else weight.data.T
        if not quantization.fits(by_row):
            continue
        small = op.matmul(node.input_value(0), _small(by_row), False, True)
        small.set_friendly_name(node.get_friendly_name())
        for user in list(node.output(0).get_target_inputs()):
            user.replace_source_output(small.output(0))
        count += 1
    model.validate_nodes_and_infer_types()
    return count


def _small(weight: NDArray[np.float32]) -> ov.Output:
    """A weight (outputs, inputs) as whole numbers of 8 bits times a scale for every group."""
    numbers, scales = quantization.in_groups(weight)
    whole = op.multiply(op.convert(op.constant(numbers), "f32"), op.constant(scales))
    shape = op.constant(np.array(weight.shape, dtype=np.int64))
    return op.reshape(whole, shape, special_zero=False).output(0)
