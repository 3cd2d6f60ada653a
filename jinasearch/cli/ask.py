"""`jinasearch ask`: the program without a screen. Indexes with a bar, then takes questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jinasearch.cli.context import can_ask, engine, uris
from jinasearch.cli.index import print_coverage, print_next
from jinasearch.cli.output import as_wrong_usage, complain, make_console
from jinasearch.cli.progress import watch
from jinasearch.cli.search import SECONDS, print_hit, print_reply, shown_hits
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.core.models import Hit
    from jinasearch.engine.client import Client


_ENDS = ("exit", "quit")
_HELP = """\
Type words that stand in a file, or a whole question in any language.
"in quotes"     exactly so; -word leaves files out; name: type: in: date: … limit the answers,
                `jinasearch search --help` lists them all
exit, quit      end, as an empty line does; "exit" in quotes is looked for
1, 2, …         the path of that answer, and all that answers in it
help            this"""


@click.command()
@click.argument("paths", nargs=-1)
def ask(paths: tuple[str, ...]) -> None:
    """Index PATHS and take questions at a prompt.

    Ctrl+C during indexing goes to the prompt at once; an empty line, exit or quit ends it.
    """
    console = make_console()
    with engine() as client:
        if paths:
            with as_wrong_usage(Code.NOT_FOUND):
                client.send(protocol.add_folders(protocol.AddFolders(uris(paths))))
        try:
            status = watch(client, console, meaning=False)
        except KeyboardInterrupt:
            status = client.send(protocol.status())
        print_coverage(console, status)
        if not _prompt(client, console):
            print_next(console, status)


def _prompt(client: Client, console: Console) -> bool:
    """Answer until the end; False if nobody was there to ask anything."""
    interactive = asked = can_ask()
    hits: list[Hit] = []
    if interactive:
        console.print("[dim]Ask; an empty line ends, help explains.[/]")
    while True:
        try:
            text = input("? " if interactive else "").strip()
        except (EOFError, KeyboardInterrupt):
            return asked
        if not text or (interactive and text.lower() in _ENDS):
            return asked
        asked = True
        if interactive and text.lower() == "help":
            console.print(_HELP, markup=False)
            continue
        if interactive and text.isdecimal() and 0 < int(text) <= len(hits):
            print_hit(console, hits[int(text) - 1])
            continue
        try:
            reply = client.send(protocol.search(protocol.SearchRequest(text, limit=5)), SECONDS)
        except JinasearchError as error:
            complain(error, as_json=False)
            continue
        print_reply(console, reply)
        hits = shown_hits(reply)
