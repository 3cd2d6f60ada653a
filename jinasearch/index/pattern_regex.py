"""Patterns of .gitignore files as regular expressions that match in linear time.

pathspec's own backtrack: twelve stars in a line of somebody's .gitignore and a long name take
years, and Python's `re` lets no other thread run meanwhile. What stands between two stars may
though be sought once, from the left, for what follows begins with a star again and so has never
less to choose from; the same holds for folders between two `**`. Atomic groups say that.
"""

from __future__ import annotations

import re

from pathspec.patterns.gitignore import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_ANY_FOLDERS_FIRST = "^(?:.+/)?"
_ANY_FOLDERS = "(?:/.+)?"
_STAR = r"\[\^/\]\*"
"""As pathspec writes it, like the two above. None of a pattern's own characters looks like them:
it has no slash in a component."""
_ITEM = rf"(?!{_STAR})(?:\\.|\[\^?\]?[^\]]*\]|[^\\\[/])"
"""A character of a component, or what stands for one."""
_BETWEEN_STARS = re.compile(rf"{_STAR}((?:{_ITEM})*+)(?={_STAR})", re.DOTALL)


def compiled(line: str) -> GitIgnoreSpecPattern:
    """A line of a .gitignore file, ready to match. Raises GitIgnorePatternError for no pattern."""
    regex, include = GitIgnoreSpecPattern.pattern_to_regex(line)
    if regex is None:  # empty, or a comment
        return GitIgnoreSpecPattern(None)
    try:
        pattern = GitIgnoreSpecPattern(re.compile(_without_backtracking(regex)), include)
    except re.error as error:  # an empty range, such as [z-a]
        raise GitIgnorePatternError(f"Invalid git pattern: {line!r}") from error
    pattern.pattern = line
    return pattern


def _without_backtracking(regex: str) -> str:
    regex = _BETWEEN_STARS.sub(r"(?>[^/]*?\1)", regex)
    first, *others = regex.split(_ANY_FOLDERS)
    if not others:
        return regex
    *inner, last = others
    if first.startswith(_ANY_FOLDERS_FIRST):
        first = f"^(?>(?:[^/]+/)*?{first.removeprefix(_ANY_FOLDERS_FIRST)}(?=/))"
    parts = (f"(?>(?:/[^/]+)*?{part}(?=/))" for part in inner)
    return f"{first}{''.join(parts)}{_ANY_FOLDERS}{last}"
