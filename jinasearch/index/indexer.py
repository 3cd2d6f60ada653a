"""Keeps the library's file rows equal to the folders: scans, events, additions and removals."""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Rules, RulesPreview, Ruling
from jinasearch.core.paths import shown
from jinasearch.index.absences import Absences
from jinasearch.index.gate import Closed
from jinasearch.index.guard import Guard, unforeseen
from jinasearch.index.patterns import check_rules, place_of_rules
from jinasearch.index.places import Places
from jinasearch.index.recorder import Recorder
from jinasearch.index.removals import Removals
from jinasearch.index.roots import KnownRoots, entered, inside, is_away, owner, verify
from jinasearch.index.rules import Matcher
from jinasearch.index.rules_preview import preview
from jinasearch.index.scan_queue import ScanQueue
from jinasearch.index.scanner import scan
from jinasearch.index.spelling import refuse_second
from jinasearch.index.surroundings import Drives, Sleep
from jinasearch.index.watched_folders import WatchedFolders
from jinasearch.index.watcher import Watcher
from jinasearch.store import files, folders, second_try

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinasearch.index.gate import Gate
    from jinasearch.store.database import Library
    from jinasearch.store.files import Known
    from jinasearch.store.folders import FolderRow

_log = logging.getLogger(__name__)

CHANGED_BY_USER = 1
"""Urgency of a file that changed while we watched: it overtakes what was found by a scan."""
OPENED_BY_USER = 2
_BY_HAND = 100
"""Files at once that a user may have changed; more come from an archive, a branch or a copy, and
wait in line as those of a scan do."""

_ROOT_CHECK_SECONDS = 10.0
"""How often to look whether a folder itself is there, for what no event tells: mounts, moves of a
folder above."""
_POLL_SECONDS = 30.0
_POLL_SHARE = 50.0
"""A folder that cannot be watched is looked through this often, but in no more than 1/50 of the
time."""
_PREVIEW_SECONDS = 5.0
_RETRY_SECONDS = 10.0
_REMOVAL_PATIENCE_SECONDS = 3.0


class Indexer:
    """Folders of the library: adds, removes, scans and watches them.

    `absences` tells of drives inside of them that are away.

    Args:
        rescan_seconds: how often to look through folders that are watched; 0 for never.
        spaces: the embedding spaces for which a moved file's new card has to be embedded.
        forget: told the ids of vectors that lost their last owner.
        on_files: called after rows were written, when there may be something to read.
        on_trouble: told of errors that the user should know of, None when what stopped goes on.
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
        on_trouble: Callable[[JinasearchError | None], None],
    ) -> None:
        self._library = library
        self._gate = gate
        self._private = tuple(private)
        self._rescan_seconds = rescan_seconds or math.inf
        self._on_files = on_files
        self._on_trouble = on_trouble
        self.absences = Absences(on_files)
        self._recorder = Recorder(library, spaces, forget)
        self._watcher = Watcher(self.refresh, self._lose)
        self._watched = WatchedFolders(self._watcher, self._rows, on_trouble)
        self._queue = ScanQueue()
        self._lock = threading.Lock()
        self._recording = threading.Lock()
        self._roots = KnownRoots()
        self._matchers: dict[int, tuple[FolderRow, Matcher]] = {}
        self._lost: set[int] = set()
        self._failures: dict[int, int] = {}
        self._postponed: dict[str, int] = {}
        self._drives = Drives()
        self._places = Places(library)
        self._sleep = Sleep()
        self._removals = Removals(library, forget, on_files, on_trouble)
        self._checked = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)

    @property
    def busy(self) -> bool:
        """Whether a folder is being scanned or waits for it."""
        return self._queue.busy

    def start(self) -> None:
        """Watch and scan all folders."""
        self._watcher.start()
        self._thread.start()
        self.rescan()
        self._removals.resume()

    def close(self) -> None:
        """Stop; what was not seen is found by the next start's scan."""
        self._queue.close()
        self._watcher.close()
        self._removals.close()
        if self._thread.is_alive():
            self._thread.join(10)

    def rescan_every(self, seconds: float) -> None:
        """Look through watched folders so often from now on; 0 is never."""
        self._rescan_seconds = seconds or math.inf
        self.rescan()

    def rescan(self) -> None:
        """Look for changes in all folders."""
        for row in self._rows():
            self._queue.put(row.id)

    def add(self, paths: Sequence[str], rules: Rules | None) -> None:
        """Index folders or files from now on. Ones inside an indexed folder are in it already.

        Without `rules` new ones get the defaults, and known ones keep theirs.

        Raises:
            JinasearchError: NOT_FOUND, NO_PERMISSION, BAD_REQUEST, or FOLDER_KNOWN for what is
                indexed under another name; then none was added.
        """
        if rules is not None:
            check_rules(rules)
        rows = self._rows()
        own = {row.path: row.rules for row in rows}
        names = [row.path for row in rows if not row.away]
        for path in paths:
            verify(path, self._private)
            refuse_second(path, names, lambda inner: self._covering(inner) is not None)
            names.append(path)
        for path in paths:
            known = self._covering(path)
            if known is not None:
                self._queue.put(known.id)
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
            self._queue.put(row.id)

    def remove(self, folder: int) -> None:
        """Forget a folder and all that was read from it.

        It is in no list any more when this returns; forgetting much text goes on for a while.
        """
        row = self._row(folder)
        if row is None:
            raise JinasearchError(Code.NOT_FOUND, "This folder is not in the library")
        self._library.writer.run(lambda c: folders.leave(c, folder))
        self._queue.drop(folder)
        self._watched.stop(row)
        with self._lock:
            self._matchers.pop(folder, None)
        self._roots.drop(folder)
        self._removals.begin(folder).join(_REMOVAL_PATIENCE_SECONDS)
        for other in self._rows():
            if inside(row.path, other.path):
                self._queue.put(other.id)
        self._on_files()

    def set_rules(self, folder: int, rules: Rules) -> None:
        """Change what of a folder is indexed, and look through it again.

        Raises:
            JinasearchError: NOT_FOUND, or BAD_REQUEST for what is no pattern.
        """
        check_rules(rules)
        row = self._row(folder)
        if row is None:
            raise JinasearchError(Code.NOT_FOUND, "This folder is not in the library")
        self._library.writer.run(lambda c: folders.set_rules(c, folder, rules))
        if row.rules.archives != rules.archives:
            self._library.writer.run(lambda c: second_try.of_archives(c, folder))
            self._on_files()
        self._look_afresh(folder)

    def absent(self) -> tuple[str, ...]:
        """What is not there now: folders, and drives inside of folders."""
        return tuple(path for row in self._rows() for path in self._missing(row))

    def disconnected(self) -> tuple[str, ...]:
        """Where drives are missing: not what was deleted or moved."""
        return tuple(path for row in self._rows() if not row.gone for path in self._missing(row))

    def _missing(self, row: FolderRow) -> Sequence[str]:
        return (row.path,) if row.away else self.absences.of(row.id)

    def is_absent(self, path: str) -> bool:
        """Whether a file that is not there is on a folder or drive that is away."""
        row = owner(self._rows(), path)
        if row is None:
            return False
        gone = not os.path.exists(row.path) and path != row.path  # noqa: PTH110
        away = (*self.absent(), *self._places.away(row))
        return gone or any(inside(path, place) for place in away)

    def forget_away(self, path: str) -> None:
        """Forget what was on a drive at or below `path` that is not there; it does not come back.

        Raises:
            JinasearchError: NOT_FOUND if no folder holds it.
        """
        row = owner(self._rows(), path)
        if row is None:
            raise JinasearchError(Code.NOT_FOUND, "No indexed folder holds this", path=shown(path))
        if path == row.path and row.away:
            raise JinasearchError(
                Code.BAD_REQUEST,
                "This folder itself is away",
                "`jinasearch folders remove` forgets it.",
                shown(path),
            )
        self._places.forget(row, path)
        if path != row.path:
            with self._recording:
                self._recorder.forget_below(row, path)
        self._queue.put(row.id)
        self._on_files()

    def refresh(self, paths: Sequence[str]) -> None:
        """Look again at paths that changed. New ones come before gone ones: a move is no loss."""
        rows = self._rows()
        here: dict[int, set[str]] = {}
        gone: dict[int, set[str]] = {}
        named = {place_of_rules(path) for path in paths}
        for path in named.union(*map(self._watcher.places_after, named)):
            row = owner(rows, path)
            if row is None or self._gate.halted:
                continue
            if row.away or not self._roots.is_same(row) or (path == row.path and not row.is_file):
                self._queue.put(row.id)  # a drive that went away takes no entry with it
            elif row.is_file or entered(self._matcher(row, rows), row.path, path):
                (here if os.path.lexists(path) else gone).setdefault(row.id, set()).add(path)
        self._watcher.leave({path for group in gone.values() for path in group})
        for row in rows:
            self._look_at(row, here.get(row.id, set()))
        restless = self._watcher.restless
        for row in rows:
            still = [path for path in gone.get(row.id, ()) if self._moves(path, restless)]
            self._look_at(row, gone.get(row.id, set()).difference(still))

    def _moves(self, path: str, restless: bool) -> bool:
        """Whether what stood at `path` may be on the move: then it is looked at again later.

        It was seen to move, but nothing was found where it went; or something else happened just
        now, and it may be found there: no event tells of moves into folders that are new.
        """
        times = self._postponed.get(path, 0)
        most = 4 if self._watcher.places_after(path) else 2 if restless else 0
        if times < most and files.listing_below(self._library.reader(), path):
            self._postponed[path] = times + 1
            self._watcher.touch(path)
            return True
        self._postponed.pop(path, None)
        return False

    def _look_at(self, row: FolderRow, paths: set[str]) -> None:
        if not paths:
            return
        starts = sorted(paths, key=len)  # a folder before what is in it
        connection = self._library.reader()
        known: dict[str, Known] = {}
        try:
            with self._recording:
                for path in starts:
                    known.update(files.listing_below(connection, path))
                found = scan(
                    starts,
                    self._matcher(row),
                    known,
                    self._recorder.identify,
                    partial(self._enter, row),
                    touched=True,
                    away=self._places.away(row, starts),
                )
                for changes in self.absences.noted(row.id, starts, found):
                    urgency = CHANGED_BY_USER if len(changes.changed) <= _BY_HAND else 0
                    if not self._recorder.record(row, changes, urgency, sure=True):
                        return
                    self._on_files()
                self._places.away(row, starts)  # the first files of a drive may be among them
        except Closed:
            return
        except JinasearchError as error:
            self._on_trouble(error)
            self._queue.put_later(row.id, _RETRY_SECONDS)
        if self._watched.lack(row.id):
            self._queue.put_later(row.id, _POLL_SECONDS)

    def _run(self) -> None:
        Guard("Looking for changes stopped", self._on_trouble, self._gate.sleep).run(self._step)

    def _step(self) -> bool:
        """Scan what is due, and look around now and then; False if all is to end."""
        if self._queue.closed or self._gate.halted:
            return False
        folder = self._queue.take(_ROOT_CHECK_SECONDS)
        if folder is not None:
            self._try_scan(folder)
        if time.monotonic() - self._checked >= _ROOT_CHECK_SECONDS:
            self._look_around()
            self._checked = time.monotonic()
        return True

    def _try_scan(self, folder: int) -> None:
        began = time.monotonic()
        again: float | None = None
        try:
            if self._scan(folder):
                took = time.monotonic() - began
                again = max(_POLL_SECONDS, _POLL_SHARE * took)
                again = min(again if self._watched.lack(folder) else math.inf, self._rescan_seconds)
                self._failures.pop(folder, None)
        except Closed:
            return
        except Exception as error:  # noqa: BLE001 - told; the thread must go on
            failures = self._failures[folder] = self._failures.get(folder, 0) + 1
            again = _RETRY_SECONDS
            if isinstance(error, JinasearchError):
                self._on_trouble(error)
            else:
                again = min(again * 2**failures, self._rescan_seconds)
                _log.exception("a scan failed; it is repeated")
                if failures > 1:
                    self._on_trouble(unforeseen("A folder could not be looked through"))
        finally:
            self._queue.done()
            if again is not None and again < math.inf:
                self._queue.put_later(folder, again)
        if folder not in self._failures:
            self._on_files()

    def _scan(self, folder: int) -> bool:
        """Look through a folder; False if it is no longer in the library."""
        row = self._row(folder)
        if row is None:
            return False
        if folder in self._lost:
            self._lost.discard(folder)
            self._watched.stop(row)
        self._roots.note(row)
        self._drives.due([row.path])  # those are looked through now
        known = files.listing(self._library.reader(), folder)
        places = self._places.away(row)
        devices = {entry.device for entry in known.values()}
        away = row.path in places or is_away(row.path, devices)
        gone = away and self._places.is_gone(row, devices)
        if (away, gone) != (row.away, row.gone):
            self._library.writer.run(lambda c: folders.set_away(c, folder, away, gone=gone))
        if away:
            self.absences.note(folder, [row.path], ())
            self._watched.stop(row)
            return True
        told = self._watched.begin(row)
        found = scan(
            [row.path],
            self._matcher(row),
            known,
            self._recorder.identify,
            partial(self._enter, row, told=told),
            away=places,
        )
        for changes in self.absences.noted(folder, [row.path], found):
            with self._recording:
                if not self._recorder.record(row, changes, 0, sure=False):
                    self._watched.stop(row)
                    return False
            self._on_files()
        self._places.away(row)  # now that its files are known
        return True

    def _look_around(self) -> None:
        """Look for what no event tells."""
        for folder in self._roots.exchanged():
            self._look_afresh(folder)
        if self._sleep.is_over():  # drives were changed, shares were written to
            self.rescan()
        for point in self._drives.due(self._roots.here()):
            began = time.monotonic()
            self.refresh([point])
            self._drives.looked_at(point, time.monotonic() - began)

    def _enter(self, row: FolderRow, folder: str, *, told: bool = False) -> None:
        """A scan goes into a folder."""
        if self._queue.closed:
            raise Closed
        self._watched.enter(row, folder, told=told)

    def _lose(self, root: str) -> None:
        """Events of a root were lost, or it went itself."""
        for folder in self._roots.in_place(root):
            self._look_afresh(folder)

    def _look_afresh(self, folder: int) -> None:
        """Look through a folder, and watch it anew."""
        self._lost.add(folder)
        self._queue.put(folder)

    # What is known of the folders

    def _rows(self) -> list[FolderRow]:
        return folders.all_of(self._library.reader())

    def _row(self, folder: int) -> FolderRow | None:
        return next((row for row in self._rows() if row.id == folder), None)

    def _covering(self, path: str) -> FolderRow | None:
        """The folder that already indexes `path`, if one does."""
        row = owner(self._rows(), path)
        if row is None or row.path == path:
            return None
        matcher = self._matcher(row)
        if not entered(matcher, row.path, path):
            return None
        if os.path.isdir(path):  # noqa: PTH112
            return row if matcher.enter(path) else None
        return None if matcher.why_out(path, None) else row

    def preview(self, folder: int, rules: Rules, ended: Callable[[], bool]) -> RulesPreview:
        """What other rules of a folder would change; nothing is changed.

        Raises:
            JinasearchError: NOT_FOUND, or BAD_REQUEST for what is no pattern.
        """
        check_rules(rules)
        row = self._row(folder)
        if row is None:
            raise JinasearchError(Code.NOT_FOUND, "This folder is not in the library")
        now = self._matcher(row)
        then = Matcher(row.path, rules, self._private, now.nested)
        return preview(now, then, _PREVIEW_SECONDS, ended)

    def judge(self, path: str) -> tuple[FolderRow, Ruling | None] | None:
        """The folder that `path` belongs to, and what of its rules leaves it out."""
        row = owner(self._rows(), path)
        if row is None:
            return None
        try:
            stat = os.stat(path)  # noqa: PTH116 - names that are not UTF-8
        except OSError:
            stat = None
        return row, self._matcher(row).ruling(path, stat)

    def _matcher(self, row: FolderRow, rows: Sequence[FolderRow] | None = None) -> Matcher:
        nested = tuple(
            other.path
            for other in (self._rows() if rows is None else rows)
            if other.id != row.id and inside(other.path, row.path)
        )
        with self._lock:
            kept = self._matchers.get(row.id)
            if kept is not None and kept[0].rules == row.rules and kept[1].nested == nested:
                return kept[1]
            matcher = Matcher(row.path, row.rules, self._private, nested)
            self._matchers[row.id] = (row, matcher)
            return matcher
