"""Running a graph on a graphics card, with the package onnxruntime-gpu. Embed process only.

That package takes the place of onnxruntime, so it needs an environment of its own, which the
setting `python` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort

from jinasearch.embed.encoder import Cancelled
from jinasearch.embed.runtimes.ort.runtime import OnnxRuntime

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from jinasearch.embed.encoder import Stop
    from jinasearch.embed.runtimes.signature import Signature

PROVIDER = "CUDAExecutionProvider"
_THREADS = 1
"""For what is left to the processor: sizes and masks."""
_BATCH_TOKENS = 16_384
_FEWEST_TOKENS = 256
_OUT_OF_MEMORY = ("failed to allocate memory", "out of memory", "alloc_failed")
"""In the runtime's messages, which is all that it tells: its exceptions have no type for it."""


def available() -> bool:
    """Whether the package here was built for graphics cards."""
    if hasattr(ort, "preload_dlls"):
        ort.preload_dlls()  # NVIDIA's libraries, where they were installed as Python packages
    return PROVIDER in ort.get_available_providers()


class CudaRuntime:
    """A graph on the card, behind the `Runtime` protocol.

    Where the card has not enough memory for a batch, its halves are run one after the other, and
    later batches are made smaller.
    """

    def __init__(self, path: Path, dimension: int, precision: str, memory_bytes: int) -> None:
        """Load a graph.

        Args:
            path: the ONNX file.
            dimension: the width that its vectors should have.
            precision: of its weights: `fp32` or `fp16`.
            memory_bytes: of the card, to be used at most; 0 means all that it has.

        Raises:
            Unsuitable: it is no embedding model.
            Exception: the file cannot be loaded; the runtime's errors share no public base class.
        """
        options: dict[str, Any] = {
            "arena_extend_strategy": "kSameAsRequested",
            # Else what is called fp32 is multiplied with 10 bits of fraction.
            "use_tf32": 0,
        }
        if memory_bytes:
            options["gpu_mem_limit"] = memory_bytes
        self._runtime = OnnxRuntime(path, dimension, precision, _THREADS, (PROVIDER, options))
        self._batch_tokens = _BATCH_TOKENS

    @property
    def on_the_card(self) -> bool:
        """Whether the session says so: one that cannot have the card is made on the processor."""
        return self._runtime.provider_name == PROVIDER

    @property
    def signature(self) -> Signature:
        """What it takes and gives."""
        return self._runtime.signature

    @property
    def provider(self) -> str:
        """What the session says it runs on."""
        return self._runtime.provider

    @property
    def precision(self) -> str:
        """The precision of the graph's weights."""
        return self._runtime.precision

    @property
    def batch_tokens(self) -> int:
        """Falls when the card's memory is full."""
        return self._batch_tokens

    def run(self, feed: Mapping[str, NDArray[np.integer]], stop: Stop) -> NDArray[np.floating]:
        """See `Runtime.run`."""
        try:
            return self._runtime.run(feed, stop)
        except Cancelled:
            raise
        except Exception as error:  # the runtime's errors share no base class
            texts, tokens = feed["input_ids"].shape
            told = str(error).lower()
            if texts == 1 or not any(words in told for words in _OUT_OF_MEMORY):
                raise
            self._batch_tokens = max(_FEWEST_TOKENS, texts * tokens // 2)
        if stop.requested:
            raise Cancelled
        half = texts // 2
        parts = [
            self.run({name: array[rows] for name, array in feed.items()}, stop)
            for rows in (slice(None, half), slice(half, None))
        ]
        return np.concatenate(parts)
