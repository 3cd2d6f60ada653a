"""Running a graph with ONNX Runtime. Only the embed process imports this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort

from jinasearch.embed.encoder import Cancelled
from jinasearch.embed.runtimes.signature import Integer, Tensor, read_pair_signature, read_signature

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from jinasearch.embed.encoder import Stop
    from jinasearch.embed.runtimes.signature import Signature

version: str = ort.__version__
"""Of ONNX Runtime."""

Provider = tuple[str, dict[str, Any]]

_CPU: Provider = ("CPUExecutionProvider", {})
_SHOWN_PROVIDERS = {
    "CPUExecutionProvider": "ONNX Runtime, CPU",
    "CUDAExecutionProvider": "ONNX Runtime, CUDA",
}
_WEIGHTS_FOLDER = "session.model_external_initializers_file_folder_path"
_SHRINK = ("memory.enable_memory_arena_shrinkage", "cpu:0")
"""Gives back after each run what the arena holds, so that it does not keep for ever what the
longest text once took. Without an arena, what C's allocator cannot use again between the large
pieces came to 15 times as much: 1,060 MB instead of 70 for a run of 1,024 tokens of Qwen3-0.6B's
shape, at no less time."""
_SPINNING = {
    "session.intra_op.spin_duration_us": "100",
    "session.force_spinning_stop": "1",
}
"""A thread looks for work for a moment before it sleeps: waking it for each of a run's hundreds of
operations took a fifth of a question's time (EuroBERT-210M's shape, 16 tokens a run: 740 a second
instead of 605). After a run it stops; by default it would burn about a second of processor time. A
runtime before 1.26 does not know the first and spins while a run lasts."""
_BATCH_TOKENS = 512
"""Larger runs were slower a processor second (of passages of 200 tokens: 256 tokens a run 13.4
passages, 1024 12.4, 2048 11.3, 4096 10) and take more memory."""
_INTEGERS: dict[str, Integer] = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}


class OnnxRuntime:
    """A graph in ONNX Runtime, behind the `Runtime` protocol."""

    def __init__(
        self,
        path: Path,
        dimension: int | None,
        precision: str,
        threads: int,
        provider: Provider = _CPU,
        weights: Path | None = None,
        form: str = "",
    ) -> None:
        """Load a graph.

        Args:
            path: the ONNX file.
            dimension: the width that its vectors should have; None for a cross-encoder.
            precision: of its weights.
            threads: to compute with.
            provider: what to run on, with its options. The runtime goes to the processor without
                an error if it cannot have that: see `provider_name`.
            weights: the folder of the weights of a prepared graph, see `fusion` and
                `int8`; None for a graph as it was exported.
            form: how it was prepared, for people's eyes; empty for a graph as it was exported.

        Raises:
            Unsuitable: it is no embedding model, or no cross-encoder.
            Exception: the file cannot be loaded; the runtime's errors share no public base class.
        """
        self._on_cpu = provider is _CPU
        options = _options(threads, arena=self._on_cpu)
        if weights is not None:
            options.add_session_config_entry(_WEIGHTS_FOLDER, str(weights))
        model = str(path) if weights is None else path.read_bytes()
        self._session = ort.InferenceSession(model, options, providers=[provider])
        self._form = form
        self._precision = precision
        inputs = [_tensor(node) for node in self._session.get_inputs()]
        outputs = [_tensor(node) for node in self._session.get_outputs()]
        self._signature = (
            read_pair_signature(inputs, outputs)
            if dimension is None
            else read_signature(inputs, outputs, dimension)
        )

    @property
    def signature(self) -> Signature:
        """What it takes and gives."""
        return self._signature

    @property
    def provider_name(self) -> str:
        """What the session says it runs on, which can differ from what was asked for."""
        return str(self._session.get_providers()[0])

    @property
    def provider(self) -> str:
        """The same, for people's eyes."""
        shown = _SHOWN_PROVIDERS.get(self.provider_name, self.provider_name)
        return f"{shown}, {self._form}" if self._form else shown

    @property
    def precision(self) -> str:
        """The precision of the graph's weights."""
        return self._precision

    @property
    def batch_tokens(self) -> int:
        """See `_BATCH_TOKENS`."""
        return _BATCH_TOKENS

    def run(self, feed: Mapping[str, NDArray[np.integer]], stop: Stop) -> NDArray[np.floating]:
        """See `Runtime.run`."""
        options = ort.RunOptions()
        if self._on_cpu:
            options.add_run_config_entry(*_SHRINK)
        stop.on_request(lambda: setattr(options, "terminate", True))
        try:
            (output,) = self._session.run([self._signature.output], dict(feed), options)
        except Exception as error:  # the runtime's errors share no public base class
            if stop.requested:
                raise Cancelled from error
            raise
        finally:
            stop.on_request(None)
        result: NDArray[np.floating] = output
        return result


def _tensor(node: Any) -> Tensor:  # noqa: ANN401 - the runtime is not typed
    shape = tuple(size if isinstance(size, int) else None for size in node.shape)
    return Tensor(node.name, _INTEGERS.get(node.type), shape)


def _options(threads: int, *, arena: bool) -> Any:  # noqa: ANN401 - the runtime is not typed
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    for key, value in _SPINNING.items():
        options.add_session_config_entry(key, value)
    options.enable_cpu_mem_arena = arena
    options.log_severity_level = 3
    return options
