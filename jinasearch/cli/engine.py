"""`jinasearch engine`: start, stop, look at the background process."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from jinasearch.cli.context import engine as ensured
from jinasearch.cli.context import programs_of, with_output
from jinasearch.cli.opening import work_text
from jinasearch.cli.output import Exit, complain
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.library_work import LibraryWork  # noqa: TC001 - programs decode what is told
from jinasearch.core.paths import config_file, library_dir, shown
from jinasearch.engine.client import Client, ensure_engine, find_engine, stop_engine
from jinasearch.engine.opening import opening
from jinasearch.engine.protocol import encode

if TYPE_CHECKING:
    from jinasearch.cli.output import Output

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What is told of an engine. The token stays in its file."""

    running: bool
    url: str = ""
    pid: int = 0
    version: str = ""
    library: str = ""
    opening: LibraryWork | None = None
    """What it is at before it answers."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a start is at."""

    opening: LibraryWork | None


@click.group()
def engine() -> None:
    """The background process that indexes and answers."""


@engine.command()
@click.option("--progress", is_flag=True, help="Tell what a long start is at, as JSON lines.")
@with_output
def start(output: Output, *, progress: bool) -> None:
    """Start the engine if it does not run.

    With --progress there is a line of JSON on standard error for whatever is told of a start that
    takes long: `{"opening": ...}`, null when it is over.
    """
    with ensure_engine(library_dir(), tell=_tell_line) if progress else ensured() as client:
        found = _found(client)
    output.show(found, lambda console: console.print(_told(found)))


@engine.command()
@with_output
def stop(output: Output) -> None:
    """Stop the engine after the transaction in hand.

    An open window does not start it again by itself: it offers a button.
    """
    was_running = stop_engine(library_dir(), for_good=True)
    if not was_running and opening(library_dir()) is not None:
        raise JinasearchError(
            Code.LIBRARY_BUSY,
            "The engine is still opening its library",
            "Try again when that is done; `jinasearch engine status` tells how far it is.",
            shown(library_dir()),
        )
    found = Found(running=False, library=shown(library_dir()))
    output.show(
        found, lambda console: console.print("Stopped." if was_running else "It was not running.")
    )


@engine.command()
@with_output
def restart(output: Output) -> None:
    """Stop the engine and start it again."""
    stop_engine(library_dir())
    with ensured() as client:
        found = _found(client)
    output.show(found, lambda console: console.print(_told(found)))


@engine.command()
@with_output
@click.pass_context
def status(context: click.Context, output: Output) -> None:
    """Tell whether the engine runs, without starting it."""
    client = find_engine(library_dir())
    if client is None:
        found = Found(running=False, library=shown(library_dir()), opening=opening(library_dir()))
    else:
        with client:
            found = _found(client)
    output.show(found, lambda console: console.print(_told(found)))
    if not found.running:
        context.exit(Exit.NOTHING)


@engine.command()
@click.pass_context
def run(context: click.Context) -> None:
    """Be the engine, in the foreground."""
    try:
        programs_of(context).engine(library_dir(), config_file())
    except JinasearchError as error:
        complain(error, as_json=not os.isatty(2))
        context.exit(Exit.FAILED)
    except Exception as error:  # noqa: BLE001 - logged; the thread must go on
        _log.exception("the engine ended")
        complain(
            JinasearchError(Code.ENGINE_FAILED, f"The engine made a mistake: {error}"),
            as_json=not os.isatty(2),
        )
        context.exit(Exit.FAILED)


def _found(client: Client) -> Found:
    address = client.address
    return Found(True, address.url, address.pid, address.version, shown(library_dir()))


def _tell_line(work: LibraryWork | None) -> None:
    click.echo(encode(Opening(work)).decode(), err=True)


def _told(found: Found) -> str:
    if found.opening is not None:
        return f"The engine is starting. {work_text(found.opening)}"
    if not found.running:
        return "The engine does not run."
    return f"The engine {found.version} runs at {found.url} (process {found.pid})."
