"""Where a library's engine listens: a small file that only its user can read."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS_FILE = "engine.json"
LOCK_FILE = "engine.lock"


@dataclass(frozen=True, slots=True)
class Address:
    """An engine's address. `url` is `http://127.0.0.1:PORT`."""

    url: Annotated[str, msgspec.Meta(pattern=r"^http://127\.0\.0\.1:[0-9]{1,5}$")]
    token: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+$")]
    pid: int
    version: str
    protocol: int


def read_address(library: Path) -> Address | None:
    """The address that the library's engine left; None if there is none. It may be out of date."""
    try:
        return msgspec.json.decode((library / ADDRESS_FILE).read_bytes(), type=Address)
    except (OSError, msgspec.MsgspecError):
        return None


def program() -> list[str]:
    """The command that starts this program again; a frozen one is its own interpreter."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "jinasearch"]


def environment(library: Path, config: Path, models: Path) -> dict[str, str]:
    """The environment in which a started process finds the same library and settings."""
    return {
        **os.environ,
        "JINASEARCH_LIBRARY": str(library),
        "JINASEARCH_CONFIG": str(config),
        "JINASEARCH_MODELS": str(models),
    }
