"""One request, how it is sent and how its answer is read, and the codec of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from jinasearch.core.errors import Code, JinasearchError

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Failure:
    """The body of every answer that is an error."""

    code: str
    title: str
    message: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Call(Generic[R]):
    """One request, whole: what to send and how to read the answer."""

    method: str
    path: str
    reply: type[R]
    body: object = None

    def encoded(self) -> bytes:
        """The request's body as JSON; empty if it has none."""
        return b"" if self.body is None else encode(self.body)

    def decoded(self, status: int, body: bytes) -> R:
        """The answer, from its HTTP status and body. Raises what the engine reports."""
        if status != 200:
            raise failure_from(status, body)
        try:
            return msgspec.json.decode(body, type=self.reply)
        except msgspec.MsgspecError as error:
            raise JinasearchError(
                Code.ENGINE_FAILED,
                "The engine's answer cannot be read",
                "Run `jinasearch engine restart`.",
            ) from error


def encode(value: object) -> bytes:
    """Any type of this module as JSON."""
    return msgspec.json.encode(value)


def failure_of(error: JinasearchError) -> Failure:
    """The body that reports `error`."""
    return Failure(error.code, error.title, error.message, error.path)


def failure_from(status: int, body: bytes) -> JinasearchError:
    """What an answer with another status than 200 reports."""
    try:
        failure = msgspec.json.decode(body, type=Failure)
        code = Code(failure.code)
    except (msgspec.MsgspecError, ValueError):
        return JinasearchError(
            Code.ENGINE_FAILED,
            f"The engine answered with status {status}",
            "Look into engine.log in the library's folder.",
        )
    return JinasearchError(code, failure.title, failure.message, failure.path)
