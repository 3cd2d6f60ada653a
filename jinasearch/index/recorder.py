"""Writes what a scan found into the library, unless it has been overtaken meanwhile."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from jinasearch.core.models import Document, FileStat, FileState, Passage
from jinasearch.index.card import make_card
from jinasearch.index.scanner import stands
from jinasearch.store import files, folders, passages

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import apsw

    from jinasearch.index.scanner import Changes
    from jinasearch.store.database import Library
    from jinasearch.store.folders import FolderRow


class Recorder:
    """Writes changes of files. One at a time: the caller sees to that.

    Args:
        spaces: the embedding spaces for which a moved file's new card has to be embedded.
        forget: told the ids of vectors that lost their last owner.
    """

    def __init__(
        self,
        library: Library,
        spaces: Callable[[], Sequence[int]],
        forget: Callable[[Sequence[int]], None],
    ) -> None:
        self._library = library
        self._spaces = spaces
        self._forget = forget

    def record(self, row: FolderRow, changes: Changes, urgency: int, *, sure: bool) -> bool:
        """Write changes in a folder; False if that is no longer in the library.

        Without `sure` a changed file is passed over that the library has by now as it was found:
        a scan takes long, and events overtake it.
        """
        connection = self._library.reader()
        moved, changed = self._still_moved(connection, changes)
        if not sure:
            changed = [stat for stat in changed if not _is_recorded(connection, stat)]
        gone = [(file, path) for file, path in changes.gone if not _is_file(path, row.path)]
        spaces = self._spaces()

        def job(connection: apsw.Connection) -> list[int] | None:
            if not folders.stays(connection, row.id):
                return None
            removed: list[int] = []
            for stat in changed:
                files.seen(connection, row.id, stat, urgency)
            for stat, reason in changes.skipped:
                removed += files.skip(connection, row.id, stat, reason)
            for file, stat in changes.renumbered:
                files.renumber(connection, file, stat)
            for file, stat in moved:
                removed += _move(connection, row.id, file, stat, spaces)
            return removed + files.remove(
                connection, _at_home(connection, [*gone, *changes.left_out])
            )

        removed = self._library.writer.submit(job, urgent=urgency > 0).result()
        if removed is None:
            return False
        self._forget(removed)
        return True

    def identify(self, stat: FileStat, taken: Collection[int]) -> int | None:
        """The row, none of `taken`, of a file that now stands elsewhere.

        It has the same identity, and its old path is free.
        """
        connection = self._library.reader()
        for row in files.by_identity(connection, stat):
            if row.id not in taken and row.stat.path != stat.path and self._is_free(row.stat.path):
                return row.id
        return None

    def _still_moved(
        self, connection: apsw.Connection, changes: Changes
    ) -> tuple[list[tuple[int, FileStat]], list[FileStat]]:
        """What is moved and what is changed, now that it is to be written.

        A file can be moved on while its folders are scanned, and be found in two places.
        """
        moved: list[tuple[int, FileStat]] = []
        changed: list[FileStat] = []
        taken: set[int] = set()
        for stat in [*(stat for _, stat in changes.moved), *changes.changed]:
            if files.by_path(connection, stat.path) is not None:
                changed.append(stat)
            elif os.path.lexists(stat.path):
                file = self.identify(stat, taken)
                if file is None:
                    changed.append(stat)
                else:
                    taken.add(file)
                    moved.append((file, stat))
        return moved, changed

    def _is_free(self, path: str) -> bool:
        if not os.path.lexists(path):
            return True
        roots = [row.path for row in folders.all_of(self._library.reader())]
        return not stands(path, max((root for root in roots if path.startswith(root)), default=""))


def _is_file(path: str, root: str) -> bool:
    return os.path.isfile(path) and stands(path, root)  # noqa: PTH113 - names not UTF-8


def _is_recorded(connection: apsw.Connection, stat: FileStat) -> bool:
    row = files.by_path(connection, stat.path)
    return row is not None and row.stat == stat and row.state != FileState.SKIPPED


def _at_home(connection: apsw.Connection, wanted: Sequence[tuple[int, str]]) -> list[int]:
    """The rows that still stand at these paths."""
    rows = files.by_ids(connection, [file for file, _ in wanted])
    return [file for file, path in wanted if file in rows and rows[file].stat.path == path]


def _move(
    connection: apsw.Connection, folder: int, file: int, stat: FileStat, spaces: Sequence[int]
) -> list[int]:
    row = files.by_id(connection, file)
    if row is None:
        files.seen(connection, folder, stat)
        return []
    files.rename(connection, file, stat, folder)
    if os.path.basename(row.stat.path) == os.path.basename(stat.path):  # noqa: PTH119
        return []
    read = tuple(Passage(p.text, p.heading, p.place) for p in passages.of_file(connection, file))
    if not read and not row.title:
        return []
    card = make_card(stat.path, Document(row.kind, row.title, passages=read))
    return passages.replace_card(connection, file, card, spaces)
