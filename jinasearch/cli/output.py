"""How commands speak: tables for people, JSON for programs, one exit code for each outcome.

Names and texts of files are somebody else's: they are printed through `visible` and never as
Rich's markup.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING

import click
import msgspec
from rich.console import Console

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine.protocol import encode, failure_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Exit(IntEnum):
    """Exit codes. Click ends with 2 when the command line itself is wrong."""

    OK = 0
    NOTHING = 1
    """Nothing was found, or a check found something unsound."""
    USAGE = 2
    FAILED = 3
    INTERRUPTED = 130
    UNREAD = 141
    """Nobody takes the output any more, as after `| head`: what a shell says of SIGPIPE."""


_WIDTH_OF_A_FILE = 10_000
"""Columns of an output that is no terminal: no cell of a table is folded or cut there."""

_PICTURES = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    # What starts a new line or turns the direction of what follows, and half characters.
    **dict.fromkeys((0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
}
_PICTURES_IN_TEXT = {
    code: picture for code, picture in _PICTURES.items() if code not in {0x09, 0x0A}
}


def visible(text: str, *, lines: bool = False) -> str:
    """`text` without characters that drive a terminal: each is replaced by one that shows it.

    With `lines` tabs and line breaks stay. The length stays the same.
    """
    return text.translate(_PICTURES_IN_TEXT if lines else _PICTURES)


def prepare_streams() -> None:
    """Print what the terminal's encoding lacks as `?`; go without what was closed."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # Closed by whoever started us:
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def give_up_output() -> None:
    """Nobody takes our output: let the interpreter not try it again as it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # not Rich's way, which is to exit with 1: "nothing found"


def make_console() -> Console:
    """A console on standard output."""
    terminal = sys.stdout.isatty()
    return _Console(
        highlight=False,
        soft_wrap=not terminal,
        width=None if terminal else _WIDTH_OF_A_FILE,
    )


class Output:
    """Prints to standard output; with `as_json` exactly one JSON value."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = make_console()

    def show(self, value: object, people: Callable[[Console], None]) -> None:
        """Print `value` as JSON, or let `people` print it for people."""
        if self.as_json:
            # As bytes: JSON is UTF-8 whatever the terminal's encoding.
            sys.stdout.flush()
            sys.stdout.buffer.write(msgspec.json.format(encode(value), indent=2) + b"\n")
            sys.stdout.buffer.flush()
        else:
            people(self.console)


class WrongUsageError(JinasearchError):
    """What cannot be done is what the command line asks for."""


@contextmanager
def as_wrong_usage(code: Code = Code.BAD_REQUEST) -> Iterator[None]:
    """What is refused here with this code is what the command line asks for."""
    try:
        yield
    except JinasearchError as error:
        if error.code is not code:
            raise
        raise WrongUsageError(error.code, error.title, error.message, error.path) from error


def complain(error: JinasearchError, *, as_json: bool) -> None:
    """Tell an error on standard error."""
    if as_json:
        click.echo(encode(failure_of(error)).decode(), err=True)
        return
    where = f": {error.path}" if error.path else ""
    click.echo(visible(f"jinasearch: {error.title}{where}"), err=True)
    if error.message:
        click.echo(visible(f"  {error.message}", lines=True), err=True)


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
