"""What the command line says about how fast the work goes."""

import pytest
from rich.console import Console

from jinasearch.cli.pace import pace_text, way_out
from jinasearch.core.models import Pace, Restraint, Speed


def pace(reason: Restraint) -> Pace:
    return Pace(preset="balanced", speed=Speed.OFF, reason=reason.value)


@pytest.mark.parametrize("reason", Restraint)
def test_every_reason_is_printed_as_it_is_told(reason, capsys):
    told = f"{pace_text(pace(reason))}. {way_out(pace(reason))}"
    Console(highlight=False, width=500).print(told)
    assert capsys.readouterr().out.strip() == told


@pytest.mark.parametrize(
    ("reason", "setting"),
    [(Restraint.DISK_LOW, "disk_free_bytes"), (Restraint.LIBRARY_FULL, "disk_bytes")],
)
def test_full_speed_is_no_way_out_of_a_limit(reason, setting):
    assert f"settings set limits.{setting}" in way_out(pace(reason))
    assert "--now" in way_out(pace(Restraint.ON_BATTERY))
