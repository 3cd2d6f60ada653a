"""Writes what a scan found into the library, unless it has been overtaken meanwhile."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from jinasearch.core.models import Document, File, FileStat, FileState, Passage
from jinasearch.index.card import make_card
from jinasearch.index.sameness import look
from jinasearch.index.scanner import Changes, file_stat, stands
from jinasearch.store import files, folders, passages

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import apsw

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
        moved, changed = self._still_moved(connection, row.id, changes)
        if not sure:
            changed = [stat for stat in changed if not _is_recorded(connection, stat)]
        gone = [(file, path) for file, path in changes.gone if not _is_file(path, row.path)]
        spaces = self._spaces()

        def job(connection: apsw.Connection) -> list[int] | None:
            if not folders.stays(connection, row.id):
                return None
            removed = _move_all(connection, row.id, moved, spaces)
            for stat in changed:
                files.seen(connection, row.id, stat, urgency)
            for stat, reason in changes.skipped:
                removed += files.skip(connection, row.id, stat, reason)
            for file, stat in changes.renumbered:
                files.renumber(connection, file, stat)
            return removed + files.remove(
                connection, _at_home(connection, [*gone, *changes.left_out])
            )

        removed = self._library.writer.submit(job, urgent=urgency > 0).result()
        if removed is None:
            return False
        self._forget(removed)
        return True

    def forget_below(self, row: FolderRow, path: str) -> None:
        """Forget the files at or below a path that are not there."""
        known = files.listing_below(self._library.reader(), path)
        gone = [(entry.id, name) for name, entry in known.items()]
        self.record(row, Changes(gone=gone), 0, sure=True)

    def identify(self, stat: FileStat, taken: Collection[int]) -> int | None:
        """The row, none of `taken`, of a file that now stands elsewhere.

        It has the same identity, and its old path is free, or another file's by now. Where it took
        the place of a file that is known, it must have been read: else it is the draft of an
        editor, and what did not change in that file keeps its vectors.
        """
        connection = self._library.reader()
        in_place = files.by_path(connection, stat.path) is not None
        for row in files.by_identity(connection, stat):
            if row.id in taken or row.stat.path == stat.path:
                continue
            if in_place and not passages.was_read(connection, row.id):
                continue
            if self._is_free(row.stat):
                return row.id
        return None

    def _still_moved(
        self, connection: apsw.Connection, folder: int, changes: Changes
    ) -> tuple[list[tuple[int, FileStat]], list[FileStat]]:
        """What is moved and what is changed, now that it is to be written.

        A file can be moved on while its folders are scanned, and be found in two places.
        """
        moved: dict[int, FileStat] = {}
        changed: list[FileStat] = []
        for stat in [*(stat for _, stat in changes.moved), *changes.changed]:
            here = files.by_path(connection, stat.path)
            if here is None and not os.path.lexists(stat.path):
                continue
            same = here is not None and _identity(here.stat) == _identity(stat)
            file = None if same else self.identify(stat, moved)
            if file is None:
                changed.append(stat)
            else:
                moved[file] = stat
                moved.update(_exchanged(connection, folder, file, here, moved))
        places = {stat.path for stat in moved.values()}
        return list(moved.items()), [stat for stat in changed if stat.path not in places]

    def _is_free(self, before: FileStat) -> bool:
        """Whether a file stands no longer where it stood."""
        path = before.path
        try:
            found = os.stat(path)  # noqa: PTH116 - names that are not UTF-8
        except OSError:
            return not os.path.lexists(path)
        if (found.st_dev, found.st_ino) != _identity(before):
            return True
        roots = [row.path for row in folders.all_of(self._library.reader())]
        return not stands(path, max((root for root in roots if path.startswith(root)), default=""))


def _identity(stat: FileStat) -> tuple[int, int]:
    return stat.device, stat.inode


def _exchanged(
    connection: apsw.Connection,
    folder: int,
    file: int,
    displaced: File | None,
    moved: Collection[int],
) -> dict[int, FileStat]:
    """The row that stood where `file` came to stand, if it stands where that one stood.

    A scan that saw one of the two places before they were exchanged finds only one moved.
    """
    row = files.by_id(connection, file)
    if displaced is None or displaced.id in moved or row is None or row.folder != folder:
        return {}
    found = look(row.stat.path)
    if found is None:
        return {}
    now = file_stat(row.stat.path, found)
    return {displaced.id: now} if now == replace(displaced.stat, path=now.path) else {}


def _is_file(path: str, root: str) -> bool:
    return os.path.isfile(path) and stands(path, root)  # noqa: PTH113 - names not UTF-8


def _is_recorded(connection: apsw.Connection, stat: FileStat) -> bool:
    row = files.by_path(connection, stat.path)
    return row is not None and row.stat == stat and row.state != FileState.SKIPPED


def _at_home(connection: apsw.Connection, wanted: Sequence[tuple[int, str]]) -> list[int]:
    """The rows that still stand at these paths."""
    rows = files.by_ids(connection, [file for file, _ in wanted])
    return [file for file, path in wanted if file in rows and rows[file].stat.path == path]


def _move_all(
    connection: apsw.Connection,
    folder: int,
    moved: Sequence[tuple[int, FileStat]],
    spaces: Sequence[int],
) -> list[int]:
    """Move rows. Those that stand where others come to stand move as well, or go."""
    removed: list[int] = []
    displaced: set[int] = set()
    for _, stat in moved:
        row = files.by_path(connection, stat.path)
        if row is not None:
            aside = replace(row.stat, path=f"\0{row.id}")  # where no file can stand
            files.rename(connection, row.id, aside, row.folder)
            displaced.add(row.id)
    for file, stat in moved:
        removed += _move(connection, folder, file, stat, spaces)
        displaced.discard(file)
    return removed + files.remove(connection, sorted(displaced))


def _move(
    connection: apsw.Connection, folder: int, file: int, stat: FileStat, spaces: Sequence[int]
) -> list[int]:
    row = files.by_id(connection, file)
    if row is None:
        files.seen(connection, folder, stat)
        return []
    files.rename(connection, file, stat, folder)
    if row.state not in (FileState.KEYWORDS, FileState.READY):
        return []  # its text is an old one: the card comes with the new
    if os.path.basename(row.stat.path) == os.path.basename(stat.path):  # noqa: PTH119
        return []
    read = tuple(Passage(p.text, p.heading, p.place) for p in passages.of_file(connection, file))
    if not read and not row.title:
        return []
    card = make_card(stat.path, Document(row.kind, row.title, passages=read))
    return passages.replace_card(connection, file, card, spaces)
