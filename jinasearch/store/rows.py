"""Do the rows say what they can say? SQLite finds broken pages, not another byte in a text.

Texts are compared with their hashes and vectors with their length, 1. What is wrong is made anew:
a file is read again, a text embedded again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jinasearch.core.models import FileState, Finding
from jinasearch.store import files as stored_files
from jinasearch.store import orphans
from jinasearch.store.connection import fetch
from jinasearch.store.passages import HASH_BYTES, embedding_input, input_hash, is_place

if TYPE_CHECKING:
    import apsw

_TOLERANCE = 0.01
"""Vectors have length 1, rounded to float16; that of a text that cannot be embedded is zero."""
_STATES = ", ".join(f"'{state.value}'" for state in FileState)
_WORDS = ("state", "reason", "kind", "title", "author")
_IN_FOLDERS = "files LEFT JOIN folders ON folders.id = files.folder"
_INSIDE = (
    "ifnull(files.path = folders.path"
    " OR substr(files.path, 1, length(folders.path)) = folders.path, 0)"
)
_LONE_STRAYS = (
    f"SELECT files.id FROM {_IN_FOLDERS} WHERE NOT {_INSIDE} AND files.folder IN"  # noqa: S608
    f" (SELECT files.folder FROM {_IN_FOLDERS} WHERE {_INSIDE})"
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong: ids of files, of passages, of files whose card it is, of vectors; and how
    many files lie outside of their folder."""

    files: frozenset[int]
    passages: tuple[int, ...]
    cards: tuple[int, ...]
    vectors: tuple[int, ...]
    strays: int

    def __bool__(self) -> bool:
        return bool(self.files or self.passages or self.cards or self.vectors or self.strays)


def look(connection: apsw.Connection) -> Wrong:
    """Look at every row: seconds for a large library. Raises apsw.CorruptError."""
    words = ", ".join(f"CAST({name} AS BLOB)" for name in _WORDS)
    files = {
        file
        for file, known, *texts in connection.execute(
            f"SELECT id, state IN ({_STATES}), {words} FROM files"  # noqa: S608 - constants
        )
        if not known or None in map(_text, texts)
    }
    passages = [
        id_
        for id_, key, heading, text, place in connection.execute(
            "SELECT id, input_hash, CAST(heading AS BLOB), CAST(text AS BLOB),"
            " CAST(place AS BLOB) FROM passages"
        )
        if not (_is_hash_of(key, heading, text) and is_place(place))
    ]
    cards = [
        file
        for file, key, text in connection.execute(
            "SELECT file, input_hash, CAST(text AS BLOB) FROM cards"
        )
        if not _is_hash_of(key, b"", text)
    ]
    vectors = _wrong_vectors(connection)
    return Wrong(
        frozenset(files), tuple(passages), tuple(cards), tuple(vectors), len(strays(connection))
    )


def strays(connection: apsw.Connection) -> list[int]:
    """The ids of files that lie outside of their folder."""
    query = f"SELECT files.id FROM {_IN_FOLDERS} WHERE NOT {_INSIDE}"  # noqa: S608 - constants
    return [id_ for (id_,) in fetch(connection, query)]


def mend(connection: apsw.Connection) -> Wrong:
    """Have made anew what is wrong, and say what that was.

    What is wrong is emptied, for it may not even be readable, and its file is read again. Full
    texts do not agree after that. A file outside of its folder is forgotten, for a scan finds it
    where it belongs; unless the folder has no other: then it is the folder's path that is wrong,
    and that cannot be mended here.
    """
    nothing = input_hash("")
    with connection:
        wrong = look(connection)
        orphans.drop_all(connection)  # whether they are right nobody can tell
        for file in wrong.files:
            connection.execute(
                "UPDATE files SET reason = '', kind = '', title = '', author = '' WHERE id = ?",
                (file,),
            )
            _read_again(connection, file)
        for passage in wrong.passages:
            for (file,) in fetch(
                connection,
                "UPDATE passages SET heading = '', text = '', place = '{}', input_hash = ?"
                " WHERE id = ? RETURNING file",
                (nothing, passage),
            ):
                _read_again(connection, file)
        for file in wrong.cards:
            connection.execute(
                "UPDATE cards SET text = '', input_hash = ? WHERE file = ?", (nothing, file)
            )
            _read_again(connection, file)
        for vector in wrong.vectors:
            _forget_vector(connection, vector)
        for (file,) in fetch(connection, _LONE_STRAYS):
            stored_files.remove(connection, [file])
    return wrong


def finding(wrong: Wrong) -> Finding:
    """What a check says of it."""
    return Finding(
        "rows",
        ok=not wrong,
        detail=f"{len(wrong.files) + len(wrong.passages) + len(wrong.cards)} texts and"
        f" {len(wrong.vectors)} vectors that cannot be, {wrong.strays} files outside of their"
        " folder",
        numbers=(
            len(wrong.files) + len(wrong.passages) + len(wrong.cards),
            len(wrong.vectors),
            wrong.strays,
        ),
        remedy="Run `jinasearch doctor --repair`: they are made anew." if wrong else "",
    )


def is_vector(key: object, vector: object, length: int | None = None) -> bool:
    """Whether these can be a vector's row; `length` in bytes."""
    if not isinstance(key, bytes) or not isinstance(vector, bytes):
        return False
    if len(key) != HASH_BYTES or len(vector) % 2:
        return False
    if length is not None and len(vector) != length:
        return False
    with np.errstate(invalid="ignore"):  # signalling not-a-numbers
        norm = float(np.linalg.norm(np.frombuffer(vector, "<f2").astype(np.float32)))
    return norm == 0.0 or abs(norm - 1.0) < _TOLERANCE


def _text(stored: object) -> str | None:
    """A text from its bytes; None if it is none."""
    try:
        return stored.decode() if isinstance(stored, bytes) else None
    except UnicodeDecodeError:
        return None


def _is_hash_of(key: object, heading: object, text: object) -> bool:
    before, after = _text(heading), _text(text)
    if before is None or after is None:
        return False
    return key == input_hash(embedding_input(before, after))


def _wrong_vectors(connection: apsw.Connection) -> list[int]:
    usual = dict(
        fetch(
            connection,
            "SELECT space, n FROM (SELECT space, length(vector) AS n, count(*) AS c FROM vectors"
            " GROUP BY 1, 2 ORDER BY c)",
        )
    )
    rows = connection.execute("SELECT id, space, input_hash, vector FROM vectors")
    return [id_ for id_, space, key, vector in rows if not is_vector(key, vector, usual[space])]


def _read_again(connection: apsw.Connection, file: int) -> None:
    connection.execute("UPDATE files SET state = 'seen' WHERE id = ?", (file,))


def _forget_vector(connection: apsw.Connection, vector: int) -> None:
    """Delete a vector. Its files are read again, which is fast and puts them in line."""
    for (file,) in fetch(
        connection,
        "SELECT file FROM vectors JOIN passages USING (input_hash) WHERE vectors.id = ?1"
        " UNION SELECT file FROM vectors JOIN cards USING (input_hash) WHERE vectors.id = ?1",
        (vector,),
    ):
        _read_again(connection, file)
    connection.execute("DELETE FROM vectors WHERE id = ?", (vector,))
