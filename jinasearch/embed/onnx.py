"""Running a model with ONNX Runtime. Only the embed process imports this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown
from jinasearch.embed import pooling
from jinasearch.embed.encoder import Cancelled, Prompt, Stop
from jinasearch.embed.locate import damaged
from jinasearch.embed.tokenizer import TextTokenizer, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from jinasearch.embed.description import ModelDescription
    from jinasearch.embed.locate import ModelPaths
    from jinasearch.embed.tokenizer import Batch

_PROVIDERS = {"cpu": "CPUExecutionProvider"}
_SHOWN_PROVIDERS = {"CPUExecutionProvider": "ONNX Runtime, CPU"}
_KNOWN_INPUTS = {"input_ids", "attention_mask", "token_type_ids", "position_ids"}
_HIDDEN_OUTPUTS = ("last_hidden_state", "token_embeddings")
_POOLED_OUTPUT = "sentence_embedding"
_INTEGERS: dict[str, type[np.integer[Any]]] = {
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
}

_BATCH_TOKENS = 512
"""Tokens of one run, padding included. Larger runs were slower a processor second (of passages of
200 tokens: 256 tokens a run 13.4 passages, 1024 12.4, 2048 11.3, 4096 10) and take more memory."""

_BATCH_SPREAD = 1.25
"""How much longer than its shortest text a run's longest may be: the rest would be padding."""


class OnnxEncoder:
    """A model in ONNX form behind the `Encoder` protocol.

    Vectors of a model whose arithmetic is in float (fp32, and int8 where only the weights are)
    depend on what else is in the batch by no more than rounding. A graph with dynamically
    quantised activations would scale them by its whole batch; none is in the catalogue.
    """

    def __init__(
        self,
        description: ModelDescription,
        paths: ModelPaths,
        dimension: int = 0,
        threads: int = 1,
        provider: str = "cpu",
    ) -> None:
        """Load the model; `dimension` 0 means the model's own.

        Raises:
            JinasearchError(MODEL_DAMAGED): a file cannot be read as what it should be.
            JinasearchError(MODEL_UNSUITABLE): it is no embedding model, or has not this dimension.
        """
        self._description = description
        self._dimension = dimension or description.dimension
        self._path = shown(paths.onnx)
        if self._dimension not in description.dimensions:
            raise self._unsuitable(
                f"it has no {self._dimension} dimensions, only "
                + ", ".join(str(size) for size in description.dimensions)
            )
        self._tokenizer = TextTokenizer(
            paths.tokenizer, description.input_tokens, description.pad_token
        )
        try:
            self._session = ort.InferenceSession(
                str(paths.onnx), _options(threads), providers=[_PROVIDERS[provider]]
            )
        except Exception as error:  # the runtime's errors share no public base class
            raise damaged(description, paths.onnx) from error
        self._inputs = self._checked_inputs()
        self._output, self._pooled = self._checked_output()

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
        """What the session says it runs on, which can differ from what was asked for."""
        first = str(self._session.get_providers()[0])
        return _SHOWN_PROVIDERS.get(first, first)

    @property
    def precision(self) -> str:
        """The precision of its weights."""
        return self._description.precision

    def encode(
        self, texts: Sequence[str], prompt: Prompt, stop: Stop | None = None
    ) -> NDArray[np.float32]:
        """The texts' vectors, in the texts' order: shape (n, dimension), each of length 1.

        Raises:
            Cancelled: `stop` was requested before the last vector was there.
            JinasearchError(EMBED_FAILED): the runtime failed, or gave what is no number.
        """
        stop = stop or Stop()
        before = (
            self._description.query_prompt
            if prompt is Prompt.QUERY
            else self._description.document_prompt
        )
        tokens = self._tokenizer.tokens([before + text for text in texts])
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        options = ort.RunOptions()
        stop.on_request(lambda: setattr(options, "terminate", True))
        try:
            for rows in _batches(tokens):
                batch = self._tokenizer.batch([tokens[row] for row in rows])
                vectors[rows] = self._run(batch, options, stop)
        finally:
            stop.on_request(None)
        if not np.isfinite(vectors).all():
            raise self._failed("the model gave a vector that is not made of numbers")
        return vectors

    def _run(self, batch: Batch, options: Any, stop: Stop) -> NDArray[np.float32]:  # noqa: ANN401
        if stop.requested:
            raise Cancelled
        try:
            (output,) = self._session.run([self._output], self._feed(batch), options)
        except Exception as error:  # the runtime's errors share no public base class
            if stop.requested:
                raise Cancelled from error
            raise self._failed(type(error).__name__) from error
        pooled = (
            output.astype(np.float32)
            if self._pooled
            else pooling.pool(output, batch.mask, self._description.pooling)
        )
        if pooled.shape[1] != self._description.dimension:
            raise self._unsuitable(f"it gives {pooled.shape[1]} numbers a text")
        return pooling.finish(pooled, self._dimension)

    def _feed(self, batch: Batch) -> dict[str, NDArray[np.integer]]:
        positions = np.broadcast_to(np.arange(batch.ids.shape[1]), batch.ids.shape)
        arrays = {
            "input_ids": batch.ids,
            "attention_mask": batch.mask,
            "token_type_ids": batch.types,
            "position_ids": positions,
        }
        return {name: arrays[name].astype(kind, copy=False) for name, kind in self._inputs.items()}

    def _checked_inputs(self) -> dict[str, type[np.integer[Any]]]:
        inputs: dict[str, type[np.integer[Any]]] = {}
        for declared in self._session.get_inputs():
            if declared.name.startswith(("past_key_values", "past.", "cache")):
                raise self._unsuitable(
                    "it was exported for generating text (with a key-value cache), "
                    "export it for feature extraction"
                )
            if declared.name not in _KNOWN_INPUTS or declared.type not in _INTEGERS:
                raise self._unsuitable(f"its input {declared.name!r} is not known")
            inputs[declared.name] = _INTEGERS[declared.type]
        if "input_ids" not in inputs:
            raise self._unsuitable("it takes no input_ids")
        return inputs

    def _checked_output(self) -> tuple[str, bool]:
        """The output to read, and whether it is pooled already."""
        outputs = {output.name: output.shape for output in self._session.get_outputs()}
        # Hidden states before a pooled output: so the pooling is the description's own.
        for name, rank in (*((name, 3) for name in _HIDDEN_OUTPUTS), (_POOLED_OUTPUT, 2)):
            if name not in outputs:
                continue
            shape = outputs[name]
            width = shape[-1] if shape else None
            if len(shape) != rank or (
                isinstance(width, int) and width != self._description.dimension
            ):
                raise self._unsuitable(
                    f"its output {name} has the shape {shape}, "
                    f"not {self._description.dimension} numbers a token"
                )
            return name, name == _POOLED_OUTPUT
        if "logits" in outputs:
            raise self._unsuitable(
                "it gives logits and no embeddings, export it for feature extraction"
            )
        raise self._unsuitable(f"it gives {', '.join(outputs)} and no embeddings")

    def _unsuitable(self, why: str) -> JinasearchError:
        return JinasearchError(
            Code.MODEL_UNSUITABLE,
            f"The model {self._description.name} cannot be used: {why}",
            "Choose another model or dimension.",
            self._path,
        )

    def _failed(self, why: str) -> JinasearchError:
        return JinasearchError(
            Code.EMBED_FAILED,
            f"The model {self._description.name} failed on a text ({why})",
            "The text is left out of search by meaning; keywords still find it.",
        )


def _options(threads: int) -> Any:  # noqa: ANN401 - the runtime is not typed
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning threads burn about a second of processor time after every query.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The arena keeps for ever what the longest text once took, and measured no faster.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return options


def _batches(tokens: Sequence[Tokens]) -> Iterator[list[int]]:
    """Rows of texts to run together: alike in length, within `_BATCH_TOKENS` or alone."""
    rows: list[int] = []
    for row in sorted(range(len(tokens)), key=lambda row: len(tokens[row])):
        length = len(tokens[row])
        if rows and (
            (len(rows) + 1) * length > _BATCH_TOKENS
            or length > _BATCH_SPREAD * len(tokens[rows[0]])
        ):
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows
