from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jinasearch.core.settings import ExtractSettings
from jinasearch.extract.pool import ExtractWorker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMAND = [sys.executable, "-m", "jinasearch.extract.worker"]


@pytest.fixture
def make_worker() -> Iterator[Callable[..., ExtractWorker]]:
    """Workers with settings and command of one's choice; ended after the test."""
    made: list[ExtractWorker] = []

    def make(settings: ExtractSettings | None = None, command: list[str] | None = None):
        worker = ExtractWorker(command or COMMAND, settings or ExtractSettings())
        made.append(worker)
        return worker

    yield make
    for worker in made:
        worker.stop()


@pytest.fixture(scope="module")
def worker() -> Iterator[ExtractWorker]:
    """One worker for all tests of a module."""
    worker = ExtractWorker(COMMAND, ExtractSettings())
    yield worker
    worker.stop()


@pytest.fixture(scope="session")
def formats() -> Path:
    """Real files in many formats, which lie beside the repository."""
    folder = Path(__file__).resolve().parents[4] / "shared" / "formats"
    if not (folder / "manifest.tsv").exists():
        pytest.skip("the files in ../shared/formats are not there")
    return folder
