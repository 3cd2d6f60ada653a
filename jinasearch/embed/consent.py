"""Which licences the user has accepted, remembered beside the models."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jinasearch.core import paths
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from jinasearch.embed.description import ModelDescription

_FILE = "consents.json"


def given(description: ModelDescription) -> bool:
    """Whether the model needs no consent, or the user gave it for this licence."""
    if not description.consent_needed:
        return True
    accepted = _read().get(description.name)
    return isinstance(accepted, dict) and accepted.get("licence") == description.licence


def remember(description: ModelDescription) -> None:
    """Keep that the user has read and accepts the model's licence, and when (UTC)."""
    consents = _read()
    consents[description.name] = {
        "licence": description.licence,
        "uri": description.licence_uri,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(consents, indent=1).encode())


def require(description: ModelDescription) -> None:
    """Raise JinasearchError(MODEL_CONSENT), which names the licence, unless it is accepted."""
    if not given(description):
        raise JinasearchError(
            Code.MODEL_CONSENT,
            f"The model {description.name} is under the licence {description.licence}",
            f"Read it at {description.licence_uri} and accept it to download the model.",
        )


def _path() -> Path:
    return paths.models_dir() / _FILE


def _read() -> dict[str, object]:
    try:
        consents = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # lost consents are asked for again
    return consents if isinstance(consents, dict) else {}
