"""Linux: power and heat from /sys, use and modes from the desktop's buses and the X server."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from jinasearch.core.machine.bus import Bus
from jinasearch.core.machine.readings import Readings
from jinasearch.core.machine.x11 import ScreenSaver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PROCESSOR_SENSORS = frozenset(
    {"coretemp", "k10temp", "zenpower", "cpu_thermal", "soc_thermal", "x86_pkg_temp", "acpitz"}
)
_METERED = (1, 3)
"""NetworkManager's NM_METERED_YES and NM_METERED_GUESS_YES."""
_INHIBITS_IDLE = 8
"""GNOME's session manager: something on the screen keeps it from sleeping."""


class Linux:
    """Args: `sys`: where sysfs is mounted; `environment`: of the user's session."""

    counts_us = False
    """Ours is niced, and the kernel counts that apart."""

    def __init__(
        self, sys: Path = Path("/sys"), environment: Mapping[str, str] = os.environ
    ) -> None:
        self._sys = sys
        self._session = Bus("SESSION")
        self._system = Bus("SYSTEM")
        self._screen = ScreenSaver(environment)
        self._hinted = False

    def read(self) -> Readings:
        """Look at everything once."""
        on_battery, charge = self._power()
        return Readings(
            on_battery=on_battery,
            charge=charge,
            hottest=self._hottest(),
            idle_seconds=self._idle_seconds(),
            metered=self._metered(),
            engaged=self._engaged(),
            power_saver=self._power_saver(),
        )

    def foreground_seconds(self) -> float:
        """Processor time of what is not niced."""
        times = psutil.cpu_times()
        return float(times.user + times.system + times.irq + times.softirq)

    def step_back(self, processes: Sequence[int], *, gentle: bool) -> None:
        """Set the cores of all their threads.

        Their priority is low from the start: nice values only go up, so it could not be undone.
        """
        cores = sorted(os.sched_getaffinity(0))
        wanted = cores[: max(1, len(cores) // 2)] if gentle else cores
        for pid in processes:
            with contextlib.suppress(OSError):
                for thread in (Path("/proc") / str(pid) / "task").iterdir():
                    os.sched_setaffinity(int(thread.name), wanted)

    def close(self) -> None:
        """Let go of the buses and the X server."""
        self._session.close()
        self._system.close()
        self._screen.close()

    def _power(self) -> tuple[bool, float | None]:
        """Whether a battery runs the machine, and the charge of the fullest."""
        mains = False
        discharging = False
        charges = []
        for supply in _entries(self._sys / "class" / "power_supply"):
            kind = _word(supply / "type")
            if kind == "Battery" and _word(supply / "scope") != "Device":  # no mouse's battery
                discharging |= _word(supply / "status") == "Discharging"
                if (charge := _number(supply / "capacity")) is not None:
                    charges.append(charge)
            elif kind in ("Mains", "USB"):
                mains |= _number(supply / "online") == 1
        return discharging and not mains, max(charges, default=None)

    def _hottest(self) -> float | None:
        found = [
            value / 1000
            for chip in _entries(self._sys / "class" / "hwmon")
            if _word(chip / "name") in _PROCESSOR_SENSORS
            for sensor in chip.glob("temp*_input")
            if (value := _number(sensor)) is not None
        ]
        if not found:
            found = [
                value / 1000
                for zone in _entries(self._sys / "class" / "thermal")
                if _word(zone / "type").replace("-", "_") in _PROCESSOR_SENSORS
                and (value := _number(zone / "temp")) is not None
            ]
        return max(found, default=None)

    def _idle_seconds(self) -> float | None:
        session = "org.freedesktop.login1", "/org/freedesktop/login1/session/auto"
        interface = "org.freedesktop.login1.Session"
        if self._system.get(*session, interface, "LockedHint") is True:
            return float("inf")  # whoever has locked the screen has gone
        reply = self._session.ask(
            "org.gnome.Mutter.IdleMonitor",
            "/org/gnome/Mutter/IdleMonitor/Core",
            "org.gnome.Mutter.IdleMonitor",
            "GetIdletime",
        )
        match reply:
            case (int(milliseconds),):
                return milliseconds / 1000
        found = self._screen.idle_seconds()
        if found is not None:
            return found
        # Last, for many desktops never set it: believed once it has been seen to be set.
        hint = self._system.get(*session, interface, "IdleHint")
        self._hinted |= hint is True
        if hint is True:
            since = self._system.get(*session, interface, "IdleSinceHint")
            return max(0.0, time.time() - since / 1e6) if isinstance(since, int) else 0.0
        return 0.0 if self._hinted and hint is False else None

    def _metered(self) -> bool:
        name = "org.freedesktop.NetworkManager"
        return self._system.get(name, "/org/freedesktop/NetworkManager", name, "Metered") in (
            _METERED
        )

    def _engaged(self) -> bool:
        mode = "com.feralinteractive.GameMode"
        playing = self._session.get(mode, "/com/feralinteractive/GameMode", mode, "ClientCount")
        if isinstance(playing, int) and playing > 0:
            return True
        told = "org.freedesktop.Notifications"
        quiet = self._session.get(told, "/org/freedesktop/Notifications", told, "Inhibited")
        if quiet is True:
            return True
        manager = "org.gnome.SessionManager"
        return self._session.ask(
            manager, "/org/gnome/SessionManager", manager, "IsInhibited", "u", (_INHIBITS_IDLE,)
        ) == (True,)

    def _power_saver(self) -> bool:
        name = "net.hadess.PowerProfiles"
        profile = self._system.get(name, "/net/hadess/PowerProfiles", name, "ActiveProfile")
        return profile == "power-saver"


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _number(path: Path) -> int | None:
    try:
        return int(_word(path))
    except ValueError:
        return None
