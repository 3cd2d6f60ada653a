"""The file that the history is kept in: small, readable by its user alone, replaced whole."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, and when it was asked last, in seconds since the epoch."""

    text: str
    time: float


def load(path: Path) -> list[Asked]:
    """What was kept, the oldest first; nothing if the file is missing or damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Asked])
    except (OSError, msgspec.MsgspecError):
        return []


def save(path: Path, asked: Sequence[Asked]) -> None:
    """Keep these; without any the file goes. A disk that is full or not writable keeps nothing.

    Not flushed to the disk: that could hold up the window, and a lost question is no great loss.
    """
    with contextlib.suppress(OSError):
        if not asked:
            path.unlink(missing_ok=True)
            return
        draft = path.with_name(f".{path.name}.part")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(msgspec.json.encode(list(asked)))
        draft.replace(path)
