"""Fetching one large file over HTTP: resumed where it broke off, checked when it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

import httpx

from jinasearch.embed.encoder import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jinasearch.embed.encoder import Stop

_BLOCK = 1 << 20
_ATTEMPTS = 5
_SHA256_DIGITS = 64
_SHA1_DIGITS = 40


class DamagedDownload(Exception):  # noqa: N818 - turned into a JinasearchError by the caller
    """What arrived is not what the hub said it would be."""


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file is and what it must be.

    `size` is in bytes. `etag` is the hub's: the content's SHA-256 for large files, git's SHA-1
    of the blob for small ones; anything else (a mirror's own) names a version and checks nothing.
    `sha256` is what the catalogue knows, empty if nothing.
    """

    url: str
    size: int
    etag: str
    sha256: str = ""


def part_of(target: Path, etag: str) -> Path:
    """The unfinished file beside `target`; another version of the file has another part."""
    return target.with_name(f"{target.name}.{re.sub(r'[^0-9A-Za-z]', '', etag)[:16]}.part")


def fetch(
    client: httpx.Client,
    source: Source,
    target: Path,
    progress: Callable[[int], None],
    stop: Stop,
    pause: Callable[[float], object],
) -> str:
    """Fetch `source` to `target` and give its SHA-256 in hex.

    `progress` is told the bytes there so far. A broken connection is taken up again as long as
    it brings something, and after `_ATTEMPTS` failures in a row that bring nothing no more;
    `pause` is called with the seconds to wait between them. The unfinished file stays.

    Raises:
        Cancelled: `stop` was requested.
        DamagedDownload: size or hash is wrong; the unfinished file is deleted.
        httpx.HTTPError: the network or the server failed.
        OSError: the disk did.
    """
    part = part_of(target, source.etag)
    part.parent.mkdir(parents=True, exist_ok=True)
    if target.is_file():
        with contextlib.suppress(DamagedDownload):
            return _checked(source, target, stop)
    part.touch()
    progress(min(part.stat().st_size, source.size))
    failures = 0
    while (before := part.stat().st_size) < source.size:
        try:
            _fetch_rest(client, source, part, progress, stop)
        except httpx.TransportError:
            if part.stat().st_size > before:
                failures = 0
            failures += 1
            if failures == _ATTEMPTS:
                raise
            pause(2.0 ** (failures - 1))
        else:
            break
    try:
        sha256 = _checked(source, part, stop)
    except DamagedDownload:
        part.unlink()
        raise
    part.replace(target)
    return sha256


def _fetch_rest(
    client: httpx.Client,
    source: Source,
    part: Path,
    progress: Callable[[int], None],
    stop: Stop,
) -> None:
    have = part.stat().st_size
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with client.stream("GET", source.url, headers=headers) as response:
        response.raise_for_status()
        if response.status_code != HTTPStatus.PARTIAL_CONTENT:
            have = 0  # the server does not resume, so it begins again
        elif not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise httpx.RemoteProtocolError("the server sent another part than asked for")
        with part.open("r+b") as stream:
            stream.truncate(have)
            stream.seek(have)
            for block in response.iter_bytes():
                if stop.requested:
                    raise Cancelled
                have += len(block)
                if have > source.size:
                    break  # the check below will refuse it
                stream.write(block)
                progress(have)


def _checked(source: Source, part: Path, stop: Stop) -> str:
    if part.stat().st_size != source.size:
        raise DamagedDownload
    sha256 = hashlib.sha256()
    # Not for safety: git names its blobs so.
    git = hashlib.sha1(f"blob {source.size}\0".encode(), usedforsecurity=False)
    digests: tuple[_Digest, ...] = (sha256, git)
    with part.open("rb") as stream:
        while block := stream.read(_BLOCK):
            if stop.requested:
                raise Cancelled
            for digest in digests:
                digest.update(block)
    expected = {source.sha256} - {""}
    if re.fullmatch(r"[0-9a-f]+", source.etag):
        if len(source.etag) == _SHA256_DIGITS:
            expected.add(source.etag)
        elif len(source.etag) == _SHA1_DIGITS and git.hexdigest() != source.etag:
            raise DamagedDownload
    if expected - {sha256.hexdigest()}:
        raise DamagedDownload
    return sha256.hexdigest()
