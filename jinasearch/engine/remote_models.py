"""Adding and forgetting models that run on a server. Nothing is sent before the user agreed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from jinasearch.core import paths
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.models.catalog import check_name, space_key
from jinasearch.embed.remote import address, keys, record
from jinasearch.engine.protocol import AddRemote, RemoteModel

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from jinasearch.embed.models.description import ModelDescription
    from jinasearch.embed.remote.address import Address

_log = logging.getLogger(__name__)


def add(request: AddRemote, in_use: AbstractSet[str]) -> RemoteModel:
    """Ask the server what it is, and keep that under the name. A remote model is replaced.

    Raises:
        JinasearchError(BAD_REQUEST): a name, address, key or wish that cannot be; the name is
            taken, or stands for another model that is in use.
        JinasearchError(REMOTE_CONSENT, REMOTE_UNENCRYPTED): the user has to agree first.
        JinasearchError(REMOTE_FAILED, EMBED_FAILED): the server gives no vectors.
        JinasearchError(NO_PERMISSION): the model or its key cannot be kept.
    """
    # Imported late: few engines ever ask a server.
    from jinasearch.embed.remote.probe import Wishes, probe  # noqa: PLC0415

    check_name(request.name)
    folder = paths.models_dir() / request.name
    if folder.exists() and not record.is_remote(folder):
        raise JinasearchError(
            Code.BAD_REQUEST,
            f"There is a model called {request.name} already",
            "Choose another name.",
            paths.shown(folder),
        )
    place = address.parse(request.url)
    key = keys.check(request.key) or keys.from_environment(request.name)
    _agreed(request, place, key)
    wishes = Wishes(
        request.model,
        request.query_prompt,
        request.document_prompt,
        request.dimension,
        request.languages,
    )
    found = probe(place, key, wishes)
    new = record.described(folder, found.record)
    before = _before(folder)
    if request.name in in_use and (before is None or space_key(before, 0) != space_key(new, 0)):
        raise JinasearchError(
            Code.BAD_REQUEST,
            f"{request.name} is in use and stands for another model",
            "Choose another name: vectors of two models cannot be compared.",
        )
    if request.key:
        keys.keep(request.name, place.host, key)
    record.write(folder, found.record)
    if before is not None and before.server is not None and before.server.host != place.host:
        keys.forget(request.name, before.server.host)
    _log.info("the model %s runs at %s", request.name, place.host)
    return RemoteModel(
        name=request.name,
        model=found.record.model,
        url=place.url,
        server=place.host,
        sends_to=new.sends_to,
        width=found.record.width,
        dimension=found.record.dimension,
        max_tokens=found.record.max_tokens,
        query_prompt=found.record.query_prompt,
        document_prompt=found.record.document_prompt,
        prompts_by=found.prompts_by,
    )


def remove(name: str, in_use: AbstractSet[str]) -> None:
    """Forget a model and its key.

    Raises:
        JinasearchError(NOT_FOUND): there is no such model on a server.
        JinasearchError(BAD_REQUEST): it is in use.
        JinasearchError(NO_PERMISSION): it cannot be removed.
    """
    check_name(name)
    folder = paths.models_dir() / name
    if not record.is_remote(folder):
        raise JinasearchError(
            Code.NOT_FOUND,
            f"There is no model called {name}"
            + (" that runs on a server" if folder.is_dir() else ""),
            "`jinasearch models list` shows the models. One whose files lie here is removed by"
            " deleting its folder.",
        )
    if name in in_use:
        raise JinasearchError(
            Code.BAD_REQUEST,
            f"The model {name} is in use",
            "Choose another one first: `jinasearch models use`.",
        )
    before = _before(folder)
    record.remove(folder)
    if before is not None and before.server is not None:
        keys.forget(name, before.server.host)


def _agreed(request: AddRemote, place: Address, key: str) -> None:
    if place.local:
        return
    if not request.consent:
        clear = "" if place.encrypted else " Everybody on the way can read it: it is not encrypted."
        raise JinasearchError(
            Code.REMOTE_CONSENT,
            f"The text of your files would go to {place.host}",
            f"Every passage of every indexed file and every question is sent to {place.host} while"
            f" this model is in use, and some when it is verified or measured.{clear} Agree to that"
            " to add it.",
        )
    if key and not place.encrypted and not request.unencrypted:
        raise JinasearchError(
            Code.REMOTE_UNENCRYPTED,
            f"The key would go to {place.host} unencrypted",
            "Everybody on the way could read and use it. Give an address that begins with"
            " https://, or agree to that.",
        )


def _before(folder: Path) -> ModelDescription | None:
    """What was known of the model until now; None if that cannot be used."""
    try:
        return record.read(folder) if record.is_remote(folder) else None
    except JinasearchError:
        return None
