"""What an idle engine keeps."""

import contextlib
import functools

import psutil
import pytest

from jinasearch.engine import engine as engine_module
from jinasearch.index.reader import Readers


@pytest.fixture
def restless(monkeypatch, request):
    """An engine whose workers rest after a moment."""
    monkeypatch.setattr(engine_module, "Readers", functools.partial(Readers, rest_seconds=0.3))
    return request.getfixturevalue("bench")


def workers() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it ends just now
            if "_extract" in child.cmdline():
                found.append(child)
    return found


def test_workers_without_work_end_and_come_back(restless):
    restless.write("one.txt", "albatross")
    restless.index()
    restless.until(lambda: not workers(), "the end of the workers")
    restless.write("two.txt", "cormorant")
    restless.until(lambda: restless.names("cormorant") == ["two.txt"], "the second file")
    restless.until(lambda: not workers(), "the end of the workers again")
