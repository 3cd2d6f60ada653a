"""Scores of a question with texts, by a cross-encoder: it reads both at once.

Nogueira and Cho, "Passage Re-ranking with BERT", 2019. Embed process only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown
from jinasearch.embed.encoder import Stop
from jinasearch.embed.models.description import Task
from jinasearch.embed.models.locate import damaged, locate
from jinasearch.embed.rerank.pair_tokenizer import PairTokenizer
from jinasearch.embed.runtimes.ort.runtime import OnnxRuntime
from jinasearch.embed.runtimes.signature import Unsuitable
from jinasearch.embed.transformer import batches, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from jinasearch.embed.models.description import ModelDescription
    from jinasearch.embed.runtimes.runtime import Runtime
    from jinasearch.embed.tokenizer import Batch


class CrossEncoder:
    """A loaded cross-encoder."""

    def __init__(
        self,
        description: ModelDescription,
        tokenizer: PairTokenizer,
        runtime: Runtime,
        path: str,
    ) -> None:
        """`path` is the graph's file, for messages."""
        self._description = description
        self._tokenizer = tokenizer
        self._runtime = runtime
        self._path = path

    @property
    def provider(self) -> str:
        """What it really runs on."""
        return self._runtime.provider

    @property
    def precision(self) -> str:
        """The precision it computes in."""
        return self._runtime.precision

    def scores(
        self, query: str, texts: Sequence[str], stop: Stop | None = None
    ) -> NDArray[np.float32]:
        """How well each text answers the question, 0 to 1: shape (n,), in the texts' order.

        They are the logistic function of the model's own numbers, and compare for one question.

        Raises:
            Cancelled: `stop` was requested before the last score was there.
            JinasearchError(EMBED_FAILED): the runtime failed, or gave what is no number.
            JinasearchError(MODEL_UNSUITABLE): it gives more than one number a pair.
        """
        stop = stop or Stop()
        tokens = self._tokenizer.pairs(query, texts)
        logits = np.empty(len(texts), dtype=np.float64)
        for rows in batches(tokens, self._runtime.batch_tokens):
            batch = self._tokenizer.batch([tokens[row] for row in rows])
            logits[rows] = self._run(batch, stop)
        if not np.isfinite(logits).all():
            raise self._failed("it gave a score that is no number")
        # Clipped where float32 tells no difference to 0 and 1 any more.
        scores: NDArray[np.float32] = (1 / (1 + np.exp(-logits.clip(-80, 80)))).astype(np.float32)
        return scores

    def _run(self, batch: Batch, stop: Stop) -> NDArray[np.floating]:
        output = run(self._runtime, batch, stop, self._failed)
        if output.size != len(batch.ids):
            raise _unsuitable(
                self._description,
                self._path,
                f"it gives {output.size // len(batch.ids)} numbers a pair",
            )
        return output.reshape(-1)

    def _failed(self, why: str) -> JinasearchError:
        return JinasearchError(
            Code.EMBED_FAILED,
            f"The model {self._description.name} cannot re-rank this answer ({why})",
            "The answer stays in its first order.",
        )


def load(description: ModelDescription, threads: int = 1) -> CrossEncoder:
    """Load a cross-encoder, in ONNX Runtime on the processor.

    Raises:
        JinasearchError(MODEL_MISSING, MODEL_DAMAGED): a file is missing, or not what it should be.
        JinasearchError(MODEL_UNSUITABLE): it is no cross-encoder.
    """
    if description.task is not Task.RERANK:
        raise _unsuitable(description, description.folder, "it makes vectors and does not re-rank")
    files = locate(description)
    tokenizer = PairTokenizer(files.tokenizer, description.input_tokens, description.pad_token)
    runtime = _runtime(description, files.onnx, threads)
    return CrossEncoder(description, tokenizer, runtime, shown(files.onnx))


def _runtime(description: ModelDescription, path: Path, threads: int) -> OnnxRuntime:
    try:
        return OnnxRuntime(path, None, description.precision, threads)
    except Unsuitable as error:
        raise _unsuitable(description, shown(path), str(error)) from error
    except Exception as error:  # the runtime's errors share no base class
        raise damaged(description, path) from error


def _unsuitable(description: ModelDescription, path: str, why: str) -> JinasearchError:
    return JinasearchError(
        Code.MODEL_UNSUITABLE,
        f"The model {description.name} cannot re-rank: {why}",
        "Choose a cross-encoder with one score a pair, exported to ONNX for text classification.",
        path,
    )
