"""Keeps the library's file rows equal to the folders: scans, events, additions and removals."""

from __future__ import annotations

import logging
import os
import queue
import stat as stat_bits
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.core.paths import shown
from jinasearch.index.card import make_card
from jinasearch.index.patterns import check_patterns
from jinasearch.index.rules import Matcher
from jinasearch.index.scanner import Changes, scan
from jinasearch.index.watcher import Watcher
from jinasearch.store import files, folders, passages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import apsw

    from jinasearch.index.gate import Gate
    from jinasearch.store.database import Library
    from jinasearch.store.folders import FolderRow

_log = logging.getLogger(__name__)

CHANGED_BY_USER = 1
"""Urgency of a file that changed while we watched: it overtakes what was found by a scan."""
OPENED_BY_USER = 2

_ROOT_CHECK_SECONDS = 2.0


class Indexer:
    """Folders of the library: adds, removes, scans and watches them.

    Args:
        spaces: the embedding spaces for which a moved file's new card has to be embedded.
        forget: told the ids of vectors that lost their last owner.
        on_files: called after rows were written, when there may be something to read.
        on_trouble: told of errors that the user should know of.
    """

    def __init__(
        self,
        library: Library,
        gate: Gate,
        private: Sequence[str],
        rescan_seconds: float,
        spaces: Callable[[], Sequence[int]],
        forget: Callable[[Sequence[int]], None],
        on_files: Callable[[], None],
        on_trouble: Callable[[JinasearchError], None],
    ) -> None:
        self._library = library
        self._gate = gate
        self._private = tuple(private)
        self._rescan_seconds = rescan_seconds
        self._spaces = spaces
        self._forget = forget
        self._on_files = on_files
        self._on_trouble = on_trouble
        self._watcher = Watcher(self.refresh)
        self._scans: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._scanning = 0
        self._lock = threading.Lock()
        self._roots: dict[int, tuple[str, tuple[int, int] | None]] = {}
        self._matchers: dict[int, tuple[FolderRow, Matcher]] = {}
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)

    @property
    def busy(self) -> bool:
        """Whether a folder is being scanned or waits for it."""
        with self._lock:
            return self._scanning > 0

    def start(self) -> None:
        """Watch and scan all folders."""
        self._watcher.start()
        self._thread.start()
        self.rescan()

    def close(self) -> None:
        """Stop; what was not seen is found by the next start's scan."""
        self._watcher.close()
        self._scans.put(None)
        if self._thread.is_alive():
            self._thread.join(10)

    def rescan(self) -> None:
        """Look for changes in all folders."""
        for row in self._rows():
            self._enqueue(row.id)

    def add(self, paths: Sequence[str], rules: Rules | None) -> None:
        """Index folders or files from now on. Ones inside an indexed folder are in it already.

        Without `rules` new ones get the defaults, and known ones keep theirs.

        Raises:
            JinasearchError: NOT_FOUND, NO_PERMISSION or BAD_REQUEST; then none was added.
        """
        if rules is not None:
            _check_rules(rules)
        own = {row.path: row.rules for row in self._rows()}
        for path in paths:
            self._verify(path)
        for path in paths:
            known = self._covering(path)
            if known is not None:
                self._enqueue(known.id)
                continue
            is_file = not os.path.isdir(path)  # noqa: PTH112 - names that are not UTF-8
            row = self._library.writer.run(
                partial(
                    folders.add,
                    path=path,
                    rules=rules or own.get(path, Rules()),
                    is_file=is_file,
                )
            )
            self._enqueue(row.id)

    def remove(self, folder: int) -> None:
        """Forget a folder and all that was read from it."""
        row = next((row for row in self._rows() if row.id == folder), None)
        if row is None:
            raise JinasearchError(Code.NOT_FOUND, "This folder is not in the library")
        self._watcher.unwatch(row.path)
        self._forget(self._library.writer.run(lambda c: folders.remove(c, folder)))
        with self._lock:
            self._matchers.pop(folder, None)
        self._roots.pop(folder, None)
        for other in self._rows():
            if _inside(row.path, other.path):
                self._enqueue(other.id)
        self._on_files()

    def set_rules(self, folder: int, rules: Rules) -> None:
        """Change what of a folder is indexed, and look through it again.

        Raises:
            JinasearchError: NOT_FOUND, or BAD_REQUEST for what is no pattern.
        """
        _check_rules(rules)
        if all(row.id != folder for row in self._rows()):
            raise JinasearchError(Code.NOT_FOUND, "This folder is not in the library")
        self._library.writer.run(lambda c: folders.set_rules(c, folder, rules))
        self._enqueue(folder)

    def refresh(self, paths: Sequence[str]) -> None:
        """Look again at paths that changed. New ones come before gone ones: a move is no loss."""
        ordered = sorted(paths, key=lambda path: not os.path.lexists(path))
        for path in ordered:
            row = self._owner(path)
            if row is None:
                continue
            if not os.path.lexists(row.path):
                self._enqueue(row.id)  # a drive that went away takes no entry with it
                continue
            matcher = self._matcher(row)
            if not row.is_file and not _entered(matcher, row.path, path):
                continue
            known = files.listing_below(self._library.reader(), path)
            for changes in scan(path, matcher, known, self._identify):
                self._apply(row, changes, CHANGED_BY_USER)

    def _run(self) -> None:
        scanned = time.monotonic()
        while True:
            try:
                folder = self._scans.get(timeout=_ROOT_CHECK_SECONDS)
            except queue.Empty:
                if time.monotonic() - scanned > self._rescan_seconds:
                    scanned = time.monotonic()
                    self.rescan()
                else:
                    self._check_roots()
                continue
            if folder is None or self._gate.closed:
                return
            try:
                self._scan(folder)
            except JinasearchError as error:
                self._on_trouble(error)
            except Exception:  # noqa: BLE001 - logged; the thread must go on
                _log.exception("a scan failed; the next one repeats it")
            finally:
                with self._lock:
                    self._scanning -= 1
                self._on_files()

    def _check_roots(self) -> None:
        """Look whether a folder itself came, went or was exchanged: of that no event tells."""
        for folder, (path, before) in list(self._roots.items()):
            if _root_of(path) != before:
                self._watcher.unwatch(path)
                self._enqueue(folder)

    def _scan(self, folder: int) -> None:
        row = next((row for row in self._rows() if row.id == folder), None)
        if row is None:
            return
        self._roots[folder] = (row.path, _root_of(row.path))
        known = files.listing(self._library.reader(), folder)
        away = _is_away(row.path, [entry.device for entry in known.values()])
        if away != row.away:
            self._library.writer.run(lambda c: folders.set_away(c, folder, away))
        if away:
            self._watcher.unwatch(row.path)
            return
        self._watch(row)
        for changes in scan(row.path, self._matcher(row), known, self._identify):
            self._apply(row, changes, 0)

    def _watch(self, row: FolderRow) -> None:
        folder = os.path.dirname(row.path) if row.is_file else row.path  # noqa: PTH120
        try:
            self._watcher.watch(folder, recursive=not row.is_file)
        except JinasearchError as error:
            self._on_trouble(error)
        except OSError as error:
            _log.warning("a folder cannot be watched: %s", error.strerror)

    def _apply(self, row: FolderRow, changes: Changes, urgency: int) -> None:
        spaces = self._spaces()

        def job(connection: apsw.Connection) -> list[int]:
            removed: list[int] = []
            for stat in changes.changed:
                files.seen(connection, row.id, stat, urgency)
            for stat, reason in changes.skipped:
                removed += files.skip(connection, row.id, stat, reason)
            for file, stat in changes.moved:
                removed += _move(connection, row.id, file, stat, spaces)
            rows = files.by_ids(connection, [file for file, _ in changes.gone])
            gone = [
                file for file, path in changes.gone if file in rows and rows[file].stat.path == path
            ]
            return removed + files.remove(connection, gone)

        self._forget(self._library.writer.submit(job, urgent=urgency > 0).result())
        self._on_files()

    def _identify(self, stat: FileStat) -> int | None:
        """The row of a file that now stands elsewhere: same identity, and its old path is free."""
        for row in files.by_identity(self._library.reader(), stat):
            if row.stat.path != stat.path and not os.path.lexists(row.stat.path):
                return row.id
        return None

    def _rows(self) -> list[FolderRow]:
        return folders.all_of(self._library.reader())

    def _owner(self, path: str) -> FolderRow | None:
        """The innermost folder of the library that holds `path`."""
        owners = [row for row in self._rows() if _inside(path, row.path)]
        return max(owners, key=lambda row: len(row.path), default=None)

    def _covering(self, path: str) -> FolderRow | None:
        """The folder that already indexes `path`, if one does."""
        row = self._owner(path)
        if row is None or row.path == path:
            return None
        matcher = self._matcher(row)
        if not _entered(matcher, row.path, path):
            return None
        if os.path.isdir(path):  # noqa: PTH112
            return row if matcher.enter(path) else None
        return None if matcher.why_out(path, None) else row

    def _matcher(self, row: FolderRow) -> Matcher:
        nested = tuple(
            other.path
            for other in self._rows()
            if other.id != row.id and _inside(other.path, row.path)
        )
        with self._lock:
            kept = self._matchers.get(row.id)
            if kept is not None and kept[0].rules == row.rules and kept[1].nested == nested:
                return kept[1]
            matcher = Matcher(row.path, row.rules, self._private, nested)
            self._matchers[row.id] = (row, matcher)
            return matcher

    def _enqueue(self, folder: int) -> None:
        with self._lock:
            self._scanning += 1
        self._scans.put(folder)

    def _verify(self, path: str) -> None:
        display = shown(path)
        if not os.path.isabs(path):  # noqa: PTH117
            raise JinasearchError(Code.BAD_REQUEST, "Give the folder's full path", path=display)
        try:
            os.stat(path)  # noqa: PTH116
            if os.path.isdir(path):  # noqa: PTH112
                with os.scandir(path) as entries:
                    next(entries, None)
        except PermissionError as error:
            raise JinasearchError(
                Code.NO_PERMISSION,
                "This folder may not be read",
                "Give yourself the right to read it, or choose another one.",
                display,
            ) from error
        except (FileNotFoundError, NotADirectoryError) as error:
            raise JinasearchError(
                Code.NOT_FOUND, "There is no such file or folder", "Check the path.", display
            ) from error
        except OSError as error:
            raise JinasearchError(
                Code.BAD_REQUEST, f"This folder cannot be read: {error.strerror}", path=display
            ) from error
        for private in self._private:
            if _inside(path, private):
                raise JinasearchError(
                    Code.BAD_REQUEST, "The library does not index itself", path=display
                )


def _check_rules(rules: Rules) -> None:
    check_patterns((*rules.exclude, *rules.include))
    if rules.max_bytes < 1:
        raise JinasearchError(
            Code.BAD_REQUEST,
            "A largest size has to be at least one byte",
            "To index nothing of a folder, remove it.",
        )


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


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _entered(matcher: Matcher, root: str, path: str) -> bool:
    """Whether a scan from `root` would come as far down as the folder of `path`."""
    parents: list[str] = []
    parent = os.path.dirname(path) if path != root else root  # noqa: PTH120
    while parent != root:
        parents.append(parent)
        above = os.path.dirname(parent)  # noqa: PTH120
        if above == parent:
            return False
        parent = above
    if path != root and os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114
        parents.insert(0, path)
    return all(matcher.enter(folder) for folder in reversed(parents))


def _root_of(path: str) -> tuple[int, int] | None:
    """What tells whether a folder is still the same one; files are exchanged when saved."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return found.st_dev, found.st_ino if stat_bits.S_ISDIR(found.st_mode) else 0


def _is_away(path: str, devices: Sequence[int]) -> bool:
    """Whether a folder's drive is not there: the folder is missing, or an empty mount point."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return True
    if not devices or found.st_dev in devices or not os.path.isdir(path):  # noqa: PTH112
        return False
    with os.scandir(path) as entries:
        return next(entries, None) is None
