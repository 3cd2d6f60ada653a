"""Downloading a model's files from the hub, and telling what is there.

Where a file is, how large it is and what its hash must be is asked through huggingface_hub, which
knows the hub's redirects and headers. The bytes are fetched here: the library's own download
checks no hash, reports progress only through a progress bar's class, and may hand over to a
native client that knows no mirror.

`HF_ENDPOINT` names a mirror, `HF_HUB_OFFLINE` forbids the network, as everywhere with the hub. No
token is sent and no telemetry.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import filelock
import httpx

from jinasearch.core import paths
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import write_atomically
from jinasearch.embed.encoder import Stop
from jinasearch.embed.models import consent
from jinasearch.embed.models.catalog import KNOWN
from jinasearch.embed.models.fetch import DamagedDownload, Source, fetch, part_of
from jinasearch.embed.models.layout import RECORD
from jinasearch.embed.models.locate import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jinasearch.embed.models.description import ModelDescription, ModelFile

_TIMEOUT = httpx.Timeout(30.0)
_METADATA_SECONDS = 20.0
_YES = {"1", "on", "yes", "true"}


class Presence(StrEnum):
    """Whether a model can be used."""

    READY = "ready"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Order:
    """Files of the hub's `hub_id`, and the folder they go to. `name` is for people."""

    name: str
    hub_id: str
    revision: str
    files: tuple[ModelFile, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class _Remote:
    file: ModelFile
    source: Source
    commit: str


def installed(description: ModelDescription) -> Presence:
    """Whether all files of the model are there, with the right sizes; hashes are not computed."""
    try:
        for file in description.files:
            check(description, file, hashed=False)
    except JinasearchError as error:
        return Presence.DAMAGED if error.code is Code.MODEL_DAMAGED else Presence.MISSING
    except OSError:
        return Presence.DAMAGED  # a drive that went away since, or no right to look
    return Presence.READY


def downloaded_bytes(description: ModelDescription) -> int:
    """Bytes of the model that are on the disk, of unfinished files too."""
    folder = _folder(description)
    total = 0
    for file in description.files:
        target = folder / file.name
        for path in (target, *target.parent.glob(f"{target.name}.*.part")):
            with contextlib.suppress(OSError):
                total += path.stat().st_size
    return total


def download(
    description: ModelDescription,
    *,
    accept_licence: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    stop: Stop | None = None,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Fetch what is missing of a model into `models_dir()/name`, and verify it.

    Args:
        description: a model of the catalogue.
        accept_licence: the user has read and accepts the licence; this is remembered.
        progress: told the bytes done and in all, also of what an earlier call has fetched.
        stop: ends the download; what was fetched is kept and the next call goes on from there.
        pause: waits between attempts, in seconds.

    Raises:
        JinasearchError(MODEL_CONSENT): the licence is not accepted; it names it.
        JinasearchError(DOWNLOAD_FAILED): no network, an answer that cannot be used, or a wrong
            hash; it says what can be done without the hub.
        JinasearchError(DISK_FULL): there is not enough room.
        Cancelled: `stop` was requested.
    """
    if not description.hub_id:
        raise JinasearchError(Code.BAD_REQUEST, f"The model {description.name} is not on the hub")
    if accept_licence:
        consent.remember(description)
    consent.require(description)
    # What the catalogue asks for, whatever `describe` found on the disk.
    wanted = next((d for d in KNOWN if d.name == description.name), description)
    order = Order(wanted.name, wanted.hub_id, wanted.revision, wanted.files, _folder(description))
    fetch_order(order, progress=progress, stop=stop or Stop(), pause=pause)


def fetch_order(
    order: Order,
    *,
    progress: Callable[[int, int], None],
    stop: Stop,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Fetch what is missing of an order, verify it, and leave a record of it in the folder.

    Asks for no consent. Arguments and errors: see `download`.
    """
    _refuse_offline(order)
    try:
        order.folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(order.folder / ".lock", blocking=False):
            _download(order, progress, stop, pause)
    except filelock.Timeout as error:
        raise _failed(order, "it is being downloaded already") from error
    except OSError as error:
        raise _disk_error(order, error) from error


def _refuse_offline(order: Order) -> None:
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in _YES:
        raise _failed(order, "HF_HUB_OFFLINE forbids using the network")


def endpoint() -> str | None:
    """The mirror of the hub that the user wants; None for the hub itself."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or None


def _download(
    order: Order,
    progress: Callable[[int, int], None],
    stop: Stop,
    pause: Callable[[float], object],
) -> None:
    remotes = _ask_hub(order)
    total = sum(remote.source.size for remote in remotes)
    _check_room(order, remotes)
    record: dict[str, dict[str, object]] = {}
    done = 0
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=True) as client:
        for remote in remotes:
            before = done

            def so_far(here: int, before: int = before) -> None:
                progress(before + here, total)

            target = order.folder / remote.file.name
            try:
                sha256 = fetch(client, remote.source, target, so_far, stop, pause)
            except DamagedDownload as error:
                raise _failed(
                    order, f"{remote.file.name} arrived damaged and was deleted"
                ) from error
            except httpx.HTTPStatusError as error:
                raise _failed(
                    order, f"the hub answered with status {error.response.status_code}"
                ) from error
            except httpx.HTTPError as error:
                raise _failed(order, "the connection broke off") from error
            record[remote.file.name] = {"size": remote.source.size, "sha256": sha256}
            done += remote.source.size
            progress(done, total)
    for remote in remotes:
        target = order.folder / remote.file.name
        for stale in target.parent.glob(f"{target.name}.*.part"):
            stale.unlink()
    # Last, so that a revision is on record only when all of it is there.
    write_atomically(
        order.folder / RECORD,
        json.dumps({"revision": remotes[0].commit, "files": record}, indent=1).encode(),
        private=False,
    )


def _ask_hub(order: Order) -> list[_Remote]:
    """Where each file is and what it must be; all of one commit."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # Imported late: it takes longer than all the rest of the engine, and few sessions need it.
    from huggingface_hub import get_hf_file_metadata, hf_hub_url  # noqa: PLC0415

    mirror = endpoint()
    revision = order.revision
    remotes = []
    for file in order.files:
        url = hf_hub_url(order.hub_id, file.name, revision=revision, endpoint=mirror)
        try:
            found = get_hf_file_metadata(
                url, token=False, timeout=_METADATA_SECONDS, endpoint=mirror
            )
        except Exception as error:  # the library's client, and so its errors, vary by version
            raise _failed(order, f"the hub cannot be asked ({_reason(error)})") from error
        if found.size is None or found.etag is None:
            raise _failed(order, f"the hub does not tell size and version of {file.name}")
        if file.size and file.size != found.size:
            raise _failed(order, f"the hub has another {file.name} than this program knows")
        revision = found.commit_hash or revision
        remotes.append(
            _Remote(file, Source(found.location, found.size, found.etag, file.sha256), revision)
        )
    return remotes


def _check_room(order: Order, remotes: list[_Remote]) -> None:
    needed = 0
    for remote in remotes:
        target = order.folder / remote.file.name
        if target.is_file() and target.stat().st_size == remote.source.size:
            continue
        part = part_of(target, remote.source.etag)
        needed += remote.source.size - (part.stat().st_size if part.is_file() else 0)
    free = shutil.disk_usage(order.folder).free
    if needed > free:
        raise JinasearchError(
            Code.DISK_FULL,
            f"There is not enough room for the model {order.name}",
            f"It needs {needed:,} bytes more, {free:,} are free. Make room and try again.",
            paths.shown(order.folder),
        )


def _failed(order: Order, why: str) -> JinasearchError:
    names = ", ".join(file.name for file in order.files)
    return JinasearchError(
        Code.DOWNLOAD_FAILED,
        f"The model {order.name} could not be downloaded: {why}",
        "Try again later (it goes on where it stopped), set HF_ENDPOINT to a mirror of the hub, "
        f"or copy {names} of {order.hub_id} into the folder.",
        paths.shown(order.folder),
    )


def _disk_error(order: Order, error: OSError) -> JinasearchError:
    code = Code.DISK_FULL if error.errno in {errno.ENOSPC, errno.EDQUOT} else Code.NO_PERMISSION
    return JinasearchError(
        code,
        f"The model {order.name} cannot be stored",
        f"The system says: {error.strerror or type(error).__name__}.",
        paths.shown(order.folder),
    )


def _reason(error: Exception) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    return f"status {status}" if isinstance(status, int) else type(error).__name__


def _folder(description: ModelDescription) -> Path:
    return paths.models_dir() / description.name
