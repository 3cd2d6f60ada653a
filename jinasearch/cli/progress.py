"""Watches the engine work, with a bar where there is a terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from jinasearch.cli.output import duration
from jinasearch.core.models import Activity, Status
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.engine.client import Client

_POLL_SECONDS = (0.1, 0.3)
"""How often the engine is asked: at first, when little may be to do, and later."""
_SOON_SECONDS = 5.0
_STOPPED = (Activity.PAUSED, Activity.WAITING, Activity.PROBLEM)
_SETTLED = 2
"""Times in a row that the engine must be seen done."""


def watch(client: Client, console: Console, *, meaning: bool) -> Status:
    """Wait until all files are found by keywords (and by meaning); returns the last status.

    Ends early when the work is paused, waits (on battery, say), or stands before a
    problem.
    """
    with Progress(
        TextColumn("{task.description:<12}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f} {task.fields[unit]}"),
        TextColumn("{task.fields[speed]}"),
        console=console,
        disable=not console.is_terminal,
    ) as bars:
        words = bars.add_task("by keywords", total=0, unit="files", speed="")
        sense = bars.add_task("by meaning", total=0, unit="passages", speed="")
        settled = 0
        began = time.monotonic()
        while True:
            status = client.send(protocol.status())
            _advance(bars, words, status.keywords.done, status.keywords.total, status, "keywords")
            _advance(bars, sense, status.meaning.done, status.meaning.total, status, "meaning")
            settled = settled + 1 if _done(status, meaning=meaning) else 0
            if settled >= _SETTLED or status.activity in _STOPPED:
                return status
            time.sleep(_POLL_SECONDS[time.monotonic() - began > _SOON_SECONDS])


def _done(status: Status, *, meaning: bool) -> bool:
    if status.activity in (Activity.SCANNING, Activity.READING):
        return False
    return not meaning or status.activity == Activity.IDLE


def _advance(
    bars: Progress, task: TaskID, done: int, total: int, status: Status, which: str
) -> None:
    work = status.keywords if which == "keywords" else status.meaning
    speed = f"{work.rate:.0f}/s, {duration(work.seconds_left)} left" if work.rate else ""
    bars.update(task, completed=done, total=total, speed=speed)
