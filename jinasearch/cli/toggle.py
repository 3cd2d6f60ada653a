"""`jinasearch toggle`: the small window, from a key of the desktop's own settings."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import click

from jinasearch.cli.context import programs_of
from jinasearch.core import wake
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import config_file, library_dir, models_dir
from jinasearch.core.starting import outliving
from jinasearch.engine.address import environment, program

_STARTING_SECONDS = 20.0
_POLL_SECONDS = 0.1


@click.command()
@click.option("--foreground", is_flag=True, help="Where none is open, be the window oneself.")
@click.pass_context
def toggle(context: click.Context, *, foreground: bool) -> None:
    """Show the small search window, or hide it.

    For a key in your desktop's own settings, where no program can have one by itself. Where no
    window is open one is started that goes on by itself.
    """
    if wake.send(library_dir(), wake.Wake((), toggle=True)):
        return
    if not programs_of(context).has_screen():
        raise JinasearchError(
            Code.BAD_REQUEST,
            "There is no screen to show a window on",
            "Ask at the prompt: `jinasearch ask`.",
        )
    if foreground:
        context.exit(programs_of(context).window([], "quick"))
    _start()


def _start() -> None:
    """Start the window in a process of its own; returns when it can be called."""
    window = subprocess.Popen(
        [*program(), "toggle", "--foreground"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(library_dir(), config_file(), models_dir()),
        **outliving(),
    )
    socket = Path(wake.socket_name(library_dir()))
    deadline = time.monotonic() + _STARTING_SECONDS
    while not socket.exists() and time.monotonic() < deadline:
        if window.poll():
            raise JinasearchError(
                Code.INTERNAL,
                "The window could not be opened",
                "`jinasearch toggle --foreground` tells why.",
            )
        if window.returncode == 0:
            return  # another one was quicker, and was told
        time.sleep(_POLL_SECONDS)
