"""Where a model that shall be exported lies: in a folder, or on the hub after consent.

From the hub come weights, configuration and tokenizer: no code, nothing that is only there for
another program.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from jinasearch.core import paths
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Stop
from jinasearch.embed.models import consent, hub, layout
from jinasearch.embed.models.description import ModelFile
from jinasearch.embed.models.layout import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_ASK_SECONDS = 20.0
_SETTINGS = (".json", ".txt", ".model")
_FREE = frozenset({"apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause"})
"""Licences, by the hub's names, that ask nothing of somebody who only uses the model."""


@dataclass(frozen=True, slots=True)
class Source:
    """A model in sentence-transformers' layout. `kept`: its folder is a download, of no further
    use when the export is done."""

    folder: Path
    origin: Origin
    kept: bool = False


@dataclass(frozen=True, slots=True)
class _OnHub:
    """A model of the hub: its files and what `consent` wants to know."""

    name: str
    licence: str
    licence_uri: str
    revision: str
    files: tuple[str, ...]

    @property
    def consent_needed(self) -> bool:
        return self.licence not in _FREE


def is_on_hub(source: str) -> bool:
    """Whether a source is a name on the hub. What is a folder here is none."""
    return not Path(source).is_dir() and _HUB_NAME.fullmatch(source) is not None


def find(
    source: str,
    revision: str,
    *,
    accept_licence: bool,
    progress: Callable[[int, int], None],
) -> Source:
    """The model that `source` names, fetched if need be; unsuitable ones before their weights.

    Args:
        source: a folder, or a name on the hub such as `owner/model`.
        revision: a branch, tag or commit of the hub.
        accept_licence: the user has read and accepts its licence; this is remembered.
        progress: told the bytes done and in all.

    Raises:
        JinasearchError(NOT_FOUND): it is neither.
        JinasearchError(MODEL_CONSENT): the licence is not accepted; it names it.
        JinasearchError(MODEL_UNSUITABLE, MODEL_MISSING): it is no text embedding model.
        JinasearchError(DOWNLOAD_FAILED, DISK_FULL): see `hub.download`.
    """
    folder = Path(source)
    if folder.is_dir():
        check(folder)
        return Source(folder, Origin(source=paths.shown(folder)))
    if not is_on_hub(source):
        raise JinasearchError(
            Code.NOT_FOUND,
            "There is no such model folder",
            "Give the path of a folder that sentence-transformers has saved, or a name on the hub"
            " such as owner/model.",
            paths.shown(source),
        )
    found = _ask(source, revision)
    if accept_licence:
        consent.remember(found)
    consent.require(found)
    folder = paths.cache_dir() / "export" / source.replace("/", "--")
    settings = [name for name in found.files if not _is_weights(name)]
    _fetch(found, settings, folder, lambda _done, _total: None)
    check(folder)
    _fetch(found, [*settings, *filter(_is_weights, found.files)], folder, progress)
    origin = Origin(source, found.revision, found.licence, found.licence_uri)
    return Source(folder, origin, kept=True)


def check(folder: Path) -> None:
    """Raise JinasearchError if the model cannot be one for text embeddings that we support."""
    with layout.reading(folder):
        _check(folder)


def _check(folder: Path) -> None:
    if (folder / "config.json").is_file() and layout.is_cross_encoder(folder):
        raise JinasearchError(
            Code.MODEL_UNSUITABLE,
            "This is a cross-encoder or another classifier: it makes no vectors to compare",
            "For re-ranking, export it with `optimum-cli export onnx --task text-classification`"
            " and give the folder to `jinasearch models rerank`.",
            paths.shown(folder),
        )
    if not (folder / "modules.json").is_file():
        raise JinasearchError(
            Code.MODEL_UNSUITABLE,
            "This is no sentence-transformers model: it has no modules.json",
            "How its vectors are made is not told, so they would be a guess. Models that write"
            " text or sort it into classes make none.",
            paths.shown(folder),
        )
    transformer = layout.modules(folder).transformer
    if not (transformer / "config.json").is_file():
        raise JinasearchError(
            Code.MODEL_MISSING,
            "The model's folder has no config.json",
            "Copy the model's whole folder.",
            paths.shown(transformer),
        )


def wanted(names: Sequence[str]) -> tuple[str, ...]:
    """Which files of the hub are fetched: weights in one format, configuration, tokenizer.

    Raises JinasearchError(DOWNLOAD_FAILED) if a name would lead out of the folder.
    """
    safe = any(name.endswith(".safetensors") for name in names)
    weights = ".safetensors" if safe else ".bin"
    chosen = []
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name:
            raise _failed(f"the hub names a file that cannot be: {name}")
        other = path.parts[0].startswith(".") or path.parts[0] in ("onnx", "openvino")
        stray = weights == ".bin" and path.suffix == ".bin" and "pytorch_model" not in path.name
        if not other and not stray and path.suffix in (*_SETTINGS, weights):
            chosen.append(name)
    return tuple(chosen)


def _is_weights(name: str) -> bool:
    return name.endswith((".safetensors", ".bin"))


def _ask(source: str, revision: str) -> _OnHub:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # Imported late, as in `hub`.
    from huggingface_hub import HfApi  # noqa: PLC0415

    api = HfApi(endpoint=hub.endpoint(), token=False)
    try:
        found = api.model_info(source, revision=revision, timeout=_ASK_SECONDS)
    except Exception as error:  # the library's client, and so its errors, vary by version
        raise _failed(f"the hub cannot be asked for {source} ({type(error).__name__})") from error
    if found.gated:
        raise _failed(f"{source} is only given to those who have signed for it")
    return _OnHub(
        source,
        _licence(found.card_data),
        f"{api.endpoint}/{source}",
        found.sha or revision,
        wanted([sibling.rfilename for sibling in found.siblings or []]),
    )


def _licence(card: Any) -> str:  # noqa: ANN401 - the library's own table
    named = card.get("license") if card is not None else None
    if named == "other" or not named:
        named = (card.get("license_name") if card is not None else None) or "not named"
    return ", ".join(map(str, named)) if isinstance(named, list) else str(named)


def _fetch(
    found: _OnHub, names: Sequence[str], folder: Path, progress: Callable[[int, int], None]
) -> None:
    files = tuple(ModelFile(name) for name in names)
    order = hub.Order(found.name, found.name, found.revision, files, folder)
    hub.fetch_order(order, progress=progress, stop=Stop())


def _failed(why: str) -> JinasearchError:
    return JinasearchError(
        Code.DOWNLOAD_FAILED,
        f"The model could not be downloaded: {why}",
        "Try again later, set HF_ENDPOINT to a mirror of the hub, or fetch the model's folder by"
        " other means and name that.",
    )
