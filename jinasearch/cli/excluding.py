"""A command whose words may begin with a hyphen: `jinasearch search tea -milk`."""

from __future__ import annotations

from itertools import pairwise

import click

_MARK = "\0"
"""What no argument of a program can hold."""


class ExcludingCommand(click.Command):
    """Takes `-milk` as a word, where click would see the options -m, -i, -l and -k.

    An option is what begins with two hyphens, or a known letter alone or with a number (`-n5`).
    """

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Mark such words, for `unmarked` to take back."""
        end = args.index("--") if "--" in args else len(args)
        options = [each for each in self.params if isinstance(each, click.Option)]
        names = {name for option in options for name in option.opts} | {*context.help_option_names}
        valued = {name for option in options if not option.is_flag for name in option.opts}
        marked = [
            f"{_MARK}{arg}" if before not in valued and _is_word(arg, names) else arg
            for before, arg in pairwise(["", *args[:end]])
        ]
        return super().parse_args(context, [*marked, *args[end:]])


def _is_word(arg: str, names: set[str]) -> bool:
    if len(arg) < 2 or not arg.startswith("-") or not arg[1].isalnum():
        return False
    return arg[:2] not in names or not (arg[2:] or "0").isdigit()


def unmarked(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words as they were typed."""
    return tuple(word.removeprefix(_MARK) for word in words)
