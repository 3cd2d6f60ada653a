"""`jinasearch files`: which files were left out, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jinasearch.cli.context import engine, uris, with_output
from jinasearch.cli.output import visible
from jinasearch.cli.reasons import WORDS, words
from jinasearch.core.models import FileState
from jinasearch.core.paths import shown
from jinasearch.core.tables import write_table
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.engine.client import Client

_ALL = "all"
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Written:
    """A list that was written."""

    path: str
    files: int


@click.command()
@click.argument("paths", nargs=-1, metavar="[FILE]...")
@click.option(
    "--state",
    "states",
    type=click.Choice([*(state.value for state in FileState), _ALL]),
    multiple=True,
    default=[FileState.FAILED.value],
    show_default=True,
    help="Which files; may be given several times.",
)
@click.option("--reason", default="", metavar="CODE", help="Only files with this reason.")
@click.option("--count", "only_count", is_flag=True, help="Only how many have which reason.")
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, protocol.MOST_FILES),
    default=200,
    show_default=True,
    help="Files to show.",
)
@click.option(
    "--export",
    "target",
    type=click.Path(dir_okay=False, writable=True),
    help="Write all of them to a file, as CSV or, if it ends in .json, JSON.",
)
@click.option("--retry", is_flag=True, help="Read failed files again: all, or those meant.")
@with_output
def files(
    output: Output,
    paths: tuple[str, ...],
    states: tuple[str, ...],
    reason: str,
    only_count: bool,
    limit: int,
    target: str | None,
    retry: bool,
) -> None:
    """List files by state, with the reason why they were left.

    FILE names files, or folders for all files below them.
    """
    if reason and reason not in WORDS:
        raise click.UsageError(
            f"There is no reason {visible(reason)}. There are: {', '.join(sorted(WORDS))}."
        )
    wanted = protocol.FilesRequest(
        () if _ALL in states else tuple(map(FileState, states)),
        limit=1 if only_count else limit,
        reason=reason,
        uris=uris(paths),
    )
    with engine() as client:
        if retry:
            client.send(protocol.retry_failed(protocol.RetryRequest(reason, wanted.uris)))
        if target is not None:
            written = _export(client, wanted, Path(target))
            told = f"{written:,} files written to {visible(target)}"
            output.show(Written(shown(target), written), lambda console: console.print(told))
            return
        found = client.send(protocol.files(wanted))
    if only_count:
        found = replace(found, files=())
    output.show(found, lambda console: _print(console, found))


def _print(console: Console, found: protocol.Files) -> None:
    for entry in found.files:
        console.print(
            f"{entry.reason or entry.state.value:<24} {visible(entry.path)}", markup=False
        )
    if found.files and found.reasons:
        console.print()
    for count in found.reasons:
        told = f"  {words(count.reason)}" if count.reason else ""
        console.print(f"{count.files:>8,}  {count.reason or count.state.value}{told}", markup=False)
    left = found.total - len(found.files)
    unseen = f", {left:,} not shown" if left and found.files else ""
    console.print(f"{found.total:,} files{unseen}")


def _export(client: Client, wanted: protocol.FilesRequest, target: Path) -> int:
    """Write all files of a list to `target`; returns how many."""
    entries: list[protocol.FileEntry] = []
    while True:
        page = replace(wanted, limit=_PAGE, offset=len(entries))
        found = client.send(protocol.files(page)).files
        entries += found
        if len(found) < _PAGE:
            break
    names = ("path", "state", "reason", "in words", "title")
    write_table(
        target,
        names,
        (
            (entry.path, entry.state.value, entry.reason, words(entry.reason), entry.title)
            for entry in entries
        ),
    )
    return len(entries)
