"""The text of files: passages, cards, and their full text."""

from __future__ import annotations

import hashlib
import json
import random
import re
import struct
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import msgspec

from jinasearch.core import language
from jinasearch.core.models import Document, FileState, Place
from jinasearch.store import content, orphans
from jinasearch.store.bm25 import Word, rarity, weighed
from jinasearch.store.cjk import cut
from jinasearch.store.connection import fetch, fetch_lately, many, once
from jinasearch.store.files import passage_count
from jinasearch.store.selection import EVERYTHING, Selection, count

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    import apsw

HASH_BYTES = 16
TRUNCATED = "text-truncated"
"""The reason given with a file that is found, but whose end was not read."""
_SMALL = 50_000
"""Passages of a library in which all that match are scored."""
_MOST_SCORED = 3_000
"""Passages that are scored in a larger one, at most: some milliseconds."""
_COUNTED = 5_000
_PROBES = 250
_LOOK_UP = 8
"""What looking up one passage costs, in passages gone through."""
_OF_MACHINES = frozenset({"code", "json", "xml", "yaml", "csv", "tsv"})
_PREFIX = '" *'
"""With it in an expression no row may be looked up by itself: all words that begin so would be
merged again each time."""
_PHRASE = re.compile(r'"[^"]*"(?: \*)?')
_SCORE = "scored(passages_fts, ?, lengths.sz) AS score"
_LENGTHS = "CROSS JOIN passages_fts_docsize AS lengths ON lengths.id = passages_fts.rowid"
_NAME_QUERIES = tuple(
    f"SELECT {table}.rowid, -bm25({table}, {weights}) AS score"  # noqa: S608 - constants
    f" FROM {table} JOIN files ON files.id = {table}.rowid"
    f" WHERE {table} MATCH ? AND "
    for table, weights in (("names_fts", "4.0, 0.5"), ("titles_fts", "3.0, 1.0"))
)
"""Weights of file name, folders; title, author."""
_NAMED = (
    "SELECT rowid FROM names_fts WHERE names_fts MATCH ?"
    " UNION ALL SELECT rowid FROM titles_fts WHERE titles_fts MATCH ?"
)


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A stored passage."""

    id: int
    file: int
    ordinal: int
    text: str
    heading: str
    place: Place


class Match(msgspec.Struct, frozen=True, gc=False):
    """A row that answers. `passage` is None for the file as a whole; `score`, higher is better, is
    BM25 or a cosine. A question has hundreds: a dataclass takes eight times as long to make.
    """

    file: int
    passage: int | None
    score: float


def embedding_input(heading: str, text: str) -> str:
    """The text that is embedded for a passage: its headings travel with it."""
    return f"{heading}\n{text}" if heading else text


def input_hash(text: str) -> bytes:
    """The key of an input: 16 bytes of BLAKE2b."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest()


def is_place(stored: object) -> bool:
    """Whether bytes are what a passage's place is kept as."""
    try:
        return isinstance(stored, bytes) and msgspec.json.decode(stored, type=Place) is not None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False


def replace(
    connection: apsw.Connection,
    file: int,
    document: Document,
    card: str,
    spaces: Sequence[int],
) -> list[int]:
    """Store what was read of a file in place of what was read before: found by keywords now.

    What it has no vectors for in `spaces` is put in line for embedding. Returns the ids of
    vectors that went with the old text.
    """
    old = content.take_text(connection, file)
    content.set_title(connection, file, document.title, document.author)
    connection.execute(
        "UPDATE files SET kind = ?, passages = ?, language = ?, reason = ? WHERE id = ?",
        (
            document.kind,
            len(document.passages),
            _language(document),
            TRUNCATED if document.truncated else "",
            file,
        ),
    )
    new = set()
    for ordinal, passage in enumerate(document.passages):
        key = input_hash(embedding_input(passage.heading, passage.text))
        new.add(key)
        connection.execute(
            "INSERT INTO passages(file, ordinal, heading, text, place, input_hash)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (file, ordinal, passage.heading, passage.text, _encode(passage.place), key),
        )
        connection.execute(
            # What the view's cut() gives. Called from within SQLite it would wait for the
            # interpreter's lock each time.
            "INSERT INTO passages_fts(rowid, text, heading) VALUES (?, ?, ?)",
            (connection.last_insert_rowid(), cut(passage.text), cut(passage.heading)),
        )
    _store_card(connection, file, card)
    _enqueue(connection, file, spaces)
    return orphans.set_aside(connection, old - new)


def was_read(connection: apsw.Connection, file: int) -> bool:
    """Whether there is a text of a file, be it an old one."""
    return bool(connection.execute("SELECT count(*) FROM cards WHERE file = ?", (file,)).get)


def _language(document: Document) -> str:
    """The language of what people read, told from its middle: beginnings are full of names."""
    if document.kind in _OF_MACHINES or not document.passages:
        return ""
    return language.of_text(document.passages[len(document.passages) // 2].text)


def replace_card(
    connection: apsw.Connection, file: int, card: str, spaces: Sequence[int]
) -> list[int]:
    """Give a file whose name changed a new card. Returns the ids of vectors that went."""
    old = content.take_card(connection, file)
    _store_card(connection, file, card)
    _enqueue(connection, file, spaces)
    return orphans.set_aside(connection, old)


def match(
    connection: apsw.Connection,
    expression: str,
    limit: int,
    selection: Selection = EVERYTHING,
    words: Sequence[Word] = (),
    *,
    forms: bool = False,
    counted: bool = True,
) -> list[Match]:
    """Passages that match an FTS5 expression of quoted phrases, best BM25 first.

    `words` say which phrases, in the order of the expression, are one word; each is one if none
    are given. `forms`: their forms stand in the expression too. All words are worth the same if
    they are not `counted`, which takes as long as to look for them. Of more than `most_scored`
    that match, those last read are scored.
    """
    if not expression:
        return []
    size = passage_count(connection)
    counted_among = size if counted else 0
    weights, worth = _weights(connection, expression, words, counted_among, forms=forms)
    given: tuple[Hashable, ...]
    if not selection:
        matching = (
            f"SELECT passages_fts.rowid, {_SCORE}"  # noqa: S608 - our own words
            f" FROM passages_fts {_LENGTHS} WHERE passages_fts MATCH ?"
        )
        given = (weights, expression)
    elif not _few(connection, expression, lambda: count(connection, selection)[1]):
        matching = (
            f"SELECT passages_fts.rowid, {_SCORE} FROM passages_fts"  # noqa: S608 - as above
            " CROSS JOIN passages ON passages.id = passages_fts.rowid"
            f" CROSS JOIN files ON files.id = passages.file {_LENGTHS}"
            f" WHERE passages_fts MATCH ? AND {selection.sql}"
        )
        given = (weights, expression, *selection.bindings)
    elif _PREFIX in expression:
        matching = (
            f"SELECT passages_fts.rowid, {_SCORE} FROM passages_fts {_LENGTHS}"  # noqa: S608
            " WHERE passages_fts MATCH ? AND +passages_fts.rowid IN (SELECT passages.id FROM files"
            f" CROSS JOIN passages ON passages.file = files.id WHERE {selection.sql})"
        )
        given = (weights, expression, *selection.bindings)
    else:
        matching = (
            f"SELECT passages_fts.rowid, {_SCORE} FROM files"  # noqa: S608 - as above
            " CROSS JOIN passages ON passages.file = files.id"
            f" CROSS JOIN passages_fts ON passages_fts.rowid = passages.id {_LENGTHS}"
            f" WHERE {selection.sql} AND passages_fts MATCH ?"
        )
        given = (weights, *selection.bindings, expression)
    rows = fetch_lately(
        connection,
        "SELECT passages.file, best.rowid, best.score FROM (SELECT * FROM ("  # noqa: S608
        f" {matching} ORDER BY passages_fts.rowid DESC LIMIT {most_scored(size)})"
        " ORDER BY score DESC, rowid LIMIT ?) AS best"
        " JOIN passages ON passages.id = best.rowid ORDER BY best.score DESC, best.rowid",
        (*given, limit),
    )
    return [Match(file, passage, worth * score) for file, passage, score in rows]


def _weights(
    connection: apsw.Connection, expression: str, words: Sequence[Word], size: int, *, forms: bool
) -> tuple[str, float]:
    """Words and what they are worth among `size` passages, all the same among 0; and what scores
    are to be multiplied by: the worth of a word that is alone, whose rows are so the same for all.

    What no passage holds is worth nothing, so that common words beside it still count.
    """
    words = words or [Word((phrase,)) for phrase in _PHRASE.findall(expression)]
    held = [holding_word(connection, word) if size else 0 for word in words]
    rarities = [rarity(count, size) * bool(count) if size else 1.0 for count in held]
    if len(words) == 1:
        return weighed([(words[0], 1.0)], forms=forms), rarities[0]
    return weighed(list(zip(words, rarities, strict=True)), forms=forms), 1.0


def _few(connection: apsw.Connection, expression: str, selected: Callable[[], int]) -> bool:
    """Whether to begin with the selected passages is less work than with all that match."""
    matching = holding(connection, expression)
    return matching > _MOST_SCORED and _LOOK_UP * selected() < matching


def most_scored(size: int) -> int:
    """How many passages are scored for a question in a library of `size`, at most."""
    return _SMALL if size <= _SMALL else _MOST_SCORED


def holding(connection: apsw.Connection, expression: str) -> int:
    """How many passages match an FTS5 expression; of many, judged by those last read."""
    return once(connection, ("holding", expression), lambda: _holding(connection, expression))


def holding_word(connection: apsw.Connection, word: Word) -> int:
    """How many passages hold a word in whatever form, about: few hold it in several.

    What is added up was counted already, so this costs nothing.
    """
    return sum(holding(connection, phrase) for phrase in (*word.phrases, *word.forms))


def _holding(connection: apsw.Connection, expression: str) -> int:
    (found, oldest), *_ = fetch(
        connection,
        "SELECT count(*), min(rowid) FROM (SELECT rowid FROM passages_fts"
        " WHERE passages_fts MATCH ? ORDER BY rowid DESC LIMIT ?)",
        (expression, _COUNTED),
    )
    if found < _COUNTED:
        return int(found)
    return max(int(found), int(found * passage_count(connection) / _since(connection, oldest)))


def _since(connection: apsw.Connection, oldest: int) -> int:
    """How many passages have an id from `oldest` on, about. At least one.

    Ids are never given twice, so where a file was edited often most of them are gone: looked up
    are some, at equal distances.
    """
    (newest,), *_ = fetch(connection, "SELECT max(id) FROM passages")
    ids = range(oldest, newest + 1, max(1, (newest - oldest) // _PROBES))
    (here,), *_ = fetch(
        connection,
        "SELECT count(*) FROM carray(?) CROSS JOIN passages_fts_docsize ON id = value",
        (many(ids),),
    )
    return max(1, int(here * (newest - oldest + 1) / len(ids)))


def files_holding(connection: apsw.Connection, expression: str, files: Sequence[int]) -> set[int]:
    """Those of `files` that match in a passage, or in their name, folders, title or author."""
    if not files:
        return set()
    rows = fetch_lately(
        connection,
        f"SELECT DISTINCT passages.file {_among(connection, expression, files)}",
        (json.dumps(files), expression),
    )
    named = files_named(connection, expression).intersection(files)
    return named.union(file for (file,) in rows)


def files_named(connection: apsw.Connection, expression: str) -> set[int]:
    """All that match in their name, folders, title or author."""
    return {file for (file,) in fetch_lately(connection, _NAMED, (expression, expression))}


def texts_holding(
    connection: apsw.Connection, expression: str, files: Sequence[int], most: int
) -> Iterator[tuple[int, str]]:
    """The file and text, below its headings, of at most `most` passages of `files` that match."""
    query = (
        "SELECT file, heading || ' ' || text FROM passages WHERE id IN"  # noqa: S608
        f" (SELECT passages.id {_among(connection, expression, files)} LIMIT ?3)"
    )
    yield from connection.execute(query, (json.dumps(files), expression, most))


def _among(connection: apsw.Connection, expression: str, files: Sequence[int]) -> str:
    """From where passages of files (?1, as JSON) come that match an expression (?2)."""

    def selected() -> int:
        query = "SELECT sum(passages) FROM carray(?) CROSS JOIN files ON files.id = value"
        return int(connection.execute(query, (many(files),)).get or 0)

    if not _few(connection, expression, selected):
        return (
            "FROM passages_fts CROSS JOIN passages ON passages.id = passages_fts.rowid"
            " WHERE passages_fts MATCH ?2 AND passages.file IN (SELECT value FROM json_each(?1))"
        )
    of_files = "FROM json_each(?1) CROSS JOIN passages ON passages.file = value"
    if _PREFIX in expression:
        matching = "SELECT rowid FROM passages_fts WHERE passages_fts MATCH ?2"
        return f"{of_files} WHERE +passages.id IN ({matching})"
    return (
        f"{of_files} CROSS JOIN passages_fts ON passages_fts.rowid = passages.id"
        " WHERE passages_fts MATCH ?2"
    )


def match_names(
    connection: apsw.Connection, expression: str, limit: int, selection: Selection = EVERYTHING
) -> list[Match]:
    """Files whose name, title, author or folders match an FTS5 expression, best first."""
    if not expression:
        return []
    found: dict[int, float] = {}
    for query in _NAME_QUERIES:
        rows = fetch_lately(
            connection,
            f"{query}{selection.sql} ORDER BY score DESC LIMIT ?",
            (expression, *selection.bindings, limit),
        )
        for file, score in rows:
            found[file] = found.get(file, 0.0) + score
    best = sorted(found, key=lambda file: -found[file])[:limit]
    return [Match(file, None, found[file]) for file in best]


def get(connection: apsw.Connection, passages: Iterable[int]) -> dict[int, PassageRow]:
    """Passages by their ids, in that order; ids that are gone are left out."""
    wanted = tuple(passages)
    if not wanted:
        return {}
    query = f"SELECT {_COLUMNS} FROM carray(?) CROSS JOIN passages ON id = value"  # noqa: S608
    return {row[0]: _row(row) for row in fetch(connection, query, (many(wanted),))}


def of_file(connection: apsw.Connection, file: int, most: int = -1) -> list[PassageRow]:
    """The passages of a file in their order, the first `most` of them."""
    rows = connection.execute(f"{_SELECT} WHERE file = ? ORDER BY ordinal LIMIT ?", (file, most))
    return list(map(_row, rows))


def beginnings(
    connection: apsw.Connection, files: Iterable[int], most: int
) -> dict[int, list[str]]:
    """The texts of the first `most` passages of files, in their order, by file."""
    wanted = tuple(files)
    if not wanted:
        return {}
    found: dict[int, list[str]] = {file: [] for file in wanted}
    rows = fetch(
        connection,
        "SELECT file, text FROM carray(?) CROSS JOIN passages INDEXED BY passages_of_file"
        " ON file = value AND ordinal < ?",
        (many(wanted), most),
    )
    for file, text in rows:
        found[file].append(text)
    return found


def score_of(
    connection: apsw.Connection, expression: str, passage: int, words: Sequence[Word] = ()
) -> float | None:
    """What `match` would score one passage; None if it does not match."""
    if not expression:
        return None
    size = passage_count(connection)
    weights, worth = _weights(connection, expression, words, size, forms=True)
    rows = fetch(
        connection,
        f"SELECT {_SCORE} FROM passages_fts {_LENGTHS}"  # noqa: S608 - constants
        " WHERE passages_fts MATCH ? AND passages_fts.rowid = ?",
        (weights, expression, passage),
    )
    return worth * rows[0][0] if rows else None


def hashes_of(
    connection: apsw.Connection, files: Iterable[int], most: int
) -> dict[int, tuple[bytes, ...]]:
    """The keys of the first `most` inputs of files, in their order, by file."""
    wanted = tuple(files)
    if not wanted:
        return {}
    rows = fetch(  # one a file, for each row costs as much as to look it up; in the index's order
        connection,
        "SELECT value, (SELECT CAST(group_concat(input_hash, '') AS BLOB) FROM passages"
        " INDEXED BY passages_of_file WHERE file = value AND ordinal < ?2) FROM carray(?1)",
        (many(wanted), most),
    )
    return {file: _parted(joined or b"") for file, joined in rows}


def _parted(joined: bytes) -> tuple[bytes, ...]:
    return struct.unpack_from(f"{HASH_BYTES}s" * (len(joined) // HASH_BYTES), joined)


def sampled(connection: apsw.Connection, count: int, seed: int) -> list[str]:
    """The inputs of at most `count` passages from all over the library, the same for a seed."""
    source, found = random.Random(seed), {}  # noqa: S311
    # Hashes are uniform: the first after a random one is a passage drawn at random. Ids are not.
    query = f"{_SELECT} WHERE input_hash >= ? ORDER BY input_hash LIMIT 1"
    for _ in range(count):
        for row in fetch(connection, query, (source.randbytes(HASH_BYTES),)):
            found[row[0]] = embedding_input(row[4], row[3])
    return list(found.values())


_PLACE = tuple(field.name for field in fields(Place))
_COLUMNS = "id, file, ordinal, text, heading, place"
_SELECT = f"SELECT {_COLUMNS} FROM passages"  # noqa: S608 - constants


def _row(row: tuple[int, int, int, str, str, str]) -> PassageRow:
    passage, file, ordinal, text, heading, place = row
    return PassageRow(passage, file, ordinal, text, heading, msgspec.json.decode(place, type=Place))


def _encode(place: Place) -> str:
    told = {name: value for name in _PLACE if (value := getattr(place, name)) is not None}
    return msgspec.json.encode(told).decode()


def _store_card(connection: apsw.Connection, file: int, card: str) -> None:
    connection.execute(
        "INSERT INTO cards(file, text, input_hash) VALUES (?, ?, ?)",
        (file, card, input_hash(card)),
    )


def _enqueue(connection: apsw.Connection, file: int, spaces: Sequence[int]) -> None:
    """Put in line what of a file has no vectors; one that has them in the first space is ready."""
    connection.execute("DELETE FROM todo WHERE file = ?", (file,))
    waiting = not spaces
    for number, space in enumerate(spaces):
        for layer, query in enumerate(_WITHOUT_VECTOR):
            if not fetch(connection, query, (space, file)):
                continue
            waiting |= number == 0
            connection.execute(
                "INSERT INTO todo(space, file, layer, urgency, mtime_ns, folder, huge)"
                " SELECT ?1, id, ?3, urgency, mtime_ns, folder, ?3 = 1 AND passages >= 500"
                " FROM files WHERE id = ?2",
                (space, file, layer),
            )
    state = FileState.KEYWORDS if waiting else FileState.READY
    connection.execute("UPDATE files SET state = ?, urgency = 0 WHERE id = ?", (state.value, file))


_WITHOUT_VECTOR = tuple(
    f"SELECT 1 FROM {table} WHERE file = ?2 AND NOT EXISTS (SELECT 1 FROM vectors"  # noqa: S608
    f" WHERE vectors.space = ?1 AND vectors.input_hash = {table}.input_hash) LIMIT 1"
    for table in ("cards", "passages")
)
"""By layer: whether a file has an input without a vector."""
