"""What of a folder is indexed. Library first, then the user's patterns, then the defaults.

From strongest to weakest: the library itself is never in; `exclude` patterns; `include` patterns;
hidden names; names that programs keep for themselves; types; .jinasearchignore and .gitignore
files, the nearest first. An `include` pattern with
a path (`node_modules/ours/`) opens the folders that lead to it; one without (`*.log`) counts in
folders that are in anyway, and for folders by their own name (`.config/`).
"""

from __future__ import annotations

import os
import stat as stat_bits
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinasearch.core.cloud import Clouds
from jinasearch.core.kinds import GROUPS
from jinasearch.core.models import Ruling
from jinasearch.core.paths import shown
from jinasearch.index.exclusions import is_file_excluded, is_folder_excluded
from jinasearch.index.patterns import (
    IGNORE_FILES,
    OWN_IGNORE_FILE,
    IgnoreFile,
    Patterns,
    read_ignore_file,
)

if TYPE_CHECKING:
    from jinasearch.core.models import FileStat, Rules

HIDDEN = "hidden"
GITIGNORE = "ignored-by-gitignore"
OWN_IGNORE = "ignored-by-jinasearchignore"
TYPE = "excluded-by-type"
PATTERN = "excluded-by-pattern"
DEFAULT = "default-exclusion"
TOO_LARGE = "too-large"
ONLINE = "file-online-only"
LIBRARY = "library"
OUTSIDE = "outside-folder"
NOT_A_FILE = "not-a-regular-file"
NESTED = "folder-of-its-own"

_FRESH_SECONDS = 2.0
"""How long what is known of a folder is taken for granted between two scans."""


@dataclass(slots=True)
class _Folder:
    """What is decided for a folder: `reason` for what lies in it, "" if it is in.

    `ignores`: the files of patterns that count here, nearest first. `own`: those of the folder.
    """

    reason: str
    included: bool
    open: bool
    ignores: tuple[_Ignores, ...]
    own: tuple[IgnoreFile | None, ...]
    checked: float


@dataclass(frozen=True, slots=True)
class _Ignores:
    """A file of patterns: `length` is that of the relative path of its folder."""

    length: int
    name: str
    patterns: Patterns

    @property
    def reason(self) -> str:
        """Why what it names is out."""
        return OWN_IGNORE if self.name == OWN_IGNORE_FILE else GITIGNORE


class Matcher:
    """Decides for one folder (or single file) `root`. Threads may share it.

    The paths in `private` (the library, the models) are out whatever the rules say. Those in
    `nested` are indexed as folders of their own and so belong not to this one.
    """

    def __init__(
        self,
        root: str,
        rules: Rules,
        private: tuple[str, ...],
        nested: tuple[str, ...] = (),
        clouds: Clouds | None = None,
    ) -> None:
        self._root = root.rstrip(os.sep) or os.sep
        self._prefix = self._root if self._root.endswith(os.sep) else self._root + os.sep
        self._real_root = os.path.realpath(self._root)
        self._real_prefix = self._real_root.rstrip(os.sep) + os.sep
        self._rules = rules
        self._exclude = Patterns(rules.exclude)
        self._include = Patterns(rules.include)
        self._without = frozenset().union(*(GROUPS.get(name, ()) for name in rules.without))
        self.nested = nested
        self.clouds = clouds or Clouds()
        self._nested = frozenset(nested)
        self._private = [path for path in map(os.path.realpath, private) if self._touches(path)]
        self._folders: dict[str, _Folder] = {}

    @property
    def root(self) -> str:
        """The folder or file that it decides for."""
        return self._root

    def enter(self, directory: str) -> bool:
        """Whether the walk goes into a folder. Always looks afresh."""
        return self._judge(directory).open

    def reason_of(self, directory: str) -> str:
        """Why what lies in a folder is out, as a code; "" if it is in."""
        return self._folder(directory).reason

    def why_out(
        self, path: str, stat: os.stat_result | FileStat | None, *, link: bool | None = None
    ) -> str:
        """Why a file is not indexed, as a code; "" if it is.

        `stat` is that of the file, links followed; None leaves its size and type unjudged. `link`
        says whether it is one, if that is known.
        """
        if path == self._root:
            return LIBRARY if self._is_private(self._real_root) else self._by_stat(path, stat)
        if not path.startswith(self._prefix):
            return OUTSIDE
        folder = self._folder(os.path.dirname(path))  # noqa: PTH120 - names that are not UTF-8
        reason = self._by_name(path, folder)
        if reason:
            return reason
        if os.path.islink(path) if link is None else link:  # noqa: PTH114
            reason = self._by_target(os.path.realpath(path))
        elif self._private and self._is_private(self._real(path)):
            reason = LIBRARY
        return reason or self._by_stat(path, stat)

    def ruling(self, path: str, stat: os.stat_result | None) -> Ruling | None:
        """What leaves out a file, or a folder, and where that is said; None if it is in.

        `stat` is that of the file, links followed.
        """
        reason = self._folder(path).reason if _is_folder(stat) else self.why_out(path, stat)
        if not reason:
            return None
        at = next(
            (above for above in self._above(path) if self._folder(above).reason == reason), path
        )
        relative = self._relative(at) + ("/" if at != path or _is_folder(stat) else "")
        if reason == PATTERN:
            return Ruling(reason, shown(at), self._exclude.telling(relative))
        if reason in (GITIGNORE, OWN_IGNORE):
            for found in self._folder(os.path.dirname(at)).ignores:  # noqa: PTH120
                below = relative[found.length :]
                if found.patterns.match(below) is not None:
                    above = relative[: found.length].replace("/", os.sep)
                    source = self._prefix + above + found.name
                    return Ruling(reason, shown(at), found.patterns.telling(below), shown(source))
        return Ruling(reason, shown(at))

    def _above(self, path: str) -> list[str]:
        """The folders between the root and `path`, the outermost first."""
        found: list[str] = []
        above = os.path.dirname(path)  # noqa: PTH120 - names that are not UTF-8
        while above.startswith(self._prefix):
            found.append(above)
            above = os.path.dirname(above)  # noqa: PTH120
        return found[::-1]

    def _folder(self, directory: str) -> _Folder:
        known = self._folders.get(directory)
        if known is not None and time.monotonic() - known.checked < _FRESH_SECONDS:
            return known
        return self._judge(directory)

    def _judge(self, directory: str) -> _Folder:
        known = self._folders.get(directory)
        if directory in (self._root, self._root.rstrip(os.sep)) or directory == self._prefix:
            folder = self._judge_root(known)
        elif not directory.startswith(self._prefix):
            return _closed(OUTSIDE)
        else:
            parent = self._folder(os.path.dirname(directory))  # noqa: PTH120
            folder = self._judge_inner(directory, parent, known)
        if known is not None and _differ(known, folder):
            self._folders.clear()  # what was decided below no longer holds
        self._folders[directory] = folder
        return folder

    def _judge_root(self, known: _Folder | None) -> _Folder:
        if self._is_private(self._real_root):
            return _closed(LIBRARY)
        own = self._own_ignores(self._root, known)
        return _Folder("", False, True, _told(0, own), own, time.monotonic())

    def _judge_inner(self, directory: str, parent: _Folder, known: _Folder | None) -> _Folder:
        relative = self._relative(directory) + "/"
        barred = parent.reason if not parent.open else self._barred(directory, relative)
        if barred:
            return _closed(barred)
        if parent.included or (self._include and self._include.match(relative)):
            return _Folder("", True, True, (), (), time.monotonic())
        reason = parent.reason or self._folder_reason(directory, relative, parent)
        if reason:
            opened = bool(self._include) and self._include.lead_into(relative)
            return _Folder(reason, False, opened, (), (), time.monotonic())
        own = self._own_ignores(directory, known)
        ignores = (*_told(len(relative), own), *parent.ignores)
        return _Folder("", False, True, ignores, own, time.monotonic())

    def _barred(self, directory: str, relative: str) -> str:
        """Why the walk never goes into a folder, whatever is included in it."""
        if os.path.islink(directory):  # noqa: PTH114 - names that are not UTF-8
            return OUTSIDE
        if directory in self._nested:
            return NESTED
        if self._is_private(self._real(directory)):
            return LIBRARY
        return PATTERN if self._exclude and self._exclude.match(relative) else ""

    def _folder_reason(self, directory: str, relative: str, parent: _Folder) -> str:
        name = os.path.basename(directory)  # noqa: PTH119
        if is_folder_excluded(directory, name, self.clouds):
            return DEFAULT
        if name.startswith(".") and not self._rules.hidden:
            return HIDDEN
        return _ignored(relative, parent.ignores)

    def _by_name(self, path: str, folder: _Folder) -> str:
        if not folder.open:
            return folder.reason
        if path in self._nested:
            return NESTED
        relative = self._relative(path)
        if self._exclude and self._exclude.match(relative):
            return PATTERN
        if folder.included or (self._include and self._include.match(relative)):
            return ""
        return folder.reason or self._file_reason(path, relative, folder)

    def _file_reason(self, path: str, relative: str, folder: _Folder) -> str:
        name = os.path.basename(path)  # noqa: PTH119
        if is_file_excluded(path, name, self.clouds):
            return DEFAULT
        if name.startswith(".") and not self._rules.hidden:
            return HIDDEN
        if self._without and os.path.splitext(name)[1][1:].lower() in self._without:  # noqa: PTH122
            return TYPE
        return _ignored(relative, folder.ignores) if folder.ignores else ""

    def _by_target(self, target: str) -> str:
        if self._is_private(target):
            return LIBRARY
        return "" if target.startswith(self._real_prefix) else OUTSIDE

    def _by_stat(self, path: str, stat: os.stat_result | FileStat | None) -> str:
        if stat is None:
            return ""
        if isinstance(stat, os.stat_result):
            if not stat_bits.S_ISREG(stat.st_mode):
                return NOT_A_FILE
            size, online = stat.st_size, self.clouds.holds(path, stat)
        else:
            size, online = stat.size, stat.online
        if size > self._rules.max_bytes:
            return TOO_LARGE
        return ONLINE if online and not self._rules.online else ""

    def _own_ignores(self, directory: str, known: _Folder | None) -> tuple[IgnoreFile | None, ...]:
        before = known.own if known is not None and known.own else (None,) * len(IGNORE_FILES)
        return tuple(
            read_ignore_file(directory, old, self.clouds, name)
            if self._rules.gitignore or name == OWN_IGNORE_FILE
            else None
            for name, old in zip(IGNORE_FILES, before, strict=True)
        )

    def _touches(self, private: str) -> bool:
        inside = (private + os.sep).startswith(self._real_prefix)
        return inside or self._real_prefix.startswith(private + os.sep)

    def _real(self, path: str) -> str:
        """The real path of something in a folder that the walk went into: no link is between."""
        return self._real_prefix + path[len(self._prefix) :]

    def _is_private(self, path: str) -> bool:
        return bool(self._private) and any(
            path == private or path.startswith(private + os.sep) for private in self._private
        )

    def _relative(self, path: str) -> str:
        relative = path[len(self._prefix) :]
        return relative if os.sep == "/" else relative.replace(os.sep, "/")


def _is_folder(stat: os.stat_result | None) -> bool:
    return stat is not None and stat_bits.S_ISDIR(stat.st_mode)


def _closed(reason: str) -> _Folder:
    return _Folder(reason, False, False, (), (), time.monotonic())


def _differ(one: _Folder, other: _Folder) -> bool:
    return (one.reason, one.included, one.open) != (other.reason, other.included, other.open) or (
        tuple(map(id, one.own)) != tuple(map(id, other.own))
    )


def _told(length: int, own: tuple[IgnoreFile | None, ...]) -> tuple[_Ignores, ...]:
    return tuple(
        _Ignores(length, name, found.patterns)
        for name, found in zip(IGNORE_FILES, own, strict=True)
        if found is not None and found.patterns
    )


def _ignored(relative: str, ignores: tuple[_Ignores, ...]) -> str:
    """Why the nearest file that mentions it leaves it out; "" if it does not, or none does."""
    for found in ignores:
        matched = found.patterns.match(relative[found.length :])
        if matched is not None:
            return found.reason if matched else ""
    return ""
