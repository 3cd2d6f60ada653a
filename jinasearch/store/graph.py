"""The HNSW graph over the vectors of one embedding space: a cache of the database.

Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical
Navigable Small World graphs", 2016.

What a snapshot lacks is scanned exactly until it has found its place in the graph, so a start
need not wait for that, and a snapshot need not be written for a few vectors.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

import hnswlib
import numpy as np

from jinasearch.store import snapshot, vectors
from jinasearch.store.read_write_lock import ReadWriteLock
from jinasearch.store.snapshot import DAMAGED
from jinasearch.store.vector_size import in_graph

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import apsw
    from numpy.typing import NDArray

__all__ = ["DAMAGED", "Graph"]

_M = 16
_EF_CONSTRUCTION = 100
_EF = 200
"""As many as a question asks for: with their full vectors compared, the ten best are among them."""
_FIRST_CAPACITY = 1024
_PIECE = 64
"""Vectors inserted in one turn: a search waits for no more."""
_BLOCK = 8192
"""Vectors that are compared at once: what it takes stays in the processor's cache."""
_MOST_TAIL = 50_000
"""Vectors that are scanned beside the graph, at most: a few milliseconds a search."""
_SHORT_TAIL = 1_000
"""One that is worth waiting for before a snapshot."""
_SMALL_BYTES = 2_000_000
"""A graph up to this size is saved whatever has changed."""
_SAVED_SHARE = 0.05
"""A larger one when this share has changed: else it would be written again and again for little."""
_FEWEST_DELETED = 1_000
_DELETED_SHARE = 0.25
"""Removed vectors, beside those that are left, whose places are not worth the work."""
_LARGE_BYTES = 256_000_000


class Graph:
    """Nearest neighbours by cosine of L2-normalised vectors (n, dimension). Thread-safe.

    With `short` below `dimension` the graph holds the first `short` numbers of each vector, at
    length 1 again: what Matryoshka training allows. Its cosines are then estimates, for the full
    vectors to correct (`is_short`).
    """

    def __init__(
        self, folder: Path, dimension: int, *, short: int | None = None, threads: int = 1
    ) -> None:
        self.dimension = dimension
        self._short = min(short or dimension, dimension)
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()  # one change after the other
        self._access = (
            ReadWriteLock()
        )  # searches and saving side by side, changes of the index alone
        self._index: hnswlib.Index | None = None
        self._place = folder
        self._newest = 0
        self._live = 0
        self._changes = 0
        self._tail_ids = np.empty(0, np.int64)
        self._tail = np.empty((0, self._short), np.float32)
        self._early: set[int] = set()  # removed before they were added
        self._removed: list[int] | None = None  # while the graph is made anew

    def __len__(self) -> int:
        return self._live

    @property
    def is_open(self) -> bool:
        """Whether `open()` has ended."""
        return self._index is not None

    @property
    def bytes(self) -> int:
        """What it takes in memory and on disk, about."""
        return self._live * in_graph(self._short)

    @property
    def is_short(self) -> bool:
        """Whether cosines are estimates."""
        return self._short < self.dimension

    def open(self, connection: apsw.Connection, space: int) -> str:
        """Load the newest snapshot and bring it up to the database; rebuild it if need be.

        Returns `DAMAGED` if there was a snapshot that could not be used, else an empty string.
        """
        self._place = self._folder / str(space)
        self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
        index, told = snapshot.load(self._place, self._short)
        wanted = vectors.ids(connection, space)
        have = np.asarray([] if index is None else index.get_ids_list(), dtype=np.int64)
        missing = np.setdiff1d(wanted, have, assume_unique=True)
        gone = np.setdiff1d(have, wanted, assume_unique=True)
        if index is None:
            index = self._new(max(_FIRST_CAPACITY, len(wanted)))
        index.set_num_threads(self._threads)
        index.set_ef(_EF)
        for vector in gone.tolist():
            _mark_deleted(index, vector)
        most = _MOST_TAIL if len(have) else 0  # a new graph is made whole
        first, later = (
            missing[: max(0, len(missing) - most)],
            missing[max(0, len(missing) - most) :],
        )
        for ids, matrix in vectors.load(connection, first, self.dimension):
            self._insert(index, ids, self._cut(matrix), len(gone))
        tail = [(ids, self._cut(m)) for ids, m in vectors.load(connection, later, self.dimension)]
        with self._lock, self._access.alone():
            if tail:
                self._tail_ids = np.concatenate([ids for ids, _ in tail])
                self._tail = np.concatenate([matrix for _, matrix in tail])
            self._newest = int(wanted[-1]) if len(wanted) else 0
            self._live = len(wanted)
            self._changes = len(missing) + len(gone) + bool(told)
            self._index = index
            early, self._early = self._early, set()
        self.remove(sorted(early))
        return told

    def add(self, ids: NDArray[np.int64], matrix: NDArray[np.float32]) -> None:
        """Insert vectors (n, dimension) that were committed to the database with `ids` (n,)."""
        if not len(ids):
            return
        with self._lock:
            index = self._opened()
            kept = [place for place, id_ in enumerate(ids.tolist()) if id_ not in self._early]
            new, cut = ids[kept], self._cut(matrix[kept])
            for start in range(0, len(kept), _PIECE):
                with self._access.alone():
                    piece = slice(start, start + _PIECE)
                    self._insert(index, new[piece], cut[piece], self._deleted(index) - start)
            self._newest = max(self._newest, int(ids.max()))
            self._early = {id_ for id_ in self._early if id_ > self._newest}
            self._live += len(kept)
            self._changes += len(kept)

    def absorb(self) -> bool:
        """Give a piece of what is scanned its place in the graph; False if nothing was left."""
        with self._lock:
            return self._absorb()

    def remove(self, ids: Sequence[int]) -> None:
        """Find these vectors no longer. Ids that are not here are passed over."""
        with self._lock:
            if self._index is None:
                self._early.update(ids)
                return
            with self._access.alone():
                for vector in ids:
                    if _mark_deleted(self._index, vector) or self._drop_from_tail(vector):
                        self._live -= 1
                        self._changes += 1
                        if self._removed is not None:
                            self._removed.append(vector)
                    elif vector > self._newest:
                        self._early.add(vector)

    def search(
        self, vector: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The `k` nearest to `vector` (dimension,): ids (≤k,) and cosines (≤k,), best first."""
        with self._access.shared():
            index = self._index
            if index is None or not self._live or k < 1:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            short = self._cut(vector.reshape(1, -1))[0]
            nearest = self._nearest(index, short, k)
            if not len(self._tail_ids):
                return nearest
            parts = [nearest, (self._tail_ids, self._tail @ short)]
        ids, scores = (np.concatenate(each) for each in zip(*parts, strict=True))
        if len(ids) > k:
            best = np.argpartition(-scores, k - 1)[:k]
            ids, scores = ids[best], scores[best]
        order = np.argsort(-scores)
        return ids[order], scores[order]

    def save(self) -> None:
        """Write a snapshot if enough has changed, and give back the places of removed vectors.

        For the thread that adds. Others search and remove as soon as the draft is written, while
        the disk takes it in.
        """
        if len(self._tail_ids) <= _SHORT_TAIL:
            while self.absorb():
                pass
        if self._index is None or not self._changes or len(self._tail_ids):
            return
        self._tidy(self._index)
        if self.bytes > _SMALL_BYTES and self._changes < _SAVED_SHARE * self._live:
            return
        with self._lock, self._access.shared():
            draft = snapshot.Draft(self._place, self._index, self._newest)
            changes, self._changes = self._changes, 0
        if not draft.keep():
            with self._lock:
                self._changes += changes

    def check(self, connection: apsw.Connection, space: int) -> tuple[int, int]:
        """How many vectors of the database the graph lacks, and how many it has too many."""
        wanted = vectors.ids(connection, space)
        return max(0, len(wanted) - self._live), max(0, self._live - len(wanted))

    def _opened(self) -> hnswlib.Index:
        if self._index is None:
            raise RuntimeError("the graph is not open")
        return self._index

    def _absorb(self) -> bool:
        if self._index is None or not len(self._tail_ids):
            return False
        with self._access.alone():
            deleted = self._deleted(self._index)
            self._insert(self._index, self._tail_ids[:_PIECE], self._tail[:_PIECE], deleted)
            self._tail_ids, self._tail = self._tail_ids[_PIECE:], self._tail[_PIECE:]
            if not len(self._tail_ids):  # no view that keeps the whole alive
                self._tail = np.empty((0, self._short), np.float32)
        return True

    def _cut(self, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """The first numbers of vectors (n, dimension), at length 1 again."""
        if not self.is_short:
            return matrix
        cut = matrix[:, : self._short]
        lengths = np.linalg.norm(cut, axis=1, keepdims=True)
        shortened: NDArray[np.float32] = (cut / np.maximum(lengths, 1e-12)).astype(np.float32)
        return shortened

    def _drop_from_tail(self, vector: int) -> bool:
        kept = self._tail_ids != vector
        if kept.all():
            return False
        self._tail_ids, self._tail = self._tail_ids[kept], self._tail[kept]
        return True

    def _new(self, capacity: int) -> hnswlib.Index:
        index = hnswlib.Index(space="ip", dim=self._short)
        index.init_index(
            capacity, M=_M, ef_construction=_EF_CONSTRUCTION, allow_replace_deleted=True
        )
        index.set_num_threads(self._threads)
        index.set_ef(_EF)
        return index

    def _tidy(self, index: hnswlib.Index) -> None:
        """Make the graph anew without what was removed, if that is much: hnswlib keeps its place.

        For a while there are two graphs: a large one is left until it has shrunk by half.
        """
        deleted = self._deleted(index)
        least = self._live if self.bytes > _LARGE_BYTES else self._live * _DELETED_SHARE
        if deleted <= max(_FEWEST_DELETED, least):
            return
        with self._lock:
            self._removed = []
        fresh = self._new(max(_FIRST_CAPACITY, self._live))
        labels = np.asarray(index.get_ids_list(), np.int64)
        for start in range(0, len(labels), _PIECE):
            with self._access.shared():
                ids, matrix = _vectors_of(index, labels[start : start + _PIECE])
            self._insert(fresh, ids, matrix, 0)
        with self._lock, self._access.alone():
            for vector in self._removed or ():
                _mark_deleted(fresh, vector)
            self._removed = None
            self._index = fresh

    def _deleted(self, index: hnswlib.Index) -> int:
        """How many removed vectors still have a place in the graph."""
        return int(index.get_current_count()) + len(self._tail_ids) - self._live

    def _insert(
        self,
        index: hnswlib.Index,
        ids: NDArray[np.int64],
        matrix: NDArray[np.float32],
        deleted: int,
    ) -> None:
        if not len(ids):
            return
        needed = index.get_current_count() + len(ids)
        if needed > index.get_max_elements():
            index.resize_index(max(needed, 3 * index.get_max_elements() // 2))
        # To take a removed vector's place costs as much as ten new ones.
        reused = deleted > max(_FEWEST_DELETED, self._live * _DELETED_SHARE)
        index.add_items(matrix, ids, replace_deleted=reused)

    def _nearest(
        self, index: hnswlib.Index, short: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        wanted = min(k, self._live - len(self._tail_ids))
        if wanted < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        try:
            ids, distances = index.knn_query(short, wanted, num_threads=1)
        except RuntimeError:  # fewer reachable than asked for: many are marked deleted
            ids, scores = _exact(index, short)
            order = np.argsort(-scores)[:wanted]
            return ids[order], scores[order]
        return ids[0].astype(np.int64), (1.0 - distances[0]).astype(np.float32)


def _exact(
    index: hnswlib.Index, short: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """All that are here and their cosines, (n,) each, in no order."""
    everything = np.asarray(index.get_ids_list(), np.int64)
    ids, scores = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
    for start in range(0, len(everything), _BLOCK):
        here, matrix = _vectors_of(index, everything[start : start + _BLOCK])
        ids.append(here)
        scores.append(matrix @ short)
    return np.concatenate(ids), np.concatenate(scores)


def _vectors_of(
    index: hnswlib.Index, wanted: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Those of `wanted` that are in the index and not deleted, (n,), and their vectors (n, d)."""
    if not len(wanted):
        return wanted, np.empty((0, index.dim), np.float32)
    try:
        return wanted, np.asarray(index.get_items(wanted, return_type="numpy"), np.float32)
    except RuntimeError:  # one is not here: look at halves
        if len(wanted) == 1:
            return wanted[:0], np.empty((0, index.dim), np.float32)
    middle = len(wanted) // 2
    halves = [_vectors_of(index, part) for part in (wanted[:middle], wanted[middle:])]
    return np.concatenate([ids for ids, _ in halves]), np.concatenate([m for _, m in halves])


def _mark_deleted(index: hnswlib.Index, vector: int) -> bool:
    with contextlib.suppress(RuntimeError):  # not here, or deleted before
        index.mark_deleted(vector)
        return True
    return False
