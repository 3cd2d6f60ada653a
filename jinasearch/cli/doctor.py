"""`jinasearch doctor`: is everything sound?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.markup import escape

from jinasearch.cli.context import engine, with_output
from jinasearch.cli.output import Exit, visible
from jinasearch.core.paths import library_dir
from jinasearch.engine import protocol
from jinasearch.engine.client import stop_engine

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output

_SECONDS = 1800.0


@click.command()
@click.option("--repair", is_flag=True, help="Restart the engine, mend what is unsound, and check.")
@with_output
@click.pass_context
def doctor(context: click.Context, output: Output, *, repair: bool) -> None:
    """Check the library: database, full text, graph, and whether they agree.

    What cannot be mended is made anew from what is sound: folders and readable vectors are kept,
    files are read again.

    Exits with 1 if something is unsound, or was since the engine started; with --repair only if
    something still is.
    """
    with engine() as client:
        found = client.send(protocol.check(), _SECONDS)
        if repair:
            client.send(protocol.repair())
    if repair:
        stop_engine(library_dir())
        with engine(_SECONDS) as client:
            found = client.send(protocol.check(), _SECONDS).after(found)
    output.show(found, lambda console: _print(console, found))
    sound = found.whole if repair else all(finding.ok for finding in found.findings)
    if not sound:
        context.exit(Exit.NOTHING)


def _print(console: Console, found: protocol.Findings) -> None:
    for finding in found.findings:
        mark = "[red]unsound[/]"
        if finding.ok:
            mark = "[green]sound[/]  "
        elif finding.mended:
            mark = "[yellow]mended[/] "
        console.print(f"{mark} {finding.name}  [dim]{escape(visible(finding.detail))}[/]")
        if not finding.ok and finding.remedy:
            console.print(f"        {visible(finding.remedy)}", markup=False)
