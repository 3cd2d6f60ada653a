"""What could be indexed: the folders that people keep their files in, and how much lies there."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import platformdirs

from jinasearch.core.models import Proposal, Rules
from jinasearch.core.paths import shown, to_uri
from jinasearch.index.rules import Matcher
from jinasearch.index.scanner import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

_SECONDS = 1.5
"""For one folder: who waits for the first page waits for all of them."""


def usual_folders() -> list[tuple[str, bool]]:
    """Folders of this user's that are there: (path, whether most people want it found)."""
    named = (
        (platformdirs.user_documents_dir(), True),
        (platformdirs.user_desktop_dir(), True),
        (platformdirs.user_downloads_dir(), True),
        (platformdirs.user_pictures_dir(), False),
    )
    home = os.path.expanduser("~")  # noqa: PTH111 - names that are not UTF-8
    # Where a desktop has no such folder of its own, the system names the home folder instead.
    there = {path: usual for path, usual in named if path != home and os.path.isdir(path)}  # noqa: PTH112
    return [*there.items(), (home, not there)]


def proposals(
    folders: Sequence[tuple[str, bool]],
    known: Collection[str],
    private: tuple[str, ...],
    now: Callable[[], float] = time.monotonic,
) -> tuple[Proposal, ...]:
    """Count each folder under the usual rules, for a moment each; nothing is opened.

    Args:
        folders: (path, whether most people want it found).
        known: paths that are indexed already.
        private: paths that are never indexed.
    """
    return tuple(_counted(path, usual, path in known, private, now) for path, usual in folders)


def _counted(
    path: str, usual: bool, known: bool, private: tuple[str, ...], now: Callable[[], float]
) -> Proposal:
    matcher = Matcher(path, Rules(), private)
    until = now() + _SECONDS
    files = size = 0
    counted = True
    for file in Walk(matcher, lambda _folder: None).files(path):
        if now() > until:
            counted = False
            break
        if not matcher.why_out(file.path, file):
            files += 1
            size += file.size
    return Proposal(to_uri(path), shown(path), files, size, counted, usual, known)
