"""Patterns in .gitignore's syntax: the user's own, and those of .gitignore files."""

from __future__ import annotations

import fnmatch
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore import GitIgnorePatternError

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.kinds import GROUPS
from jinasearch.index.pattern_regex import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    from jinasearch.core.cloud import Clouds
    from jinasearch.core.models import Rules

GITIGNORE_FILE = ".gitignore"
OWN_IGNORE_FILE = ".jinasearchignore"
"""In the same syntax, for this program alone: it always counts, and goes before the other."""
IGNORE_FILES = (OWN_IGNORE_FILE, GITIGNORE_FILE)

_LARGEST = 1_000_000
"""Bytes of a file of patterns; a larger one is none."""
_FEW = 200
_MOST_AT_ONCE = 2_000
_KEPT = 4_000
_OPEN = frozenset("*?[\\")
"""Characters that stand for others."""


def check_rules(rules: Rules) -> None:
    """Raise JinasearchError(BAD_REQUEST) for the first pattern that is none, or unknown group."""
    for group in rules.without:
        if group not in GROUPS:
            raise JinasearchError(
                Code.BAD_REQUEST,
                f"There is no group of formats called {group}",
                f"There are {', '.join(GROUPS)}.",
            )
    for pattern in (*rules.exclude, *rules.include):
        if _pattern(pattern) is None:
            raise JinasearchError(
                Code.BAD_REQUEST,
                f"This is no pattern: {pattern}",
                "Patterns are written as in a .gitignore file, for example *.log or /drafts/.",
            )


class Patterns:
    """A list of patterns, matched against paths relative to where they apply.

    A long one is not tried line by line: a line that names a file or folder in full is looked at
    for paths alone that hold the name. Of lines that are to be looked at together, the first
    `_MOST_AT_ONCE` count. A line that is no pattern does not void the others.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._lines = list(patterns)
        self._named: dict[str, list[int]] = {}
        tried = list(range(len(self._lines)))
        if len(self._lines) > _FEW:
            tried = self._file()
        self._tried = {n: found for n in tried if (found := _pattern(self._lines[n]))}
        self._spec = _spec(self._tried.values())
        self._leads = [_components(line) for line in self._lines if _is_anchored(line)]
        self._empty = not self._named and all(
            pattern.include is None for pattern in self._tried.values()
        )

    def _file(self) -> list[int]:
        """Put lines that hold a name under it; returns the numbers of the others."""
        others: list[int] = []
        for number, line in enumerate(self._lines):
            if line.startswith("#") or not line.strip():
                continue
            name = _name_in(line)
            filed = others if name is None else self._named.setdefault(name, [])
            if len(filed) < _MOST_AT_ONCE:
                filed.append(number)
        return others

    def __bool__(self) -> bool:
        return not self._empty

    def match(self, relative: str) -> bool | None:
        """True: matched; False: exempted by a `!` pattern; None: not mentioned.

        `relative` has `/` between its parts, and one at its end if it is a folder.
        """
        return self._spec_for(relative).check_file(relative).include

    def telling(self, relative: str) -> str:
        """The pattern that decides on `relative`, as it is written; "" if none does."""
        spec = self._spec_for(relative)
        index = spec.check_file(relative).index
        return "" if index is None else str(list(spec.patterns)[index].pattern)

    def _spec_for(self, relative: str) -> GitIgnoreSpec:
        """The patterns that may have to do with a path."""
        parts = set(relative.split("/")) if self._named else ()
        named = {number for part in parts for number in self._named.get(part, ())}
        if not named:
            return self._spec
        found = self._tried | {n: found for n in named if (found := _pattern(self._lines[n]))}
        return _spec(found[number] for number in sorted(found))

    def lead_into(self, relative: str) -> bool:
        """Whether a pattern with a path could match something inside the folder `relative`."""
        parts = relative.strip("/").split("/")
        return any(_leads(lead, parts) for lead in self._leads)


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """A file of patterns as it was read: `stamp` tells a changed one."""

    patterns: Patterns
    stamp: tuple[int, int]


def read_ignore_file(
    folder: str, known: IgnoreFile | None, clouds: Clouds, name: str = GITIGNORE_FILE
) -> IgnoreFile | None:
    """The folder's file of patterns; `known` again if it is unchanged; None if there is none.

    One that lies in a cloud alone is none: looking for rules downloads nothing.
    """
    path = os.path.join(folder, name)  # noqa: PTH118 - names that are not UTF-8
    try:
        found = os.lstat(path)
        stamp = (found.st_mtime_ns, found.st_size)
        if known is not None and known.stamp == stamp:
            return known
        # A link or a named pipe is none, as for git.
        if found.st_size > _LARGEST or (found.st_mode & 0o170000) != 0o100000:
            return None
        if clouds.holds(path, found):
            return None
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:  # noqa: PTH123
            lines = stream.read().splitlines()
    except OSError:
        return None
    return IgnoreFile(Patterns(lines), stamp)


@lru_cache(_KEPT)
def _pattern(line: str) -> GitIgnoreSpecPattern | None:
    """A line, ready to match; None for what is no pattern."""
    try:
        return compiled(line)
    except GitIgnorePatternError:
        return None


def _spec(patterns: Iterable[GitIgnoreSpecPattern]) -> GitIgnoreSpec:
    # Were google-re2 installed pathspec would take it: it has no atomic groups.
    return GitIgnoreSpec(list(patterns), backend="simple")


def _name_in(line: str) -> str | None:
    """The last component of a pattern that stands for itself alone; None if there is none."""
    parts = line.removeprefix("!").rstrip().split("/")
    return next((part for part in reversed(parts) if part and not _OPEN.intersection(part)), None)


def _is_anchored(line: str) -> bool:
    return "/" in line.strip().rstrip("/") and not line.startswith(("!", "#"))


def _components(line: str) -> list[str]:
    return [part for part in line.strip().strip("/").split("/") if part]


def _leads(lead: list[str], parts: list[str]) -> bool:
    for index, part in enumerate(parts):
        if index >= len(lead):
            return False
        if lead[index] == "**":
            return True
        if not fnmatch.fnmatchcase(part, lead[index]):
            return False
    return len(lead) > len(parts)


def naming(relative: str) -> str:
    """The pattern that names one file or folder, by its path below the indexed one."""
    # A line cannot hold every sign that a name can: those are left open.
    written = "/" + "".join(map(_written, relative.replace(os.sep, "/")))
    return written[:-1] + "\\ " if written.endswith(" ") else written


def _written(sign: str) -> str:
    if sign in "\r\n" or "\ud800" <= sign <= "\udfff":
        return "?"
    return f"\\{sign}" if sign in "\\*?[]" else sign


def place_of_rules(path: str) -> str:
    """A file of patterns that changed stands for its folder."""
    folder, name = os.path.split(path)
    return folder if name in IGNORE_FILES else path
