"""A filter loses no hit: compared with a search of every vector that passes it."""

import numpy as np
import pytest

from jinasearch.core.models import Rules
from jinasearch.search import retrieve
from jinasearch.store import folders, vectors
from jinasearch.store.connection import open_writer
from jinasearch.store.graph import Graph
from jinasearch.store.migrations import migrate
from jinasearch.store.selection import Selection

COUNT, DIMENSION = 10_000, 32


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Files of one passage each; `size` is a number from 0 to 9999 in no order, and files with
    odd numbers lie on the other side of the space from those with even ones."""
    base = tmp_path_factory.mktemp("library")
    connection = open_writer(base / "library.db")
    migrate(connection)
    generator = np.random.default_rng(1)
    matrix = generator.normal(size=(COUNT, DIMENSION))
    matrix[:, 0] += np.where(np.arange(COUNT) % 2, 5.0, -5.0)
    matrix = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype("<f2")
    sizes = generator.permutation(COUNT)
    with connection:
        folder = folders.add(connection, "/home", Rules(), False).id
        space = vectors.space(connection, "space")
        numbers = range(COUNT)
        connection.executemany(
            "INSERT INTO files(id, folder, path, size, mtime_ns, device, inode, state, passages)"
            " VALUES (?, ?, ?, ?, 0, 0, ?, 'ready', 1)",
            [(n + 1, folder, f"/home/{n}".encode(), int(sizes[n]), n) for n in numbers],
        )
        connection.executemany(
            "INSERT INTO passages(id, file, ordinal, heading, text, place, input_hash)"
            " VALUES (?, ?, 0, '', '', '{}', ?)",
            [(n + 1, n + 1, f"{n}".encode()) for n in numbers],
        )
        connection.executemany(
            "INSERT INTO vectors(id, space, input_hash, vector) VALUES (?, ?, ?, ?)",
            [(n + 1, space, f"{n}".encode(), matrix[n].tobytes()) for n in numbers],
        )
    graph = Graph(base / "graph", DIMENSION)
    graph.open(connection, space)
    yield connection, graph, space, matrix.astype(np.float32), sizes
    connection.close()


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ("files.size < 1", lambda sizes: sizes < 1),  # 0.01 %
        ("files.size < 100", lambda sizes: sizes < 100),  # 1 %
        ("files.size < 5000", lambda sizes: sizes < 5000),  # 50 %
        ("files.id % 2 = 0", lambda sizes: np.arange(COUNT) % 2 == 1),  # all far from the question
        ("files.size < 0", lambda sizes: sizes < 0),
        ("files.size >= 0", lambda sizes: sizes >= 0),
    ],
)
def test_filters_against_brute_force(library, condition, passes):
    connection, graph, space, matrix, sizes = library
    passing = np.flatnonzero(passes(sizes))
    generator = np.random.default_rng(2)
    hits = possible = 0
    for _ in range(10):
        query = generator.normal(size=DIMENSION)
        query[0] -= 5.0
        query = (query / np.linalg.norm(query)).astype(np.float32)
        best = passing[np.argsort(-(matrix[passing] @ query))[:10]] + 1
        found = retrieve.by_meaning(connection, graph, space, query, Selection(condition))
        assert {row.file for row in found} <= set((passing + 1).tolist())
        hits += len(set(best.tolist()) & {row.file for row in found[:10]})
        possible += len(best)
    assert hits >= 0.99 * possible
