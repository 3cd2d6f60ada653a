"""`jinasearch status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jinasearch.cli.context import engine, with_output
from jinasearch.cli.index import print_coverage
from jinasearch.cli.opening import work_text
from jinasearch.cli.output import duration, size, visible
from jinasearch.cli.pace import pace_text, print_ceilings, way_out
from jinasearch.core.models import Activity
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.core.models import Confinement, Progress, Recognition, Status


@click.command()
@with_output
def status(output: Output) -> None:
    """Show what the engine is doing and how much can be found."""
    with engine() as client:
        found = client.send(protocol.status())
    output.show(found, lambda console: print_status(console, found))


def print_status(console: Console, found: Status) -> None:
    """The status for people."""
    working = found.activity not in (Activity.IDLE, Activity.PAUSED, Activity.PROBLEM)
    if found.activity is Activity.WAITING:
        console.print(f"[bold]{pace_text(found.pace)}[/]")
        console.print(way_out(found.pace))
    else:
        told = f", {pace_text(found.pace)}" if working else ""
        console.print(f"[bold]{found.activity.value}[/]{told}")
    if found.trying:
        console.print("Models are being tried; other work rests meanwhile.")
    print_coverage(console, found)
    _print_work(console, "keywords", found.keywords)
    _print_work(console, "meaning", found.meaning)
    model = found.model
    parts = (
        visible(model.title or model.name),
        f"{model.dimension} dimensions" if model.dimension else "",
        model.precision,
        model.provider or "not loaded",
    )
    told = ", ".join(part for part in parts if part)
    console.print(f"model    {told} ({model.state})", markup=False)
    if model.sends_to:
        console.print(f"         texts go to {visible(model.sends_to)}", markup=False)
    if found.reranker is not None:
        told = ", ".join(part for part in (found.reranker.title, found.reranker.provider) if part)
        console.print(f"re-ranks {visible(told)} ({found.reranker.state})", markup=False)
    if found.coming is not None and found.coming_progress is not None:
        name, work = visible(found.coming.title or found.coming.name), found.coming_progress
        share = 100 * work.done / work.total if work.total else 100
        left = f", {duration(work.seconds_left)} left" if work.rate else ""
        console.print(f"coming   {name}: {share:.0f} % made{left}", markup=False)
    if model.truncated:
        console.print(
            f"         {model.truncated:,} texts were longer than it reads:"
            " their ends are found by keywords alone"
        )
    console.print(
        f"library  {visible(found.library)}, {size(found.library_bytes)} on disk,"
        f" {size(found.memory_bytes)} in memory",
        markup=False,
    )
    if found.recognition.waiting:
        console.print(f"scans    {_scans(found.recognition)}", markup=False)
    if found.confinement is not None:
        console.print(f"readers  {_confined(found.confinement)}", markup=False)
    print_ceilings(console, found)
    if found.work is not None:
        console.print(f"at work  {work_text(found.work)}", markup=False)
    _print_notices(console, found)


def _print_notices(console: Console, found: Status) -> None:
    for path in found.away:
        console.print(
            f"away     {visible(path)}: its drive is not there; what was read is kept", markup=False
        )
    for path in found.gone:
        console.print(
            f"gone     {visible(path)}: deleted, moved or renamed; `jinasearch folders remove`"
            " takes it off the list, with what is kept of it",
            markup=False,
        )
    for notice in found.notices:
        where = f": {notice.path}" if notice.path else ""
        console.print(visible(f"{notice.title}{where}"), style="yellow", markup=False)
        if notice.message:
            console.print(visible(f"  {notice.message}", lines=True), markup=False)


def _scans(told: Recognition) -> str:
    count = f"{told.waiting:,} pictures and scans not looked at for letters"
    if not told.installed:
        return f"{count}: install the extra with .venv/bin/pip install -e '.[ocr]'"
    if told.when == "off":
        return f"{count}: switched off (extract.ocr in the settings)"
    if told.current:
        return f"{count}, at work on {visible(told.current)}"
    return f"{count}: " + (
        "waiting until the machine is idle" if told.when == "idle" else "after all else was read"
    )


def _confined(told: Confinement) -> str:
    open_to = [name for name in _BARRIERS if name not in told.barred]
    means = f" ({', '.join(told.means)})" if told.means else ""
    if not open_to:
        return "no network, no writing, no file but the one in hand, no other processes" + means
    closed = [name for name in _BARRIERS if name in told.barred] or ["nothing"]
    return (
        f"limits on time and memory; barred: {', '.join(closed)}{means};"
        f" this system leaves open: {', '.join(open_to)}"
    )


_BARRIERS = ("network", "writing", "reading", "processes")


def _print_work(console: Console, name: str, work: Progress) -> None:
    if work.rate:
        console.print(f"{name:<8} {work.rate:.1f}/s, {duration(work.seconds_left)} left")
