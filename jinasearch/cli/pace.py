"""`jinasearch pause`, `resume` and `pace`: when the work rests, and how much it may take."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import click

from jinasearch.cli.context import engine, with_output
from jinasearch.cli.output import size
from jinasearch.core.models import Restraint, Speed
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.core.models import Pace, Status

_MORNING = 6
_REASONS = {
    Restraint.USER_ACTIVE: "the machine is in use",
    Restraint.OTHERS_BUSY: "other programs are busy",
    Restraint.ON_BATTERY: "on battery",
    Restraint.POWER_SAVER: "the system saves power",
    Restraint.LOW_CHARGE: "the battery is low",
    Restraint.HOT: "the processor is hot",
    Restraint.METERED: "the network is metered",
    Restraint.ENGAGED: "a game, a presentation or do not disturb",
    Restraint.LIBRARY_FULL: "the library is as large as it may be",
    Restraint.DISK_LOW: "little room is left on the disk",
}


@click.command()
@click.option("--minutes", type=float, help="Resume by itself after so many minutes.")
@click.option("--until-tomorrow", is_flag=True, help="Resume by itself at six tomorrow morning.")
@with_output
def pause(output: Output, minutes: float | None, until_tomorrow: bool) -> None:
    """Stop reading and embedding, until `jinasearch resume`. Searching goes on.

    The pause outlasts the engine and the machine's sleep.
    """
    if minutes is not None and until_tomorrow:
        raise click.UsageError("Give --minutes or --until-tomorrow.")
    if minutes is not None and not (minutes > 0 and math.isfinite(minutes)):
        raise click.BadParameter("It must be more than nothing.", param_hint="'--minutes'")
    seconds = None if minutes is None else minutes * 60
    if until_tomorrow:
        seconds = _until_tomorrow(dt.datetime.now().astimezone())
    with engine() as client:
        found = client.send(protocol.pause(protocol.Pause(paused=True, seconds=seconds)))
    output.show(found, lambda console: console.print(paused_text(found)))


@click.command()
@with_output
def resume(output: Output) -> None:
    """Go on reading and embedding."""
    with engine() as client:
        found = client.send(protocol.pause(protocol.Pause(paused=False)))
    output.show(found, lambda console: console.print("Resumed."))


@click.command()
@click.argument("preset", required=False, type=click.Choice(["quiet", "balanced", "full"]))
@click.option(
    "--now/--no-now", default=None, help="Full speed now, until all is done; or no longer."
)
@with_output
def pace(output: Output, preset: str | None, now: bool | None) -> None:
    """Show or choose how much of the machine the work may take.

    quiet works only while nobody uses the machine, on mains; balanced goes gently while somebody
    does or on battery, and not at all on a low battery, when hot or in a game; full holds back
    only then. What the user just changed is always read. The settings file has more under [pace]
    and [limits].
    """
    with engine() as client:
        if preset is None and now is None:
            found = client.send(protocol.status())
        else:
            found = client.send(protocol.set_pace(protocol.SetPace(preset, now)))
    output.show(found, lambda console: _print(console, found))


def paused_text(status: Status) -> str:
    """That the work is paused, and until when."""
    if status.paused_until is None:
        return "Paused. `jinasearch resume` goes on."
    until = dt.datetime.fromtimestamp(status.paused_until).astimezone()
    same_day = until.date() == dt.datetime.now().astimezone().date()
    return f"Paused until {until:%H:%M}{'' if same_day else f' on {until:%d %B}'}."


def pace_text(pace: Pace) -> str:
    """How fast the work goes, and why: such as "waiting: on battery"."""
    if pace.hurried:
        return "at full speed, as asked for"
    word = {Speed.FULL: "at full speed", Speed.GENTLE: "gently", Speed.OFF: "waiting"}[pace.speed]
    return word + (f": {_REASONS[Restraint(pace.reason)]}" if pace.reason else "")


def way_out(pace: Pace) -> str:
    """What its owner can do about work that waits."""
    setting = {
        Restraint.LIBRARY_FULL.value: "limits.disk_bytes",
        Restraint.DISK_LOW.value: "limits.disk_free_bytes",
    }.get(pace.reason)
    if setting is None:
        return "`jinasearch pace --now` goes on nevertheless."
    return f"Make room, or set another limit: `jinasearch settings set {setting} BYTES`."


def print_ceilings(console: Console, status: Status) -> None:
    """What the work uses and may use."""
    used = status.ceilings
    console.print(
        f"uses     {used.cpu_percent:.0f} of at most {used.cpu_most} % processor,"
        f" {size(used.memory_bytes)} of {size(used.memory_most)} memory beside model and graph"
    )
    most = f" of at most {size(used.disk_most)}" if used.disk_most else ""
    coming = f", about {size(used.disk_needed)} to come" if used.disk_needed else ""
    console.print(f"         {size(used.disk_bytes)}{most} disk{coming}")


def _print(console: Console, status: Status) -> None:
    console.print(f"{status.pace.preset}, {pace_text(status.pace)}")
    if status.paused:
        console.print(paused_text(status))
    print_ceilings(console, status)


def _until_tomorrow(now: dt.datetime) -> float:
    """Seconds until six in the morning of the next day."""
    tomorrow = now.date() + dt.timedelta(days=1)
    morning = dt.datetime.combine(tomorrow, dt.time(_MORNING)).astimezone()
    return (morning - now).total_seconds()
