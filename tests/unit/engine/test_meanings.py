"""Spaces are made and thrown away though something stands in the way for a while."""

import time

import apsw
import pytest

from jinasearch.core.settings import EmbedSettings
from jinasearch.embed.models.catalog import STARTER, describe, space_key
from jinasearch.engine.meanings import Meanings
from jinasearch.index import guard
from jinasearch.index.gate import Gate
from jinasearch.store import vectors
from jinasearch.store.database import Library


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setattr(guard, "_FIRST_SECONDS", 0.01)

    class Bench:
        library = Library(tmp_path / "library")
        gate = Gate()

        def __init__(self):
            self.troubles = []
            nothing = lambda *_: None  # noqa: E731
            self.meanings = Meanings(
                self.library,
                self.gate,
                ("/nothing",),
                lambda: False,
                nothing,
                nothing,
                lambda source, error: self.troubles.append((source, error and error.code)),
                nothing,
            )

        def until(self, condition):
            deadline = time.monotonic() + 15
            while not condition():
                assert time.monotonic() < deadline
                time.sleep(0.01)

    made = Bench()
    yield made
    made.gate.close()
    made.meanings.close()
    made.library.close()


def refused_once(monkeypatch, name):
    real, refusals = getattr(vectors, name), [apsw.BusyError("database is locked")]

    def refuse(*given):
        if refusals:
            raise refusals.pop()
        return real(*given)

    monkeypatch.setattr(vectors, name, refuse)


def test_old_vectors_go_though_the_database_was_busy(bench, monkeypatch):
    space = bench.library.writer.run(lambda c: vectors.space(c, "key", "model", 4))
    refused_once(monkeypatch, "shrink_space")
    bench.meanings._retire(space, None)
    bench.until(lambda: not vectors.spaces(bench.library.reader()))


def test_a_space_is_prepared_though_the_database_was_busy(bench, monkeypatch):
    bench.meanings.open(EmbedSettings())
    refused_once(monkeypatch, "enqueue_all")
    bench.meanings.use(EmbedSettings(precision="int8"))
    coming = bench.meanings.coming
    assert coming is not None
    bench.until(lambda: coming.prepared)
    bench.until(lambda: bench.meanings.serving is coming)


def test_a_space_of_a_dimension_that_cannot_be_gives_way_to_the_right_one(bench):
    key = space_key(describe(STARTER), 256)
    run = bench.library.writer.run
    wrong = run(lambda c: vectors.space(c, key, STARTER, 256))
    run(lambda c: vectors.serve(c, wrong))
    bench.meanings.open(EmbedSettings(dimension=256))
    assert bench.meanings.serving is None
    assert bench.troubles[-1] == ("embedding", "model-dimension")
    bench.meanings.use(EmbedSettings())
    assert bench.meanings.serving.dimension == 384
    assert [code for source, code in bench.troubles if source == "embedding"][-1] is None
    bench.until(lambda: [s.id for s in vectors.spaces(bench.library.reader())] != [wrong])
