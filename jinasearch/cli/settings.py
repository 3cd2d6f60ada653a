"""`jinasearch settings`: what can be set, and setting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from jinasearch.cli.context import engine, with_output
from jinasearch.cli.output import WrongUsageError, as_wrong_usage, visible
from jinasearch.core import settings as settings_file
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import config_file, library_dir, shown
from jinasearch.engine import protocol
from jinasearch.engine.client import find_engine
from jinasearch.engine.protocol import ChangeSettings, SettingsReply

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.core.settings import Entry, Settings, Value

_CHECKED = frozenset({"embed.model", "embed.dimension", "search.rerank"})
"""Only an engine can tell whether a model can be used."""
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@click.group()
def settings() -> None:
    """The settings, which the window changes as well.

    They are a TOML file that can be edited by hand; changes made here are used at once.
    """


@settings.command("list")
@click.argument("text", default="")
@click.option("--changed", is_flag=True, help="Only those that are not as by default.")
@with_output
def list_(output: Output, text: str, *, changed: bool) -> None:
    """List the settings, or those with TEXT in their name."""
    reply = SettingsReply(settings_file.entries(settings_file.load(config_file())))
    entries = [
        entry
        for entry in reply.entries
        if text.lower() in entry.name and (entry.value != entry.default or not changed)
    ]
    found = SettingsReply(tuple(entries), shown(config_file()))
    output.show(found, lambda console: _print(console, found.entries))


@settings.command()
@click.argument("name")
@with_output
def get(output: Output, name: str) -> None:
    """Print one setting's value."""
    entry = _entry(name)
    output.show(entry, lambda console: console.print(visible(_said(entry.value)), markup=False))


@settings.command("set")
@click.argument("name")
@click.argument("value")
@with_output
def set_(output: Output, name: str, value: str) -> None:
    """Change one setting, such as `embed.threads 2`."""
    _change(output, {name: _read(_known(name), value)})


@settings.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All settings.")
@with_output
def reset(output: Output, names: tuple[str, ...], *, everything: bool) -> None:
    """Go back to the defaults of some settings."""
    if bool(names) == everything:
        raise click.UsageError("Name settings, or give --all.")
    if everything:
        now = settings_file.load(config_file())
        names = tuple(e.name for e in settings_file.entries(now) if e.value != e.default)
    _change(output, {_known(name).name: None for name in names})


@settings.command()
@with_output
def path(output: Output) -> None:
    """Print where the settings file lies."""
    file = shown(config_file())
    output.show({"file": file}, lambda console: console.print(visible(file), markup=False))


def _entry(name: str) -> Entry:
    return _known(name, settings_file.load(config_file()))


def _known(name: str, settings: Settings | None = None) -> Entry:
    """A setting as it is by default if its value is not asked for: it can be a mistake."""
    for entry in settings_file.entries(settings or settings_file.Settings()):
        if entry.name == name:
            return entry
    raise WrongUsageError(
        Code.NOT_FOUND,
        f"There is no setting {visible(name)}",
        "`jinasearch settings list` shows all.",
    )


def _read(entry: Entry, text: str) -> Value:
    """The value that the user means."""
    word = text.strip().lower()
    if entry.kind == "bool" and word in _YES + _NO:
        return word in _YES
    try:
        if entry.kind == "int":
            return int(text)
        if entry.kind == "float":
            return float(text)
    except ValueError:
        pass
    if entry.kind == "text" and (not entry.choices or text in entry.choices):
        return text
    wanted = {"bool": "true or false", "int": "a whole number", "float": "a number"}
    one_of = " or ".join(choice or '""' for choice in entry.choices)
    raise WrongUsageError(
        Code.BAD_REQUEST,
        f"{entry.name} cannot be {visible(text)}",
        f"Give {wanted.get(entry.kind, one_of)}.",
    )


def _change(output: Output, values: dict[str, Value | None]) -> None:
    with as_wrong_usage(), as_wrong_usage(Code.MODEL_DIMENSION):
        reply = _changed(values)
    output.show(reply, lambda console: _confirm(console, reply, values))


def _changed(values: dict[str, Value | None]) -> SettingsReply:
    """Through the engine if one runs or is needed, which then uses them; else in the file."""
    client = find_engine(library_dir())
    if client is None and _CHECKED & set(values) and _is_sound():
        client = engine()
    if client is None:
        changed = settings_file.change(config_file(), values)
        return SettingsReply(settings_file.entries(changed), shown(config_file()))
    with client:
        return client.send(protocol.change_settings(ChangeSettings(values)))


def _is_sound() -> bool:
    """Whether an engine could start with the file as it is."""
    try:
        settings_file.load(config_file())
    except JinasearchError:
        return False
    return True


def _confirm(console: Console, reply: SettingsReply, values: dict[str, Value | None]) -> None:
    for entry in reply.entries:
        if entry.name in values:
            console.print(visible(f"{entry.name} = {_said(entry.value)}"), markup=False)
    if set(reply.at_next_start) & set(values):
        console.print("The engine uses this when it starts again: `jinasearch engine restart`.")


def _print(console: Console, entries: tuple[Entry, ...]) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("setting", "value", "default", "one of"):
        table.add_column(title)
    for entry in entries:
        value, default = (Text(visible(_said(of))) for of in (entry.value, entry.default))
        if entry.value != entry.default:
            value.stylize("bold")
        table.add_row(entry.name, value, default, ", ".join(entry.choices))
    console.print(table)


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
