"""The thread that embeds, on a real library, with vectors that mean nothing."""

import threading
import time
from itertools import pairwise
from types import SimpleNamespace

import apsw
import numpy as np
import pytest

from jinasearch.core.errors import Code
from jinasearch.core.models import Document, FileStat, FileState, Passage, Rules
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
    made = SimpleNamespace(troubles=[], rests=0, calm=True, library=library, space=space)

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


def test_a_long_file_is_counted_as_far_as_it_is_embedded(bench, monkeypatch):
    library, space, count = bench.library, bench.space, 300

    def fill(connection):
        file = files.seen(connection, 1, FileStat("/home/long", 1, 1))
        text = tuple(Passage(f"passage {number}") for number in range(count))
        passages.replace(connection, file, Document("text", passages=text), "long", [space])
        files.mark(connection, file, FileState.KEYWORDS)

    library.writer.run(fill)
    go, batches, real = threading.Semaphore(0), [], Encoder.encode_documents

    def encode(encoder, texts):
        batches.append(len(texts))
        go.acquire()
        return real(encoder, texts)

    def embedded():
        return files.coverage(library.reader(), space, bench.embedder.begun).passages_embedded

    monkeypatch.setattr(Encoder, "encode_documents", encode)
    bench.embedder.start()
    seen = []
    for number in range(1, 6):
        bench.until(lambda n=number: len(batches) == n)
        seen.append(embedded())
        go.release()
    assert seen == sorted(seen)
    assert [later - sooner for sooner, later in pairwise(seen)][1:] == [64, 64, 64]
    bench.until(lambda: len(batches) == 6 or not bench.waiting())
    go.release()
    bench.until(lambda: not bench.waiting())
    assert embedded() == count + 1
    assert bench.embedder.begun == {}


def test_what_was_embedded_of_another_text_does_not_count(bench, monkeypatch):
    """A long file is read anew half-way."""
    library, space = bench.library, bench.space
    go, batches, real = threading.Semaphore(0), [], Encoder.encode_documents

    def fill(connection, word):
        file = files.seen(connection, 1, FileStat("/home/long", 1, 1))
        text = tuple(Passage(f"{word} {number}") for number in range(300))
        passages.replace(connection, file, Document("text", passages=text), word, [space])
        files.mark(connection, file, FileState.KEYWORDS)
        return file

    def encode(encoder, texts):
        batches.append(len(texts))
        go.acquire()
        return real(encoder, texts)

    def told():
        coverage = files.coverage(library.reader(), space, bench.embedder.begun)
        return coverage.passages_embedded - 1  # of the short file

    def made():
        query = (
            "SELECT count(*) FROM passages WHERE file = ? AND input_hash IN"
            " (SELECT input_hash FROM vectors)"
        )
        return library.reader().execute(query, (file,)).get

    def batch(number):
        go.release()
        bench.until(lambda: len(batches) == number)

    monkeypatch.setattr(Encoder, "encode_documents", encode)
    file = library.writer.run(lambda c: fill(c, "before"))
    bench.embedder.start()
    bench.until(lambda: len(batches) == 1)
    batch(2)
    batch(3)
    assert told() == made() > 64
    assert library.writer.run(lambda c: fill(c, "after")) == file
    assert told() == made() == 0
    batch(4)
    batch(5)
    assert told() == made() > 0
    go.release(9)
    bench.until(lambda: not bench.waiting())
    assert told() == 300
