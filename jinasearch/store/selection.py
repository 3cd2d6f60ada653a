"""Which files may answer, as a condition in SQL on a row of `files`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinasearch.store.connection import once

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

_PATH = "CAST(files.path AS TEXT)"


@dataclass(frozen=True, slots=True)
class Selection:
    """Files that pass `condition`, whose placeholders are all plain `?`. Empty: every file."""

    condition: str = ""
    bindings: tuple[str | bytes | int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.condition)

    def __and__(self, other: Selection) -> Selection:
        return all_of([self, other])

    @property
    def sql(self) -> str:
        """The condition, true for every row if there is none."""
        return self.condition or "TRUE"


EVERYTHING = Selection()
NOTHING = Selection("FALSE")


def all_of(selections: Iterable[Selection]) -> Selection:
    """Files that pass all."""
    return _joined(" AND ", [each for each in selections if each])


def any_of(selections: Sequence[Selection]) -> Selection:
    """Files that pass one."""
    return EVERYTHING if not all(selections) else _joined(" OR ", selections)


def none_of(selection: Selection) -> Selection:
    """Files that do not pass."""
    return Selection(f"NOT coalesce({selection.sql}, FALSE)", selection.bindings)


def in_folder(folder: int) -> Selection:
    """Files of an indexed folder."""
    return Selection("files.folder = ?", (folder,))


def of_kinds(kinds: Iterable[str]) -> Selection:
    """Files that were read as one of these formats; those not read, by their extension."""
    wanted = sorted(kinds)
    places = ", ".join("?" * len(wanted))
    unread = with_extension(wanted)
    return Selection(
        f"(files.kind IN ({places}) OR files.kind IN ('', 'code', 'text') AND {unread.sql})",
        (*wanted, *unread.bindings),
    )


def with_extension(extensions: Iterable[str]) -> Selection:
    """Files whose names end so (without the dot); the case does not count."""
    wanted = sorted(extensions)
    tests = " OR ".join([rf"{_PATH} LIKE ? ESCAPE '\'"] * len(wanted))
    return Selection(f"({tests})", tuple(f"%.{_escaped(extension)}" for extension in wanted))


def below(path: str) -> Selection:
    """The file at a full path, and all below it."""
    here = os.fsencode(path.rstrip(os.sep) or os.sep)
    stem = here.rstrip(os.sep.encode()) + os.sep.encode()
    return Selection(
        "(files.path = ? OR files.path >= ? AND files.path < ?)",
        (here, stem, stem[:-1] + bytes([stem[-1] + 1])),
    )


def with_names(column: str, expression: str) -> Selection:
    """Files whose `name` or `folders` match an FTS5 phrase."""
    query = "SELECT rowid FROM names_fts WHERE names_fts MATCH ?"
    return Selection(f"files.id IN ({query})", (f"{column} : {expression}",))


def with_text(expression: str) -> Selection:
    """Files that match an FTS5 expression in a passage, or in their name or folders."""
    query = (
        "SELECT passages.file FROM passages_fts JOIN passages ON passages.id = passages_fts.rowid"
        " WHERE passages_fts MATCH ? UNION ALL SELECT rowid FROM names_fts WHERE names_fts MATCH ?"
    )
    return Selection(f"files.id IN ({query})", (expression, expression))


def with_titles(column: str, expression: str) -> Selection:
    """Files whose `title` or `author` match an FTS5 phrase."""
    query = "SELECT rowid FROM titles_fts WHERE titles_fts MATCH ?"
    return Selection(f"files.id IN ({query})", (f"{column} : {expression}",))


def with_mail_header(names: Sequence[str], expression: str, words: Sequence[str]) -> Selection:
    """Mails with all `words` (folded) in a line of theirs that begins with one of `names`.

    `expression` finds passages with these words: the heads of mails are part of their text.
    """
    query = (
        "SELECT passages.file FROM passages_fts JOIN passages ON passages.id = passages_fts.rowid"
        " WHERE passages_fts MATCH ? AND mail_header(passages.text, ?, ?)"
    )
    return Selection(
        f"(files.kind IN ('eml', 'msg', 'mbox') AND files.id IN ({query}))",
        (expression, "\n".join(names), "\n".join(words)),
    )


def in_languages(codes: Iterable[str]) -> Selection:
    """Files whose text is in one of these languages (ISO 639-1)."""
    wanted = sorted(codes)
    return Selection(f"files.language IN ({', '.join('?' * len(wanted))})", tuple(wanted))


def other_than(files: Iterable[int]) -> Selection:
    """Files but these."""
    numbers = tuple(files)
    return Selection(
        f"files.id NOT IN ({', '.join('?' * len(numbers))})" if numbers else "", numbers
    )


def changed(after_ns: int | None, before_ns: int | None) -> Selection:
    """Files last changed from `after_ns` on and before `before_ns` (since the epoch)."""
    return _between("files.mtime_ns", after_ns, before_ns)


def sized(least: int | None, below: int | None) -> Selection:
    """Files of at least `least` bytes and fewer than `below`."""
    return _between("files.size", least, below)


def count(connection: apsw.Connection, selection: Selection) -> tuple[int, int]:
    """How many files with text pass, and how many vectors these have at most."""
    return once(connection, ("count", selection), lambda: _count(connection, selection))


def _count(connection: apsw.Connection, selection: Selection) -> tuple[int, int]:
    ((files, vectors),) = connection.execute(
        "SELECT count(*), coalesce(sum(passages + 1), 0) FROM files"  # noqa: S608 - bound values
        f" WHERE state IN ('keywords', 'ready', 'seen') AND {selection.sql}",
        selection.bindings,
    )
    return int(files), int(vectors)


def newest(connection: apsw.Connection, selection: Selection, limit: int) -> list[int]:
    """The ids of files that pass, the last changed first."""
    rows = connection.execute(
        "SELECT id FROM files"  # noqa: S608 - bound values
        f" WHERE {selection.sql} ORDER BY mtime_ns DESC, id LIMIT ?",
        (*selection.bindings, limit),
    )
    return [file for (file,) in rows]


def passing(connection: apsw.Connection, selection: Selection, files: Sequence[int]) -> set[int]:
    """Those of `files` that pass."""
    if not files:
        return set()
    rows = connection.execute(
        f"SELECT id FROM files WHERE id IN ({','.join(map(str, files))})"  # noqa: S608 - numbers
        f" AND {selection.sql}",
        selection.bindings,
    )
    return {file for (file,) in rows}


def _between(column: str, least: int | None, below: int | None) -> Selection:
    tests = [f"{column} >= ?"] * (least is not None) + [f"{column} < ?"] * (below is not None)
    return Selection(
        f"({' AND '.join(tests)})" if tests else "",
        tuple(number for number in (least, below) if number is not None),
    )


def _joined(word: str, selections: Sequence[Selection]) -> Selection:
    if not selections:
        return EVERYTHING
    condition = word.join(each.sql for each in selections)
    bindings = tuple(value for each in selections for value in each.bindings)
    return Selection(f"({condition})" if len(selections) > 1 else condition, bindings)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
