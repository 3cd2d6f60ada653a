"""Texts to vectors with a transformer: prompt, tokens, batches, a run each, pooling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed import pooling
from jinasearch.embed.encoder import Cancelled, Prompt, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from jinasearch.embed.models.description import ModelDescription
    from jinasearch.embed.runtimes.runtime import Runtime
    from jinasearch.embed.runtimes.signature import Signature
    from jinasearch.embed.tokenizer import Batch, TextTokenizer, Tokens

_RUN_SCORES = 2048 * 2048
"""Texts of one run times the square of their tokens, at most. As exported, a graph keeps several
arrays of that size a head: with 16 heads 1.5 GB beside the weights, and 5 GB for one text of 4096
tokens. One text alone is held by the description's `input_tokens`."""

_MOST_PIECES = {Prompt.QUERY: 2, Prompt.DOCUMENT: 16}
"""Pieces of a text longer than the model reads. No passage has more; whoever pastes a book as a
question waits for an answer."""

_BATCH_SPREAD = 1.25
"""How much longer than its shortest text a run's longest may be: the rest would be padding."""


@dataclass(frozen=True, slots=True)
class _Work:
    """An encoding under way: the batches not run yet, as rows of pieces, and where vectors go.

    A text is one piece, or several if it is longer than the model reads; `owners` are the rows
    of the pieces' texts, (pieces,).
    """

    texts: tuple[str, ...]
    prompt: Prompt
    owners: NDArray[np.intp]
    tokens: list[Tokens]
    batches: list[list[int]]
    vectors: NDArray[np.float32]


class TransformerEncoder:
    """A model on this machine behind the `Encoder` protocol.

    Vectors of a model whose arithmetic is in float (fp32, and int8 where only the weights are)
    depend on what else is in the batch by no more than rounding. A graph with dynamically
    quantised activations would scale them by its whole batch; none is in the catalogue.
    """

    def __init__(
        self,
        description: ModelDescription,
        tokenizer: TextTokenizer,
        runtime: Runtime,
        dimension: int,
        path: str,
        remark: JinasearchError | None = None,
    ) -> None:
        """`path` is the model's file, for errors. Other arguments: see `load.load`."""
        self._description = description
        self._tokenizer = tokenizer
        self._runtime = runtime
        self._dimension = dimension
        self._path = path
        self._remark = remark
        self._truncated = 0
        self._stopped: _Work | None = None

    @property
    def description(self) -> ModelDescription:
        """The model."""
        return self._description

    @property
    def dimension(self) -> int:
        """The length of the vectors."""
        return self._dimension

    @property
    def provider(self) -> str:
        """What it really runs on."""
        return self._runtime.provider

    @property
    def precision(self) -> str:
        """The precision it computes in."""
        return self._runtime.precision

    @property
    def remark(self) -> JinasearchError | None:
        """What the user should know of how it was loaded."""
        return self._remark

    @property
    def truncated(self) -> int:
        """How many texts could not be read whole, even in pieces, since it was loaded."""
        return self._truncated

    def encode(
        self, texts: Sequence[str], prompt: Prompt, stop: Stop | None = None
    ) -> NDArray[np.float32]:
        """The texts' vectors, in the texts' order: shape (n, dimension), each of length 1.

        A text of more tokens than the description's `input_tokens` is read in pieces; its vector
        is their mean, weighted by their tokens. What was stopped goes on where it was when the
        same texts come again.

        Raises:
            Cancelled: `stop` was requested before the last vector was there.
            JinasearchError(EMBED_FAILED): the runtime failed, or gave what is no number.
        """
        stop = stop or Stop()
        work = self._stopped
        if work is None or (work.texts, work.prompt) != (tuple(texts), prompt):
            work = self._begun(texts, prompt)
        try:
            while work.batches:
                rows = work.batches[-1]
                batch = self._tokenizer.batch([work.tokens[row] for row in rows])
                work.vectors[rows] = self._run(batch, stop)
                work.batches.pop()
        except Cancelled:
            self._stopped = work
            raise
        if work is self._stopped:
            self._stopped = None
        if not np.isfinite(work.vectors).all():
            raise self._failed("the model gave a vector that is not made of numbers")
        self._truncated += sum(piece.truncated for piece in work.tokens)
        if len(work.tokens) == len(texts):
            return work.vectors
        sums = np.zeros((len(texts), self._dimension), dtype=np.float32)
        lengths = np.array([len(piece) for piece in work.tokens], np.float32)
        np.add.at(sums, work.owners, work.vectors * lengths[:, None])
        return pooling.l2(sums)

    def _begun(self, texts: Sequence[str], prompt: Prompt) -> _Work:
        before = (
            self._description.query_prompt
            if prompt is Prompt.QUERY
            else self._description.document_prompt
        )
        owners: list[int] = []
        tokens: list[Tokens] = []
        whole = self._tokenizer.tokens([before + text for text in texts])
        for row, (text, read) in enumerate(zip(texts, whole, strict=True)):
            if read.truncated:
                pieces = self._tokenizer.pieces(before, text)
                most = _MOST_PIECES[prompt]
                tokens += self._tokenizer.tokens([before + piece for piece in pieces[:most]])
                if len(pieces) > most:
                    tokens[-1] = replace(tokens[-1], truncated=True)
            else:
                tokens.append(read)
            owners += [row] * (len(tokens) - len(owners))
        vectors = np.empty((len(tokens), self._dimension), dtype=np.float32)
        planned = list(batches(tokens, self._runtime.batch_tokens))
        return _Work(tuple(texts), prompt, np.array(owners, np.intp), tokens, planned, vectors)

    def _run(self, batch: Batch, stop: Stop) -> NDArray[np.float32]:
        output = run(self._runtime, batch, stop, self._failed)
        pooled = (
            output.astype(np.float32)
            if self._runtime.signature.pooled
            else pooling.pool(output, batch.mask, self._description.pooling)
        )
        if pooled.shape[1] != self._description.dimension:
            raise JinasearchError(
                Code.MODEL_UNSUITABLE,
                f"The model {self._description.name} cannot be used:"
                f" it gives {pooled.shape[1]} numbers a text",
                "Choose another model.",
                self._path,
            )
        return pooling.finish(pooled, self._dimension)

    def _failed(self, why: str) -> JinasearchError:
        return JinasearchError(
            Code.EMBED_FAILED,
            f"The model {self._description.name} failed on a text ({why})",
            "The text is left out of search by meaning; keywords still find it.",
        )


def run(
    runtime: Runtime, batch: Batch, stop: Stop, failed: Callable[[str], JinasearchError]
) -> NDArray[np.floating]:
    """The output of a graph for one batch.

    Raises:
        Cancelled: `stop` was requested.
        JinasearchError: `failed`, told the runtime's own error.
    """
    if stop.requested:
        raise Cancelled
    try:
        return runtime.run(_feed(batch, runtime.signature), stop)
    except Cancelled:
        raise
    except Exception as error:  # the runtimes' errors share no base class
        raise failed(type(error).__name__) from error


def _feed(batch: Batch, signature: Signature) -> dict[str, NDArray[np.integer]]:
    """The inputs that a graph declares, for one batch."""
    positions = np.broadcast_to(np.arange(batch.ids.shape[1]), batch.ids.shape)
    arrays = {
        "input_ids": batch.ids,
        "attention_mask": batch.mask,
        "token_type_ids": batch.types,
        "position_ids": positions,
    }
    inputs = signature.inputs
    return {name: arrays[name].astype(kind, copy=False) for name, kind in inputs.items()}


def batches(tokens: Sequence[Tokens], most: int) -> Iterator[list[int]]:
    """Rows of texts to run together: alike in length, and alone or within `most` tokens, padding
    included, and `_RUN_SCORES`."""
    rows: list[int] = []
    for row in sorted(range(len(tokens)), key=lambda row: len(tokens[row])):
        length = len(tokens[row])
        if rows and (
            (len(rows) + 1) * length > most
            or (len(rows) + 1) * length**2 > _RUN_SCORES
            or length > _BATCH_SPREAD * len(tokens[rows[0]])
        ):
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows
