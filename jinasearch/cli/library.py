"""`jinasearch library`: the library as one file, to keep or to take elsewhere."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from jinasearch.cli.context import absolute, can_ask, confirm, engine, with_output
from jinasearch.cli.output import visible
from jinasearch.core.paths import library_dir, to_uri
from jinasearch.engine import protocol
from jinasearch.engine.client import ensure_engine, stop_engine

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output

_SECONDS = 3600.0


@click.group()
def library() -> None:
    """The whole library as one file: a backup, or the way to another machine."""


@library.command()
@click.argument("file")
@click.option("--replace", is_flag=True, help="Replace an older file of that name.")
@with_output
def export(output: Output, file: str, *, replace: bool) -> None:
    """Write index, folders and settings to FILE, while everything goes on.

    FILE holds the text of your files, readable by you alone. Models are not in it.
    """
    request = protocol.Export(to_uri(absolute(file)), replace)
    with engine() as client:
        made = client.send(protocol.export_library(request), _SECONDS)
    output.show(
        made,
        lambda console: console.print(
            f"{visible(made.path)}: {made.bytes / 1e6:,.1f} MB", markup=False
        ),
    )


@library.command("import")
@click.argument("file")
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="OLD=NEW",
    help="What stood at OLD stands at NEW here.",
)
@click.option("--no-settings", is_flag=True, help="Keep the settings that are here.")
@click.option("--plan", is_flag=True, help="Only tell what is in FILE.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_output
def import_(
    output: Output,
    file: str,
    maps: tuple[str, ...],
    *,
    no_settings: bool,
    plan: bool,
    yes: bool,
) -> None:
    """Take FILE, made by `library export`, in place of this library.

    Files that are the same here are not read and nothing is embedded again; others are found as
    changed. The old library is kept in its `backups` folder, as `before-import.db`.
    """
    places = tuple(_place(given) for given in maps)
    request = protocol.Import(to_uri(absolute(file)), places, settings=not no_settings)
    with engine() as client:
        found = client.send(protocol.plan_import(request), _SECONDS)
        if plan:
            output.show(found, lambda console: _print(console, found))
            return
        if found.replaces and not yes:
            if not can_ask():
                raise click.UsageError("There is nobody to ask. Add --yes to replace the library.")
            confirm(f"Replace this library of {found.replaces:,} files by that of {file}?")
        client.send(protocol.import_library(request), _SECONDS)
    stop_engine(library_dir())
    ensure_engine(library_dir(), _SECONDS).close()
    output.show(found, lambda console: _print(console, found))


def _place(given: str) -> protocol.Place:
    old, sign, new = given.partition("=")
    if not (old and sign and new):
        raise click.UsageError(f"Write {visible(given)} as OLD=NEW.")
    return protocol.Place(to_uri(absolute(old)), to_uri(absolute(new)))


def _print(console: Console, found: protocol.ImportPlan) -> None:
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(found.made))
    models = ", ".join(found.models) or "none"
    for line in (
        f"made {made} by version {found.version}",
        f"{found.files:,} files, {found.vectors:,} vectors of {models}",
        *(
            f"{folder.path}{'' if folder.is_here else '  (not there: kept as away; see --map)'}"
            for folder in found.folders
        ),
    ):
        console.print(visible(line), markup=False, soft_wrap=True)
