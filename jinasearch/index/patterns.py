"""Patterns in .gitignore's syntax: the user's own, and those of .gitignore files."""

from __future__ import annotations

import fnmatch
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore import GitIgnorePatternError

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.kinds import GROUPS
from jinasearch.index.pattern_regex import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinasearch.core.cloud import Clouds
    from jinasearch.core.models import Rules

GITIGNORE_FILE = ".gitignore"
OWN_IGNORE_FILE = ".jinasearchignore"
"""In the same syntax, for this program alone: it always counts, and goes before the other."""
IGNORE_FILES = (OWN_IGNORE_FILE, GITIGNORE_FILE)

_LARGEST = 1_000_000
"""Bytes of a file of patterns; a larger one is none."""


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
        if _compiled([pattern]) is None:
            raise JinasearchError(
                Code.BAD_REQUEST,
                f"This is no pattern: {pattern}",
                "Patterns are written as in a .gitignore file, for example *.log or /drafts/.",
            )


class Patterns:
    """A list of patterns, matched against paths relative to where they apply."""

    def __init__(self, patterns: Iterable[str]) -> None:
        lines = list(patterns)
        spec = _compiled(lines)
        if spec is None:  # one bad line in somebody's file does not void the others
            lines = [line for line in lines if _compiled([line]) is not None]
            spec = _spec(lines)
        self._spec = spec
        self._leads = [_components(line) for line in lines if _is_anchored(line)]
        self._empty = not any(pattern.include is not None for pattern in spec.patterns)

    def __bool__(self) -> bool:
        return not self._empty

    def match(self, relative: str) -> bool | None:
        """True: matched; False: exempted by a `!` pattern; None: not mentioned.

        `relative` has `/` between its parts, and one at its end if it is a folder.
        """
        return self._spec.check_file(relative).include

    def telling(self, relative: str) -> str:
        """The pattern that decides on `relative`, as it is written; "" if none does."""
        index = self._spec.check_file(relative).index
        return "" if index is None else str(list(self._spec.patterns)[index].pattern)

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


def _compiled(lines: list[str]) -> GitIgnoreSpec | None:
    try:
        return _spec(lines)
    except GitIgnorePatternError:
        return None


def _spec(lines: list[str]) -> GitIgnoreSpec:
    # Were google-re2 installed pathspec would take it: it has no atomic groups.
    return GitIgnoreSpec.from_lines(lines, compiled, backend="simple")


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


def place_of_rules(path: str) -> str:
    """A file of patterns that changed stands for its folder."""
    folder, name = os.path.split(path)
    return folder if name in IGNORE_FILES else path
