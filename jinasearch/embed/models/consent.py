"""Which licences the user has accepted, remembered beside the models."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from jinasearch.core import paths
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import changing, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "consents.json"


class Licensed(Protocol):
    """A model with the licence that it is under."""

    @property
    def name(self) -> str:
        """By it the consent is remembered."""

    @property
    def licence(self) -> str:
        """The licence's short name."""

    @property
    def licence_uri(self) -> str:
        """Where it can be read."""

    @property
    def consent_needed(self) -> bool:
        """Whether the user must accept it before a download."""


def given(model: Licensed) -> bool:
    """Whether the model needs no consent, or the user gave it for this licence."""
    if not model.consent_needed:
        return True
    accepted = _read().get(model.name)
    return isinstance(accepted, dict) and accepted.get("licence") == model.licence


def remember(model: Licensed) -> None:
    """Keep that the user has read and accepts the model's licence, and when (UTC)."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with changing(path):
        consents = _read()
        consents[model.name] = {
            "licence": model.licence,
            "uri": model.licence_uri,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        write_atomically(path, json.dumps(consents, indent=1).encode())


def require(model: Licensed) -> None:
    """Raise JinasearchError(MODEL_CONSENT), which names the licence, unless it is accepted."""
    if not given(model):
        raise JinasearchError(
            Code.MODEL_CONSENT,
            f"The model {model.name} is under the licence {model.licence}",
            f"Read it at {model.licence_uri} and accept it to download the model.",
        )


def _path() -> Path:
    return paths.models_dir() / _FILE


def _read() -> dict[str, object]:
    try:
        consents = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # lost consents are asked for again
    return consents if isinstance(consents, dict) else {}
