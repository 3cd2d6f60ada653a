"""How fast the work may go, from what is known of the machine and what the user wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.models import Pace, Restraint, Speed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.core.machine.readings import Readings
    from jinasearch.core.settings import PaceSettings

_BUSY = 0.3
"""The share of all cores in use by others from which on the machine counts as used, where nobody
tells when its user last touched it."""

PRESETS: dict[str, dict[str, Speed]] = {
    "quiet": {
        "active": Speed.OFF,
        "battery": Speed.OFF,
        "low_charge": Speed.OFF,
        "hot": Speed.OFF,
        "metered": Speed.OFF,
        "engaged": Speed.OFF,
    },
    "balanced": {
        "active": Speed.GENTLE,
        "battery": Speed.GENTLE,
        "low_charge": Speed.OFF,
        "hot": Speed.OFF,
        "metered": Speed.GENTLE,
        "engaged": Speed.OFF,
    },
    "full": {
        "active": Speed.FULL,
        "battery": Speed.FULL,
        "low_charge": Speed.GENTLE,
        "hot": Speed.GENTLE,
        "metered": Speed.FULL,
        "engaged": Speed.GENTLE,
    },
}
"""What each situation makes of the work; a speed of its own in the settings goes first."""

_ORDER = (Speed.FULL, Speed.GENTLE, Speed.OFF)


def decide(
    readings: Readings, others: float, settings: PaceSettings, *, asked: bool = False
) -> Pace:
    """The slowest that any situation asks for, and which one that is.

    Args:
        readings: the machine now.
        others: the share of all cores that other programs use, 0 to 1.
        settings: the user's.
        asked: the user waits for this work: that the machine is in use is no reason then.
    """
    pace = Pace(preset=settings.preset)
    for situation, reason in _situations(readings, others, settings):
        if asked and situation == "active":
            continue
        wanted = getattr(settings, situation) or PRESETS[settings.preset][situation]
        if _ORDER.index(Speed(wanted)) > _ORDER.index(pace.speed):
            pace = Pace(Speed(wanted), reason.value, settings.preset)
    return pace


def _situations(
    readings: Readings, others: float, settings: PaceSettings
) -> Iterator[tuple[str, Restraint]]:
    """What holds now, the strongest reasons first: of equal ones the first is told."""
    charge = readings.charge
    if readings.on_battery and charge is not None and charge < settings.low_percent:
        yield "low_charge", Restraint.LOW_CHARGE
    if readings.hottest is not None and readings.hottest >= settings.hot_celsius:
        yield "hot", Restraint.HOT
    if readings.engaged:
        yield "engaged", Restraint.ENGAGED
    if readings.on_battery:
        yield "battery", Restraint.ON_BATTERY
    if readings.power_saver:
        yield "battery", Restraint.POWER_SAVER
    if readings.metered:
        yield "metered", Restraint.METERED
    if readings.idle_seconds is None:
        if others >= _BUSY:
            yield "active", Restraint.OTHERS_BUSY
    elif readings.idle_seconds < settings.idle_minutes * 60:
        yield "active", Restraint.USER_ACTIVE
