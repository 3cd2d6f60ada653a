"""`jinasearch search`: ask a question."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click
from rich.markup import escape
from rich.text import Text

from jinasearch.cli.context import engine, folder_named, only_text, with_output
from jinasearch.cli.output import Exit, visible
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.core.models import PassageHit, Place

NOTES = {
    "still-indexing": "Still indexing: {meaning:,} of {files:,} files found by meaning in full.",
    "meaning-unavailable": "Found by keywords alone: the model cannot be used"
    " (see `jinasearch status`).",
    "language-unknown-to-model": "Found by keywords alone: the model in use does not know this"
    " language.",
    "nothing-indexed": "Nothing is indexed yet. Add a folder: jinasearch index FOLDER",
}


@click.command()
@click.argument("words", callback=only_text, nargs=-1, required=True)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, protocol.MOST_HITS),
    default=10,
    show_default=True,
    help="Files to show.",
)
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in protocol.Mode]),
    default=protocol.Mode.HYBRID.value,
    show_default=True,
    help="What to search by.",
)
@click.option("--folder", metavar="FOLDER", help="Only in this indexed folder.")
@with_output
@click.pass_context
def search(
    context: click.Context,
    output: Output,
    words: tuple[str, ...],
    limit: int,
    mode: str,
    folder: str | None,
) -> None:
    """Ask a question. Starts the engine if it does not run.

    "quoted words" stand together; -word must not occur (write -- before it).
    """
    with engine() as client:
        number = (
            None if folder is None else folder_named(client.send(protocol.folders()), folder).id
        )
        request = protocol.SearchRequest(" ".join(words), protocol.Mode(mode), limit, number)
        reply = client.send(protocol.search(request))
    output.show(reply, lambda console: print_reply(console, reply))
    if not reply.hits:
        context.exit(Exit.NOTHING)


def print_reply(console: Console, reply: protocol.SearchReply) -> None:
    """The files that answer, each with its best passage."""
    for number, hit in enumerate(reply.hits, 1):
        when = datetime.fromtimestamp(hit.mtime).astimezone().date().isoformat()
        name, folder = escape(visible(hit.name)), escape(visible(hit.folder))
        console.print(f"[dim]{number:>2}[/] [bold]{name}[/]  [dim]{when}  {folder}[/]")
        for passage in hit.passages[:1]:
            console.print(_snippet(passage))
    if not reply.hits and reply.note != "nothing-indexed":
        console.print("Nothing found.")
    if reply.note in NOTES:
        coverage = reply.coverage
        console.print(
            "[yellow]"
            + NOTES[reply.note].format(meaning=coverage.meaning, files=coverage.files)
            + "[/]"
        )


def _snippet(passage: PassageHit) -> Text:
    text = Text("   ")
    where = " · ".join(part for part in (passage.heading, place_text(passage.place)) if part)
    if where:
        text.append(f"{visible(where)}\n   ", style="dim")
    shift = len(text)
    text.append(visible(passage.text, lines=True))
    for mark in passage.marks:
        text.stylize("bold green", shift + mark.start, shift + mark.end)
    return text


def place_text(place: Place) -> str:
    """A place for people."""
    if place.page is not None:
        return f"page {place.page}"
    if place.slide is not None:
        return f"slide {place.slide}"
    if place.sheet is not None:
        return f"sheet {place.sheet}" + (f", row {place.row}" if place.row else "")
    if place.cell is not None:
        return f"cell {place.cell}"
    if place.mail is not None:
        return f"mail {place.mail}"
    return f"line {place.line}" if place.line is not None else ""
