"""`jinasearch folders`: list, add, remove, and change what of them is indexed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from jinasearch.cli.context import (
    absolute,
    can_ask,
    confirm,
    engine,
    folder_named,
    pattern_options,
    uris,
    with_output,
)
from jinasearch.cli.output import as_wrong_usage, size, visible
from jinasearch.cli.reasons import words
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.kinds import GROUPS
from jinasearch.core.paths import from_uri, shown, to_uri
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.core.models import Folder, Rules, RulesPreview

_SHOWN = 5
"""Examples of a kind, for people."""


@click.group()
def folders() -> None:
    """The indexed folders."""


@folders.command("list")
@with_output
def list_(output: Output) -> None:
    """List the indexed folders and how much of each can be found."""
    with engine() as client:
        found = client.send(protocol.folders())
    output.show(found, lambda console: _print(console, found))


@folders.command()
@with_output
def propose(output: Output) -> None:
    """Count what lies in the folders that people keep their files in; nothing is indexed."""
    with engine() as client:
        found = client.send(protocol.propose_folders())
    output.show(found, lambda console: _print_proposals(console, found))


@folders.command()
@click.argument("paths", nargs=-1, required=True)
@with_output
def add(output: Output, paths: tuple[str, ...]) -> None:
    """Index folders or files from now on, without waiting."""
    with engine() as client, as_wrong_usage(Code.NOT_FOUND):
        found = client.send(protocol.add_folders(protocol.AddFolders(uris(paths))))
    output.show(found, lambda console: _print(console, found))


@folders.command()
@click.argument("folder")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_output
def remove(output: Output, folder: str, yes: bool) -> None:
    """Forget FOLDER (its number or path) and all that was read from it.

    The files themselves are not touched.
    """
    with engine() as client:
        chosen = folder_named(client.send(protocol.folders()), folder)
        if not yes:
            if not can_ask():
                raise click.UsageError("There is nobody to ask. Add --yes to forget the folder.")
            confirm(f"Forget {chosen.path} and its index?")
        found = client.send(protocol.remove_folder(chosen.id))
    output.show(found, lambda console: _print(console, found))


@folders.command()
@click.argument("path")
@click.option("--back", is_flag=True, help="Take it in again.")
@click.option("--preview", is_flag=True, help="Only tell what would change.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_output
def exclude(output: Output, path: str, back: bool, preview: bool, yes: bool) -> None:
    """Leave the file or folder at PATH out of the indexed folder that it lies in.

    It gets a rule of its own (see `jinasearch folders rules`). What was read of it is deleted from
    the library; nothing else is touched.
    """
    wanted = protocol.Exclude(to_uri(absolute(path)), back=back)
    with engine() as client:
        if preview or (not yes and not back):
            told = client.send(protocol.exclude(replace(wanted, preview=True)))
            if preview:
                output.show(told, lambda console: _print_exclusion(console, told))
                return
            _ask_to_exclude(path, told)
        done = client.send(protocol.exclude(wanted))
    output.show(done, lambda console: _print_exclusion(console, done, back=back))


def _ask_to_exclude(path: str, told: protocol.Exclusion) -> None:
    if not can_ask():
        raise click.UsageError("There is nobody to ask. Add --yes to leave it out.")
    gone = told.change.newly_out if told.change else 0
    what = "one file is" if gone == 1 else f"{gone:,} files are"
    confirm(f"Leave out {shown(absolute(path))}? Then {what} no longer found.")


def _print_exclusion(
    console: Console, told: protocol.Exclusion, *, back: bool | None = None
) -> None:
    rule = f"the rule {visible(told.pattern)} of {visible(told.folder)}"
    if told.change is not None:
        console.print(f"By {rule}:", markup=False)
        _print_preview(console, told.change)
    elif back:
        console.print(f"Taken in again: {rule} is gone.", markup=False)
    else:
        console.print(f"Left out by {rule}; `--back` takes it in again.", markup=False)


@folders.command()
@click.argument("path")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_output
def forget(output: Output, path: str, yes: bool) -> None:
    """Forget what was on a drive at PATH that is away and does not come back.

    What is there now stays. Until then what was read from the drive is kept and found.
    """
    place = absolute(path)
    with engine() as client:
        folders = client.send(protocol.folders()).folders
        uri = _as_told(folders, place) or to_uri(place)
        if not any(Path(from_uri(uri)).is_relative_to(from_uri(each.uri)) for each in folders):
            raise JinasearchError(
                Code.NOT_FOUND,
                "No indexed folder holds this",
                "`jinasearch folders list` shows them.",
                shown(place),
            )
        if not yes:
            if not can_ask():
                raise click.UsageError("There is nobody to ask. Add --yes to forget it.")
            confirm(f"Forget all that was read below {shown(place)} and is not there?")
        found = client.send(protocol.forget_away(protocol.ForgetAway(uri)))
    output.show(found, lambda console: _print(console, found))


@folders.command()
@click.argument("folder")
@pattern_options
@click.option("--hidden/--no-hidden", default=None, help="Hidden files and folders.")
@click.option("--gitignore/--no-gitignore", default=None, help="Heed .gitignore files.")
@click.option("--archives/--no-archives", default=None, help="What zip, tar and 7z archives hold.")
@click.option("--online/--no-online", default=None, help="Fetch files that are in a cloud only.")
@click.option("--max-bytes", type=click.IntRange(min=1), help="Leave out larger files.")
@click.option(
    "--without",
    multiple=True,
    type=click.Choice([*GROUPS, "none"]),
    help="Leave out files of this type; `none` takes all in.",
)
@click.option("--preview", is_flag=True, help="Only tell what would change.")
@with_output
def rules(
    output: Output,
    folder: str,
    exclude: tuple[str, ...],
    include: tuple[str, ...],
    hidden: bool | None,
    gitignore: bool | None,
    archives: bool | None,
    online: bool | None,
    max_bytes: int | None,
    without: tuple[str, ...],
    preview: bool,
) -> None:
    """Show or change what of FOLDER (its number or path) is indexed.

    Patterns and types that are given replace the old ones. `.jinasearchignore` files, in the same
    syntax as .gitignore, always count. With --preview nothing is changed: it tells how many files
    would go and come, and what is left out for which reason.
    """
    given = {
        "exclude": exclude or None,
        "include": include or None,
        "hidden": hidden,
        "gitignore": gitignore,
        "archives": archives,
        "online": online,
        "max_bytes": max_bytes,
        "without": tuple(name for name in without if name != "none") if without else None,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    with engine() as client:
        chosen = folder_named(client.send(protocol.folders()), folder)
        wanted = replace(chosen.rules, **changes)  # type: ignore[arg-type]
        if preview:
            told = client.send(protocol.preview_rules(chosen.id, protocol.SetRules(wanted)))
            output.show(told, lambda console: _print_preview(console, told))
            return
        if changes:
            client.send(protocol.set_rules(chosen.id, protocol.SetRules(wanted)))
            chosen = replace(chosen, rules=wanted)
    output.show(chosen, lambda console: _print_rules(console, chosen.rules))


def _print(console: Console, found: protocol.Folders) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("no.", "folder", "files", "keywords", "meaning", "failed", ""):
        table.add_column(
            name, justify="left" if name in ("folder", "") else "right", overflow="fold"
        )
    for folder in found.folders:
        coverage = folder.coverage
        table.add_row(
            str(folder.id),
            Text(visible(folder.path)),
            f"{coverage.files:,}",
            f"{coverage.keywords:,}",
            f"{coverage.meaning:,}",
            f"{coverage.failed:,}",
            _away(folder),
        )
    console.print(table)


def _as_told(found: Sequence[Folder], place: str) -> str:
    """The URI of the drive that is away and shown so: a name that is not UTF-8 cannot be typed."""
    away = (uri for folder in found for uri in folder.drives_away)
    return next((uri for uri in away if shown(from_uri(uri)) == shown(place)), "")


def _away(folder: Folder) -> Text:
    if folder.away or not folder.drives_away:
        return Text("gone" if folder.gone else "away" if folder.away else "")
    places = [visible(shown(from_uri(uri))) for uri in folder.drives_away]
    return Text(f"away: {', '.join(places)}")


def _print_rules(console: Console, found: Rules) -> None:
    console.print(f"leave out    {visible(' '.join(found.exclude)) or '-'}", markup=False)
    console.print(f"take in      {visible(' '.join(found.include)) or '-'}", markup=False)
    console.print(f"hidden       {'in' if found.hidden else 'out'}")
    console.print(f".gitignore   {'heeded' if found.gitignore else 'not heeded'}")
    console.print(f"archives     {'opened' if found.archives else 'by their names only'}")
    console.print(f"online only  {'fetched' if found.online else 'by their names only'}")
    console.print(f"types out    {' '.join(found.without) or '-'}")
    console.print(f"at most      {found.max_bytes:,} bytes a file")


def _print_proposals(console: Console, found: protocol.Proposals) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("folder", "files", "size", ""):
        table.add_column(title, justify="right" if title in ("files", "size") else "left")
    for folder in found.proposals:
        more = "" if folder.counted else "over "
        table.add_row(
            Text(visible(folder.path)),
            f"{more}{folder.files:,}",
            more + size(folder.bytes),
            "indexed" if folder.known else "",
        )
    console.print(table)
    console.print("`jinasearch folders add` takes those that you name.")


def _print_preview(console: Console, told: RulesPreview) -> None:
    if not told.complete:
        console.print("The folder is too large to see all of it at once. Of what was seen:")
    console.print(f"in           {told.files:,} files, {size(told.bytes)}")
    _print_change(console, "would go", told.newly_out, told.leaving)
    _print_change(console, "would come", told.newly_in, told.coming)
    if told.left_out:
        console.print("left out")
    for left in told.left_out:
        counts = [f"{left.files:,} files"] if left.files else []
        counts += [f"{left.folders:,} folders"] if left.folders else []
        console.print(f"  {words(left.reason)}: {', '.join(counts)}", markup=False)
        for path in left.examples[:_SHOWN]:
            console.print(f"    {visible(path)}", markup=False)


def _print_change(console: Console, name: str, count: int, paths: tuple[str, ...]) -> None:
    console.print(f"{name:<12} {count:,} files")
    for path in paths[:_SHOWN]:
        console.print(f"  {visible(path)}", markup=False)
    if count > _SHOWN:
        console.print(f"  and {count - _SHOWN:,} more")
