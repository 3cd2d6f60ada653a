"""What clients ask about folders: list, add, remove, rule, and which there could be."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Coverage, Folder
from jinasearch.core.paths import from_uri, shown, to_uri
from jinasearch.engine import protocol
from jinasearch.index.census import proposals, usual_folders
from jinasearch.index.patterns import naming
from jinasearch.index.roots import owner
from jinasearch.index.spelling import known_as, normal
from jinasearch.store import files, folders
from jinasearch.store.place import refuse_kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.core.models import Rules, RulesPreview
    from jinasearch.index.indexer import Indexer
    from jinasearch.store.database import Library
    from jinasearch.store.folders import FolderRow


class FolderDesk:
    """The facade for folders.

    Args:
        private: paths that are never indexed.
        space: the embedding space that answers, None if there is none.
        on_add: called before folders are added.
        on_news: called when what can be found has changed.
    """

    def __init__(
        self,
        library: Library,
        indexer: Indexer,
        private: tuple[str, ...],
        space: Callable[[], int | None],
        on_add: Callable[[], None],
        on_news: Callable[[], None],
    ) -> None:
        self._library = library
        self._indexer = indexer
        self._private = private
        self._space = space
        self._on_add = on_add
        self._on_news = on_news
        self._ruling = threading.Lock()  # one change of rules is read and written before the next
        self._lock = threading.Lock()
        self._newest_preview = 0

    def listed(self) -> protocol.Folders:
        """The indexed folders, each with its coverage."""
        connection = self._library.reader()
        counts = files.counts(connection, self._space())
        return protocol.Folders(
            tuple(
                Folder(
                    row.id,
                    to_uri(row.path),
                    shown(row.path),
                    row.rules,
                    row.away,
                    counts.get(row.id, Coverage()),
                    tuple(to_uri(path) for path in self._indexer.absences.of(row.id)),
                    row.gone,
                )
                for row in folders.all_of(connection)
            )
        )

    def absent(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What is not there now: folders and places inside of folders with their drive, and folders
        that went alone."""
        try:
            paths = self._indexer.absent()
            rows = folders.all_of(self._library.reader())
        except JinasearchError:  # a damaged library is told of elsewhere
            return (), ()
        gone = {row.path for row in rows if row.gone}
        away = tuple(shown(path) for path in paths if path not in gone)
        return away, tuple(shown(path) for path in paths if path in gone)

    def add(self, request: protocol.AddFolders) -> protocol.Folders:
        """Index folders or files from now on."""
        paths = [normal(from_uri(uri)) for uri in request.uris]
        for path in paths:
            refuse_kernel(path)
        self._on_add()
        self._indexer.add(paths, request.rules)
        self._library.mirror_folders()
        return self.listed()

    def proposed(self) -> protocol.Proposals:
        """Folders that people usually want found, with counts."""
        rows = [row.path for row in folders.all_of(self._library.reader())]
        usual = usual_folders()
        known = {path for path, _ in usual if (known_as(path, rows) or ("", ""))[1] in rows}
        return protocol.Proposals(proposals(usual, known, self._private))

    def preview(self, folder: int, request: protocol.SetRules) -> RulesPreview:
        """What other rules of a folder would change. The newest question ends the older ones.

        Raises:
            JinasearchError: NOT_FOUND, or BAD_REQUEST for what is no pattern.
        """
        with self._lock:
            self._newest_preview += 1
            mine = self._newest_preview
        return self._indexer.preview(folder, request.rules, lambda: self._newest_preview != mine)

    def set_rules(self, folder: int, request: protocol.SetRules) -> protocol.Folders:
        """Change what of a folder is indexed."""
        with self._ruling:
            self._rule(folder, request.rules)
        return self.listed()

    def _rule(self, folder: int, rules: Rules) -> None:
        self._indexer.set_rules(folder, rules)
        self._library.mirror_folders()

    def exclude(self, request: protocol.Exclude) -> protocol.Exclusion:
        """Leave a file or folder out by a rule of its own, or take that rule away.

        Raises:
            JinasearchError: NOT_FOUND if no indexed folder holds it, or there is no such rule;
                BAD_REQUEST if it is one itself.
        """
        path = normal(from_uri(request.uri))
        if request.preview:
            row, pattern, rules = self._excluding(path, back=request.back)
            change = self.preview(row.id, protocol.SetRules(rules))
            return protocol.Exclusion(shown(row.path), pattern, change)
        with self._ruling:
            row, pattern, rules = self._excluding(path, back=request.back)
            self._rule(row.id, rules)
        return protocol.Exclusion(shown(row.path), pattern)

    def _excluding(self, path: str, *, back: bool) -> tuple[FolderRow, str, Rules]:
        """The folder that holds `path`, the pattern that names it there, and the rules with it or,
        `back`, without."""
        row = owner(folders.all_of(self._library.reader()), path)
        if row is None:
            raise JinasearchError(
                Code.NOT_FOUND,
                "This is in no indexed folder",
                "`jinasearch folders list` shows those that there are.",
                shown(path),
            )
        if row.path == path:
            raise JinasearchError(
                Code.BAD_REQUEST,
                "This is indexed by itself",
                "Remove it from the folders to have it forgotten.",
                shown(path),
            )
        pattern = naming(os.path.relpath(path, row.path))
        if back and pattern not in row.rules.exclude:
            raise JinasearchError(
                Code.NOT_FOUND,
                "No rule leaves out just this",
                "`jinasearch why` tells which one does.",
                shown(path),
            )
        kept = tuple(each for each in row.rules.exclude if each != pattern)
        rules = replace(row.rules, exclude=kept if back else (*kept, pattern))
        return row, pattern, rules

    def remove(self, folder: int) -> protocol.Folders:
        """Forget a folder and all that was read from it."""
        self._indexer.remove(folder)
        self._library.mirror_folders()
        self._on_news()
        return self.listed()

    def forget_away(self, request: protocol.ForgetAway) -> protocol.Folders:
        """Forget what was on a drive that is away and does not come back.

        Raises:
            JinasearchError: NOT_FOUND if no folder holds it.
        """
        self._indexer.forget_away(normal(from_uri(request.uri)))
        self._on_news()
        return self.listed()

    def rescan(self) -> protocol.Done:
        """Look for changes in all folders now."""
        self._indexer.rescan()
        return protocol.Done()
