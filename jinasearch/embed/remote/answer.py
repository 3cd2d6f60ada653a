"""Vectors from the answer of `/v1/embeddings`, checked before anything is believed."""

from __future__ import annotations

import base64
import binascii
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - msgspec reads no annotation of it

from jinasearch.embed.remote.trouble import Kind, Trouble


class _Item(msgspec.Struct, frozen=True):
    embedding: list[float | None] | str
    index: int | None = None


class _Answer(msgspec.Struct, frozen=True):
    data: list[_Item]
    usage: Any = None


class Answer(NamedTuple):
    """The vectors (n, width) of n texts, in the texts' order, not normalised, and how many tokens
    the server read of all of them together; 0 if it does not tell."""

    vectors: NDArray[np.float32]
    tokens: int


def read(body: bytes, count: int) -> Answer:
    """What is answered for `count` texts.

    Raises Trouble(UNUSABLE) if there are more or fewer, if they differ in length, or if one is not
    made of numbers or is zero.
    """
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unusable("gave an answer that cannot be read") from error
    if len(answer.data) != count:
        raise _unusable(f"gave {len(answer.data)} vectors for {count} texts")
    order = [place if item.index is None else item.index for place, item in enumerate(answer.data)]
    if sorted(order) != list(range(count)):
        raise _unusable("does not tell which vector is whose")
    rows: list[NDArray[np.float32]] = [_row(item.embedding) for item in answer.data]
    if len({len(row) for row in rows}) > 1:
        raise _unusable("gave vectors of different lengths")
    result = np.empty((count, len(rows[0]) if rows else 0), dtype=np.float32)
    result[order] = rows
    if not np.isfinite(result).all():
        raise _unusable("gave a vector that is not made of numbers")
    if not result.any(axis=1).all():
        raise _unusable("gave a vector of zeros")
    return Answer(result, _tokens(answer.usage))


def _tokens(usage: Any) -> int:  # noqa: ANN401 - whatever the server writes there
    told = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return told if isinstance(told, int) and told > 0 else 0


def _row(embedding: list[float | None] | str) -> NDArray[np.float32]:
    if isinstance(embedding, str):
        try:
            return np.frombuffer(base64.b64decode(embedding, validate=True), dtype="<f4").astype(
                np.float32
            )
        except (ValueError, binascii.Error) as error:
            raise _unusable("gave an answer that cannot be read") from error
    with np.errstate(over="ignore"):  # too large for float32 becomes infinite, and is refused
        # None, which some servers write for what is no number, becomes NaN.
        return np.array(embedding, dtype=np.float64).astype(np.float32)


def _unusable(what: str) -> Trouble:
    return Trouble(Kind.UNUSABLE, what)
