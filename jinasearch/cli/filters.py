"""Options of commands that ask: which files may answer, the same as in a question's text."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar

import click

from jinasearch.cli.context import absolute, only_text
from jinasearch.cli.output import as_wrong_usage
from jinasearch.core.paths import shown
from jinasearch.engine import protocol

LANGUAGE = """\b
Filters, in the text or as options; several values of one are alternatives, -filter: excludes:
  type:pdf        document, sheet, slides, text, code, web, mail, image … or a format
  ext:md          the end of the file's name
  in:FOLDER       a folder's name or full path
  name: title: author:      words of the file's name, its title, its author
  from: to:       who wrote a mail, who got it
  date:2024-03    last changed then; also today, "last week", "past 30 days", 2023..2024-06
  before: after:  the same; before the beginning of that time, from its beginning on
  size:>10mb      also <1k, 1mb..5mb
  lang:de         in a language, by its code or name
  like:FILE       close in meaning to a file of the library
  sort:name       in another order: name, date, size, path; sort:-date, the newest first
"""

_F = TypeVar("_F", bound=Callable[..., Any])
_OPTIONS = (
    (protocol.Field.TYPE, "TYPE", "Only files of this type: pdf, document, mail, image …"),
    (protocol.Field.EXT, "EXT", "Only files whose name ends so."),
    (protocol.Field.IN, "FOLDER", "Only below this folder, by its name or path."),
    (protocol.Field.NAME, "WORDS", "Only files with these words in their name."),
    (protocol.Field.TITLE, "WORDS", "Only files with these words in their title."),
    (protocol.Field.AUTHOR, "WORDS", "Only files by this author."),
    (protocol.Field.FROM, "NAME", "Only mails from this sender."),
    (protocol.Field.TO, "NAME", "Only mails to this recipient."),
    (protocol.Field.DATE, "WHEN", "Only files last changed then: 2024-03, 'last week' …"),
    (protocol.Field.BEFORE, "WHEN", "Only files last changed before this begins."),
    (protocol.Field.AFTER, "WHEN", "Only files last changed since this began."),
    (protocol.Field.LANG, "LANGUAGE", "Only files in this language: de, chinese …"),
    (protocol.Field.SIZE, "SIZE", "Only files of this size: '>10mb', '1k..5k'."),
)


def with_filters(command: _F) -> _F:
    """Adds the options and gives the command `filters`, a tuple of `protocol.Filter`."""

    @functools.wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        filters = tuple(
            protocol.Filter(field, _path(value) if field is protocol.Field.IN else value)
            for field, _, _ in _OPTIONS
            for value in options.pop(f"filter_{field.value}")
        )
        with as_wrong_usage() if filters else nullcontext():
            return command(*arguments, filters=filters, **options)

    decorated: Any = wrapped
    for field, metavar, text in reversed(_OPTIONS):
        decorated = click.option(
            f"--{field.value}",
            f"filter_{field.value}",
            metavar=metavar,
            multiple=True,
            callback=only_text,
            help=text,
        )(decorated)
    return decorated  # type: ignore[no-any-return]


def _path(value: str) -> str:
    """A folder that is there, relative to the current one, by its full path; else as it is."""
    return shown(absolute(value)) if value and os.path.isdir(value) else value  # noqa: PTH112
