"""How commands speak: tables for people, JSON for programs, one exit code for each outcome."""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import TYPE_CHECKING

import click
import msgspec
from rich.console import Console

from jinasearch.engine.protocol import encode, failure_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.core.errors import JinasearchError


class Exit(IntEnum):
    """Exit codes. Click ends with 2 when the command line itself is wrong."""

    OK = 0
    NOTHING = 1
    """Nothing was found, or a check found something unsound."""
    USAGE = 2
    FAILED = 3
    INTERRUPTED = 130


class Output:
    """Prints to standard output; with `as_json` exactly one JSON value."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())

    def show(self, value: object, people: Callable[[Console], None]) -> None:
        """Print `value` as JSON, or let `people` print it for people."""
        if self.as_json:
            sys.stdout.write(msgspec.json.format(encode(value), indent=2).decode() + "\n")
            sys.stdout.flush()
        else:
            people(self.console)


def complain(error: JinasearchError, *, as_json: bool) -> None:
    """Tell an error on standard error."""
    if as_json:
        click.echo(encode(failure_of(error)).decode(), err=True)
        return
    where = f": {error.path}" if error.path else ""
    click.echo(f"jinasearch: {error.title}{where}", err=True)
    if error.message:
        click.echo(f"  {error.message}", err=True)


def size(count: int) -> str:
    """A number of bytes for people, in powers of 1000."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def duration(seconds: float | None) -> str:
    """A time span for people."""
    if seconds is None:
        return "unknown"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
