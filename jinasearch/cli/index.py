"""`jinasearch index`: add folders or files and watch them being read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jinasearch.cli.context import (
    absolute,
    can_ask,
    confirm,
    engine,
    pattern_options,
    uris,
    with_output,
)
from jinasearch.cli.output import as_wrong_usage
from jinasearch.cli.pace import pace_text, paused_text, way_out
from jinasearch.cli.progress import watch
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Activity, Rules, Status
from jinasearch.core.paths import from_uri, is_large, shown
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.engine.client import Client


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--no-wait", is_flag=True, help="Return at once; the engine goes on by itself.")
@click.option("--meaning", is_flag=True, help="Wait until everything is found by meaning too.")
@pattern_options
@click.option("--hidden", is_flag=True, help="Take in hidden files and folders.")
@click.option("--no-gitignore", is_flag=True, help="Do not heed .gitignore files.")
@click.option("--yes", is_flag=True, help="Do not ask before whole drives are indexed.")
@click.option("--again", is_flag=True, help="Read anew what is indexed already.")
@with_output
def index(
    output: Output,
    paths: tuple[str, ...],
    no_wait: bool,
    meaning: bool,
    exclude: tuple[str, ...],
    include: tuple[str, ...],
    hidden: bool,
    no_gitignore: bool,
    yes: bool,
    again: bool,
) -> None:
    """Index folders or single files from now on.

    Waits until they are found by keywords, unless indexing is paused; meaning is completed in the
    background. A folder that was indexed before keeps its rules unless new ones are given. With
    --again nothing is added: files that are in the library, or those below folders, are read anew.
    """
    given = Rules(exclude=exclude, include=include, hidden=hidden, gitignore=not no_gitignore)
    rules = None if given == Rules() else given
    if again and rules is not None:
        raise click.UsageError("--again reads what is indexed already, by the rules it has.")
    if not yes and not again:
        _ask_about_drives(paths)
    with engine() as client:
        wanted = uris(paths)
        if again:
            _read_again(client, wanted)
        else:
            with as_wrong_usage(Code.NOT_FOUND):
                found = client.send(protocol.add_folders(protocol.AddFolders(wanted, rules)))
            if rules is not None:
                _check_rules(found, wanted, rules)
        if no_wait:
            status = client.send(protocol.status())
        else:
            status = watch(client, output.console, meaning=meaning)
            _check_done(status, meaning=meaning)
    output.show(status, lambda console: _print(console, status))


def _read_again(client: Client, wanted: tuple[str, ...]) -> None:
    for uri in wanted:
        if not client.send(protocol.retry_failed(protocol.RetryRequest("", (uri,), True))).files:
            raise JinasearchError(
                Code.NOT_FOUND,
                "Nothing was ever read of this",
                "`jinasearch why` tells why; without --again it is added.",
                shown(from_uri(uri)),
            )


def _ask_about_drives(paths: tuple[str, ...]) -> None:
    """Whole drives may hold millions of files; the user's home is what the program is for."""
    home = Path.home()
    drives = [path for path in map(absolute, paths) if is_large(path, home) and path != str(home)]
    if not drives:
        return
    if not can_ask():
        raise click.UsageError(
            f"{shown(drives[0])} is a whole drive, or much of one. Add --yes to index all of it."
        )
    confirm(f"Index all of {', '.join(map(shown, drives))}? It may hold very many files.")


def print_next(console: Console, status: Status) -> None:
    """What the user can do now."""
    coverage = status.coverage
    if not coverage.keywords:
        return
    console.print("Search now: `jinasearch search WORDS`, or `jinasearch` for the window.")
    if coverage.meaning < coverage.keywords:
        console.print("Search by meaning gets better meanwhile: `jinasearch status` tells how far.")


def _print(console: Console, status: Status) -> None:
    if status.activity is Activity.WAITING:
        console.print(f"{pace_text(status.pace)}. {way_out(status.pace)}")
    print_coverage(console, status)
    print_next(console, status)


def _check_rules(found: protocol.Folders, wanted: tuple[str, ...], rules: Rules) -> None:
    """What lies in an indexed folder has no rules of its own."""
    with_them = {folder.uri for folder in found.folders if folder.rules == rules}
    for uri in wanted:
        if uri not in with_them:
            raise JinasearchError(
                Code.BAD_REQUEST,
                "This is part of an indexed folder, whose rules stay",
                "Change them with `jinasearch folders rules`.",
                shown(from_uri(uri)),
            )


def _check_done(status: Status, *, meaning: bool) -> None:
    """Raise what the work stands before, if that is why it is not done."""
    coverage = status.coverage
    done = coverage.keywords + coverage.failed + coverage.skipped >= coverage.files
    if meaning:
        done = done and coverage.meaning >= coverage.keywords
    if status.activity == Activity.PROBLEM and not done and status.notices:
        last = status.notices[-1]
        raise JinasearchError(Code(last.code), last.title, last.message, last.path)


def print_coverage(console: Console, status: Status) -> None:
    """How many files are found, by what."""
    if status.paused:
        console.print(paused_text(status))
    coverage = status.coverage
    console.print(f"{coverage.files:,} files, {coverage.passages:,} passages")
    console.print(f"  by keywords  {coverage.keywords:,} files")
    console.print(
        f"  by meaning   {coverage.cards:,} files as a whole, {coverage.meaning:,} in full"
    )
    if coverage.failed or coverage.skipped:
        console.print(
            f"  left out     {coverage.failed:,} could not be read, {coverage.skipped:,} skipped"
            " (see `jinasearch files --state failed --state skipped`)"
        )
