"""Our program on a library of its own, started and asked as a user or a script would."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from jinasearch.core.models import Activity, Status
from jinasearch.core.paths import to_uri
from jinasearch.engine import protocol
from jinasearch.engine.client import Client, find_engine

if TYPE_CHECKING:
    from collections.abc import Callable

POLL_SECONDS = 0.1


class Program:
    """An installation with an empty library at full speed; ends its engine at the end."""

    def __init__(self, settings: str = "") -> None:
        """`settings`: more of the settings file, in TOML."""
        self._temporary = tempfile.TemporaryDirectory(prefix="jinasearch-benchmark-")
        self.folder = Path(self._temporary.name)
        self.library = self.folder / "library"
        # As if nobody used the machine: what else runs must not slow down what is measured.
        (self.folder / "settings.toml").write_text(f'[pace]\npreset = "full"\n{settings}')
        self.environment = {
            **os.environ,
            "JINASEARCH_LIBRARY": str(self.library),
            "JINASEARCH_CONFIG": str(self.folder / "settings.toml"),
            "JINASEARCH_MODELS": str(self.folder / "models"),
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.run("engine", "stop")
        self._temporary.cleanup()

    def run(self, *arguments: str) -> str:
        """Run one command and return what it printed."""
        result = subprocess.run(
            [sys.executable, "-m", "jinasearch", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode not in (0, 1):
            raise RuntimeError(f"jinasearch {' '.join(arguments)}: {result.stderr}")
        return result.stdout

    def client(self) -> Client:
        """A client of the running engine; starts it first."""
        self.run("engine", "start")
        client = find_engine(self.library)
        if client is None:
            raise RuntimeError("the engine does not answer")
        return client


def add(client: Client, folder: Path) -> None:
    """Index a folder from now on."""
    client.send(protocol.add_folders(protocol.AddFolders((to_uri(folder),))))


def wait(
    client: Client, done: Callable[[Status], bool], limit_seconds: float = 3600.0
) -> tuple[Status, bool]:
    """Poll until `done`; returns the last status and whether it was done within the limit."""
    deadline = time.monotonic() + limit_seconds
    while True:
        status = client.send(protocol.status())
        if done(status):
            return status, True
        if time.monotonic() > deadline:
            return status, False
        time.sleep(POLL_SECONDS)


def keywords_ready(status: Status) -> bool:
    """Whether every file is found by keywords, or was left out for a reason."""
    coverage = status.coverage
    settled = coverage.keywords + coverage.failed + coverage.skipped
    return (
        coverage.files > 0
        and status.activity not in (Activity.SCANNING, Activity.READING)
        and settled >= coverage.files
    )


def all_ready(status: Status) -> bool:
    """Whether nothing is left to embed either."""
    return keywords_ready(status) and status.activity == Activity.IDLE
