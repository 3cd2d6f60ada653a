"""`jinasearch status`, `pause` and `resume`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jinasearch.cli.context import engine, with_output
from jinasearch.cli.index import print_coverage
from jinasearch.cli.output import duration, size
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.core.models import Progress, Status


@click.command()
@with_output
def status(output: Output) -> None:
    """Show what the engine is doing and how much can be found."""
    with engine() as client:
        found = client.send(protocol.status())
    output.show(found, lambda console: print_status(console, found))


@click.command()
@click.option("--minutes", type=float, help="Resume by itself after so many minutes.")
@with_output
def pause(output: Output, minutes: float | None) -> None:
    """Stop reading and embedding. Searching goes on."""
    seconds = None if minutes is None else minutes * 60
    with engine() as client:
        found = client.send(protocol.pause(protocol.Pause(paused=True, seconds=seconds)))
    output.show(found, lambda console: console.print("Paused."))


@click.command()
@with_output
def resume(output: Output) -> None:
    """Go on reading and embedding."""
    with engine() as client:
        found = client.send(protocol.pause(protocol.Pause(paused=False)))
    output.show(found, lambda console: console.print("Resumed."))


def print_status(console: Console, found: Status) -> None:
    """The status for people."""
    console.print(f"[bold]{found.activity.value}[/]")
    print_coverage(console, found)
    _print_work(console, "keywords", found.keywords)
    _print_work(console, "meaning", found.meaning)
    model = found.model
    console.print(
        f"model    {model.title or model.name}, {model.dimension} dimensions, {model.precision},"
        f" {model.provider or 'not loaded'} ({model.state})"
    )
    console.print(
        f"library  {found.library}, {size(found.library_bytes)} on disk,"
        f" {size(found.memory_bytes)} in memory"
    )
    for notice in found.notices:
        where = f": {notice.path}" if notice.path else ""
        console.print(f"[yellow]{notice.title}{where}[/]", markup=True)
        if notice.message:
            console.print(f"  {notice.message}", markup=False)


def _print_work(console: Console, name: str, work: Progress) -> None:
    if work.rate:
        console.print(f"{name:<8} {work.rate:.1f}/s, {duration(work.seconds_left)} left")
