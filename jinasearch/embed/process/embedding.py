"""Vectors from the embed process: what is asked of it, and who is to blame when it dies."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Prompt
from jinasearch.embed.process import wire
from jinasearch.embed.process.connection import ChildDied
from jinasearch.embed.process.model import EmbeddingInterrupted, ModelProcess, died, error_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_ANSWER_SECONDS = 120.0
_TEXT_SECONDS = 30.0
_SLICE = 16
_HARMLESS = "a"


class PoisonText(Exception):  # noqa: N818 - names the culprit, the caller goes on without it
    """One text kills or breaks the model: `index` is its place in the texts given."""

    def __init__(self, index: int) -> None:
        super().__init__(f"text {index}")
        self.index = index


class EmbedProcess(ModelProcess):
    """Vectors from a model that lives in a process of its own. Thread-safe.

    A query stops the documents under way, which are then repeated.
    """

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question: shape (dimension,), length 1. Overtakes documents.

        Raises:
            JinasearchError: the model cannot be loaded (MODEL_*), or failed twice (EMBED_FAILED).
            EmbeddingInterrupted: `use()` or `stop()` was called meanwhile.
        """
        with self._in_use() as generation:
            for _ in range(2):
                with contextlib.suppress(ChildDied):
                    vectors = self._encode([text], Prompt.QUERY, generation)
                    return vectors.reshape(-1)
        raise died()

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of texts, in their order: shape (n, dimension), each of length 1.

        Raises:
            PoisonText: one of the texts kills the process or breaks the model, alone and twice.
            JinasearchError: the model cannot be loaded (MODEL_*), or fails on any text
                (EMBED_FAILED).
            EmbeddingInterrupted: `use()` or `stop()` was called meanwhile.
        """
        with self._in_use() as generation:
            # In slices: a query's cancel costs one slice, not the whole batch.
            starts = range(0, max(len(texts), 1), _SLICE)
            return np.concatenate(
                [
                    self._encode_documents(texts[i : i + _SLICE], i, generation, tries=2)
                    for i in starts
                ]
            )

    def _encode_documents(
        self, texts: Sequence[str], offset: int, generation: int, tries: int
    ) -> NDArray[np.float32]:
        """Encode texts; those that kill the process are halved until the culprit is found."""
        for _ in range(tries):
            try:
                return self._encode(texts, Prompt.DOCUMENT, generation)
            except ChildDied:
                _log.warning("The embed process ended over %d texts", len(texts))
            except EmbeddingInterrupted:
                raise
            except JinasearchError as error:
                if error.code is not Code.EMBED_FAILED or len(texts) == 0:
                    raise
                break  # the process lives and says no: asking the same again changes nothing
        if len(texts) == 1:
            self._acquit_the_model(generation)
            raise PoisonText(offset)
        half = len(texts) // 2
        return np.concatenate(
            [
                # Halves get one try; a single text is blamed only after two.
                self._encode_documents(part, offset + start, generation, 1 + (len(part) == 1))
                for start, part in ((0, texts[:half]), (half, texts[half:]))
            ]
        )

    def _acquit_the_model(self, generation: int) -> None:
        """Raise EMBED_FAILED if the model fails on a harmless text too: then no text is guilty."""
        try:
            self._encode([_HARMLESS], Prompt.DOCUMENT, generation)
        except ChildDied as error:
            raise died() from error

    def _encode(self, texts: Sequence[str], prompt: Prompt, generation: int) -> NDArray[np.float32]:
        request = {"op": "encode", "prompt": prompt, "texts": list(texts)}
        seconds = _ANSWER_SECONDS + _TEXT_SECONDS * len(texts)
        while True:
            if prompt is Prompt.DOCUMENT:
                self._free.wait()
            connection = self._awake(generation)
            try:
                header, payload = connection.ask(request, seconds)
            except ChildDied:
                self._raise_if_interrupted(generation)
                raise
            if header.get("cancelled"):
                continue  # a query went first
            if not header["ok"]:
                raise error_of(header)
            if header["truncated"] and prompt is Prompt.DOCUMENT:
                self._count_truncated(header["truncated"], generation)
            return wire.unpack(payload, header["shape"])

    def _count_truncated(self, texts: int, generation: int) -> None:
        with self._lock:
            if generation != self._generation:
                return
            info = replace(self._info, truncated=self._info.truncated + texts)
        self._change(info)
