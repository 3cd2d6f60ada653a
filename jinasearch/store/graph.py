"""The HNSW graph over the vectors of one embedding space: a cache of the database.

Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical
Navigable Small World graphs", 2016.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import threading
from typing import TYPE_CHECKING

import hnswlib
import numpy as np

from jinasearch.store import vectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import apsw
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_M = 16
_EF_CONSTRUCTION = 100
_EF_LEAST = 96
_FIRST_CAPACITY = 1024
_CHECKSUM_BYTES = 16
_BLOCK = 1 << 20

DAMAGED = "graph-damaged"


class Graph:
    """Nearest neighbours by cosine of L2-normalised vectors. Thread-safe.

    Searches and changes take turns: hnswlib allows no search beside an insertion.
    """

    def __init__(self, folder: Path, dimension: int, *, threads: int = 1) -> None:
        self.dimension = dimension
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._index: hnswlib.Index | None = None
        self._place = folder
        self._newest = 0
        self._live = 0
        self._dirty = False
        self._early: set[int] = set()  # removed before they were added

    def __len__(self) -> int:
        return self._live

    @property
    def is_open(self) -> bool:
        """Whether `open()` has ended."""
        return self._index is not None

    def open(self, connection: apsw.Connection, space: int) -> str:
        """Load the newest snapshot and bring it up to the database; rebuild it if need be.

        Returns `DAMAGED` if there was a snapshot that could not be used, else an empty string.
        """
        self._place = self._folder / str(space)
        self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
        index, told = self._load_snapshot()
        wanted = vectors.ids(connection, space)
        have = np.asarray([] if index is None else index.get_ids_list(), dtype=np.int64)
        missing = np.setdiff1d(wanted, have, assume_unique=True)
        gone = np.setdiff1d(have, wanted, assume_unique=True)
        if index is None:
            index = self._new(max(_FIRST_CAPACITY, len(wanted)))
        for vector in gone.tolist():
            _mark_deleted(index, vector)
        for ids, matrix in vectors.load(connection, missing, self.dimension):
            self._insert(index, ids, matrix)
        with self._lock:
            self._newest = int(wanted[-1]) if len(wanted) else 0
            self._live = len(wanted)
            self._dirty = bool(len(missing) or len(gone) or told)
            self._index = index
            early, self._early = self._early, set()
        self.remove(sorted(early))
        return told

    def add(self, ids: NDArray[np.int64], matrix: NDArray[np.float32]) -> None:
        """Insert vectors (n, dimension) that were committed to the database with `ids` (n,)."""
        if not len(ids):
            return
        with self._lock:
            if self._index is None:
                raise RuntimeError("the graph is not open")
            kept = [place for place, id_ in enumerate(ids.tolist()) if id_ not in self._early]
            if kept:
                self._insert(self._index, ids[kept], matrix[kept])
            self._newest = max(self._newest, int(ids.max()))
            self._early = {id_ for id_ in self._early if id_ > self._newest}
            self._live += len(kept)
            self._dirty = True

    def remove(self, ids: Sequence[int]) -> None:
        """Find these vectors no longer. Ids that are not here are passed over."""
        with self._lock:
            if self._index is None:
                self._early.update(ids)
                return
            for vector in ids:
                if _mark_deleted(self._index, vector):
                    self._live -= 1
                    self._dirty = True
                elif vector > self._newest:
                    self._early.add(vector)

    def search(
        self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The `k` nearest to `vector` (dimension,): ids (≤k,) and cosines (≤k,), best first.

        Among `allowed` (m,) the search is exact: filtering after the graph would lose hits.
        """
        with self._lock:
            if self._index is None or not self._live:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            if allowed is not None:
                return self._exact(self._index, vector, k, allowed)
            wanted = min(k, self._live)
            self._index.set_ef(max(_EF_LEAST, 2 * wanted))
            try:
                ids, distances = self._index.knn_query(vector, wanted, num_threads=1)
            except RuntimeError:  # fewer reachable than asked for: many are marked deleted
                everything = np.asarray(self._index.get_ids_list(), dtype=np.int64)
                return self._exact(self._index, vector, k, everything)
        return ids[0].astype(np.int64), (1.0 - distances[0]).astype(np.float32)

    def save(self) -> None:
        """Write a snapshot if anything has changed: whole under its final name, or not at all."""
        with self._lock:
            if self._index is None or not self._dirty:
                return
            draft = self._place / f"draft-{os.getpid()}"
            try:
                self._index.save_index(str(draft))
                draft.chmod(0o600)
                with draft.open("rb") as stream:
                    os.fsync(stream.fileno())
                draft.replace(self._place / f"{self._newest}-{_checksum(draft)}.hnsw")
            except (OSError, RuntimeError):
                _log.warning("the graph could not be saved; it is rebuilt at the next start")
                draft.unlink(missing_ok=True)
                return
            self._dirty = False
            newest = self._snapshots()
        for old in newest[1:]:
            old.unlink(missing_ok=True)

    def check(self, connection: apsw.Connection, space: int) -> tuple[int, int]:
        """How many vectors of the database the graph lacks, and how many it has too many."""
        wanted = vectors.ids(connection, space)
        return max(0, len(wanted) - self._live), max(0, self._live - len(wanted))

    def _load_snapshot(self) -> tuple[hnswlib.Index | None, str]:
        told = ""
        for path in self._snapshots():
            try:
                _verify(path)
                index = hnswlib.Index(space="ip", dim=self.dimension)
                index.load_index(str(path), allow_replace_deleted=True)
                index.set_num_threads(self._threads)
            except (OSError, RuntimeError):
                _log.warning("a damaged snapshot of the graph is left out: %s", path.name)
                path.unlink(missing_ok=True)
                told = DAMAGED
            else:
                return index, told
        return None, told

    def _snapshots(self) -> list[Path]:
        """Snapshots, the newest first; drafts that a crash left are deleted."""
        for draft in self._place.glob("draft-*"):
            draft.unlink(missing_ok=True)
        return sorted(self._place.glob("*.hnsw"), key=lambda path: -path.stat().st_mtime_ns)

    def _new(self, capacity: int) -> hnswlib.Index:
        index = hnswlib.Index(space="ip", dim=self.dimension)
        index.init_index(capacity, _EF_CONSTRUCTION, _M, allow_replace_deleted=True)
        index.set_num_threads(self._threads)
        return index

    def _insert(
        self, index: hnswlib.Index, ids: NDArray[np.int64], matrix: NDArray[np.float32]
    ) -> None:
        needed = index.get_current_count() + len(ids)
        if needed > index.get_max_elements():
            index.resize_index(max(needed, 2 * index.get_max_elements()))
        index.add_items(matrix, ids, replace_deleted=True)

    def _exact(
        self, index: hnswlib.Index, vector: NDArray[np.float32], k: int, allowed: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        here = np.asarray([id_ for id_ in allowed.tolist() if _is_live(index, id_)], np.int64)
        if not len(here):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores = np.asarray(index.get_items(here, return_type="numpy"), np.float32) @ vector
        best = np.argsort(-scores)[:k]
        return here[best], scores[best]


def _is_live(index: hnswlib.Index, vector: int) -> bool:
    try:
        index.get_items([vector])
    except RuntimeError:
        return False
    return True


def _mark_deleted(index: hnswlib.Index, vector: int) -> bool:
    with contextlib.suppress(RuntimeError):  # not here, or deleted before
        index.mark_deleted(vector)
        return True
    return False


def _verify(path: Path) -> None:
    if _checksum(path) != path.stem.rsplit("-", 1)[-1]:
        raise RuntimeError("the checksum in its name is another")


def _checksum(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=_CHECKSUM_BYTES)
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
