"""Running a graph with OpenVINO. Only the embed process imports this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from jinasearch.embed.encoder import Cancelled
from jinasearch.embed.runtimes import quantization
from jinasearch.embed.runtimes.ov import graph, int8
from jinasearch.embed.runtimes.ov.quiet import ov
from jinasearch.embed.runtimes.signature import Integer, Signature, Tensor, read_signature

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from jinasearch.embed.encoder import Stop
    from jinasearch.embed.models.description import ModelDescription

_DEVICE = "CPU"
_BATCH_TOKENS = 1024
"""Of real passages: fewer leave the processor's units for matrices waiting, more are padding and
fall out of its caches (starter, thousand tokens a core's second: 256 15.0, 512 15.6, 1024 15.9,
2048 15.8). A question waits for none of them."""
_INTEGERS: dict[str, Integer] = {"i64": np.int64, "i32": np.int32}
_PRECISIONS = {"fp32": "f32", "bf16": "bf16"}
_INT8 = "int8"


class OpenVinoRuntime:
    """A graph in OpenVINO on the processor, behind the `Runtime` protocol.

    It is compiled once for all sizes of batches: a size not seen before cost 6 to 18 ms more than
    the next time, too little to be worth padding to a few fixed sizes. The compiled graph is not
    kept on disk: a cache as large as the model saved a tenth of the loading.
    """

    def __init__(
        self, path: Path, description: ModelDescription, precision: str, threads: int
    ) -> None:
        """Load a graph.

        Args:
            path: the ONNX file.
            description: of the model it belongs to.
            precision: to compute in: `fp32`, `bf16`, `auto` for the faster of these here, or
                `int8` with weights of 8 bits, see `ov.int8`.
            threads: to compute with.

        Raises:
            Unsuitable: it is no embedding model.
            Exception: the file cannot be loaded; the runtime's errors share no public base class.
        """
        core = ov.Core()
        small = precision == _INT8
        self._small = small
        model = int8.read(core, path, description) if small else core.read_model(path)
        self._signature = read_signature(
            [_tensor(port) for port in model.inputs],
            [_tensor(port) for port in model.outputs],
            description.dimension,
        )
        if not self._signature.pooled and "attention_mask" in self._signature.inputs:
            graph.simplify(model)
            graph.pool(model, self._signature.output, description.pooling)
            self._signature = Signature(self._signature.inputs, graph.POOLED, pooled=True)
        options: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            # What is multiplied with weights of 8 bits is rounded to 8 bits only if asked for.
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(quantization.GROUP if small else 0),
        }
        if precision != "auto":
            options["INFERENCE_PRECISION_HINT"] = _PRECISIONS.get(precision, "f32")
        self._compiled = core.compile_model(model, _DEVICE, options)
        self._request = self._compiled.create_infer_request()

    @property
    def signature(self) -> Signature:
        """What it takes and gives: pooled vectors, wherever the graph can be told to pool."""
        return self._signature

    @property
    def provider(self) -> str:
        """What it runs on."""
        return "OpenVINO, CPU"

    @property
    def precision(self) -> str:
        """The precision that the compiled graph says it computes in."""
        if self._small:
            return _INT8
        used = self._compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
        return next((ours for ours, theirs in _PRECISIONS.items() if theirs == used), used)

    @property
    def batch_tokens(self) -> int:
        """See `_BATCH_TOKENS`."""
        return _BATCH_TOKENS

    def run(self, feed: Mapping[str, NDArray[np.integer]], stop: Stop) -> NDArray[np.floating]:
        """See `Runtime.run`."""
        self._request.start_async(dict(feed), share_inputs=True)
        stop.on_request(self._request.cancel)
        try:
            self._request.wait()
        except RuntimeError as error:
            if stop.requested:
                raise Cancelled from error
            raise
        finally:
            stop.on_request(None)
        # Copied: the next run writes its answer to the same place.
        output: NDArray[np.floating] = self._request.get_tensor(self._signature.output).data.copy()
        return output


def made_for_this_processor() -> bool:
    """Whether OpenVINO is the faster one here: on Intel's processors, whose kernels it has, and on
    others that multiply in bf16, which ONNX Runtime does not."""
    core = ov.Core()
    by_itself = core.get_property(_DEVICE, "INFERENCE_PRECISION_HINT").to_string()
    return by_itself == "bf16" or "Intel" in str(core.get_property(_DEVICE, "FULL_DEVICE_NAME"))


def _tensor(port: Any) -> Tensor:  # noqa: ANN401 - inputs and outputs share no public class
    shape = tuple(
        dimension.get_length() if dimension.is_static else None
        for dimension in port.get_partial_shape()
    )
    kind = _INTEGERS.get(port.get_element_type().get_type_name())
    return Tensor(port.get_any_name(), kind, shape)
