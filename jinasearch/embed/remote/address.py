"""The address of an embedding server, as a user writes it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from jinasearch.core.errors import Code, JinasearchError

_ENDPOINT = "/embeddings"


@dataclass(frozen=True, slots=True)
class Address:
    """A server. `url` is its base, such as `https://host/v1`; `host` has the port where one is
    given. `local`: what is sent there stays on this machine. `encrypted`: it is https.
    """

    url: str
    host: str
    local: bool
    encrypted: bool


def parse(text: str) -> Address:
    """The address in `text`: the server's root, its `/v1`, or its `/v1/embeddings`.

    Raises JinasearchError(BAD_REQUEST) for what is no http address, or one with a password,
    query or fragment in it.
    """
    try:
        parts = urlsplit(text.strip())
        name, port = parts.hostname or "", parts.port
        plain = not (parts.username or parts.password or parts.query or parts.fragment)
    except ValueError as error:
        raise _no_address() from error
    if parts.scheme not in ("http", "https") or not name or not plain or not text.isprintable():
        raise _no_address()
    host = f"[{name}]" if ":" in name else name
    host += "" if port is None else f":{port}"
    path = parts.path.rstrip("/").removesuffix(_ENDPOINT).rstrip("/") or "/v1"
    return Address(
        url=urlunsplit((parts.scheme, host, path, "", "")),
        host=host,
        local=_is_loopback(name),
        encrypted=parts.scheme == "https",
    )


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False  # a name: wherever it may lead today, it may lead elsewhere tomorrow


def _no_address() -> JinasearchError:
    # What was given is not repeated: it may hold a password.
    return JinasearchError(
        Code.BAD_REQUEST,
        "This is no address of a server",
        "Give one such as http://127.0.0.1:8080/v1, without a password or a query in it.",
    )
