import numpy as np
import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.store import files, folders, passages, vectors
from jinasearch.store.connection import open_writer
from jinasearch.store.graph import DAMAGED, Graph
from jinasearch.store.migrations import migrate

DIMENSION = 16


def unit(matrix):
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def base(tmp_path):
    """A database with 300 vectors; gives its connection and its space."""
    connection = open_writer(tmp_path / "library.db")
    migrate(connection)
    with connection:
        folder = folders.add(connection, "/home", Rules(), False).id
        space = vectors.space(connection, "space")
        matrix = unit(np.random.default_rng(1).normal(size=(300, DIMENSION))).astype(np.float16)
        for number, vector in enumerate(matrix):
            file = files.seen(connection, folder, FileStat(f"/home/{number}", 1, number))
            document = Document("text", passages=(Passage(f"text {number}"),))
            passages.replace(connection, file, document, f"card {number}", [space])
            key = passages.input_hash(f"text {number}")
            vectors.add(connection, space, [(key, vector)])
    yield connection, space
    connection.close()


def opened(tmp_path, base):
    graph = Graph(tmp_path / "graph", DIMENSION)
    return graph, graph.open(*base)


def snapshot(tmp_path):
    (path,) = (tmp_path / "graph").rglob("*.hnsw")
    return path


def test_finds_what_an_exact_search_finds(tmp_path, base):
    graph, told = opened(tmp_path, base)
    assert told == ""
    ((ids, matrix),) = vectors.load(base[0], vectors.ids(*base), DIMENSION)
    hits = 0
    for query in unit(np.random.default_rng(2).normal(size=(50, DIMENSION))):
        exact = ids[np.argsort(-(matrix @ query))[:10]]
        hits += len(set(exact.tolist()) & set(graph.search(query, 10)[0].tolist()))
    assert hits >= 495


def test_removed_vectors_are_not_found(tmp_path, base):
    graph, _ = opened(tmp_path, base)
    query = np.ones(DIMENSION, np.float32)
    best = graph.search(query, 5)[0].tolist()
    graph.remove([*best, 10_000])
    assert not set(best) & set(graph.search(query, 300)[0].tolist())
    assert len(graph) == 295


def test_a_vector_that_loses_its_text_before_it_is_added_is_not_found(tmp_path, base):
    connection, space = base
    graph, _ = opened(tmp_path, base)
    vector = np.full(DIMENSION, 1 / 4, np.float32)
    with connection:
        file = files.seen(connection, 1, FileStat("/home/new", 1, 1))
        document = Document("text", passages=(Passage("new"), Passage("other")))
        passages.replace(connection, file, document, "card", [space])
        keys = [passages.input_hash(text) for text in ("new", "other")]
        ids = vectors.add(connection, space, [(key, vector.astype(np.float16)) for key in keys])
        connection.execute("DELETE FROM vectors WHERE id = ?", (ids[0],))
    graph.remove([ids[0]])  # the embedder comes second
    graph.add(np.asarray(ids), np.stack([vector, vector]))
    assert graph.search(vector, 1)[0].tolist() == [ids[1]]
    assert graph.check(*base) == (0, 0)
    graph.remove([ids[1]])
    assert ids[1] not in graph.search(vector, 300)[0].tolist()


def test_a_filter_loses_nothing(tmp_path, base):
    graph, _ = opened(tmp_path, base)
    allowed = np.asarray([3, 7, 9_999], np.int64)
    ids, scores = graph.search(np.ones(DIMENSION, np.float32), 10, allowed)
    assert set(ids.tolist()) == {3, 7}
    assert scores[0] >= scores[1]


def test_a_snapshot_is_brought_up_to_the_database(tmp_path, base):
    connection, space = base
    graph, _ = opened(tmp_path, base)
    graph.save()
    before = snapshot(tmp_path)
    with connection:
        gone = files.remove(connection, [1, 2])
        file = files.seen(connection, 1, FileStat("/home/new", 1, 1))
        document = Document("text", passages=(Passage("new"),))
        passages.replace(connection, file, document, "card", [space])
        vector = np.ones(DIMENSION, np.float16) / 4
        new = vectors.add(connection, space, [(passages.input_hash("new"), vector)])
    again, told = opened(tmp_path, base)
    assert told == ""
    assert len(again) == 299
    found = again.search(np.ones(DIMENSION, np.float32), 299)[0].tolist()
    assert found[0] == new[0]
    assert not set(gone) & set(found)
    again.save()
    assert snapshot(tmp_path) != before


@pytest.mark.parametrize("harm", ["flip", "cut"])
def test_a_damaged_snapshot_is_rebuilt_and_told(tmp_path, base, harm):
    graph, _ = opened(tmp_path, base)
    graph.save()
    path = snapshot(tmp_path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data if harm == "flip" else data[: len(data) // 2])
    again, told = opened(tmp_path, base)
    assert told == DAMAGED
    assert len(again) == 300
    again.save()
    assert opened(tmp_path, base)[1] == ""


def test_nothing_new_nothing_written_and_drafts_are_swept(tmp_path, base):
    graph, _ = opened(tmp_path, base)
    graph.save()
    path = snapshot(tmp_path)
    stamp = path.stat().st_mtime_ns
    (path.parent / "draft-1").write_bytes(b"left by a crash")
    again, _ = opened(tmp_path, base)
    again.save()
    assert path.stat().st_mtime_ns == stamp
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
