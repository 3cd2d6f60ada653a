"""The command line: `jinasearch COMMAND`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from jinasearch import __version__
from jinasearch.cli import ask, doctor, engine, files, folders, index, models, search, status
from jinasearch.cli.context import Programs, programs_of
from jinasearch.cli.output import Exit, complain
from jinasearch.core import logs
from jinasearch.core.errors import JinasearchError


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jinasearch")
@click.option("--library", metavar="FOLDER", help="The library to use instead of the user's own.")
@click.option("--config", metavar="FILE", help="The settings file to use.")
@click.pass_context
def cli(context: click.Context, library: str | None, config: str | None) -> None:
    """Find files on this machine by what they mean.

    `jinasearch FOLDER` opens the window on a folder and indexes it. Exit codes: 0 done, 1 nothing
    found or something unsound, 2 wrong usage, 3 failed.
    """
    if library:
        os.environ["JINASEARCH_LIBRARY"] = str(Path(library).absolute())
    if config:
        os.environ["JINASEARCH_CONFIG"] = str(Path(config).absolute())
    if context.invoked_subcommand is None:
        context.exit(programs_of(context).window([]))


@cli.command()
@click.argument("folders", nargs=-1)
@click.pass_context
def window(context: click.Context, folders: tuple[str, ...]) -> None:
    """Open the window, indexing FOLDERS."""
    context.exit(programs_of(context).window(list(folders)))


for command in (
    ask.ask,
    doctor.doctor,
    engine.engine,
    files.files,
    folders.folders,
    index.index,
    models.models,
    search.search,
    status.pause,
    status.resume,
    status.status,
):
    cli.add_command(command)


def run(arguments: list[str], programs: Programs) -> int:
    """Run a command line and return its exit code."""
    logs.to_stderr()
    context: click.Context | None = None
    try:
        with cli.make_context("jinasearch", list(arguments), obj=programs) as context:
            code = cli.invoke(context)
            return int(code or Exit.OK)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return Exit.FAILED
    except JinasearchError as error:
        as_json = bool(context and context.meta.get("jinasearch.json"))
        complain(error, as_json=as_json)
        return Exit.FAILED
