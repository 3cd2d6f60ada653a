"""What every command needs: the library, an engine, an output."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from jinasearch.cli.opening import OpeningLine
from jinasearch.cli.output import Output, visible
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import library_dir, shown, to_uri
from jinasearch.engine.client import START_SECONDS, Client, ensure_engine

if TYPE_CHECKING:
    from jinasearch.core.models import Folder
    from jinasearch.engine import protocol


@dataclass(frozen=True, slots=True)
class Programs:
    """What a command can become instead: the window on folders, the engine of a library."""

    window: Callable[[list[str], str], int]
    engine: Callable[[Path, Path], None]
    has_screen: Callable[[], bool]


def programs_of(context: click.Context) -> Programs:
    """The programs that `run` was given."""
    programs: Programs = context.find_root().obj
    return programs


_F = TypeVar("_F", bound=Callable[..., Any])


def with_output(command: _F) -> _F:
    """Adds `--json` and gives the command an `Output` as its first argument."""

    @click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
    @functools.wraps(command)
    def wrapped(*arguments: Any, as_json: bool, **options: Any) -> Any:  # noqa: ANN401
        return command(Output(as_json=as_json), *arguments, **options)

    return wrapped  # type: ignore[return-value]


_V = TypeVar("_V", str, tuple[str, ...])


def only_text(context: click.Context, parameter: click.Parameter, value: _V) -> _V:
    """Refuse what is not UTF-8. Only paths may hold such bytes."""
    for text in (value,) if isinstance(value, str) else value:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise click.BadParameter(
                f"{visible(text)} is not UTF-8.", context, parameter
            ) from error
    return value


def pattern_options(command: _F) -> _F:
    """Adds `--exclude` and `--include`: patterns of what is indexed."""
    patterns = functools.partial(click.option, callback=only_text, multiple=True, metavar="PATTERN")
    command = patterns("--include", help="Take in what is left out.")(command)
    return patterns("--exclude", help="Leave out (.gitignore syntax).")(command)


def can_ask() -> bool:
    """Whether somebody is there to answer a question."""
    return sys.stdin.isatty()


def confirm(question: str) -> None:
    """Ask at the terminal; anything but yes ends the command."""
    if not click.confirm(visible(question), err=True):
        click.echo("Nothing was done.", err=True)
        raise click.Abort


def engine(seconds: float = START_SECONDS) -> Client:
    """A client of the library's engine, which is started if it does not run.

    What it is at meanwhile is told at a terminal. It may be silent for `seconds`.
    """
    with OpeningLine() as line:
        return ensure_engine(library_dir(), seconds, line.show)


def absolute(path: str) -> str:
    """The full path of what the user named, without resolving links."""
    if not path:
        raise click.UsageError("A path is empty.")  # an unset variable, not the current folder
    return os.path.normpath(Path(path).expanduser().absolute())


def model_name(name: str) -> str:
    """The engine takes a model's folder by its full path alone: it runs in another folder."""
    a_path = name.startswith((".", "~")) or (os.sep in name and Path(name).is_dir())
    return absolute(name) if a_path else name


def uris(paths: tuple[str, ...]) -> tuple[str, ...]:
    """The URIs of what the user named."""
    return tuple(to_uri(absolute(path)) for path in paths)


def folder_named(folders: protocol.Folders, name: str) -> Folder:
    """The folder that the user means by its number or path."""
    uri = to_uri(absolute(name))  # two paths that are not UTF-8 can be shown alike
    for folder in folders.folders:
        if name == str(folder.id) or folder.uri == uri:
            return folder
    raise JinasearchError(
        Code.NOT_FOUND,
        "This folder is not in the library",
        "`jinasearch folders list` shows those that are.",
        shown(absolute(name)),
    )
