"""macOS, through psutil and its own tools. Written with care, not tried there."""

from __future__ import annotations

import contextlib
import re
import subprocess
from typing import TYPE_CHECKING

import psutil

from jinasearch.core.machine.readings import Readings

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOOL_SECONDS = 2.0
_IDLE = re.compile(r'"HIDIdleTime" = (\d+)')


class MacOS:
    """The system's own answers; what it does not tell is not known."""

    counts_us = True

    def read(self) -> Readings:
        """Look at everything once."""
        battery = psutil.sensors_battery()
        return Readings(
            on_battery=battery is not None and battery.power_plugged is False,
            charge=None if battery is None else float(battery.percent),
            idle_seconds=self._idle_seconds(),
            engaged=re.search(
                r"PreventUserIdleDisplaySleep\s+1", _told("pmset", "-g", "assertions")
            )
            is not None,
            power_saver=re.search(r"lowpowermode\s+1", _told("pmset", "-g")) is not None,
        )

    def foreground_seconds(self) -> float:
        """Processor time of what is not niced, as far as the system tells."""
        times = psutil.cpu_times()
        return float(times.user + times.system)

    def step_back(self, processes: Sequence[int], *, gentle: bool) -> None:
        """Background policy: the efficient cores and slow input and output; can be undone."""
        for pid in processes:
            _told("taskpolicy", "-b" if gentle else "-B", "-p", str(pid))

    def close(self) -> None:
        """Nothing is connected."""

    @staticmethod
    def _idle_seconds() -> float | None:
        found = _IDLE.search(_told("ioreg", "-c", "IOHIDSystem"))
        return None if found is None else int(found[1]) / 1e9


def _told(*command: str) -> str:
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_TOOL_SECONDS
        ).stdout
    return ""
