"""A mistake in the settings file: every command that needs it names the file and the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jinasearch.core.errors import Code

if TYPE_CHECKING:
    from conftest import Commands

FAILED = 3
WRONG = '# mine\n[embed]\nmodel = "starter"\nthreads = "two"\n'
COMMANDS = [
    ["ask"],
    ["engine", "run"],
    ["engine", "start"],
    ["models", "use", "starter"],
    ["search", "x"],
]


def test_commands_name_file_and_line(alone: Commands):
    alone.running.settings(WRONG)
    path = str(alone.running.config)
    for command, said in zip(COMMANDS, alone.run_all(COMMANDS), strict=True):
        assert (said.code, said.out) == (FAILED, b""), (command, said)
        assert path in said.complaint, command
        assert "line 4" in said.complaint, command
        assert "threads" in said.complaint, command
    assert alone.running.config.read_text() == WRONG


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b'[embed]\nmodel = "starter\nthreads = 1\n', "line 2"),
        (b"[embed]\nmodel = 'caf\xe9'\n", "line 2"),
        (b"\n\n[engine]\nport = 70000\n", "line 4"),
        (b"[extract]\nworkers = -1\n", "line 2"),
    ],
)  # fmt: skip
def test_the_mistake_is_described(alone: Commands, text, told):
    alone.running.config.parent.mkdir()
    alone.running.config.write_bytes(text)
    said = alone.run("status", "--json")
    assert said.code == FAILED
    failure = said.failure()
    assert failure.code == Code.SETTINGS_INVALID
    assert told in failure.title
    assert failure.path == str(alone.running.config)
    assert "delete the file" in failure.message


def test_a_mistake_is_mended_by_setting_it_anew(alone: Commands):
    alone.running.settings(WRONG)
    assert alone.run("settings", "set", "embed.idle_seconds", "5").code == FAILED
    assert alone.running.config.read_text() == WRONG
    assert alone.run("settings", "set", "embed.threads", "1").code == 0
    assert alone.running.config.read_text() == WRONG.replace('"two"', "1")
    alone.running.settings(WRONG)
    assert alone.run("settings", "reset", "embed.threads").code == 0
    assert alone.run("settings", "get", "embed.threads").text == "0\n"


def test_a_folder_in_place_of_the_file(alone: Commands):
    alone.running.config.mkdir(parents=True)
    said = alone.run("status")
    assert said.code == FAILED
    assert str(alone.running.config) in said.complaint
    assert said.complaint.count(str(alone.running.config)) == 1


def test_what_needs_no_settings_goes_on(alone: Commands):
    """An engine that runs has read them; stopping it, and looking for it, needs none."""
    alone.run("engine", "start")
    alone.running.settings(WRONG)
    assert alone.run("status").code == 0
    assert alone.run("engine", "status").code == 0
    said = alone.run("models", "use", "starter", "--json")
    assert said.failure().code == Code.SETTINGS_INVALID
    assert alone.run("engine", "stop").code == 0
    assert alone.run("engine", "status").code == 1
    assert alone.run("--help").code == 0
    alone.running.settings("")
    assert alone.run("status").code == 0
