"""What a server's refusals mean, and how they are told.

Shapes: llama-server `{"error": {code, message, type, n_prompt_tokens, n_ctx}}`; OpenAI and vLLM
`{"error": {message, type, param, code}}`, older vLLM without the outer table; Text Embeddings
Inference `{error, error_type}`, below `/v1` `{message, code, type}`. A proxy in between may answer
with any HTML.

What a server says is never shown or logged: it may quote the text that was sent.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from jinasearch.core.errors import Code, JinasearchError


class Kind(StrEnum):
    """What to do about a refusal."""

    TOO_LONG = "too-long"
    """A text has more tokens than the server takes."""
    TOO_MANY = "too-many"
    """There are too many texts in one request."""
    BUSY = "busy"
    """Ask again later."""
    NO_ANSWER = "no-answer"
    """The server is not there."""
    SLOW = "slow"
    """The answer did not come in time."""
    REFUSED = "refused"
    """The server will not answer, whatever the text."""
    UNUSABLE = "unusable"
    """It failed over these texts, or its answer makes no sense."""


class Trouble(Exception):  # noqa: N818 - the caller may know what to do about it
    """A request that gave no vectors.

    `share` is the part of a too long text that would fit, 0 if the server does not tell; `wait`
    how many seconds the server wants to be left alone, None if it does not tell.
    """

    def __init__(
        self,
        kind: Kind,
        title: str = "",
        advice: str = "",
        *,
        share: float = 0.0,
        wait: float | None = None,
        status: int = 0,
    ) -> None:
        super().__init__(title or kind.value)
        self.kind = kind
        self.title = title
        self.advice = advice
        self.share = share
        self.wait = wait
        self.status = status


_TOO_LONG = re.compile(
    r"context (length|size|window)|too long|too large to process|must have less than|maximum.*token"
)
_TOO_MANY = re.compile(r"batch size|too many (inputs|items)|(inputs?|items|array).*at most")
_LOOK = "Look at what the server says on its own machine."


def of_answer(status: int, headers: dict[str, str], body: bytes) -> Trouble:
    """The trouble that an answer other than 200 tells of."""
    if 300 <= status < 400:
        return _redirect(headers.get("location", ""))
    if status in (429, 503):
        return Trouble(Kind.BUSY, wait=_seconds(headers.get("retry-after", "")), status=status)
    if status in (400, 413, 422, 500) and (kind := _too_much(status, error := _error(body))):
        return Trouble(kind, share=_share(error), status=status)
    title, advice = _REFUSALS.get(status, ("", ""))
    if title:
        return Trouble(Kind.REFUSED, title, advice, status=status)
    return Trouble(Kind.UNUSABLE, f"failed with status {status}", _LOOK, status=status)


def _too_much(status: int, error: dict[str, Any]) -> Kind | None:
    message = str(error.get("message", "")).lower()
    if error.get("type") == "exceed_context_size_error" or error.get("param") == "input_tokens":
        return Kind.TOO_LONG
    if _TOO_LONG.search(message):
        return Kind.TOO_LONG
    return Kind.TOO_MANY if status == 413 or _TOO_MANY.search(message) else None


_REFUSALS = {
    401: ("does not accept the key", "Add the model again with the right key."),
    402: ("asks to be paid", "Look at your account there."),
    403: ("does not allow it", "Look at what the key may be used for."),
    404: ("does not know this model or address", "Look at its address and the model's name."),
    405: ("does not know this address", "Look at its address: most end in /v1."),
    407: ("is behind a proxy that wants a password", "No proxy is used by this program."),
    501: ("makes no embeddings", "Start llama-server with --embedding."),
    502: ("cannot be reached by its proxy", "Start it; work goes on by itself."),
    504: ("cannot be reached by its proxy", "Start it; work goes on by itself."),
}


def told(trouble: Trouble, host: str) -> JinasearchError:
    """The error for the user.

    EMBED_FAILED may be the fault of a text, and the caller looks for it; REMOTE_FAILED is not.
    """
    code = Code.REMOTE_FAILED
    match trouble.kind:
        case Kind.BUSY:
            what, advice = "is overloaded", "Work goes on by itself when it has time."
        case Kind.NO_ANSWER:
            what, advice = "does not answer", "Start it; work goes on by itself."
        case Kind.REFUSED:
            what, advice = trouble.title, trouble.advice
        case Kind.SLOW:
            code, what, advice = Code.EMBED_FAILED, "took too long", _LOOK
        case Kind.UNUSABLE:
            code, what, advice = Code.EMBED_FAILED, trouble.title, trouble.advice or _LOOK
        case _:
            code, what, advice = Code.EMBED_FAILED, "takes no text, however short", _LOOK
    return JinasearchError(code, f"The server {host} {what}", advice)


def _redirect(location: str) -> Trouble:
    # Followed, texts and key would go where nobody agreed to.
    try:
        where = urlsplit(location).netloc.rpartition("@")[2]
    except ValueError:
        where = ""
    return Trouble(
        Kind.REFUSED,
        f"sends us on to {where}" if where.isprintable() and where else "sends us on elsewhere",
        "If that is right, add the model again with the new address.",
    )


def _error(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    inner = value.get("error")
    if isinstance(inner, dict):
        return inner
    return {"message": inner, **value} if isinstance(inner, str) else value


def _share(error: dict[str, Any]) -> float:
    given, limit = error.get("n_prompt_tokens"), error.get("n_ctx")
    if isinstance(given, int) and isinstance(limit, int) and 0 < limit < given:
        return limit / given
    return 0.0


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None  # a date, or nothing
    return seconds if 0 <= seconds < float("inf") else None
