"""The README tells of everything that the user can do, and of nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from jinasearch.cli.main import cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def children(group: click.Group) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        yield name, group.get_command(context, name)


def commands(group: click.Group, path: str = "jinasearch") -> Iterator[str]:
    """Full names of all public commands."""
    for name, command in children(group):
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        elif not command.hidden:
            yield f"{path} {name}"


def test_every_command_is_documented():
    assert [name for name in commands(cli) if f"`{name}`" not in README] == []


def test_every_documented_command_exists():
    told = set(re.findall(r"^\| `(jinasearch [a-z ]+)` \|", README, re.MULTILINE))
    assert told
    assert told - set(commands(cli)) == set()


def test_every_command_has_help():
    def walk(command: click.Command, path: str) -> Iterator[str]:
        if not command.help:
            yield path
        if isinstance(command, click.Group):
            for name, child in children(command):
                yield from walk(child, f"{path} {name}")

    assert list(walk(cli, "jinasearch")) == []


def test_the_two_commands_come_first():
    first_block = README.split("```")[1]
    assert "./packaging/run" in first_block
    assert "./packaging/test" in first_block


@pytest.mark.parametrize("variable", sorted(set(re.findall(r"`(JINASEARCH_[A-Z]+)`", README))))
def test_documented_variables_are_read(variable):
    sources = [*(ROOT / "jinasearch").rglob("*.py"), *(ROOT / "packaging").rglob("*.sh")]
    assert any(variable in path.read_text(encoding="utf-8") for path in sources)


def test_the_models_of_the_catalogue_are_told():
    from jinasearch.embed.models.catalog import KNOWN

    assert [model.name for model in KNOWN if f"`{model.name}`" not in README] == []


def test_it_shows_four_pictures_that_are_small():
    pictures = [ROOT / path for path in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)]
    assert len(pictures) == 4
    assert [path.name for path in pictures if path.stat().st_size > 250_000] == []
