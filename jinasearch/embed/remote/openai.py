"""Vectors from a server that speaks OpenAI's `/v1/embeddings`: llama-server, vLLM, Text Embeddings
Inference, LM Studio, Ollama, and services in the cloud.

What a model wants before a text is put there by us, or by the server where it offers that; the
vectors are cut to the dimension and normalised here, whatever the server does.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed import pooling
from jinasearch.embed.encoder import Cancelled, Prompt, Stop
from jinasearch.embed.remote import trouble
from jinasearch.embed.remote.client import Client
from jinasearch.embed.remote.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence
    from typing import Any, TypeVar

    from numpy.typing import NDArray

    from jinasearch.embed.models.description import ModelDescription, Server
    from jinasearch.embed.remote.answer import Answer

    _T = TypeVar("_T")

SAMPLE = "Der Hafen, the harbour, 港口, порт"
"""A text whose vector tells one model from another; of several scripts, since some models differ
in the languages they know alone."""
SAMPLE_NUMBERS = 64
_SAME_MODEL = 0.9
"""Cosine of two samples: weights cut down to 4 bits keep 0.98, other models' are near 0."""

_TOKEN_BYTES = 3
"""Fewer than a token has on the average, in UTF-8, in any language that is written."""
_CUT = 0.7
_MARGIN = 0.95
_CUTS = 16
_WAIT_SECONDS = 1.0
_ALL_SECONDS = 100.0
_ALL_TEXT_SECONDS = 20.0
"""How long a whole call may take, and for each text: less than the engine waits for it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that are waited: for one answer, for each text in it, and while the server is busy.

    A question has a user waiting.
    """

    answer: float
    text: float
    busy: float


_PATIENCE = {
    Prompt.QUERY: Patience(answer=30.0, text=0.0, busy=10.0),
    Prompt.DOCUMENT: Patience(answer=30.0, text=5.0, busy=60.0),
}


class OpenAIEncoder:
    """A model on a server, behind the `Encoder` protocol. One thread at a time uses it."""

    def __init__(
        self,
        description: ModelDescription,
        server: Server,
        dimension: int,
        key: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Asks nothing yet. `dimension` is at most `server.width`; `sleep` waits, in seconds."""
        self._description = description
        self._server = server
        self._dimension = dimension
        self._sleep = sleep
        self._batch = server.batch
        self._truncated = 0
        self._runner = asyncio.Runner()
        self._client = Client(server.url, key)

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
        """Where it runs, and what is spoken with it."""
        return f"{self._server.host}, {self._server.kind}"

    @property
    def precision(self) -> str:
        """Not known: the server's business."""
        return self._description.precision

    @property
    def remark(self) -> JinasearchError | None:
        """Nothing: there is one way to ask a server."""
        return None

    @property
    def truncated(self) -> int:
        """How many texts were cut since it was made, by us or, as far as it tells how many tokens
        it has read, by the server."""
        return self._truncated

    def close(self) -> None:
        """Hang up."""
        self._runner.run(self._client.close())
        self._runner.close()

    def check(self) -> None:
        """Ask for the sample's vector, and compare it with that of the day the model was added.

        Raises:
            JinasearchError(REMOTE_FAILED, EMBED_FAILED): the server does not answer.
            JinasearchError(MODEL_UNSUITABLE): another model answers now.
        """
        known = np.array(self._server.sample, dtype=np.float32)
        if not len(known):
            return
        found = self._vectors([SAMPLE], Prompt.DOCUMENT, Stop())[0, : len(known)]
        scale = float(np.linalg.norm(found) * np.linalg.norm(known))
        if scale == 0 or float(found @ known) / scale < _SAME_MODEL:
            raise self._another_model()

    def encode(
        self, texts: Sequence[str], prompt: Prompt, stop: Stop | None = None
    ) -> NDArray[np.float32]:
        """The texts' vectors, in the texts' order: shape (n, dimension), each of length 1.

        A text that is too long for the server is cut at its end, and counted as `truncated`.

        Raises:
            Cancelled: `stop` was requested before the last vector was there.
            JinasearchError(EMBED_FAILED): the server fails on a text, or answers nonsense.
            JinasearchError(REMOTE_FAILED): it is not there, overloaded, or will not answer.
            JinasearchError(MODEL_UNSUITABLE): another model answers now.
        """
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        return pooling.finish(self._vectors(texts, prompt, stop or Stop()), self._dimension)

    def _vectors(self, texts: Sequence[str], prompt: Prompt, stop: Stop) -> NDArray[np.float32]:
        before = (
            self._description.query_prompt
            if prompt is Prompt.QUERY
            else self._description.document_prompt
        )
        # Half characters, which damaged files give, are no JSON.
        inputs = [before + text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        try:
            seconds = _ALL_SECONDS + _ALL_TEXT_SECONDS * len(inputs)
            vectors = self._stoppable(self._in_batches(inputs, prompt), stop, seconds)
        except Trouble as found:
            raise trouble.told(found, self._server.host) from found
        if vectors.shape[1] != self._server.width:
            raise self._another_model()
        return vectors

    def _stoppable(self, work: Coroutine[Any, Any, _T], stop: Stop, seconds: float) -> _T:
        async def watched() -> _T:
            task, loop = asyncio.current_task(), asyncio.get_running_loop()

            def cancel() -> None:
                if task is not None:
                    loop.call_soon_threadsafe(task.cancel)

            stop.on_request(cancel)
            try:
                async with asyncio.timeout(seconds):
                    return await work
            except TimeoutError as error:
                raise Trouble(Kind.SLOW) from error
            finally:
                stop.on_request(None)

        try:
            return self._runner.run(watched())
        except asyncio.CancelledError:
            raise Cancelled from None

    async def _in_batches(self, inputs: Sequence[str], prompt: Prompt) -> NDArray[np.float32]:
        parts: list[NDArray[np.float32]] = []
        done = 0
        while done < len(inputs):
            batch = self._next_batch(inputs, done)
            parts.append(await self._halving(batch, prompt))
            done += len(batch)
        if len({part.shape[1] for part in parts}) > 1:
            raise Trouble(Kind.UNUSABLE, "gave vectors of different lengths")
        return np.concatenate(parts)

    def _next_batch(self, inputs: Sequence[str], start: int) -> Sequence[str]:
        """Texts from `start` on; one that the server may cut without a word goes alone, so that the
        tokens that it has read tell."""
        end = start
        while end < min(start + self._batch, len(inputs)) and not self._doubtful(inputs[end]):
            end += 1
        return inputs[start : max(end, start + 1)]

    def _doubtful(self, text: str) -> bool:
        limit = self._description.max_tokens
        return 0 < limit * _TOKEN_BYTES <= len(text.encode())

    async def _halving(self, batch: Sequence[str], prompt: Prompt) -> NDArray[np.float32]:
        """A batch that is too much for the server goes in two; a text alone is cut."""
        try:
            answer = await self._patiently(batch, prompt)
        except Trouble as found:
            if found.kind not in (Kind.TOO_LONG, Kind.TOO_MANY, Kind.SLOW):
                raise
            if len(batch) == 1:
                if found.kind is Kind.SLOW:
                    raise
                return await self._cutting(batch[0], prompt, found)
            half = len(batch) // 2
            if found.kind is not Kind.TOO_LONG:
                self._batch = min(self._batch, half)
        else:
            if len(batch) == 1 and 0 < self._description.max_tokens <= answer.tokens:
                self._truncated += 1
            return answer.vectors
        parts = [await self._halving(part, prompt) for part in (batch[:half], batch[half:])]
        return np.concatenate(parts)

    async def _cutting(self, text: str, prompt: Prompt, found: Trouble) -> NDArray[np.float32]:
        for _ in range(_CUTS):
            share = found.share * _MARGIN or _CUT
            text = text[: int(len(text) * share)]
            if not text:
                break
            try:
                answer = await self._patiently([text], prompt)
            except Trouble as again:
                if again.kind not in (Kind.TOO_LONG, Kind.TOO_MANY):
                    raise
                found = again
            else:
                self._truncated += 1
                return answer.vectors
        raise found

    async def _patiently(self, batch: Sequence[str], prompt: Prompt) -> Answer:
        """One request, repeated while the server is busy."""
        server, patience = self._server, _PATIENCE[prompt]
        own = server.query_fields if prompt is Prompt.QUERY else server.document_fields
        fields = {"model": server.model, "encoding_format": server.encoding, **dict(own)}
        seconds = patience.answer + patience.text * len(batch)
        left, wait = patience.busy, _WAIT_SECONDS
        while True:
            try:
                return await self._client.embed(batch, fields, seconds)
            except Trouble as found:
                pause = max(wait, found.wait or 0.0)
                if found.kind is not Kind.BUSY or pause > left:
                    raise
            await self._sleep(pause)
            left -= pause
            wait *= 2

    def _another_model(self) -> JinasearchError:
        return JinasearchError(
            Code.MODEL_UNSUITABLE,
            f"The server {self._server.host} answers with another model than"
            f" {self._server.model} by now",
            "Start the right model there, or add the new one under a name of its own:"
            " vectors of two models cannot be compared.",
        )
