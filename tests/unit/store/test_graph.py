import os
import threading
from pathlib import Path

import hnswlib
import numpy as np
import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.store import files, folders, passages, vectors
from jinasearch.store import snapshot as snapshot_module
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
    (path,) = (tmp_path / "graph").rglob("*.graph")
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


def matryoshka(count, seed=3):
    """Vectors whose first numbers tell most: (count, 64)."""
    generator = np.random.default_rng(seed)
    return unit(generator.normal(size=(count, 64)) * np.geomspace(2.0, 0.1, 64))


def filled(tmp_path, base, matrix, **options):
    """A graph beside the database of `base`, with more vectors than those in it."""
    graph = Graph(tmp_path / "graph", matrix.shape[1], **options)
    connection, space = base
    with connection:
        connection.execute("DELETE FROM vectors")
        rows = [
            (number + 1, space, f"{number}".encode(), vector.astype("<f2").tobytes())
            for number, vector in enumerate(matrix)
        ]
        connection.executemany(
            "INSERT INTO vectors(id, space, input_hash, vector) VALUES (?, ?, ?, ?)", rows
        )
    graph.open(*base)
    return graph


def test_a_short_graph_corrected_by_the_full_vectors_finds_what_these_find(tmp_path, base):
    matrix = matryoshka(3000)
    graph = filled(tmp_path, base, matrix, short=16)
    assert graph.is_short
    hits = 0
    for query in matryoshka(40, seed=4):
        exact = np.argsort(-(matrix @ query))[:10] + 1
        ids, scores = graph.search(query, 200)
        assert len(ids) == 200
        ids, _, scores = vectors.cosines(base[0], ids, query)
        best = ids[np.argsort(-scores)[:10]]
        hits += len(set(exact.tolist()) & set(best.tolist()))
    assert hits >= 0.98 * 400


def test_vectors_come_go_and_come_again_and_are_still_found(tmp_path, base):
    matrix = matryoshka(4000)
    graph = filled(tmp_path, base, matrix[:2000])
    generator = np.random.default_rng(5)
    alive = dict.fromkeys(range(2000))
    for start in range(2000, 4000, 200):
        gone = generator.choice(list(alive), 200, replace=False)
        graph.remove([int(number) + 1 for number in gone])
        for number in gone.tolist():
            del alive[number]
        graph.add(np.arange(start, start + 200) + 1, matrix[start : start + 200])
        alive.update(dict.fromkeys(range(start, start + 200)))
    assert len(graph) == 2000
    assert graph._index.get_current_count() <= 3300  # the places of the removed were taken
    here = np.asarray(sorted(alive))
    hits = 0
    for query in matryoshka(50, seed=6):
        exact = here[np.argsort(-(matrix[here] @ query))[:10]] + 1
        hits += len(set(exact.tolist()) & set(graph.search(query, 10)[0].tolist()))
    assert hits >= 0.99 * 500


def test_the_places_of_removed_vectors_are_given_back(tmp_path, base):
    matrix = matryoshka(4000)
    graph = filled(tmp_path, base, matrix)
    graph.remove(list(range(1, 3001)))
    assert graph._index.get_current_count() == 4000
    graph.save()
    assert graph._index.get_current_count() == 1000
    ids, _ = graph.search(matrix[3500], 5)
    assert ids[0] == 3501
    assert set(graph.search(matrix[0], 1000)[0].tolist()) == set(range(3001, 4001))


def test_a_few_vectors_are_no_reason_to_write_a_large_graph_again(tmp_path, base, monkeypatch):
    monkeypatch.setattr("jinasearch.store.graph._SMALL_BYTES", 0)
    matrix = matryoshka(1000)
    graph = filled(tmp_path, base, matrix)
    graph.save()
    before = snapshot(tmp_path)
    graph.add(np.arange(2001, 2011), matryoshka(10, seed=7))
    graph.save()
    assert snapshot(tmp_path) == before
    graph.add(np.arange(2011, 2101), matryoshka(90, seed=8))
    graph.save()
    assert snapshot(tmp_path) != before


def test_what_a_snapshot_lacks_is_found_before_it_is_in_the_graph(tmp_path, base):
    matrix = matryoshka(500)
    filled(tmp_path, base, matrix[:400]).save()
    again = filled(tmp_path, base, matrix)
    assert again._index.get_current_count() == 400
    for number in (10, 399, 400, 499):
        assert again.search(matrix[number], 1)[0].tolist() == [number + 1]
    again.remove([500])
    while again.absorb():
        pass
    assert again._index.get_current_count() == 499
    assert again.search(matrix[498], 1)[0].tolist() == [499]
    assert 500 not in again.search(matrix[499], 499)[0].tolist()


def test_searches_go_on_beside_changes(tmp_path, base):
    matrix = matryoshka(3000)
    graph = filled(tmp_path, base, matrix[:1000])
    failed = []

    def search():
        for query in matryoshka(300, seed=9):
            ids, scores = graph.search(query, 10)
            if len(set(ids.tolist())) != 10 or (np.diff(scores) > 0).any():
                failed.append(ids)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for start in range(1000, 3000, 100):
        graph.add(np.arange(start, start + 100) + 1, matrix[start : start + 100])
        graph.remove(list(range(start - 999, start - 979)))
        graph.save()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_snapshot_of_another_dimension_is_no_damage(tmp_path, base):
    matrix = matryoshka(300)
    filled(tmp_path, base, matrix, short=32).save()
    again = Graph(tmp_path / "graph", 64)
    assert again.open(*base) == ""
    assert again.search(matrix[7], 1)[0].tolist() == [8]


def test_a_snapshot_that_the_disk_has_no_room_for_does_not_take_the_place_of_one(
    tmp_path, base, monkeypatch
):
    graph, _ = opened(tmp_path, base)
    graph.save()
    (kept,) = (tmp_path / "graph" / str(base[1])).glob("*.graph")

    def cut_short(index, path):  # what hnswlib's own does on a full disk, without a word
        real(index, path)
        os.truncate(path, Path(path).stat().st_size // 2)

    real = hnswlib.Index.save_index
    monkeypatch.setattr(hnswlib.Index, "save_index", cut_short)
    graph._changes = 300
    graph.save()
    assert [kept] == list(kept.parent.iterdir())
    monkeypatch.undo()
    assert opened(tmp_path, base)[1] == ""


def test_others_search_and_remove_while_the_disk_takes_a_snapshot_in(tmp_path, base, monkeypatch):
    graph, _ = opened(tmp_path, base)
    query = np.ones(DIMENSION, np.float32)
    best = graph.search(query, 1)[0].tolist()
    began, goes_on = threading.Event(), threading.Event()

    def slow(_):
        began.set()
        assert goes_on.wait(30)

    monkeypatch.setattr(snapshot_module.os, "fsync", slow)
    saving = threading.Thread(target=graph.save)
    saving.start()
    assert began.wait(30)
    removing = threading.Thread(target=graph.remove, args=(best,))
    removing.start()
    removing.join(10)
    waits = removing.is_alive()
    goes_on.set()
    saving.join(30)
    assert not waits
    assert graph.search(query, 1)[0].tolist() != best
    monkeypatch.undo()
    assert graph._changes == 1, "what was removed meanwhile is not in the snapshot"
