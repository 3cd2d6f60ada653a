"""The models that can be chosen: what is there, what is being downloaded."""

from __future__ import annotations

import logging
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jinasearch.core import paths
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown
from jinasearch.embed.encoder import Cancelled, Stop
from jinasearch.embed.models import consent, hub, known_folders, layout
from jinasearch.embed.models.catalog import (
    KNOWN,
    STARTER,
    ModelDescription,
    describe,
    dimension_of,
    installed_names,
)
from jinasearch.engine.protocol import ModelEntry

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

_log = logging.getLogger(__name__)

_DOWNLOADING = "downloading"


@dataclass(slots=True)
class _Download:
    stop: Stop = field(default_factory=Stop)
    done: int = 0
    thread: threading.Thread | None = None


class ModelShelf:
    """The catalogue with what lies on this machine. `on_change` is told of progress."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._lock = threading.Lock()
        self._downloads: dict[str, _Download] = {}

    def tell(self) -> None:
        """Something about the models is otherwise than before."""
        self._on_change()

    def entries(self, *in_use: str) -> tuple[ModelEntry, ...]:
        """The catalogue, what else is installed, then what lies in folders elsewhere."""
        names = [description.name for description in KNOWN]
        names += installed_names()
        names += known_folders.known()
        names += [name for name in in_use if name and name not in names]
        return tuple(self._entry(name, in_use=name in in_use) for name in names)

    def usable(self, name: str, dimension: int) -> None:
        """Raise JinasearchError if this model cannot be used now, or has not this dimension."""
        description = describe(name)
        dimension_of(description, dimension)
        presence = hub.installed(description)
        if presence != hub.Presence.READY:
            damaged = presence == hub.Presence.DAMAGED
            raise JinasearchError(
                Code.MODEL_DAMAGED if damaged else Code.MODEL_MISSING,
                f"The model {description.title} is {'damaged' if damaged else 'not here yet'}",
                f"Run `jinasearch models download {name}`, or put its files into the folder.",
                description.folder,
            )

    def download(
        self,
        name: str,
        on_failure: Callable[[JinasearchError], None],
        *,
        consent_given: bool,
        on_ready: Callable[[str], None],
    ) -> None:
        """Begin or resume a download in the background; failures come to `on_failure`.

        `on_ready` is called with the name when the model is there.

        A model that seems to be there is asked for too: only its hashes tell whether it is whole,
        and what is damaged is fetched again.

        Raises:
            JinasearchError: NOT_FOUND, BAD_REQUEST if it is not on the hub, MODEL_CONSENT.
        """
        description = describe(name)
        if name == STARTER or not description.hub_id:
            raise JinasearchError(
                Code.BAD_REQUEST,
                f"{description.title} is not downloaded",
                "It is part of the program."
                if name == STARTER
                else "Copy its folder again from where it came.",
            )
        if consent_given:
            consent.remember(description)
        consent.require(description)
        with self._lock:
            if name in self._downloads:
                return
            download = _Download()
            download.thread = threading.Thread(
                target=self._run,
                args=(description, download, on_failure, on_ready),
                name=f"download-{name}",
                daemon=True,
            )
            self._downloads[name] = download
            download.thread.start()

    @property
    def downloading(self) -> bool:
        """Whether any model is being downloaded, or proven afterwards."""
        with self._lock:
            return bool(self._downloads)

    def cancel(self, name: str) -> None:
        """Stop a download. What was fetched is kept."""
        with self._lock:
            download = self._downloads.get(name)
        if download is None:
            raise JinasearchError(Code.NOT_FOUND, f"{name} is not being downloaded")
        download.stop.request()
        if download.thread is not None:
            download.thread.join(10)

    def remove(self, name: str, in_use: AbstractSet[str]) -> None:
        """Delete the files of a model that can be downloaded again, unfinished ones too.

        Raises:
            JinasearchError(BAD_REQUEST): it is in use, or being downloaded.
            JinasearchError(NOT_FOUND): nothing of it is here.
            JinasearchError(NO_PERMISSION): a file cannot be deleted.
        """
        if name == STARTER:
            raise JinasearchError(
                Code.BAD_REQUEST,
                "The starter model is a part of the program and stays",
                "Another one is chosen with `jinasearch models use`.",
            )
        folder = paths.models_dir() / name
        with self._lock:
            busy = name in self._downloads
        if busy or name in in_use:
            raise JinasearchError(
                Code.BAD_REQUEST,
                f"The model {name} is {'being downloaded' if busy else 'in use'}",
                f"Stop that first: `jinasearch models download {name} --cancel`."
                if busy
                else "Choose another one first: `jinasearch models use`, or `models rerank off`.",
            )
        if not folder.is_dir():
            raise JinasearchError(Code.NOT_FOUND, f"Nothing of the model {name} is here")
        try:
            if folder.is_symlink():
                folder.unlink()  # what it leads to is somebody else's
            else:
                shutil.rmtree(folder)
        except OSError as error:
            raise JinasearchError(
                Code.NO_PERMISSION,
                f"The model {name} could not be deleted whole",
                f"The system says: {error.strerror}.",
                shown(folder),
            ) from error
        self._on_change()

    def close(self) -> None:
        """Stop all downloads."""
        with self._lock:
            downloads = list(self._downloads.values())
        for download in downloads:
            download.stop.request()
        for download in downloads:
            if download.thread is not None:
                download.thread.join(5)

    def _run(
        self,
        description: ModelDescription,
        download: _Download,
        on_failure: Callable[[JinasearchError], None],
        on_ready: Callable[[str], None],
    ) -> None:
        def progress(done: int, _total: int) -> None:
            download.done = done
            self._on_change()

        failure: JinasearchError | None = None
        try:
            hub.download(description, progress=progress, stop=download.stop)
            on_ready(description.name)
        except Cancelled:
            _log.info("a download was stopped")
        except JinasearchError as error:
            failure = error
        except Exception:  # noqa: BLE001 - told and logged; the engine goes on
            _log.exception("a download failed")
            failure = JinasearchError(Code.DOWNLOAD_FAILED, "The download failed", "Try again.")
        if failure is not None:
            on_failure(failure)
        with self._lock:
            self._downloads.pop(description.name, None)
        self._on_change()

    def _entry(self, name: str, *, in_use: bool) -> ModelEntry:
        try:
            with layout.reading(paths.models_dir() / name):
                return self._usable_entry(name, in_use=in_use)
        except JinasearchError as error:
            return _unusable(name, error, in_use=in_use)

    def _usable_entry(self, name: str, *, in_use: bool) -> ModelEntry:
        description = describe(name)
        with self._lock:
            download = self._downloads.get(name)
        fetched = hub.downloaded_bytes(description) if description.consent_needed else 0
        return ModelEntry(
            name=name,
            title=description.title,
            dimension=description.dimension,
            dimensions=description.dimensions,
            max_tokens=description.max_tokens,
            languages=description.languages,
            licence=description.licence,
            licence_uri=description.licence_uri,
            bytes=description.bytes(),
            state=_DOWNLOADING if download else hub.installed(description).value,
            in_use=in_use,
            downloaded_bytes=download.done if download else fetched,
            folder=shown(description.folder),
            consent_needed=description.consent_needed and not consent.given(description),
            server="" if description.server is None else description.server.host,
            sends_to=description.sends_to,
            task=description.task.value,
            removable=downloadable(name)
            and not (in_use or download)
            and (paths.models_dir() / name).is_dir(),
        )


def downloadable(name: str) -> bool:
    """Whether a model of this name comes from the hub whenever it is asked for."""
    return any(model.name == name != STARTER for model in KNOWN)


def _unusable(name: str, error: JinasearchError, *, in_use: bool) -> ModelEntry:
    return ModelEntry(
        name=name,
        title=f"{Path(name).name}: {error.title}",
        dimension=0,
        dimensions=(),
        max_tokens=0,
        languages=(),
        licence="",
        licence_uri="",
        bytes=0,
        state=hub.Presence.DAMAGED.value,
        in_use=in_use,
        folder=name if Path(name).is_absolute() else "",
    )
