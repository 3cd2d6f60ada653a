"""What runs a model's graph: one protocol, one module a runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from jinasearch.embed.encoder import Stop
    from jinasearch.embed.runtimes.signature import Signature

PLAIN = "plain"
"""ONNX Runtime on a model's file as it is, which every other way of running it is compared with."""


class Runtime(Protocol):
    """A loaded graph."""

    @property
    def signature(self) -> Signature:
        """What it takes and gives."""

    @property
    def provider(self) -> str:
        """What it really runs on, for people's eyes, as the runtime says after loading."""

    @property
    def precision(self) -> str:
        """The precision it computes in: `fp32`, `bf16`, `fp16`, `int8`."""

    @property
    def batch_tokens(self) -> int:
        """Tokens of one run, padding included, with which it is fastest."""

    def run(self, feed: Mapping[str, NDArray[np.integer]], stop: Stop) -> NDArray[np.floating]:
        """The signature's output for one batch; every array of `feed` is (n, tokens).

        Raises:
            Cancelled: `stop` was requested before the run ended.
            Exception: whatever the runtime raises when it fails.
        """
