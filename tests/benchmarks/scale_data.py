"""A library of any size, made of nothing: vectors, texts and files that behave like real ones.

Vectors: a mixture of Gaussians in 64 dimensions, one centre to 200 passages, whose dimensions
shrink by a power law (real embeddings have an intrinsic dimension of some tens); laid into 1,024
dimensions by a random linear map, with a tenth of noise in all of them. Nothing puts more into the
first numbers than into the last, so cutting them is harder here than with Matryoshka training.
Texts: 60 words drawn from 50,000 by Zipf's law. Files: 20 passages each.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from jinasearch.core.models import Rules
from jinasearch.store import folders, vectors
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    import apsw
    from numpy.typing import NDArray

DIMENSION, LATENT = 1024, 64
QUERIES, DEPTH = 300, 10
PER_FILE = 20
_PER_CENTRE = 200
_BLOCK = 10_000
_WORDS, _LENGTH = 50_000, 60


class Vectors:
    """The same vectors for the same count, block by block."""

    def __init__(self, count: int) -> None:
        self.count = count
        generator = np.random.default_rng(1)
        self._scales = (np.arange(1, LATENT + 1) ** -0.35).astype(np.float32)
        self._map = generator.standard_normal((LATENT, DIMENSION), np.float32)
        centres = max(20, count // _PER_CENTRE)
        self._centres = generator.standard_normal((centres, LATENT), np.float32)

    def blocks(self) -> Iterator[NDArray[np.float16]]:
        """All vectors, (≤10,000, 1,024) each, at length 1."""
        for number, start in enumerate(range(0, self.count, _BLOCK)):
            yield self._drawn(min(_BLOCK, self.count - start), 1_000 + number)

    def queries(self) -> NDArray[np.float32]:
        """Questions from the same mixture, (300, 1,024)."""
        return self._drawn(QUERIES, 7).astype(np.float32)

    def _drawn(self, count: int, seed: int) -> NDArray[np.float16]:
        generator = np.random.default_rng(seed)
        centres = self._centres[generator.integers(len(self._centres), size=count)]
        latent = centres + 0.7 * generator.standard_normal((count, LATENT), np.float32)
        matrix = (latent * self._scales) @ self._map
        spread = np.linalg.norm(matrix, axis=1, keepdims=True) / np.sqrt(DIMENSION)
        matrix += 0.1 * spread * generator.standard_normal(matrix.shape, np.float32)
        return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float16)


def words() -> list[str]:
    """The vocabulary: distinct pronounceable words, the common ones short."""
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    many = len(syllables)
    return [
        "".join(syllables[number // many**place % many] for place in range(3))
        for number in range(_WORDS)
    ]


def zipf(generator: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Numbers of words, the common ones often."""
    ranks = np.exp(generator.random(shape) * np.log(_WORDS))
    return np.minimum(ranks.astype(np.int64), _WORDS) - 1


def make(path: Path, count: int) -> tuple[int, NDArray[np.int64]]:
    """Write a library of `count` passages; its space, and the ten nearest of each query by an
    exact search (300, 10). Vector, passage and their ids agree: 1 to `count`."""
    source, vocabulary = Vectors(count), np.asarray(words())
    generator = np.random.default_rng(2)
    queries = source.queries()
    best_scores = np.full((QUERIES, DEPTH), -2.0, np.float32)
    best = np.zeros((QUERIES, DEPTH), np.int64)
    connection = open_writer(path)
    migrate(connection)
    connection.pragma("synchronous", "off")
    with connection:
        folder = folders.add(connection, "/home", Rules(), False).id
        space = vectors.space(connection, "space")
        vectors.serve(connection, space)
    done = 0
    for block in source.blocks():
        numbers = range(done, done + len(block))
        texts = [" ".join(row) for row in vocabulary[zipf(generator, (len(block), _LENGTH))]]
        with connection:
            _write(connection, folder, space, numbers, texts, block)
        scores = queries @ block.astype(np.float32).T
        scores = np.concatenate([best_scores, scores], axis=1)
        ids = np.concatenate([best, np.tile(np.asarray(numbers) + 1, (QUERIES, 1))], axis=1)
        chosen = np.argpartition(-scores, DEPTH, axis=1)[:, :DEPTH]
        best_scores = np.take_along_axis(scores, chosen, axis=1)
        best = np.take_along_axis(ids, chosen, axis=1)
        done += len(block)
        if done % 100_000 == 0:
            print(f"  {done:,} passages written", file=sys.stderr, flush=True)
    connection.close()
    return space, best


def _write(
    connection: apsw.Connection,
    folder: int,
    space: int,
    numbers: range,
    texts: list[str],
    block: NDArray[np.float16],
) -> None:
    starts = [n for n in numbers if n % PER_FILE == 0]
    connection.executemany(
        "INSERT INTO files(id, folder, path, size, mtime_ns, device, inode, state, kind, passages)"
        " VALUES (?, ?, ?, ?, 0, 0, ?, 'ready', 'text', ?)",
        [
            (n // PER_FILE + 1, folder, b"/home/%d.txt" % n, size(n // PER_FILE), n, PER_FILE)
            for n in starts
        ],
    )
    connection.executemany(
        "INSERT INTO passages(id, file, ordinal, heading, text, place, input_hash)"
        " VALUES (?, ?, ?, '', ?, '{}', ?)",
        [
            (n + 1, n // PER_FILE + 1, n % PER_FILE, text, key(n))
            for n, text in zip(numbers, texts, strict=True)
        ],
    )
    connection.executemany(
        "INSERT INTO passages_fts(rowid, text, heading) VALUES (?, ?, '')",
        [(n + 1, text) for n, text in zip(numbers, texts, strict=True)],
    )
    connection.executemany(
        "INSERT INTO vectors(id, space, input_hash, vector) VALUES (?, ?, ?, ?)",
        [(n + 1, space, key(n), row.tobytes()) for n, row in zip(numbers, block, strict=True)],
    )


def key(number: int) -> bytes:
    """The key of a text, spread like a hash."""
    mixed = (number * 0x9E3779B97F4A7C15F39CC0605CEDC835 + 0x1234567) % (1 << 128)
    return mixed.to_bytes(16, "little")


def size(file: int) -> int:
    """A number from 0 to 9,999 in no order: filters choose by it."""
    return (file * 7919) % 10_000
