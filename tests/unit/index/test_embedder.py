"""The thread that embeds, on a real library, with vectors that mean nothing."""

import time
from types import SimpleNamespace

import apsw
import numpy as np
import pytest

from jinasearch.core.errors import Code
from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.index import embedder as embedder_module
from jinasearch.index import guard
from jinasearch.index.embedder import Embedder
from jinasearch.index.gate import Gate
from jinasearch.store import files, folders, passages, vectors
from jinasearch.store.database import Library
from jinasearch.store.graph import Graph


class Encoder:
    def encode_documents(self, texts):
        return np.ones((len(texts), 4), np.float32)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """An embedder that has a file to embed when it is started."""
    monkeypatch.setattr(guard, "_FIRST_SECONDS", 0.01)
    monkeypatch.setattr(embedder_module, "_SNAPSHOT_IDLE_SECONDS", 0.02)
    library, gate = Library(tmp_path / "library"), Gate()

    def fill(connection):
        space = vectors.space(connection, "key", "model", 4)
        folders.add(connection, "/home", Rules(), False)
        file = files.seen(connection, 1, FileStat("/home/a", 1, 1))
        passages.replace(connection, file, Document("text", passages=(Passage("x"),)), "a", [space])
        return space

    space = library.writer.run(fill)
    made = SimpleNamespace(troubles=[], rests=0, calm=True)

    def rested():
        made.rests += 1

    def until(condition):
        deadline = time.monotonic() + 15
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    made.embedder = Embedder(
        library,
        gate,
        Encoder(),
        Graph(library.graphs, 4),
        space,
        only_urgent=lambda: False,
        on_news=lambda: None,
        on_change=rested,
        on_trouble=made.troubles.append,
        notify=made.troubles.append,
        calm=lambda: made.calm,
    )
    made.until = until
    made.waiting = lambda: vectors.waiting(library.reader(), space)
    made.snapshots = lambda: list(library.graphs.rglob("*.graph"))
    yield made
    gate.close()
    made.embedder.close()
    library.close()


def test_it_goes_on_after_the_database_was_busy(bench, monkeypatch):
    real, refusals = vectors.add, [apsw.BusyError("database is locked")]

    def add(*given):
        if refusals:
            raise refusals.pop()
        return real(*given)

    monkeypatch.setattr(vectors, "add", add)
    bench.embedder.start()
    bench.until(lambda: not bench.waiting())
    bench.until(lambda: not bench.embedder.busy)
    assert [error and error.code for error in bench.troubles[:2]] == [Code.INTERNAL, None]


def test_no_snapshot_is_written_while_somebody_asks(bench):
    bench.calm = False
    bench.embedder.start()
    bench.until(lambda: not bench.waiting() and bench.rests > 3)
    assert bench.snapshots() == []
    bench.calm = True
    bench.until(bench.snapshots)
