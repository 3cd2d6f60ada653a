"""Sets how fast the work goes. Watches the machine while there is work, and sleeps otherwise."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil

from jinasearch.core.errors import JinasearchError
from jinasearch.core.models import Pace, Speed
from jinasearch.index.pace import decide
from jinasearch.index.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinasearch.core.machine.readings import Machine
    from jinasearch.core.settings import LimitSettings, PaceSettings
    from jinasearch.index.ceilings import DiskCeiling, MemoryCeiling
    from jinasearch.index.gate import Gate

_log = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
_LOOK_SECONDS = 2.0
_LOOK_WAITING_SECONDS = 5.0
_MEASURED_SECONDS = 5.0
"""Over how long the use of the processor is measured that is shown, and that of others."""


class Governor:
    """One thread. What it decides is carried out at the gate, which all work passes.

    Args:
        has_work: whether anything is being done, or waits to be.
        processes: our children that do the work, by their numbers.
        on_change: called after the pace has changed.
    """

    def __init__(
        self,
        machine: Machine,
        settings: PaceSettings,
        limits: LimitSettings,
        gate: Gate,
        memory: MemoryCeiling,
        disk: DiskCeiling,
        has_work: Callable[[], bool],
        processes: Callable[[], Sequence[int]],
        on_change: Callable[[], None],
    ) -> None:
        self._machine = machine
        self._settings = settings
        self._limits = limits
        self._gate = gate
        self._memory = memory
        self._disk = disk
        self._has_work = has_work
        self._processes = processes
        self._on_change = on_change
        self._cores = psutil.cpu_count() or 1
        self._throttle = Throttle(self._cores)
        self._usage = _Usage(self._cores, machine)
        self._changed = threading.Condition()
        self._news = True
        self._closed = False
        self._hurried = False
        self._asked = False
        self._pace = Pace(preset=settings.preset)
        self._looked = 0.0
        self._stale = True
        self._placed: tuple[bool, tuple[int, ...]] = (False, ())
        self._thread = threading.Thread(target=self._run, name="governor", daemon=True)

    @property
    def pace(self) -> Pace:
        """How fast the work goes now, or went last."""
        return self._pace

    @property
    def cpu_percent(self) -> float:
        """Of all cores, what engine and children used in the last seconds."""
        return 100 * self._usage.share

    def start(self) -> None:
        """Decide once, so that no work begins faster than it may; then watch."""
        self._look()
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(5)
        self._machine.close()

    def wake(self) -> None:
        """There may be work."""
        with self._changed:
            self._news = True
            self._changed.notify_all()

    def use(self, settings: PaceSettings) -> None:
        """Decide by other settings from now on."""
        self._settings = settings
        self._set(replace(self._pace, preset=settings.preset))
        self._decide_anew()

    def limit(self, limits: LimitSettings) -> None:
        """Hold other ceilings from now on."""
        self._limits = limits
        self._decide_anew()

    def hurry(self, wanted: bool) -> None:
        """Go at full speed, whatever the settings hold back, until all is done; or no longer."""
        self._hurried = wanted
        self._decide_anew()

    def ask(self) -> None:
        """The user has just asked for this work and waits for it: until it is read, the use of
        the machine is no reason to hold back."""
        self._asked = True
        self._decide_anew()

    def answered(self) -> None:
        """All has been read."""
        self._asked = False

    def _decide_anew(self) -> None:
        self._stale = True
        self.wake()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._news or self._closed)
                self._news = False
            while not self._closed and self._works():
                self._try(self._tick)
                self._sleep()
            if self._closed:
                return
            self._try(self._rest)

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # noqa: BLE001 - logged; the thread must go on
            _log.exception("looking at the machine failed")

    def _works(self) -> bool:
        try:
            return not self._gate.held and self._has_work()
        except JinasearchError:  # the library cannot be read: that is told, and holds the gate
            return False
        except Exception:  # noqa: BLE001 - logged; the next news asks again
            _log.exception("whether there is work could not be told")
            return False

    def _sleep(self) -> None:
        seconds = _TICK_SECONDS
        if self._pace.speed is Speed.OFF and not self._usage.busy:
            seconds = _LOOK_WAITING_SECONDS
        with self._changed:
            # Work that goes on brings news all the time: only what must be decided anew counts.
            self._changed.wait_for(lambda: self._closed or self._stale, seconds)

    def _rest(self) -> None:
        """Nothing is left to do."""
        self._throttle.spend(0, float("inf"))
        self._gate.brake(on=bool(self._disk.reason))  # what comes next waits until we have looked
        self._usage.forget()
        self._memory.forget()
        gentle, children = self._placed
        if gentle:  # a question has all cores
            self._machine.step_back(children, gentle=False)
            self._placed = False, children
        self._machine.close()
        if self._hurried and not self._gate.held:
            self._hurried = False
            self._set(replace(self._pace, hurried=False))

    def _tick(self) -> None:
        children = tuple(self._processes())
        used, elapsed = self._usage.measure(children)
        self._throttle.spend(used, elapsed)
        waiting = self._pace.speed is Speed.OFF
        patience = _LOOK_WAITING_SECONDS if waiting else _LOOK_SECONDS
        if self._stale or time.monotonic() - self._looked >= patience:
            self._look()
        self._memory.look()
        gentle = self._pace.speed is not Speed.FULL
        self._gate.set_lanes(1 if gentle or self._memory.tight else None)
        self._gate.brake(on=self._throttle.empty or bool(self._disk.reason))
        if self._placed != (gentle, children):
            self._machine.step_back(children, gentle=gentle)
            self._placed = gentle, children

    def _look(self) -> None:
        self._stale = False
        self._looked = time.monotonic()
        full = self._disk.look()
        if full:
            pace = Pace(Speed.OFF, full, self._settings.preset, self._hurried)
        elif self._hurried:
            pace = Pace(preset=self._settings.preset, hurried=True)
        else:
            pace = decide(
                self._machine.read(), self._usage.others, self._settings, asked=self._asked
            )
        percent = self._limits.cpu_percent
        if pace.speed is not Speed.FULL:
            percent = min(percent, self._settings.gentle_percent)
        self._throttle.allow(percent / 100)
        self._gate.brake(on=self._throttle.empty or bool(full))  # before anybody hears of it
        self._set(pace)

    def _set(self, pace: Pace) -> None:
        if pace == self._pace:
            return
        _log.info("speed %s %s", pace.speed.value, pace.reason)
        self._pace = pace
        self._on_change()


class _Usage:
    """What we and others use of the processor, from its counters."""

    def __init__(self, cores: int, machine: Machine) -> None:
        self._cores = cores
        self._machine = machine
        self._engine = psutil.Process()
        self._seen: dict[int, tuple[float, float]] = {}
        self._at: float | None = None
        self._window: list[tuple[float, float, float, float]] = []
        self._total = 0.0
        self._total_system = 0.0
        self.share = 0.0
        self.others = 0.0

    @property
    def busy(self) -> bool:
        """Whether we do something."""
        return self.share > 0.02

    def forget(self) -> None:
        """Nothing is measured for a while."""
        self._at = None
        self._window.clear()
        self.share = self.others = 0.0

    def measure(self, children: Sequence[int]) -> tuple[float, float]:
        """Seconds of processor time that we used since the last time, and seconds of the clock."""
        now = time.monotonic()
        user, system = self._grown(children)
        elapsed = float("inf") if self._at is None else now - self._at
        used = 0.0 if self._at is None else user + system
        self._at = now
        self._total += used
        self._total_system += 0.0 if elapsed == float("inf") else system
        foreground = self._machine.foreground_seconds()
        self._window.append((now, self._total, self._total_system, foreground))
        while len(self._window) > 2 and now - self._window[0][0] > _MEASURED_SECONDS:
            self._window.pop(0)
        began, total, total_system, before = self._window[0]
        if now - began > _TICK_SECONDS / 2:
            span = (now - began) * self._cores
            self.share = (self._total - total) / span
            ours = (
                self._total - total
                if self._machine.counts_us
                else (self._total_system - total_system)
            )
            self.others = max(0.0, foreground - before - ours) / span
        return used, elapsed

    def _grown(self, children: Sequence[int]) -> tuple[float, float]:
        seen: dict[int, tuple[float, float]] = {}
        grown_user = grown_system = 0.0
        for pid in (self._engine.pid, *children):
            try:
                process = self._engine if pid == self._engine.pid else psutil.Process(pid)
                times = process.cpu_times()
            except psutil.Error:
                continue
            before = self._seen.get(pid, (0.0, 0.0))
            seen[pid] = times.user, times.system
            grown_user += max(0.0, times.user - before[0])
            grown_system += max(0.0, times.system - before[1])
        self._seen = seen
        return grown_user, grown_system
