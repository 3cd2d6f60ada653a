"""Windows, through psutil and its own libraries. Written with care, not tried there."""

from __future__ import annotations

import contextlib
import ctypes
from typing import TYPE_CHECKING, Any

import psutil

from jinasearch.core.machine.readings import Readings

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENGAGED = (2, 3, 4, 6)
"""QUERY_USER_NOTIFICATION_STATE: busy full screen, Direct3D full screen, presentation mode, quiet
time (learn.microsoft.com, SHQueryUserNotificationState)."""


class _LastInput(ctypes.Structure):
    _fields_ = (("cbSize", ctypes.c_uint32), ("dwTime", ctypes.c_uint32))


class _PowerStatus(ctypes.Structure):
    """SYSTEM_POWER_STATUS."""

    _fields_ = (
        ("ACLineStatus", ctypes.c_uint8),
        ("BatteryFlag", ctypes.c_uint8),
        ("BatteryLifePercent", ctypes.c_uint8),
        ("SystemStatusFlag", ctypes.c_uint8),
        ("BatteryLifeTime", ctypes.c_uint32),
        ("BatteryFullLifeTime", ctypes.c_uint32),
    )


class Windows:
    """The system's own answers; what it does not tell is not known."""

    counts_us = True

    def read(self) -> Readings:
        """Look at everything once."""
        power = self._power()
        on_mains = power is None or power.ACLineStatus != 0
        charge = None if power is None or power.BatteryLifePercent > 100 else power
        return Readings(
            on_battery=not on_mains,
            charge=None if charge is None else float(charge.BatteryLifePercent),
            idle_seconds=self._idle_seconds(),
            engaged=self._engaged(),
            power_saver=power is not None and power.SystemStatusFlag == 1,
        )

    def foreground_seconds(self) -> float:
        """Processor time of everything."""
        times = psutil.cpu_times()
        return float(times.user + times.system)

    def step_back(self, processes: Sequence[int], *, gentle: bool) -> None:
        """Half of the cores and idle priority; both can be undone."""
        for pid in processes:
            with contextlib.suppress(psutil.Error, OSError):
                process: Any = psutil.Process(pid)
                cores = list(range(psutil.cpu_count() or 1))
                process.cpu_affinity(cores[: max(1, len(cores) // 2)] if gentle else cores)
                low = getattr(psutil, "IDLE_PRIORITY_CLASS", 64)
                below = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 16384)
                process.nice(low if gentle else below)

    def close(self) -> None:
        """Nothing is connected."""

    @staticmethod
    def _power() -> _PowerStatus | None:
        status = _PowerStatus()
        with contextlib.suppress(OSError, AttributeError):
            if _library("kernel32").GetSystemPowerStatus(ctypes.byref(status)):
                return status
        return None

    @staticmethod
    def _idle_seconds() -> float | None:
        last = _LastInput(ctypes.sizeof(_LastInput), 0)
        with contextlib.suppress(OSError, AttributeError):
            if _library("user32").GetLastInputInfo(ctypes.byref(last)):
                now = int(_library("kernel32").GetTickCount()) & 0xFFFFFFFF
                return float((now - int(last.dwTime)) & 0xFFFFFFFF) / 1000
        return None

    @staticmethod
    def _engaged() -> bool:
        state = ctypes.c_int(0)
        with contextlib.suppress(OSError, AttributeError):
            if _library("shell32").SHQueryUserNotificationState(ctypes.byref(state)) == 0:
                return state.value in _ENGAGED
        return False


def _library(name: str) -> Any:  # noqa: ANN401 - as ctypes gives it
    return getattr(ctypes, "windll").__getattr__(name)  # noqa: B009 - there on Windows alone
