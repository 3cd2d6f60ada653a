"""What the window tells of the pace of the work, and how it is changed there."""

from dataclasses import replace

import pytest
from fake_engine import FULL
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jinasearch.core.models import Activity, Pace, Progress, Restraint, Speed, Status
from jinasearch.engine.protocol import Event


@pytest.fixture
def window(parts):
    return parts.window


def test_why_it_waits_and_full_speed_now(qtbot, window, engine):
    pace = Pace(Speed.OFF, Restraint.ON_BATTERY.value)
    waiting = Status(activity=Activity.WAITING, coverage=FULL, meaning=Progress(10, 100), pace=pace)
    engine.status = waiting
    engine.send(Event("status", waiting))
    bottom = window.bottom
    qtbot.waitUntil(bottom.hurry.isVisible)
    assert bottom.summary.text().startswith("Waiting: on battery")
    QTest.mouseClick(bottom.hurry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.actions_.hurry.isChecked)
    assert engine.bodies("POST /v1/pace") == [{"preset": None, "hurry": True}]
    gentle = replace(
        waiting,
        activity=Activity.EMBEDDING,
        pace=Pace(Speed.GENTLE, Restraint.USER_ACTIVE.value, "quiet"),
    )
    engine.send(Event("status", gentle))
    qtbot.waitUntil(lambda: "gently: you use the machine" in bottom.summary.text())
    assert window.actions_.quiet.isChecked()
    assert not window.actions_.hurry.isChecked()
    engine.send(Event("status", replace(gentle, pace=Pace())))
    qtbot.waitUntil(lambda: not bottom.hurry.isVisible())


def test_a_preset_is_chosen_from_the_menu(qtbot, window, engine):
    window.actions_.full.trigger()
    qtbot.waitUntil(lambda: engine.asked("POST /v1/pace") == 1)
    assert engine.bodies("POST /v1/pace") == [{"preset": "full", "hurry": None}]


def test_pause_until_tomorrow(qtbot, window, engine):
    window.actions_.pause_tomorrow.trigger()
    qtbot.waitUntil(lambda: engine.asked("POST /v1/pause") == 1)
    (body,) = engine.bodies("POST /v1/pause")
    assert body["paused"]
    assert 6 * 3600 <= body["seconds"] <= 30 * 3600 + 3600


def test_start_with_the_session(qtbot, window, engine):
    qtbot.waitUntil(lambda: engine.asked("GET /v1/autostart") >= 1)
    assert not window.actions_.autostart.isChecked()
    window.actions_.autostart.trigger()
    qtbot.waitUntil(lambda: engine.autostart.on)
    assert window.actions_.autostart.isChecked()


def test_one_speed_is_ticked(qtbot, parts, engine):
    does = parts.window.actions_
    speeds = (does.hurry, does.quiet, does.balanced, does.full)

    def ticked() -> list[str]:
        return [speed.text().replace("&", "") for speed in speeds if speed.isChecked()]

    engine.send(Event("status", Status(coverage=FULL, pace=Pace(preset="balanced"))))
    qtbot.waitUntil(lambda: ticked() == ["Balanced: gently while you work"])
    engine.send(Event("status", Status(coverage=FULL, pace=Pace(preset="balanced", hurried=True))))
    qtbot.waitUntil(lambda: ticked() == ["Now, at full speed"])
    does.quiet.trigger()
    qtbot.waitUntil(lambda: engine.asked("POST /v1/pace") == 1)
    assert engine.bodies("POST /v1/pace") == [{"preset": "quiet", "hurry": False}]
