"""How searching grows with the library: latency, recall, memory, start and building, beside peers.

    .venv/bin/python tests/benchmarks/scale.py 10000 100000 1000000 [--folder FOLDER] [--peers]

A library of a million passages takes 6 GB of disk and, on two cores, a quarter of an hour.
`--peers` asks numpy, and usearch and faiss where they are installed (`pip install usearch
faiss-cpu`), to do the same: the nearest 200 by the first 256 numbers, told by the full vectors from
the same database. Each is measured in a process of its own, with one thread, warmed up by ten
questions.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

import scale_data
from table import machine, percentile

from jinasearch.core import collector
from jinasearch.search import retrieve
from jinasearch.search.confidence import Background
from jinasearch.search.query import parse
from jinasearch.search.search import Meant, search
from jinasearch.store import vectors
from jinasearch.store.connection import open_reader, open_writer
from jinasearch.store.graph import Graph
from jinasearch.store.migrations import migrate
from jinasearch.store.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SHORT, BREADTH = 256, 200
FILTERS = (("0.01 %", "files.size < 1"), ("1 %", "files.size < 100"), ("50 %", "files.size < 5000"))
GOAL = 0.99


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counts", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, help="keeps the libraries made, for another run")
    parser.add_argument("--peers", action="store_true", help="measure the others too")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        told = measure(options.measure, options.folder, options.counts[0])
        print(json.dumps(told))
        return
    base = options.folder or Path(tempfile.mkdtemp(prefix="scale-"))
    print(machine())
    rows: list[dict[str, Any]] = []
    try:
        for count in options.counts:
            folder = base / str(count)
            prepare(folder, count)
            peers = ("numpy", "usearch", "faiss") if options.peers else ()
            for what in ("build", "ours", *peers):
                rows.append(apart(what, folder, count))
                print(rows[-1], file=sys.stderr, flush=True)
    finally:
        if options.folder is None:
            shutil.rmtree(base, ignore_errors=True)
    print("| passages | what | value |\n| --- | --- | --- |")
    for row in rows:
        for name, value in row.items():
            if name not in ("count", "what"):
                print(f"| {row['count']:,} | {row['what']}: {name} | {value} |")


def prepare(folder: Path, count: int) -> None:
    """Make a library if it is not there."""
    if (folder / "nearest.npy").exists():
        connection = open_writer(folder / "library.db")
        migrate(connection)
        connection.close()
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _, nearest = scale_data.make(folder / "library.db", count)
    np.save(folder / "nearest.npy", nearest)


def apart(what: str, folder: Path, count: int) -> dict[str, Any]:
    """Measure in a process of its own, so that memory is told truly."""
    line = [sys.executable, __file__, str(count), "--measure", what, "--folder", str(folder)]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    ended = subprocess.run(line, stdout=subprocess.PIPE, check=True, env={**os.environ, **threads})
    return {"count": count, "what": what, **json.loads(ended.stdout.splitlines()[-1])}


def measure(what: str, folder: Path, count: int) -> dict[str, Any]:
    """One of: `build`, `ours`, `numpy`, `usearch`, `faiss`."""
    if what in ("build", "ours"):
        return {"build": build, "ours": ours}[what](folder, count)
    return peer(what, folder, count)


def build(folder: Path, _count: int) -> dict[str, Any]:
    """Make the graph from the database alone, and save it."""
    shutil.rmtree(folder / "graph", ignore_errors=True)
    began = time.perf_counter()
    graph, _, _ = opened(folder)
    built = time.perf_counter() - began
    began = time.perf_counter()
    graph.save()
    saved = time.perf_counter() - began
    (path,) = (folder / "graph").rglob("*.graph")
    return {
        "graph built": f"{built:.0f} s",
        "snapshot": f"{path.stat().st_size / 1e6:,.0f} MB in {saved:.1f} s",
    }


def ours(folder: Path, count: int) -> dict[str, Any]:
    """Everything that a question costs."""
    before = psutil.Process().memory_info().rss
    queries = scale_data.Vectors(count).queries()
    nearest = np.load(folder / "nearest.npy")
    began = time.perf_counter()
    graph, connection, space = opened(folder)
    retrieve.by_meaning(connection, graph, space, queries[0])
    start = f"{time.perf_counter() - began:.2f} s; processor {time.process_time():.2f} s"
    collector.settle()  # as the engine does
    background = Background(space)

    def by_meaning(query: NDArray[np.float32]) -> None:
        meant = Meant(graph, space, query, background)
        search(connection, parse(""), 10, EVERYTHING, meant, keywords=False, size=count)

    told: dict[str, Any] = {"start to the first answer": start}
    told["by meaning, rows fetched"] = timed(by_meaning, queries)
    told["of it the graph"] = timed(lambda query: graph.search(query, BREADTH), queries)
    found = [retrieve.by_meaning(connection, graph, space, query) for query in queries]
    told["recall@10"] = recall([[row.passage for row in rows[:10]] for rows in found], nearest)
    told["memory"] = f"{(psutil.Process().memory_info().rss) / 1e6:,.0f} MB"
    told["of it before the graph"] = f"{before / 1e6:,.0f} MB"
    told["by keywords, rows fetched"] = timed(
        lambda text: search(connection, parse(text), 10, EVERYTHING, None, size=count), texts()
    )
    for name, condition in FILTERS:
        chosen = Selection(condition)
        told[f"by meaning of {name}"] = timed(
            lambda query, chosen=chosen: retrieve.by_meaning(
                connection, graph, space, query, chosen
            ),
            queries[:100],
        )
    new = scale_data.Vectors(1000).queries()[:200]
    began = time.perf_counter()
    graph.add(np.arange(count + 1, count + 1 + len(new)), new)
    told["a vector added"] = f"{(time.perf_counter() - began) / len(new) * 1000:.2f} ms"
    began = time.perf_counter()
    graph.remove(list(range(count + 1, count + 1 + len(new))))
    told["a vector removed"] = f"{(time.perf_counter() - began) / len(new) * 1000:.3f} ms"
    return told


def peer(what: str, folder: Path, count: int) -> dict[str, Any]:
    """The same funnel with another library in the graph's place, at the least effort that does."""
    queries = scale_data.Vectors(count).queries()
    nearest = np.load(folder / "nearest.npy")
    connection = open_reader(folder / "library.db")
    space = vectors.spaces(connection)[0].id
    ids = vectors.ids(connection, space)
    matrix = np.empty((count, SHORT), np.float32)
    for at, (_, block) in enumerate(vectors.load(connection, ids, scale_data.DIMENSION)):
        matrix[at * 1024 : at * 1024 + len(block)] = cut(block)
    began = time.perf_counter()
    try:
        efforts, near = PEERS[what](matrix)
    except ImportError:
        return {"": "not installed"}
    built = time.perf_counter() - began
    told: dict[str, Any] = {"built": f"{built:.0f} s"}
    for effort in efforts:

        def asked(query: NDArray[np.float32], effort: int = effort) -> list[int]:
            rows = near(cut(query.reshape(1, -1)), effort)
            found, _, scores = vectors.cosines(connection, ids[rows], query)
            return found[np.argsort(-scores)[:10]].tolist()

        reached = recall([asked(query) for query in queries], nearest)
        told["recall@10"], told["effort"] = reached, effort
        if float(reached) >= GOAL:
            break
    told["nearest by id"] = timed(asked, queries)
    told["of it the index"] = timed(lambda query: near(cut(query.reshape(1, -1)), effort), queries)
    return told


def _numpy(matrix: NDArray[np.float32]) -> tuple[list[int], Callable[..., NDArray[np.int64]]]:
    def near(query: NDArray[np.float32], _: int) -> NDArray[np.int64]:
        return np.argpartition(-(matrix @ query[0]), BREADTH)[:BREADTH]

    return [0], near


def _usearch(matrix: NDArray[np.float32]) -> tuple[list[int], Callable[..., NDArray[np.int64]]]:
    from usearch.index import Index

    index = Index(ndim=SHORT, metric="ip", dtype="f32", connectivity=16, expansion_add=100)
    index.add(np.arange(len(matrix)), matrix, threads=1)

    def near(query: NDArray[np.float32], effort: int) -> NDArray[np.int64]:
        index.expansion_search = effort
        return index.search(query[0], BREADTH, threads=1).keys.astype(np.int64)

    return [200, 256, 400, 800], near


def _faiss(matrix: NDArray[np.float32]) -> tuple[list[int], Callable[..., NDArray[np.int64]]]:
    import faiss

    faiss.omp_set_num_threads(1)
    index = faiss.IndexHNSWFlat(SHORT, 16, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 100
    index.add(matrix)

    def near(query: NDArray[np.float32], effort: int) -> NDArray[np.int64]:
        index.hnsw.efSearch = effort
        return index.search(query, BREADTH)[1][0]

    return [200, 256, 400, 800], near


PEERS = {"numpy": _numpy, "usearch": _usearch, "faiss": _faiss}


def opened(folder: Path) -> tuple[Graph, Any, int]:
    """The graph of a library, brought up to its database."""
    connection = open_reader(folder / "library.db")
    space = vectors.spaces(connection)[0].id
    graph = Graph(folder / "graph", scale_data.DIMENSION, short=SHORT)
    graph.open(connection, space)
    return graph, connection, space


def texts() -> list[str]:
    """Questions of two words, neither among the most common."""
    vocabulary, generator = scale_data.words(), np.random.default_rng(5)
    chosen = np.maximum(scale_data.zipf(generator, (scale_data.QUERIES, 2)), 50)
    return [f"{vocabulary[a]} {vocabulary[b]} " for a, b in chosen]


def timed(ask: Callable[[Any], object], questions: Any) -> str:
    """Median and 95 % of the time for a question, and of the processor's time for it.

    The two are the same where nothing else is at work.
    """
    for question in questions[:10]:
        ask(question)
    took, worked = [], []
    for question in questions:
        began, before = time.perf_counter(), time.thread_time()
        ask(question)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.thread_time() - before) * 1000)
    wall, processor = (
        f"{percentile(each, 0.5):.1f} ms, {percentile(each, 0.95):.1f} ms"
        for each in (took, worked)
    )
    return f"{wall}; processor {processor}"


def recall(found: list[list[int]], nearest: NDArray[np.int64]) -> str:
    """The share of the ten nearest that were found."""
    hits = sum(len(set(a) & set(b)) for a, b in zip(found, nearest.tolist(), strict=True))
    return f"{hits / nearest.size:.3f}"


def cut(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """The first numbers of vectors, at length 1 again."""
    short = matrix[:, :SHORT]
    return short / np.linalg.norm(short, axis=1, keepdims=True)


if __name__ == "__main__":
    main()
