"""One server over HTTP: one request, one answer or one `Trouble`.

Redirects are not followed, no proxy is taken from the environment, certificates are verified.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from typing import TYPE_CHECKING

import httpx

from jinasearch.embed.remote import answer, trouble
from jinasearch.embed.remote.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CONNECT_SECONDS = 10.0
_MOST_BYTES = 64 << 20
"""No answer is larger: 64 vectors of 16,384 numbers written out take 20 MB."""


class Client:
    """A connection that is kept open. To be used in one event loop, and closed there."""

    def __init__(self, url: str, key: str) -> None:
        """`url` is the base, such as `https://host/v1`."""
        self._url = url
        headers = {"User-Agent": "jinasearch"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),  # the whole is timed instead
            follow_redirects=False,
            trust_env=False,
            verify=_certificates(),
        )

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def embed(
        self, texts: Sequence[str], fields: Mapping[str, str | int], seconds: float
    ) -> answer.Answer:
        """The vectors of `texts` as the server gives them.

        `fields` go beside the texts: the model, the encoding, and what else the server wants.
        `seconds` is how long the whole may take. Raises Trouble.
        """
        content = json.dumps({**fields, "input": list(texts)}).encode("ascii")
        url = self._url + "/embeddings"
        try:
            data = await self._send("POST", url, content, seconds)
        except httpx.TransportError:
            # A connection that was kept open may have ended meanwhile.
            try:
                data = await self._send("POST", url, content, seconds)
            except httpx.TransportError as error:
                raise Trouble(Kind.UNUSABLE, "broke off the connection") from error
        return answer.read(data, len(texts))

    async def get(self, url: str, seconds: float) -> bytes:
        """The body of any address at the server. Raises Trouble."""
        try:
            return await self._send("GET", url, b"", seconds)
        except httpx.TransportError as error:
            raise Trouble(Kind.UNUSABLE, "broke off the connection") from error

    async def _send(self, method: str, url: str, content: bytes, seconds: float) -> bytes:
        try:
            async with (
                asyncio.timeout(seconds),
                self._http.stream(
                    method, url, content=content, headers={"Content-Type": "application/json"}
                ) as response,
            ):
                data = bytearray()
                async for piece in response.aiter_bytes():
                    data += piece
                    if len(data) > _MOST_BYTES:
                        raise Trouble(Kind.UNUSABLE, "gave an answer without end")
                if response.status_code != 200:
                    raise trouble.of_answer(
                        response.status_code, dict(response.headers), bytes(data)
                    )
                return bytes(data)
        except TimeoutError as error:
            raise Trouble(Kind.SLOW) from error
        except httpx.DecodingError as error:
            raise Trouble(Kind.UNUSABLE, "gave an answer that cannot be read") from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _no_connection(error) from error


def _certificates() -> ssl.SSLContext:
    """Those that httpx brings, and those that the system trusts, such as a company's own."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _no_connection(error: BaseException) -> Trouble:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return Trouble(
                Kind.REFUSED,
                "cannot prove who it is",
                "Its certificate is not valid here; give it one that this machine trusts.",
            )
        cause = cause.__cause__ or cause.__context__
    return Trouble(Kind.NO_ANSWER)
