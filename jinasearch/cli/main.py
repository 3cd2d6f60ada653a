"""The command line: `jinasearch COMMAND`."""

from __future__ import annotations

import difflib
import errno
import os
import traceback
from importlib import import_module
from pathlib import Path

import click

from jinasearch import __version__
from jinasearch.cli.context import Programs, programs_of
from jinasearch.cli.output import (
    Exit,
    WrongUsageError,
    complain,
    give_up_output,
    prepare_streams,
    visible,
)
from jinasearch.core import logs
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown

_PLACES = {
    "eval": ("evaluate", "evaluate"),
    "pause": ("pace", "pause"),
    "resume": ("pace", "resume"),
    "similar": ("search", "similar"),
}
"""Module and name of commands that are not called as their module is."""
_OF_THEIR_OWN = (
    "ask", "autostart", "doctor", "engine", "files", "folders", "index", "library", "models",
    "pace", "search", "settings", "show", "status", "toggle", "why",
)  # fmt: skip


class _Commands(click.Group):
    """Loads the command that is called: loading all takes longer than most of them do."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Click's: the names of all."""
        return sorted((*super().list_commands(ctx), *_OF_THEIR_OWN, *_PLACES))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Click's: one by its name."""
        if cmd_name not in (*_OF_THEIR_OWN, *_PLACES):
            return super().get_command(ctx, cmd_name)
        module, name = _PLACES.get(cmd_name, (cmd_name, cmd_name))
        command: click.Command = getattr(import_module(f"jinasearch.cli.{module}"), name)
        return command


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="jinasearch")
@click.option("--library", metavar="FOLDER", help="The library to use instead of the user's own.")
@click.option("--config", metavar="FILE", help="The settings file to use.")
@click.pass_context
def cli(context: click.Context, library: str | None, config: str | None) -> None:
    """Find files on this machine by what they mean.

    `jinasearch FOLDER` opens the window on a folder and indexes it. Exit codes: 0 done, 1 nothing
    found or something unsound, 2 wrong usage, 3 failed, 130 interrupted or not confirmed,
    141 nobody takes the output any more.
    """
    if library:
        os.environ["JINASEARCH_LIBRARY"] = str(Path(library).absolute())
    if config:
        if not Path(config).exists() and context.invoked_subcommand != "settings":
            raise click.UsageError(
                f"There is no settings file {visible(config)}. `jinasearch --config FILE settings"
                " set …` begins one."
            )
        os.environ["JINASEARCH_CONFIG"] = str(Path(config).absolute())
    if context.invoked_subcommand is None:
        context.exit(programs_of(context).window([], "window"))


@cli.command()
@click.argument("folders", nargs=-1)
@click.option("--hidden", is_flag=True, help="Only be ready: in the tray, for the key.")
@click.pass_context
def window(context: click.Context, folders: tuple[str, ...], *, hidden: bool) -> None:
    """Open the window, indexing FOLDERS."""
    for folder in folders:
        if not os.path.lexists(folder):
            alike = difflib.get_close_matches(folder, cli.list_commands(context), 1)
            meant = f" Did you mean `jinasearch {alike[0]}`?" if alike else ""
            raise click.UsageError(
                f"There is no file, no folder and no command {visible(folder)}.{meant}"
            )
    start = "hidden" if hidden else "window"
    context.exit(programs_of(context).window(list(folders), start))


def run(arguments: list[str], programs: Programs) -> int:
    """Run a command line and return its exit code."""
    logs.to_stderr()
    prepare_streams()
    before_words = arguments[: arguments.index("--")] if "--" in arguments else arguments
    as_json = "--json" in before_words
    try:
        with cli.make_context("jinasearch", list(arguments), obj=programs) as context:
            return int(cli.invoke(context) or Exit.OK)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except click.ClickException as error:
        if as_json:
            complain(JinasearchError(Code.BAD_REQUEST, error.format_message()), as_json=True)
        else:
            error.show()
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - told; the interpreter's own exit code has a meaning
        _tell(error, as_json=as_json)
        return _exit_of(error)


def _exit_of(error: Exception) -> Exit:
    if isinstance(error, BrokenPipeError):
        return Exit.UNREAD
    return Exit.USAGE if isinstance(error, WrongUsageError) else Exit.FAILED


def _tell(error: Exception, *, as_json: bool) -> None:
    if isinstance(error, JinasearchError):
        complain(error, as_json=as_json)
    elif isinstance(error, BrokenPipeError):
        give_up_output()
    elif isinstance(error, OSError):
        give_up_output()
        complain(_refused(error), as_json=as_json)
    else:
        if not as_json:
            traceback.print_exception(error)
        mistake = f"The program made a mistake: {error!r}"
        complain(JinasearchError(Code.INTERNAL, mistake), as_json=as_json)


def _refused(error: OSError) -> JinasearchError:
    codes = {errno.ENOSPC: Code.DISK_FULL, errno.EACCES: Code.NO_PERMISSION}
    return JinasearchError(
        codes.get(error.errno or 0, Code.INTERNAL),
        f"The system refused: {error.strerror or type(error).__name__}",
        path=shown(os.fsdecode(error.filename)) if error.filename else "",
    )
