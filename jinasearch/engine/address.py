"""Where a library's engine listens: a small file that only its user can read.

The engine holds a lock as long as it lives. An address without one is what a killed engine left:
another program, of another user even, may listen there by now.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec

from jinasearch.core.paths import cache_dir

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
    """Where the library's engine listens; None if none has the library, whatever is written there.

    It may end at any time, or be of a copy's original: who asks it first says hello.
    """
    address = written_address(library)
    if address is None or not _lives(address.pid) or not locked(library):
        return None
    return address


def written_address(library: Path) -> Address | None:
    """What stands in the library's folder, whether it holds or not."""
    try:
        return msgspec.json.decode((library / ADDRESS_FILE).read_bytes(), type=Address)
    except (OSError, msgspec.MsgspecError):
        return None


def locked(library: Path) -> bool:
    """Whether an engine has the library."""
    import filelock  # noqa: PLC0415 - slow to load, and no window waits for it without need

    lock = filelock.FileLock(library / LOCK_FILE)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        return True
    except OSError:  # it is not ours, and whatever has it neither
        return False
    lock.release()
    return False


def _lives(pid: int) -> bool:
    """Whether there is such a process: one that just locks the library has not yet removed what
    a killed one left. On Windows, where asking would end it, always true.
    """
    if sys.platform == "win32":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        pass
    return True


def program() -> list[str]:
    """The command that starts this program again; a frozen one is its own interpreter."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "jinasearch"]


def environment(library: Path, config: Path, models: Path) -> dict[str, str]:
    """The environment in which a started process, wherever it is, finds what this one does."""
    given = {"JINASEARCH_CACHE": str(cache_dir())} if "JINASEARCH_CACHE" in os.environ else {}
    return {
        **os.environ,
        **given,
        "JINASEARCH_LIBRARY": str(library),
        "JINASEARCH_CONFIG": str(config),
        "JINASEARCH_MODELS": str(models),
    }
