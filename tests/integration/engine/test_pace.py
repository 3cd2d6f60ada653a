"""The real engine on a machine whose battery and user the test plays."""

import time

import pytest

from jinasearch.core.errors import JinasearchError
from jinasearch.core.machine.readings import Readings
from jinasearch.core.models import Activity, Restraint, Speed
from jinasearch.core.paths import to_uri
from jinasearch.engine import protocol
from jinasearch.index import governor

from .conftest import Bench

AWAY = Readings(idle_seconds=3600.0)
LOW = Readings(idle_seconds=3600.0, on_battery=True, charge=5.0)


class PlayedBench(Bench):
    def add(self) -> None:
        self.engine.folders.add(protocol.AddFolders((to_uri(self.home),)))

    def until_activity(self, activity):
        self.until(lambda: self.engine.status().activity == activity, activity)


@pytest.fixture
def played(tmp_path, monkeypatch):
    monkeypatch.setattr(governor, "_LOOK_SECONDS", 0.1)
    monkeypatch.setattr(governor, "_LOOK_WAITING_SECONDS", 0.1)
    bench = PlayedBench(tmp_path, monkeypatch)
    yield bench
    bench.stop()


def test_on_a_low_battery_only_what_was_just_changed_is_read(played):
    played.machine.readings = LOW
    for number in range(5):
        played.write(f"old{number}.txt", f"pelican {number}")
    played.start()
    played.add()
    played.until_activity(Activity.WAITING)
    status = played.engine.status()
    assert (status.pace.speed, status.pace.reason) == (Speed.OFF, Restraint.LOW_CHARGE)
    assert status.coverage.keywords == 0
    played.until(lambda: not played.engine._indexer.busy, "the scan")
    played.write("new.txt", "an albatross just came")
    played.until(lambda: played.names("albatross") == ["new.txt"], "the new file")
    played.until(lambda: played.names("bird", protocol.Mode.MEANING) == ["new.txt"], "its meaning")
    assert played.names("pelican") == []
    played.machine.readings = AWAY
    played.settle()
    assert len(played.names("pelican")) == 5
    assert played.engine.status().pace.speed is Speed.FULL


def test_full_speed_now_goes_on_whatever_holds_it_back(played):
    played.machine.readings = LOW
    played.write("old.txt", "pelican")
    played.start()
    played.add()
    played.until_activity(Activity.WAITING)
    status = played.engine.set_pace(protocol.SetPace(hurry=True))
    played.until(lambda: played.names("pelican") == ["old.txt"], "the file")
    played.until(lambda: not played.engine.status().pace.hurried, "the end of the hurry")
    coverage = played.engine.status().coverage
    assert coverage.files == coverage.meaning == 1
    assert status.activity != Activity.PROBLEM
    played.until_activity(Activity.IDLE)  # a folder may be looked through once more, later


def test_full_speed_now_ends_a_pause(played):
    played.write("old.txt", "pelican")
    played.start()
    played.engine.pause(protocol.Pause(paused=True))
    played.add()
    assert not played.engine.set_pace(protocol.SetPace(hurry=True)).paused
    played.settle()
    assert played.names("pelican") == ["old.txt"]


def test_full_speed_outlasts_a_pause(played):
    played.machine.readings = LOW
    for number in range(60):
        played.write(f"{number}.txt", f"pelican number {number} " + "feathers " * number)
    played.start()
    played.add()
    played.until_activity(Activity.WAITING)
    played.engine.set_pace(protocol.SetPace(hurry=True))
    played.engine.pause(protocol.Pause(paused=True))
    played.engine.pause(protocol.Pause(paused=False))
    played.until(lambda: played.engine.status().coverage.keywords == 60, "the files")


def test_what_the_user_just_added_does_not_wait_for_the_user_to_leave(played):
    played.config.parent.mkdir()
    played.config.write_text('[pace]\npreset = "quiet"\n')
    played.machine.readings = Readings(idle_seconds=1.0)
    played.write("old.txt", "pelican")
    played.start()
    played.add()
    played.until(lambda: played.names("pelican") == ["old.txt"], "its keywords")


def test_a_preset_is_kept(played):
    played.start()
    status = played.engine.set_pace(protocol.SetPace(preset="quiet"))
    assert status.pace.preset == "quiet"
    with pytest.raises(JinasearchError):
        played.engine.set_pace(protocol.SetPace(preset="reckless"))
    played.stop()
    played.start()
    assert played.engine.status().pace.preset == "quiet"


@pytest.mark.parametrize("seconds", [None, 3600.0])
def test_a_pause_outlasts_the_engine(played, seconds):
    played.start()
    until = played.engine.pause(protocol.Pause(paused=True, seconds=seconds)).paused_until
    played.stop()
    played.start()
    status = played.engine.status()
    assert status.paused
    if seconds is None:
        assert status.paused_until is None
    else:
        assert abs(status.paused_until - until) < 5
    played.engine.pause(protocol.Pause(paused=False))
    played.stop()
    played.start()
    assert not played.engine.status().paused


def test_a_pause_that_ended_while_the_engine_slept_is_over(played):
    played.start()
    played.engine.pause(protocol.Pause(paused=True, seconds=0.2))
    played.stop()
    time.sleep(0.2)
    played.start()
    assert not played.engine.status().paused


def test_the_ceilings_are_in_the_status(played):
    played.config.parent.mkdir()
    played.config.write_text("[limits]\nmemory_bytes = 7_000_000_000\ndisk_bytes = 5_000_000_000\n")
    played.write("old.txt", "pelican")
    played.start()
    played.engine.pause(protocol.Pause(paused=True))
    played.add()
    played.until(lambda: played.engine.status().ceilings.disk_needed > 0, "what is to come")
    told = played.engine.status().ceilings
    assert told.memory_most == 7_000_000_000
    assert 20_000_000 < told.memory_bytes < 7_000_000_000
    assert told.disk_most == 5_000_000_000
    assert told.disk_bytes > 0
    played.engine.pause(protocol.Pause(paused=False))
    played.settle()
    played.until(lambda: played.engine.status().ceilings.disk_needed == 0, "nothing to come")


def test_a_library_that_is_full_waits_and_says_so(played):
    played.config.parent.mkdir()
    played.config.write_text("[limits]\ndisk_bytes = 1000\n")
    played.write("old.txt", "pelican")
    played.start()
    played.add()
    played.until_activity(Activity.WAITING)
    assert played.engine.status().pace.reason == Restraint.LIBRARY_FULL
    time.sleep(0.5)
    assert played.names("pelican") == []
    change = protocol.ChangeSettings({"limits.disk_bytes": 0})
    played.engine.settings.change(change)
    played.settle()
    assert played.names("pelican") == ["old.txt"]


@pytest.mark.parametrize("paused", [True, False])
def test_what_is_paused_while_models_are_tried_holds_afterwards(played, paused):
    played.start()
    played.engine.pause(protocol.Pause(paused=not paused))
    with played.engine.models._alone(wait=False):
        assert played.engine.pause(protocol.Pause(paused=paused)).paused == paused
        played.write("a.txt", "pelican")
        played.add()
        time.sleep(0.5)
        assert played.names("pelican") == []
    assert played.engine.status().paused == paused
    if not paused:
        played.until(lambda: played.names("pelican") == ["a.txt"], "the file")
