"""Measures how long the event loop stood still: the longest gap, and the share of time in gaps."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

BEAT_MS = 10
GAP_MS = 50.0
"""A gap longer than this is felt."""

VARIABLE = "JINASEARCH_HEARTBEAT"


def _clock() -> Callable[[], float]:
    timer = QElapsedTimer()
    timer.start()
    return lambda: timer.nsecsElapsed() / 1e6


class Heartbeat(QObject):
    """Beats every 10 ms; what a beat comes late by is time in which the loop did not run.

    `now` gives milliseconds. The first beat starts the measure: what comes before it belongs to
    the start of the program, and is kept as `first_beat_ms`.
    """

    def __init__(
        self, now: Callable[[], float] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._now = now or _clock()
        self._start = 0.0
        self._last: float | None = None
        self.beats = 0
        self.first_beat_ms = 0.0
        self.longest_ms = 0.0
        self.over_ms = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self.beat)

    def start(self) -> None:
        """Begin to measure."""
        self._timer.start()

    def beat(self) -> None:
        """The loop runs. A gap is the time since the last beat, less the beat's own period."""
        now = self._now()
        self.beats += 1
        if self._last is None:
            self._start = now
            self.first_beat_ms = now
        else:
            gap = now - self._last - BEAT_MS
            self.longest_ms = max(self.longest_ms, gap)
            if gap > GAP_MS:
                self.over_ms += gap
        self._last = now

    def figures(self) -> dict[str, float]:
        """Milliseconds, and the share (0 to 1) of the time that was spent in gaps over 50 ms."""
        total = (self._last or self._start) - self._start
        return {
            "beats": self.beats,
            "first_beat_ms": self.first_beat_ms,
            "measured_ms": total,
            "longest_gap_ms": self.longest_ms,
            "share_over_50_ms": self.over_ms / total if total > 0 else 0.0,
        }

    def write(self, path: Path) -> None:
        """Write the figures as JSON."""
        path.write_text(json.dumps(self.figures()), encoding="utf-8")


def from_environment(parent: QObject) -> Heartbeat | None:
    """A running meter if `JINASEARCH_HEARTBEAT` names a file to write at the end, else None."""
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    heart = Heartbeat(parent=parent)
    heart.start()
    return heart


def finish(heart: Heartbeat | None) -> None:
    """Write what was measured to the file that the environment names."""
    path = os.environ.get(VARIABLE)
    if heart is not None and path:
        heart.write(Path(path))
