"""One folder has many spellings: through links, in capitals where they do not count, mounted twice.

It is indexed once, under the spelling that came first.
"""

from __future__ import annotations

import os
import stat as stat_bits
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown
from jinasearch.index.roots import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def normal(path: str) -> str:
    """A path without what changes nothing in it, such as `..` and a second slash."""
    path = os.path.normpath(path)
    # POSIX leaves the meaning of two slashes at the beginning open; no system here gives them one.
    return path[1:] if os.sep == "/" and path.startswith("//") else path


def refuse_second(path: str, known: Sequence[str], covered: Callable[[str], bool]) -> None:
    """Raise JinasearchError(FOLDER_KNOWN) if what stands at `path` is indexed under another name.

    Args:
        path: what is to be indexed.
        known: the folders and files that are.
        covered: whether a path below one of them is indexed with it.
    """
    if path in known:
        return
    other = known_as(path, known)
    if other is not None and other[1] != path and (other[1] in known or covered(other[1])):
        raise JinasearchError(
            Code.FOLDER_KNOWN,
            "This is indexed already, under another name",
            f"There it is called {shown(other[1])}. Nothing has been changed.",
            shown(path),
        )
    real = os.path.realpath(path)
    for folder in known:
        if inside(folder, path) or known_as(folder, [path]) is None:
            continue
        raise JinasearchError(
            Code.FOLDER_KNOWN,
            "A part of it is indexed already, under another name",
            f"That is {shown(folder)}. "
            + (f"Add {shown(real)}." if inside(folder, real) else "Remove that first."),
            shown(path),
        )


def known_as(path: str, known: Sequence[str]) -> tuple[str, str] | None:
    """Which of the `known` is or holds what stands at `path`, and how that is spelled from it."""
    real = os.path.realpath(path)
    marks = {folder: _mark(folder) for folder in known}
    for above, rest in _upwards(real):
        mark = _mark(above)
        for folder in known:
            if mark is not None and mark == marks[folder]:
                return folder, os.path.join(folder, rest) if rest else folder  # noqa: PTH118
    return None


def _upwards(path: str) -> Iterator[tuple[str, str]]:
    """A path and the folders above it, each with the way back down."""
    above, rest = path, ""
    while True:
        yield above, rest
        parent, name = os.path.split(above)
        if parent == above:
            return
        above, rest = parent, os.path.join(name, rest) if rest else name  # noqa: PTH118


def _mark(path: str) -> tuple[int, int] | str | None:
    """What two spellings of one have in common. A file's number is also that of its hard links."""
    try:
        found = os.stat(path)  # noqa: PTH116 - names that are not UTF-8
    except OSError:
        return None
    if not stat_bits.S_ISDIR(found.st_mode) or not found.st_ino:
        return os.path.realpath(path)
    return found.st_dev, found.st_ino
