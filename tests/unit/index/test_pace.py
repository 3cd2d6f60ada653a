"""What each situation makes of the work."""

import pytest

from jinasearch.core.machine.readings import Readings
from jinasearch.core.models import Restraint, Speed
from jinasearch.core.settings import PaceSettings
from jinasearch.index.pace import PRESETS, decide

AWAY = {"idle_seconds": 3600.0}
SITUATIONS = {
    "active": ({"idle_seconds": 5.0}, Restraint.USER_ACTIVE),
    "battery": ({**AWAY, "on_battery": True, "charge": 80.0}, Restraint.ON_BATTERY),
    "low_charge": ({**AWAY, "on_battery": True, "charge": 10.0}, Restraint.LOW_CHARGE),
    "hot": ({**AWAY, "hottest": 95.0}, Restraint.HOT),
    "metered": ({**AWAY, "metered": True}, Restraint.METERED),
    "engaged": ({**AWAY, "engaged": True}, Restraint.ENGAGED),
}


@pytest.mark.parametrize("preset", PRESETS)
def test_full_speed_when_idle_and_on_mains(preset):
    pace = decide(Readings(charge=100.0, hottest=60.0, **AWAY), 0.0, PaceSettings(preset))
    assert (pace.speed, pace.reason, pace.preset) == (Speed.FULL, "", preset)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_preset_in_every_situation(preset, situation):
    values, reason = SITUATIONS[situation]
    pace = decide(Readings(**values), 0.0, PaceSettings(preset))
    expected = PRESETS[preset][situation]
    assert pace.speed is expected
    assert pace.reason == ("" if expected is Speed.FULL else reason)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_setting_goes_before_the_preset(situation):
    values, _ = SITUATIONS[situation]
    for speed in Speed:
        # A low battery is also a battery.
        others = {"battery": "full"} if situation == "low_charge" else {}
        settings = PaceSettings("balanced", **{**others, situation: speed.value})
        assert decide(Readings(**values), 0.0, settings).speed is speed


def test_the_slowest_counts_and_is_told():
    readings = Readings(on_battery=True, charge=80.0, idle_seconds=1.0, engaged=True)
    pace = decide(readings, 0.0, PaceSettings("balanced"))
    assert (pace.speed, pace.reason) == (Speed.OFF, Restraint.ENGAGED)


def test_others_count_where_nobody_tells_of_the_user():
    settings = PaceSettings()
    assert decide(Readings(), 0.5, settings).reason == Restraint.OTHERS_BUSY
    assert decide(Readings(), 0.1, settings).speed is Speed.FULL
    assert decide(Readings(**AWAY), 0.5, settings).speed is Speed.FULL


def test_work_that_was_asked_for_does_not_wait_for_the_user_to_leave():
    active = Readings(idle_seconds=1.0)
    assert decide(active, 0.0, PaceSettings("quiet"), asked=True).speed is Speed.FULL
    on_battery = Readings(idle_seconds=1.0, on_battery=True, charge=90.0)
    assert decide(on_battery, 0.0, PaceSettings("quiet"), asked=True).speed is Speed.OFF


def test_the_thresholds_are_the_user_s():
    settings = PaceSettings("quiet", idle_minutes=1.0, low_percent=50, hot_celsius=70)
    assert decide(Readings(idle_seconds=61.0), 0.0, settings).speed is Speed.FULL
    assert decide(Readings(hottest=71.0, **AWAY), 0.0, settings).reason == Restraint.HOT
    low = Readings(on_battery=True, charge=49.0, **AWAY)
    assert decide(low, 0.0, settings).reason == Restraint.LOW_CHARGE
