"""What other rules would change, told before they are set: a walk that reads no file's content."""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import TYPE_CHECKING

from jinasearch.core.models import LeftOut, RulesPreview
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jinasearch.index.rules import Matcher

_EXAMPLES = 20


def preview(now: Matcher, then: Matcher, seconds: float, ended: Callable[[], bool]) -> RulesPreview:
    """Compare two rules of one folder on all that either takes in.

    Args:
        now: the rules that hold.
        then: those that would.
        seconds: how long to look at most; what was seen until then is told as incomplete.
        ended: whether nobody waits for the answer any more.
    """
    found = _Counts()
    deadline = time.monotonic() + seconds
    complete = True
    for path, stat in _files(now, then, found):
        if time.monotonic() > deadline or ended():
            complete = False
            break
        found.judge(path, stat, now.why_out(path, stat), then.why_out(path, stat))
    return found.told(complete=complete)


class _Counts:
    def __init__(self) -> None:
        self._files = self._bytes = 0
        self._out: Counter[str] = Counter()
        self._folders: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}
        self._newly_out = self._newly_in = 0
        self._leaving: list[str] = []
        self._coming: list[str] = []

    def judge(self, path: str, stat: os.stat_result, before: str, after: str) -> None:
        """Count a file."""
        if after:
            self._out[after] += 1
            self._show(after, path)
        else:
            self._files += 1
            self._bytes += stat.st_size
        if after and not before:
            self._newly_out += 1
            _keep(self._leaving, path)
        elif before and not after:
            self._newly_in += 1
            _keep(self._coming, path)

    def closed(self, path: str, reason: str) -> None:
        """Count a folder that the rules close; nobody looks into it."""
        self._folders[reason] += 1
        self._show(reason, path + os.sep)

    def told(self, *, complete: bool) -> RulesPreview:
        """What was counted."""
        reasons = sorted({*self._out, *self._folders}, key=lambda reason: -self._out[reason])
        return RulesPreview(
            self._files,
            self._bytes,
            self._newly_out,
            self._newly_in,
            tuple(self._leaving),
            tuple(self._coming),
            tuple(
                LeftOut(
                    reason,
                    self._out[reason],
                    self._folders[reason],
                    tuple(self._examples.get(reason, ())),
                )
                for reason in reasons
            ),
            complete,
        )

    def _show(self, reason: str, path: str) -> None:
        _keep(self._examples.setdefault(reason, []), path)


def _keep(examples: list[str], path: str) -> None:
    if len(examples) < _EXAMPLES:
        examples.append(shown(path))


def _files(now: Matcher, then: Matcher, counts: _Counts) -> Iterator[tuple[str, os.stat_result]]:
    """The files in all folders that either of the rules opens."""
    if os.path.isfile(now.root):  # noqa: PTH113 - names that are not UTF-8
        yield now.root, os.stat(now.root)  # noqa: PTH116
        return
    waiting = [now.root]
    while waiting:
        folder = waiting.pop()
        now.enter(folder)  # what is known of it is fresh for the files in it
        then.enter(folder)
        try:
            with os.scandir(folder) as entries:
                listed = list(entries)
        except OSError:
            continue
        for entry in listed:
            try:
                if entry.is_dir(follow_symlinks=False):
                    opened = then.enter(entry.path)
                    if not opened:
                        counts.closed(entry.path, then.reason_of(entry.path))
                    if opened or now.enter(entry.path):
                        waiting.append(entry.path)
                elif entry.is_file():
                    yield entry.path, entry.stat()
            except OSError:  # gone since it was listed, or not to be looked at
                continue
