"""The vectors of the library, by embedding space and hash of the exact input; what is left to do.

Vectors are kept as float16, little endian: half the disk for a difference in cosine of about 1e-4.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jinasearch.core.models import FileState, Layer
from jinasearch.store import orphans
from jinasearch.store.connection import fetch, many, once
from jinasearch.store.passages import embedding_input
from jinasearch.store.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import apsw
    from numpy.typing import NDArray

_INPUTS = {
    Layer.CARD: "SELECT input_hash, '', text, 0 FROM cards WHERE file = ?2 AND NOT EXISTS"
    " (SELECT 1 FROM vectors WHERE space = ?1 AND vectors.input_hash = cards.input_hash)",
    Layer.PASSAGE: "SELECT input_hash, heading, text, ordinal FROM passages"
    " WHERE file = ?2 AND NOT EXISTS"
    " (SELECT 1 FROM vectors WHERE space = ?1 AND vectors.input_hash = passages.input_hash)"
    " ORDER BY ordinal",
}
_LAYERS = (Layer.CARD, Layer.PASSAGE)
_LOAD = 1024
_BLOCK = 64
"""Vectors that are compared at once: what it takes stays in the processor's nearest cache."""
_DTYPE = np.dtype("<f2")
_RAISED = np.float32(2.0**112)


@dataclass(frozen=True, slots=True)
class Todo:
    """A layer of a file that has no vectors, or not all."""

    file: int
    layer: Layer
    urgency: int


@dataclass(frozen=True, slots=True)
class Input:
    """A text to embed, the key of its vector, and the first passage that has it, of a file."""

    hash: bytes
    text: str
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class Space:
    """An embedding space. `model` and `dimension` are what the settings called for; the one that
    is `serving` answers questions, others are being made or thrown away."""

    id: int
    key: str
    model: str
    dimension: int
    serving: bool


def space(connection: apsw.Connection, key: str, model: str = "", dimension: int = 0) -> int:
    """The embedding space of this key; made if it is new."""
    connection.execute(
        "INSERT INTO spaces(key, model, dimension) VALUES (?, ?, ?)"
        " ON CONFLICT(key) DO UPDATE SET model = excluded.model, dimension = excluded.dimension",
        (key, model, dimension),
    )
    return int(connection.execute("SELECT id FROM spaces WHERE key = ?", (key,)).get)


def spaces(connection: apsw.Connection) -> list[Space]:
    """All embedding spaces, the oldest first."""
    rows = connection.execute("SELECT id, key, model, dimension, serving FROM spaces ORDER BY id")
    return [
        Space(number, key, model, size, bool(serving)) for number, key, model, size, serving in rows
    ]


def serve(connection: apsw.Connection, space: int) -> None:
    """Answer from this space from now on; whether a file is ready is told by it."""
    connection.execute("UPDATE spaces SET serving = (id = ?)", (space,))
    _update_states(connection, space)


def waiting(connection: apsw.Connection, space: int) -> int:
    """How many layers of files are still to be embedded in `space`."""
    return int(connection.execute("SELECT count(*) FROM todo WHERE space = ?", (space,)).get)


def layers(connection: apsw.Connection) -> int:
    """How many layers there are to embed in all: cards, and the passages of files with any."""
    rows = connection.execute(
        "SELECT (SELECT count(*) FROM cards), (SELECT count(*) FROM files WHERE passages > 0)"
    )
    ((cards, with_passages),) = rows
    return int(cards) + int(with_passages)


def derive(connection: apsw.Connection, source: int, target: int, dimension: int, most: int) -> int:
    """Cut vectors of `source` to `dimension` for `target`, at most so many. Returns how many.

    What Matryoshka training allows: the first numbers of a vector, at length 1 again, are the
    vector of that dimension.
    """
    rows = fetch(
        connection,
        "SELECT input_hash, vector FROM vectors AS old WHERE space = ?1 AND NOT EXISTS"
        " (SELECT 1 FROM vectors WHERE space = ?2 AND input_hash = old.input_hash) LIMIT ?3",
        (source, target, most),
    )
    for key, blob in rows:
        cut = np.frombuffer(blob, dtype=_DTYPE)[:dimension].astype(np.float32)
        cut /= max(float(np.linalg.norm(cut)), 1e-12)
        connection.execute(
            "INSERT INTO vectors(space, input_hash, vector) VALUES (?, ?, ?)",
            (target, key, cut.astype(_DTYPE).tobytes()),
        )
    return len(rows)


def todo(
    connection: apsw.Connection, space: int, limit: int, folder: int | None = None
) -> list[Todo]:
    """What to embed next, of all folders or one: the most urgent first, then cards before
    passages, files with very many of them last, then the newest."""
    where = "" if folder is None else " AND folder = ?3"
    rows = connection.execute(
        f"SELECT file, layer, urgency FROM todo WHERE space = ?1{where}"  # noqa: S608 - constants
        " ORDER BY urgency DESC, layer, huge, mtime_ns DESC LIMIT ?2",
        (space, limit, folder)[: 2 + (folder is not None)],
    )
    return [Todo(file, _LAYERS[layer], urgency) for file, layer, urgency in rows]


def folders_waiting(connection: apsw.Connection, space: int) -> list[int]:
    """The folders that have something to embed in `space`."""
    rows = connection.execute(
        "SELECT id FROM folders WHERE NOT leaving AND EXISTS"
        " (SELECT 1 FROM todo WHERE space = ? AND folder = folders.id) ORDER BY id",
        (space,),
    )
    return [folder for (folder,) in rows]


def inputs(
    connection: apsw.Connection, space: int, file: int, layer: Layer, most: int | None = None
) -> list[Input]:
    """The texts of a file's layer that have no vector yet, each once; the first so many."""
    found: dict[bytes, Input] = {}
    rows = connection.execute(_INPUTS[layer], (space, file))
    for key, heading, text, ordinal in rows:
        if len(found) == most:
            rows.close()
            break
        if key not in found:
            found[key] = Input(key, embedding_input(heading, text), ordinal)
    return list(found.values())


def add(
    connection: apsw.Connection, space: int, wanted: Sequence[tuple[bytes, NDArray[np.float16]]]
) -> list[int | None]:
    """Store vectors (dimension,). Returns their new ids, None for one that was there already
    or whose text is gone meanwhile."""
    ids: list[int | None] = []
    for key, vector in wanted:
        stored = fetch(
            connection,
            "INSERT INTO vectors(space, input_hash, vector) SELECT ?1, ?2, ?3"
            " WHERE EXISTS (SELECT 1 FROM passages WHERE input_hash = ?2)"
            " OR EXISTS (SELECT 1 FROM cards WHERE input_hash = ?2)"
            " ON CONFLICT DO NOTHING RETURNING id",
            (space, key, vector.astype(_DTYPE).tobytes()),
        )
        ids.append(next((vector_id for (vector_id,) in stored), None))
        if stored:
            connection.execute(
                "DELETE FROM orphans WHERE space = ? AND input_hash = ?", (space, key)
            )
    return ids


def finish(connection: apsw.Connection, space: int, file: int, layer: Layer) -> None:
    """Take a layer of a file off the line, unless a vector is missing after all.

    With the last one the file is ready.
    """
    if inputs(connection, space, file, layer, 1):
        return
    connection.execute(
        "DELETE FROM todo WHERE space = ? AND file = ? AND layer = ?",
        (space, file, _LAYERS.index(layer)),
    )
    connection.execute(
        "UPDATE files SET state = ?1 WHERE id = ?2 AND state = ?3"
        " AND NOT EXISTS (SELECT 1 FROM todo WHERE file = ?2 AND space = ?4)"
        " AND NOT EXISTS (SELECT 1 FROM spaces WHERE serving AND id != ?4)",
        (FileState.READY.value, file, FileState.KEYWORDS.value, space),
    )


def enqueue_all(connection: apsw.Connection, space: int) -> None:
    """Put in line every file that has no vectors in `space`."""
    for layer, table in enumerate(("cards", "passages")):
        connection.execute(
            "INSERT INTO todo(space, file, layer, urgency, mtime_ns, folder, huge)"  # noqa: S608
            " SELECT ?1, files.id, ?2, 0, files.mtime_ns, files.folder,"
            " ?2 = 1 AND files.passages >= 500 FROM files"
            " WHERE files.state IN ('keywords', 'ready')"
            " AND NOT EXISTS (SELECT 1 FROM todo WHERE space = ?1 AND file = files.id"
            "  AND layer = ?2)"
            f" AND EXISTS (SELECT 1 FROM {table} AS source WHERE source.file = files.id"
            "  AND NOT EXISTS (SELECT 1 FROM vectors WHERE vectors.space = ?1"
            "   AND vectors.input_hash = source.input_hash))",
            (space, layer),
        )
    another = "SELECT 1 FROM spaces WHERE serving AND id != ?"
    if not connection.execute(another, (space,)).get:
        _update_states(connection, space)


def _update_states(connection: apsw.Connection, space: int) -> None:
    state = (
        "CASE WHEN EXISTS (SELECT 1 FROM todo WHERE file = files.id AND space = ?1)"
        " THEN 'keywords' ELSE 'ready' END"
    )
    connection.execute(
        f"UPDATE files SET state = {state}"  # noqa: S608 - a constant
        f" WHERE state IN ('keywords', 'ready') AND state != {state}",
        (space,),
    )


def shrink_space(connection: apsw.Connection, space: int, most: int) -> bool:
    """Delete at most so many vectors of a space, and its line. True while some are left."""
    connection.execute("DELETE FROM todo WHERE space = ?", (space,))
    orphans.drop_all(connection, space)
    connection.execute(
        "DELETE FROM vectors WHERE id IN (SELECT id FROM vectors WHERE space = ? LIMIT ?)",
        (space, most),
    )
    return bool(connection.execute("SELECT 1 FROM vectors WHERE space = ? LIMIT 1", (space,)).get)


def drop_space(connection: apsw.Connection, space: int) -> None:
    """Delete a space and all its vectors."""
    while shrink_space(connection, space, 10_000):
        pass
    connection.execute("DELETE FROM spaces WHERE id = ?", (space,))


def ids(connection: apsw.Connection, space: int) -> NDArray[np.int64]:
    """The ids of all vectors of a space, (n,), ascending."""
    rows = connection.execute("SELECT id FROM vectors WHERE space = ?", (space,))
    found = np.fromiter((vector for (vector,) in rows), dtype=np.int64)
    found.sort()
    return found


def ids_of(connection: apsw.Connection, space: int, selection: Selection) -> NDArray[np.int64]:
    """The ids of the vectors that stand for something in the selected files, (n,).

    A connection that only reads keeps those of the last selection: who types looks among the same
    files with every key.
    """
    kept: dict[Selection, NDArray[np.int64]] = once(connection, ("ids of", space), dict)
    if selection not in kept:
        kept.clear()
        kept[selection] = _ids_of(connection, space, selection)
    return kept[selection]


def _ids_of(connection: apsw.Connection, space: int, selection: Selection) -> NDArray[np.int64]:
    rows = connection.execute(
        "WITH chosen AS MATERIALIZED (SELECT id FROM files"  # noqa: S608 - bound values
        f" WHERE {selection.sql})"
        " SELECT vectors.id FROM chosen CROSS JOIN passages ON passages.file = chosen.id"
        " CROSS JOIN vectors ON vectors.space = ?"
        " AND vectors.input_hash = passages.input_hash"
        " UNION SELECT vectors.id FROM chosen CROSS JOIN cards ON cards.file = chosen.id"
        " CROSS JOIN vectors ON vectors.space = ? AND vectors.input_hash = cards.input_hash",
        (*selection.bindings, space, space),
    )
    return np.fromiter((vector for (vector,) in rows), dtype=np.int64)


def load(
    connection: apsw.Connection, wanted: NDArray[np.int64], dimension: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Vectors by id, in pieces: ids (n,) and vectors (n, dimension)."""
    for start in range(0, len(wanted), _LOAD):
        rows = _by_ids(connection, wanted[start : start + _LOAD])
        if rows:
            here, blobs = zip(*rows, strict=True)
            yield np.asarray(here, dtype=np.int64), _matrix(blobs).reshape(-1, dimension)


def _by_ids(connection: apsw.Connection, wanted: NDArray[np.int64]) -> list[tuple[int, bytes]]:
    """Those of `wanted` that are still there, each with its vector as it is stored."""
    if not len(wanted):
        return []
    return fetch(
        connection,
        "SELECT id, vector FROM carray(?) CROSS JOIN vectors ON id = value",
        (many(wanted.tolist()),),
    )


def of_file(connection: apsw.Connection, space: int, file: int, most: int) -> NDArray[np.float32]:
    """The vectors of a file, (n, dimension): its card's, and at most so many of its passages',
    spread over its length. None of them may be there yet."""
    rows = fetch(
        connection,
        "SELECT vector FROM cards JOIN vectors ON vectors.space = ?1"
        " AND vectors.input_hash = cards.input_hash WHERE cards.file = ?2"
        " UNION ALL SELECT vector FROM passages JOIN vectors ON vectors.space = ?1"
        " AND vectors.input_hash = passages.input_hash WHERE passages.file = ?2"
        " AND ordinal % (1 + (SELECT passages FROM files WHERE id = ?2) / ?3) = 0",
        (space, file, most),
    )
    return _matrix([blob for (blob,) in rows])


def of_passage(connection: apsw.Connection, space: int, passage: int) -> NDArray[np.float32]:
    """The vector of a passage, (1, dimension), or (0, 0) if there is none yet."""
    rows = fetch(
        connection,
        "SELECT vector FROM passages JOIN vectors ON vectors.space = ?"
        " AND vectors.input_hash = passages.input_hash WHERE passages.id = ?",
        (space, passage),
    )
    return _matrix([blob for (blob,) in rows])


def _matrix(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """Vectors as they are stored, as (n, dimension)."""
    matrix = _lowered(blobs)
    matrix *= _RAISED
    return matrix


def _lowered(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """Vectors as they are stored, as (n, dimension), but for a factor of `_RAISED`.

    numpy widens float16 number by number, which takes six times as long as the rest of a
    comparison. With its bits moved to the places that float32 has for them, sign apart, a number
    is 2^112 times too small, for the exponents begin at 15 and at 127; zero and the smallest,
    which have no exponent, come out right too. Vectors hold neither infinity nor NaN.
    """
    if not blobs:
        return np.empty((0, 0), np.float32)
    halves = np.frombuffer(b"".join(blobs), dtype=_DTYPE.str.replace("f", "i"))
    bits = np.left_shift(halves.reshape(len(blobs), -1), 13, dtype=np.int32)
    bits &= np.int32(-0x70000001)  # the sign was drawn out over three places
    lowered: NDArray[np.float32] = bits.view(np.float32)
    return lowered


def cosines(
    connection: apsw.Connection, wanted: NDArray[np.int64], vector: NDArray[np.float32]
) -> tuple[NDArray[np.int64], list[bytes], NDArray[np.float32]]:
    """Those of `wanted` that are still there, (n,), their inputs, and their cosines with `vector`
    by all its numbers, (n,)."""
    ids: list[int] = []
    inputs: list[bytes] = []
    scores = [np.empty(0, np.float32)]
    raised = vector * _RAISED  # one vector instead of all those it is compared with
    for start in range(0, len(wanted), _LOAD):
        rows = fetch(
            connection,
            "SELECT id, input_hash, vector FROM carray(?) CROSS JOIN vectors ON id = value",
            (many(wanted[start : start + _LOAD].tolist()),),
        )
        if rows:
            here, keys, blobs = zip(*rows, strict=True)
            ids += here
            inputs += keys
            parts = (blobs[at : at + _BLOCK] for at in range(0, len(blobs), _BLOCK))
            scores += [_lowered(part) @ raised for part in parts]
    return np.asarray(ids, np.int64), inputs, np.concatenate(scores)


def of_passages(
    connection: apsw.Connection, space: int, dimension: int, wanted: Sequence[int]
) -> dict[int, NDArray[np.float32]]:
    """The vectors (dimension,) of passages that have one in a space."""
    found: dict[int, NDArray[np.float32]] = {}
    for passage in wanted:
        rows = connection.execute(
            "SELECT vector FROM passages JOIN vectors ON vectors.space = ?"
            " AND vectors.input_hash = passages.input_hash WHERE passages.id = ?",
            (space, passage),
        )
        for (blob,) in rows:
            found[passage] = np.frombuffer(blob, _DTYPE, dimension).astype(np.float32)
    return found


def sampled(
    connection: apsw.Connection, space: int, dimension: int, count: int
) -> NDArray[np.float32]:
    """At most `count` vectors from all over a space, each once, (n, dimension)."""
    found: dict[int, bytes] = {}
    # Hashes are uniform: the first after a random one is a vector drawn at random.
    for number in range(count):
        start = hashlib.blake2b(number.to_bytes(4, "big"), digest_size=16).digest()
        rows = connection.execute(
            "SELECT id, vector FROM vectors WHERE space = ? AND input_hash >= ?"
            " ORDER BY input_hash LIMIT 1",
            (space, start),
        )
        found.update(dict(rows))
    matrix = np.frombuffer(b"".join(found.values()), dtype=_DTYPE).reshape(-1, dimension)
    return matrix.astype(np.float32)


def owners_of(
    connection: apsw.Connection, inputs: Sequence[bytes], selection: Selection = EVERYTHING
) -> list[tuple[bytes, int, int | None]]:
    """Every card and passage of the selected files with one of these inputs: the input, the file,
    and the passage, None for a card."""
    if not inputs:
        return []
    chosen = f" CROSS JOIN files ON files.id = owner.file WHERE {selection.sql}"
    owned = [
        f"SELECT value, owner.file, {passage} FROM carray(?)"  # noqa: S608 - our own words
        f" CROSS JOIN {table} AS owner ON owner.input_hash = value{chosen if selection else ''}"
        for table, passage in (("passages", "owner.id"), ("cards", "NULL"))
    ]
    given = (many(inputs), *selection.bindings)
    return fetch(connection, " UNION ALL ".join(owned), (*given, *given))
