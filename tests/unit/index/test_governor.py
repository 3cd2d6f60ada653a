"""The governor on a machine that the test makes, with work that the test makes."""

import threading
import time
from types import SimpleNamespace

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.machine.readings import Readings
from jinasearch.core.models import Restraint, Speed
from jinasearch.core.settings import LimitSettings, PaceSettings
from jinasearch.index import governor as module
from jinasearch.index.ceilings import DiskCeiling, MemoryCeiling
from jinasearch.index.gate import Gate
from jinasearch.index.governor import Governor

AWAY = 3600.0


class FakeMachine:
    counts_us = False

    def __init__(self) -> None:
        self.readings = Readings(idle_seconds=AWAY)
        self.looks = 0
        self.stepped: list[bool] = []

    def read(self):
        self.looks += 1
        return self.readings

    def foreground_seconds(self):
        return 0.0

    def step_back(self, processes, *, gentle):
        self.stepped.append(gentle)

    def close(self):
        pass


class Bench:
    def __init__(self, folder, limits, settings) -> None:
        self.machine = FakeMachine()
        self.gate = Gate()
        self.work = False
        self.fault = None
        self.changes = 0
        self.memory = MemoryCeiling(limits.memory_bytes, [], lambda: 0)
        self.governor = Governor(
            self.machine,
            settings,
            limits,
            self.gate,
            self.memory,
            DiskCeiling(folder, limits),
            self.has_work,
            list,
            self.on_change,
        )

    def has_work(self):
        if self.fault is not None:
            raise self.fault
        return self.work

    def on_change(self):
        self.changes += 1

    def begin(self):
        self.work = True
        self.governor.wake()

    def until(self, condition):
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline, self.governor.pace
            time.sleep(0.01)

    def until_speed(self, speed, reason=""):
        self.until(lambda: (self.governor.pace.speed, self.governor.pace.reason) == (speed, reason))


@pytest.fixture
def make(tmp_path, monkeypatch):
    for name in ("_TICK_SECONDS", "_LOOK_SECONDS", "_LOOK_WAITING_SECONDS"):
        monkeypatch.setattr(module, name, 0.02)
    made = []

    def make(limits=None, **settings):
        # The process that runs all tests holds more than an engine may.
        limits = limits or LimitSettings(disk_free_bytes=0, memory_bytes=10**12)
        bench = Bench(tmp_path, limits, PaceSettings(**settings))
        made.append(bench)
        return bench

    yield make
    for bench in made:
        bench.gate.close()
        bench.governor.close()


def test_the_first_decision_is_made_before_any_work(make):
    bench = make(preset="quiet")
    bench.machine.readings = Readings(on_battery=True, idle_seconds=AWAY)
    bench.governor.start()
    assert bench.governor.pace.speed is Speed.OFF


def test_it_follows_the_machine_while_there_is_work(make):
    bench = make()
    bench.governor.start()
    bench.begin()
    bench.until_speed(Speed.FULL)
    bench.machine.readings = Readings(idle_seconds=1.0)
    bench.until_speed(Speed.GENTLE, Restraint.USER_ACTIVE)
    bench.until(lambda: bench.gate.lanes == 1)
    bench.until(lambda: bench.machine.stepped[-1:] == [True])
    bench.machine.readings = Readings(idle_seconds=1.0, on_battery=True, charge=5.0)
    bench.until_speed(Speed.OFF, Restraint.LOW_CHARGE)
    bench.machine.readings = Readings(idle_seconds=AWAY)
    bench.until_speed(Speed.FULL)
    bench.until(lambda: bench.gate.lanes is None)
    bench.until(lambda: bench.machine.stepped[-1:] == [False])
    assert bench.changes >= 3


def test_processes_come_forward_again_when_all_is_done(make):
    bench = make()
    bench.machine.readings = Readings(idle_seconds=1.0)
    bench.governor.start()
    bench.begin()
    bench.until(lambda: bench.machine.stepped[-1:] == [True])
    bench.work = False
    bench.until(lambda: bench.machine.stepped[-1:] == [False])


def test_a_library_that_cannot_be_read_ends_no_governor(make):
    bench = make()
    bench.machine.readings = Readings(idle_seconds=1.0)
    bench.fault = JinasearchError(Code.LIBRARY_DAMAGED, "The library is damaged")
    bench.governor.start()
    bench.begin()
    time.sleep(0.1)
    bench.fault = None
    bench.machine.readings = Readings(idle_seconds=AWAY)
    bench.begin()
    bench.until_speed(Speed.FULL)


def test_nobody_looks_at_the_machine_while_there_is_no_work(make):
    bench = make()
    bench.governor.start()
    bench.governor.wake()
    time.sleep(0.1)
    looks = bench.machine.looks
    time.sleep(0.3)
    assert bench.machine.looks == looks


def test_nobody_looks_while_the_work_is_paused(make):
    bench = make()
    bench.governor.start()
    bench.gate.pause()
    bench.begin()
    time.sleep(0.1)
    looks = bench.machine.looks
    time.sleep(0.3)
    assert bench.machine.looks == looks


def test_hurrying_overrides_everything_until_all_is_done(make):
    bench = make(preset="quiet")
    bench.machine.readings = Readings(on_battery=True, charge=5.0, idle_seconds=0.0, engaged=True)
    bench.governor.start()
    bench.begin()
    bench.until_speed(Speed.OFF, Restraint.LOW_CHARGE)
    bench.governor.hurry(wanted=True)
    bench.until_speed(Speed.FULL)
    assert bench.governor.pace.hurried
    bench.work = False
    bench.until(lambda: not bench.governor.pace.hurried)
    bench.begin()
    bench.until_speed(Speed.OFF, Restraint.LOW_CHARGE)


def test_hurrying_can_be_undone(make):
    bench = make(preset="quiet")
    bench.machine.readings = Readings(idle_seconds=0.0)
    bench.governor.start()
    bench.begin()
    bench.governor.hurry(wanted=True)
    bench.until_speed(Speed.FULL)
    bench.governor.hurry(wanted=False)
    bench.until_speed(Speed.OFF, Restraint.USER_ACTIVE)


def test_another_preset_counts_at_once(make):
    bench = make(preset="quiet")
    bench.machine.readings = Readings(idle_seconds=0.0)
    bench.governor.start()
    bench.begin()
    bench.until_speed(Speed.OFF, Restraint.USER_ACTIVE)
    bench.governor.use(PaceSettings("full"))
    bench.until_speed(Speed.FULL)
    assert bench.governor.pace.preset == "full"


def test_the_processor_s_ceiling_is_held(make, monkeypatch):
    """A thread that would use a core at all times, for some seconds of work."""
    monkeypatch.setattr("jinasearch.index.throttle._BURST_SECONDS", 0.1)
    bench = make(LimitSettings(cpu_percent=10, disk_free_bytes=0))
    bench.governor._throttle._credit = 0.0
    bench.governor.start()
    cores = bench.governor._cores
    used = 0.0
    bench.begin()
    began = time.monotonic()
    while time.monotonic() - began < 4:
        bench.gate.pass_through()
        start = time.thread_time()
        while time.thread_time() - start < 0.02:
            pass
        used += time.thread_time() - start
    share = used / ((time.monotonic() - began) * cores)
    assert share < 0.1 * 1.5
    assert used > 0


def test_a_full_library_stops_all_until_there_is_room(make, tmp_path, monkeypatch):
    monkeypatch.setattr("jinasearch.index.ceilings._DISK_SECONDS", 0.0)
    bench = make(LimitSettings(disk_bytes=1000, disk_free_bytes=0))
    (tmp_path / "library.db").write_bytes(b"x" * 2000)
    bench.governor.start()
    bench.begin()
    bench.until_speed(Speed.OFF, Restraint.LIBRARY_FULL)
    passed = threading.Event()

    def work():
        bench.gate.pass_through()
        passed.set()

    threading.Thread(target=work, daemon=True).start()
    assert not passed.wait(0.3)
    bench.governor.hurry(wanted=True)  # a ceiling is no matter of haste
    assert not passed.wait(0.3)
    (tmp_path / "library.db").write_bytes(b"x" * 700)
    bench.until_speed(Speed.FULL)
    assert passed.wait(5)


def test_room_is_left_to_others_on_the_disk(make, monkeypatch):
    monkeypatch.setattr("jinasearch.index.ceilings._DISK_SECONDS", 0.0)
    usage = shutil_usage(total=10_000_000_000_000, free=1_999_999_999)
    monkeypatch.setattr("jinasearch.index.ceilings.shutil.disk_usage", usage)
    bench = make(LimitSettings())
    bench.governor.start()
    bench.begin()
    bench.until_speed(Speed.OFF, Restraint.DISK_LOW)
    usage = shutil_usage(total=10_000_000_000_000, free=2_100_000_000)
    monkeypatch.setattr("jinasearch.index.ceilings.shutil.disk_usage", usage)
    bench.until_speed(Speed.FULL)


def shutil_usage(total, free):
    return lambda _path: SimpleNamespace(total=total, used=total - free, free=free)
