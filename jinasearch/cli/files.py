"""`jinasearch files`: which files were left out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jinasearch.cli.context import engine, with_output
from jinasearch.cli.output import visible
from jinasearch.core.models import FileState
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output


@click.command()
@click.option(
    "--state",
    type=click.Choice([state.value for state in FileState]),
    default=FileState.FAILED.value,
    show_default=True,
    help="Which files.",
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, protocol.MOST_FILES),
    default=200,
    show_default=True,
    help="Files to show.",
)
@click.option("--retry", is_flag=True, help="Read all failed files again.")
@with_output
def files(output: Output, state: str, limit: int, retry: bool) -> None:
    """List files by state, with the reason why they were left."""
    with engine() as client:
        if retry:
            client.send(protocol.retry_failed())
        request = protocol.FilesRequest(FileState(state), limit=limit)
        found = client.send(protocol.files(request))
    output.show(found, lambda console: _print(console, found))


def _print(console: Console, found: protocol.Files) -> None:
    for entry in found.files:
        console.print(
            f"{entry.reason or entry.state.value:<24} {visible(entry.path)}", markup=False
        )
    left = found.total - len(found.files)
    console.print(f"{found.total:,} files" + (f", {left:,} not shown" if left else ""))
