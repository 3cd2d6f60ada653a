"""How connections to the library's database are opened, and what their errors mean."""

from __future__ import annotations

import contextlib
import os
import shutil
from array import array
from collections.abc import Callable, Hashable
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import apsw

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown
from jinasearch.store.bm25 import scored
from jinasearch.store.cjk import cut
from jinasearch.store.mail_header import mail_header
from jinasearch.store.name_keys import name_key, path_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Teller = Callable[[BaseException], JinasearchError | None]
"""Says what an error of the database means to the user; None if nothing special."""

T = TypeVar("T")

BUSY_MS = 10_000
_WRITER_CACHE_KIB = 16_000
_READER_CACHE_KIB = (6_000, 16_000)
_INNER_SHARE = 1 / 256
"""Of a database: the inner pages of its trees, which each look-up goes through. More would hold
the leaves of questions asked long ago, and push what is in use out of the processor's cache. The
least holds the vectors of a small filter, which who types asks for with every key."""
_CHECKPOINT_PAGES = 4_000
_JOURNAL_BYTES = 32_000_000
_MOST_KEPT = 1_000
_MOST_LATELY = 16
_FULL_BYTES = 1_000_000
"""With less than this free, an I/O error is told as a full disk."""


class WritingConnection(apsw.Connection):
    """The connection that writes."""

    removed_passages = 0
    """Since the full text was last tidied, or the library last settled."""


class ReadingConnection(apsw.Connection):
    """A connection that reads: of one thread, and so is what it keeps in mind."""

    _kept: dict[Hashable, Any]
    _lately: dict[Hashable, list[Any]]
    _version = 0

    def kept(self) -> dict[Hashable, Any]:
        """Answers by what was asked, kept until somebody writes."""
        version = self.pragma("data_version")
        if version != self._version:
            self.fit_cache()
        if version != self._version or len(self._kept) > _MOST_KEPT:
            self._kept, self._lately, self._version = {}, {}, version
        return self._kept

    def lately(self) -> dict[Hashable, list[Any]]:
        """The same of the last few statements alone: rows are large."""
        self.kept()
        return self._lately

    def fit_cache(self) -> None:
        """Keep as many pages in memory as a database of this size calls for."""
        # By a cursor: this reads the file, and what is wrong with it is told by its errors.
        pages, size = (int(self.execute(f"PRAGMA page_{what}").get) for what in ("count", "size"))
        kib = pages * size / 1024
        least, most = _READER_CACHE_KIB
        self.pragma("cache_size", -int(min(most, max(least, kib * _INNER_SHARE))))


def once(connection: apsw.Connection, what: Hashable, read: Callable[[], T]) -> T:
    """What `read` finds in the library; small things that questions ask for often.

    A connection that only reads keeps it until somebody writes.
    """
    if not isinstance(connection, ReadingConnection):
        return read()
    kept = connection.kept()
    if what not in kept:
        kept[what] = read()
    found: T = kept[what]
    return found


def open_writer(path: Path) -> WritingConnection:
    """The one connection that writes; creates the database."""
    connection = WritingConnection(str(path))
    connection.set_busy_timeout(BUSY_MS)
    _register(connection)
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "normal")
    connection.pragma("foreign_keys", True)
    connection.pragma("secure_delete", True)
    connection.pragma("wal_autocheckpoint", _CHECKPOINT_PAGES)
    connection.pragma("journal_size_limit", _JOURNAL_BYTES)
    connection.pragma("cache_size", -_WRITER_CACHE_KIB)
    # VACUUM writes the whole database to a temporary one, and an index is sorted in one.
    connection.pragma("temp_store", "file")
    return connection


def open_reader(path: Path, tell: Teller | None = None) -> apsw.Connection:
    """A connection that cannot write. Its errors are those that `tell` makes of SQLite's."""
    connection = ReadingConnection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    if tell is not None:
        connection.cursor_factory = partial(_TellingCursor, tell=tell)
    connection.set_busy_timeout(BUSY_MS)
    _register(connection)
    connection.pragma("query_only", True)
    connection.fit_cache()
    connection.pragma("temp_store", "memory")
    return connection


class _TellingCursor(apsw.Cursor):
    """A cursor whose errors are those that `tell` makes of SQLite's."""

    def __init__(self, connection: apsw.Connection, tell: Teller) -> None:
        super().__init__(connection)
        self._tell = tell

    def execute(self, *arguments: Any, **options: Any) -> apsw.Cursor:  # noqa: ANN401 - as above
        try:
            return super().execute(*arguments, **options)
        except (apsw.Error, UnicodeDecodeError) as error:
            self._raise(error)

    def __next__(self) -> Any:  # noqa: ANN401 - rows hold anything
        try:
            return super().__next__()
        except (apsw.Error, UnicodeDecodeError) as error:
            self._raise(error)

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except (apsw.Error, UnicodeDecodeError) as error:
            self._raise(error)

    @property
    def get(self) -> Any:  # noqa: ANN401 - a value, a row or many
        try:
            return super().get
        except (apsw.Error, UnicodeDecodeError) as error:
            self._raise(error)

    def _raise(self, error: apsw.Error | UnicodeDecodeError) -> NoReturn:
        told = self._tell(error)
        if told is None:
            raise error
        raise told from error


@contextmanager
def told(tell: Teller) -> Iterator[None]:
    """Turns SQLite's errors about disk and damage into ones that a user can act on."""
    try:
        yield
    except (apsw.Error, UnicodeDecodeError) as error:
        meant = tell(error)
        if meant is None:
            raise
        raise meant from error


def translate(error: BaseException, path: Path) -> JinasearchError | None:
    """What an error of the database at `path` means to the user; None if nothing special."""
    if isinstance(error, apsw.FullError) or (
        isinstance(error, (apsw.IOError, apsw.CantOpenError)) and _is_full(path)
    ):
        return disk_full(path.parent)
    if isinstance(error, (apsw.CorruptError, apsw.NotADBError, UnicodeDecodeError)):
        return JinasearchError(
            Code.LIBRARY_DAMAGED,
            "The library's database is damaged",
            "Run `jinasearch engine restart`: what is sound is saved, the rest is read again.",
            shown(path),
        )
    if isinstance(error, (apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError)):
        return JinasearchError(
            Code.NO_PERMISSION,
            "The library's database cannot be opened for writing",
            "Give yourself the right to write there, or choose another library with --library.",
            shown(path),
        )
    return None


def disk_full(folder: Path) -> JinasearchError:
    """The error that tells that there is no room for the library in `folder`."""
    return JinasearchError(
        Code.DISK_FULL,
        "The disk that holds the library is full",
        "Free some space; the work goes on by itself.",
        shown(folder),
    )


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _FULL_BYTES
    except OSError:
        return False


def fetch(connection: apsw.Connection, query: str, bindings: Sequence[Any] = ()) -> list[Any]:
    """All rows of a statement, run to its end (one with RETURNING acts only then)."""
    return connection.execute(query, bindings).fetchall()


def fetch_lately(
    connection: apsw.Connection, query: str, bindings: tuple[Hashable, ...]
) -> list[Any]:
    """The same as `fetch`, for what is asked again at once: twice for one question, or for the same
    one when its answer is to be re-ranked or shown anew. A connection that only reads keeps the
    last few.
    """
    if not isinstance(connection, ReadingConnection):
        return fetch(connection, query, bindings)
    kept, what = connection.lately(), (query, bindings)
    found = kept.get(what)
    if found is None:
        found = fetch(connection, query, bindings)
        if len(kept) >= _MOST_LATELY:
            del kept[next(iter(kept))]
        kept[what] = found
    return found


def many(values: Sequence[int] | Sequence[bytes]) -> apsw.CArrayBinding:
    """Values to bind at once, for `carray(?)`: all integers or all bytes, at least one."""
    blobs = isinstance(values[0], bytes)
    return apsw.carray(tuple(values) if blobs else array("q", values))


def _register(connection: apsw.Connection) -> None:
    functions: tuple[tuple[str, int, Callable[..., Any]], ...] = (
        ("cut", 1, _cut),
        ("name_words", 1, name_words),
        ("folder_words", 2, folder_words),
        ("mail_header", 3, mail_header),
        ("name_key", 1, name_key),
        ("path_key", 1, path_key),
    )
    for name, arguments, function in functions:
        connection.create_scalar_function(name, function, arguments, deterministic=True)
    with contextlib.suppress(apsw.NoFTS5Error):  # so it says of a database that is damaged, too
        connection.register_fts5_function("scored", scored)


def _cut(text: str | None) -> str:
    return cut(text or "")


def name_words(path: bytes) -> str:
    """The file's name, as it is shown."""
    return shown(os.path.basename(os.fsdecode(path)))  # noqa: PTH119 - a path of the OS


def folder_words(path: bytes, root: bytes) -> str:
    """The names of the folders from the indexed one down to the file."""
    above = os.path.dirname(os.fsdecode(root).rstrip(os.sep))  # noqa: PTH120
    folder = os.path.dirname(os.fsdecode(path))  # noqa: PTH120
    return shown(folder.removeprefix(above)).replace(os.sep, " ")
