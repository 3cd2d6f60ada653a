"""`jinasearch library`: the library as one file, to keep or to take elsewhere."""

from __future__ import annotations

import os
import shlex
import time
from typing import TYPE_CHECKING

import click
from rich.markup import escape
from rich.table import Table

from jinasearch.cli.context import absolute, can_ask, confirm, engine, with_output
from jinasearch.cli.output import visible
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.kept_copy import KeptWhy
from jinasearch.core.paths import library_dir, shown, to_uri
from jinasearch.engine import protocol
from jinasearch.engine.client import stop_engine

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.core.kept_copy import KeptCopy

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
    _write(output, absolute(file), replace=replace)


@library.command()
@click.argument("folder", default=".")
@click.option("--replace", is_flag=True, help="Replace a backup of the same day.")
@with_output
def backup(output: Output, folder: str, *, replace: bool) -> None:
    """Export the library into FOLDER, under a name with the date, while everything goes on.

    `library import` brings it back, here or on another machine. Keep it where others cannot read
    it: it holds the text of your files.
    """
    name = time.strftime("library-%Y-%m-%d.jinasearch")
    _write(output, os.path.join(absolute(folder), name), replace=replace)  # noqa: PTH118


def _write(output: Output, path: str, *, replace: bool) -> None:
    with engine() as client:
        request = protocol.Export(to_uri(path), replace)
        made = client.send(protocol.export_library(request), _SECONDS)
    output.show(made, lambda console: _print_made(console, made))


def _print_made(console: Console, made: protocol.Exported) -> None:
    path = visible(made.path)
    console.print(f"{path}: {made.bytes / 1e6:,.1f} MB", markup=False, soft_wrap=True)
    back = f"jinasearch library import {shlex.quote(path)}"
    console.print(f"To bring it back: {back}", markup=False, soft_wrap=True)


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
    """Take FILE, made by `library backup` or `export`, in place of this library.

    Files that are the same here are not read and nothing is embedded again; others are found as
    changed. The old library is kept in its `backups` folder, as `before-import-` with date and
    time; given as FILE it is brought back. A setting that names a program, `embed.python`, is never
    taken over.
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
    engine(_SECONDS).close()
    output.show(found, lambda console: _print_taken(console, found, settings=request.settings))


@library.command("kept")
@with_output
def kept_(output: Output) -> None:
    """List the copies of the library that were put aside, with date and size.

    They are from before an import, from before an update to a new version, or damaged, and hold the
    text of your files. `library import` brings one back, `library discard` deletes it.
    """
    with engine() as client:
        found = client.send(protocol.kept())
    output.show(found, lambda console: _print_kept(console, found.copies))


@library.command()
@click.argument("names", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="Delete all that are kept.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_output
def discard(output: Output, names: tuple[str, ...], *, all_: bool, yes: bool) -> None:
    """Delete copies that were put aside, by the NAMES that `library kept` shows, for good."""
    if bool(names) == all_:
        raise click.UsageError("Name the copies, or give --all.")
    with engine() as client:
        found = client.send(protocol.kept())
        known = {copy.name: copy for copy in found.copies}
        wanted = [copy for copy in found.copies if all_ or copy.name in names]
        for name in names:
            if name not in known:
                raise JinasearchError(
                    Code.NOT_FOUND,
                    "No copy of this name is kept",
                    "`jinasearch library kept` lists them; nothing was deleted.",
                    name,
                )
        if wanted and not yes:
            if not can_ask():
                raise click.UsageError("There is nobody to ask. Add --yes to delete.")
            size = sum(copy.bytes for copy in wanted) / 1e6
            confirm(f"Delete {', '.join(copy.name for copy in wanted)} ({size:,.1f} MB) for good?")
        for copy in wanted:
            found = client.send(protocol.discard(protocol.Discard(copy.name)))
    output.show(found, lambda console: _print_kept(console, found.copies))


_WHY = {
    KeptWhy.DAMAGED: "damaged",
    KeptWhy.BEFORE_IMPORT: "before an import",
    KeptWhy.BEFORE_UPDATE: "before an update",
}


def _print_kept(console: Console, copies: tuple[KeptCopy, ...]) -> None:
    if not copies:
        console.print("Nothing is kept.")
        return
    table = Table("name", "why", "from", "size", box=None, pad_edge=False)
    for copy in copies:
        made = time.strftime("%Y-%m-%d %H:%M", time.localtime(copy.made))
        name = escape(visible(copy.name))
        table.add_row(name, _WHY[copy.why], made, f"{copy.bytes / 1e6:,.1f} MB")
    console.print(table)


def _place(given: str) -> protocol.Place:
    old, sign, new = given.partition("=")
    if not (old and sign and new):
        raise click.UsageError(f"Write {visible(given)} as OLD=NEW.")
    return protocol.Place(to_uri(absolute(old)), to_uri(absolute(new)))


def _print_taken(console: Console, found: protocol.ImportPlan, *, settings: bool) -> None:
    _print(console, found)
    if found.replaces:
        kept = shown(library_dir() / "backups")
        told = f"The library before is kept in {kept}; `library import` brings it back."
        console.print(visible(told), markup=False, soft_wrap=True)
    if settings and found.has_settings:
        console.print("The setting `embed.python`, a program, stays as it is here.")


def _print(console: Console, found: protocol.ImportPlan) -> None:
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(found.made))
    models = ", ".join(found.models) or "none"
    for line in (
        f"made {made} by version {found.version}" if found.version else f"last changed {made}",
        f"{found.files:,} files, {found.vectors:,} vectors of {models}",
        *(
            f"{folder.path}{'' if folder.is_here else '  (not there: kept as away; see --map)'}"
            for folder in found.folders
        ),
    ):
        console.print(visible(line), markup=False, soft_wrap=True)
