"""Vectors whose text went: kept for a while, found by nobody, and not made a second time."""

import math

import numpy as np
import pytest

from jinasearch.core.models import Document, FileStat, Layer, Passage, Rules
from jinasearch.store import (
    database,
    files,
    folders,
    orphans,
    passages,
    soundness,
    tidying,
    vectors,
)
from jinasearch.store.database import Library
from jinasearch.store.graph import Graph

TEXT = "the harbour at dawn"
KEY = passages.input_hash(TEXT)
DIMENSION = 8


@pytest.fixture
def library(tmp_path):
    library = Library(tmp_path / "library")
    yield library
    library.close()


def unit(key: bytes) -> np.ndarray:
    vector = np.frombuffer(key, np.uint8)[:DIMENSION].astype(np.float32) + 1
    return (vector / np.linalg.norm(vector)).astype(np.float16)


def read(library, name: str, text: str = TEXT) -> int:
    """A file is found and read."""

    def job(connection):
        folder = folders.add(connection, "/home", Rules(), False).id
        space = vectors.space(connection, "space")
        file = files.seen(connection, folder, FileStat(f"/home/{name}", 1, 1))
        document = Document("text", passages=(Passage(text),))
        passages.replace(connection, file, document, f"card of {name}", [space])
        return file

    return library.writer.run(job)


def embed(library, file: int) -> list[int]:
    """As the embedder does; returns the ids of the vectors."""

    def job(connection):
        ids = []
        for layer in Layer:
            wanted = vectors.inputs(connection, 1, file, layer)
            ids += vectors.add(connection, 1, [(item.hash, unit(item.hash)) for item in wanted])
            vectors.finish(connection, 1, file, layer)
        return ids

    return library.writer.run(job)


def remove(library, file: int) -> list[int]:
    return library.writer.run(lambda connection: files.remove(connection, [file]))


def waiting(library) -> int:
    return library.reader().execute("SELECT count(*) FROM orphans").get


def test_a_vector_waits_for_its_text(library):
    ids = embed(library, read(library, "old.txt"))
    assert sorted(remove(library, 1)) == sorted(ids)
    assert vectors.ids(library.reader(), 1).tolist() == []
    file = read(library, "new.txt")
    found = orphans.of(library.reader(), 1, [KEY, b"another"], DIMENSION)
    assert list(found) == [KEY]
    assert np.array_equal(found[KEY], unit(KEY))
    embed(library, file)
    assert orphans.of(library.reader(), 1, [KEY], DIMENSION) == {}
    assert files.coverage(library.reader(), 1).meaning == 1


def test_what_is_read_again_but_not_embedded_keeps_its_vector_over_a_rest(library):
    embed(library, read(library, "old.txt"))
    remove(library, 1)
    read(library, "new.txt")
    library.rested()
    assert list(orphans.of(library.reader(), 1, [KEY], DIMENSION)) == [KEY]
    assert waiting(library) == 1, "the card of the old name is gone"


def test_after_a_rest_nothing_of_it_is_left(library):
    embed(library, read(library, "old.txt"))
    remove(library, 1)
    assert waiting(library) == 2
    library.rested()
    library.rested()
    assert waiting(library) == 0
    raw = b"".join(path.read_bytes() for path in library.folder.iterdir() if path.is_file())
    assert unit(KEY).tobytes() not in raw
    assert KEY not in raw
    assert b"harbour" not in raw


def test_many_go_in_pieces(library, monkeypatch):
    monkeypatch.setattr(database, "_PIECE", 3)
    for number in range(10):
        embed(library, read(library, f"{number}.txt", f"text {number}"))
        remove(library, number + 1)
    embed(library, read(library, "kept.txt"))
    remove(library, 11)
    read(library, "kept again.txt")
    assert waiting(library) == 22
    library.rested()
    assert waiting(library) == 1


def test_neither_graph_nor_checks_nor_status_see_one(library):
    embed(library, read(library, "old.txt"))
    stays = embed(library, read(library, "stays.txt", "another text"))
    graph = Graph(library.graphs, DIMENSION)
    graph.open(library.reader(), 1)
    graph.remove(remove(library, 1))
    assert graph.check(library.reader(), 1) == (0, 0)
    ids, _ = graph.search(unit(KEY).astype(np.float32), 10)
    assert sorted(ids.tolist()) == sorted(stays)
    graph.save()
    again = Graph(library.graphs, DIMENSION)
    assert again.open(library.reader(), 1) == ""
    assert len(again) == 2
    assert all(finding.ok for finding in library.check())
    coverage = files.coverage(library.reader(), 1)
    assert (coverage.files, coverage.passages_embedded, coverage.cards) == (1, 1, 1)


def test_a_space_that_is_thrown_away_takes_its_orphans_along(library):
    embed(library, read(library, "old.txt"))
    remove(library, 1)
    library.writer.run(lambda connection: vectors.drop_space(connection, 1))
    assert waiting(library) == 0


def test_a_vector_of_another_length_is_none(library):
    embed(library, read(library, "old.txt"))
    remove(library, 1)
    library.writer.run(lambda c: c.execute("UPDATE orphans SET vector = zeroblob(7)"))
    assert orphans.of(library.reader(), 1, [KEY], DIMENSION) == {}


def test_after_damage_none_is_trusted(library):
    embed(library, read(library, "old.txt"))
    remove(library, 1)
    assert library.writer.apart(soundness.thorough) == ("", "")
    assert waiting(library) == 0


def test_the_space_of_a_removed_folder_is_given_back(library, monkeypatch):
    monkeypatch.setattr(tidying, "_LEAST_BYTES", 100_000)
    for number in range(100):
        file = read(library, f"{number}.txt", f"text {number}")

        def job(connection, file=file):
            for layer in Layer:
                for item in vectors.inputs(connection, 1, file, layer):
                    vectors.add(connection, 1, [(item.hash, np.ones(2000, np.float16))])

        library.writer.run(job)
    assert library.rested() == math.inf
    database_file = library.folder / "library.db"
    before = database_file.stat().st_size
    library.writer.run(lambda c: folders.leave(c, 1))
    while library.writer.run(lambda c: folders.shrink(c, 1, 20)) is not None:
        pass
    library.untidy = True
    library.settled()
    library.rested()
    assert database_file.stat().st_size < 0.3 * before
