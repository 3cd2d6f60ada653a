"""Where output goes and answers come from: files, closed pipes, full disks, terminals."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jinasearch.core.errors import Code

if TYPE_CHECKING:
    from conftest import Commands

USAGE, FAILED, INTERRUPTED, UNREAD = 2, 3, 130, 141


@pytest.mark.parametrize("command", [["search", "sea"], ["search", "sea", "--json"], ["--help"]])
def test_nobody_reads_the_output(cli: Commands, command):
    """As with `| head`: no complaint, and no exit code that says "nothing found"."""
    reader, writer = os.pipe()
    os.close(reader)
    said = cli.run(*command, stdout=writer)
    os.close(writer)
    assert said.code == UNREAD
    assert said.err == b""


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_output_does_not_fit(cli: Commands, options):
    with Path("/dev/full").open("wb") as full:
        said = cli.run("search", "sea", *options, stdout=full)
    assert said.code == FAILED
    assert len(said.complaint.splitlines()) == 1
    assert "No space left on device" in said.complaint
    if options:
        assert said.failure().code == Code.DISK_FULL


def test_the_output_is_closed(cli: Commands):
    for command in (["search", "sea"], ["search", "sea", "--json"], ["folders", "list"]):
        line = " ".join(cli.line(*command))
        said = subprocess.run(
            ["sh", "-c", f"{line} >&- <&-"],
            cwd=cli.home,
            env=cli.running.environment,
            capture_output=True,
            check=False,
        )
        assert (said.returncode, said.stderr) == (0, b"")


def test_a_terminal_of_another_encoding(cli: Commands):
    latin = {"PYTHONIOENCODING": "latin-1"}
    said = cli.run("search", "--mode", "keywords", "pelican", env=latin)
    assert said.code == 0
    assert b" 1 caf?.txt  " in said.out
    for_programs = cli.run("search", "--json", "--mode", "keywords", "pelican", env=latin)
    assert json.loads(for_programs.out.decode("utf-8"))["hits"][0]["name"] == "caf�.txt"
    assert "/no/caf\\ufffd" in cli.run("index", "/no/caf�", env=latin).complaint


def test_tables_are_whole_in_a_file_and_on_a_terminal(cli: Commands):
    names = ("starter", "jina-v5-small", "jina-v5-nano")
    lines = cli.run("models", "list").text.splitlines()
    assert len(lines) >= 4
    code, screen = cli.at_terminal("models", "list", columns=60)
    assert code == 0
    for name in names:
        assert any(f" {name} " in line for line in lines)
        assert f" {name} " in screen
    (_, row) = cli.run("folders", "list").text.splitlines()
    assert str(cli.home) in row


# Commands that ask


def test_without_a_terminal_nobody_is_asked(cli: Commands):
    """An open pipe that never says anything must not be waited for."""
    reader, writer = os.pipe()
    said = cli.run("folders", "remove", cli.home, stdin=reader)
    with_json = cli.run("folders", "remove", cli.home, "--json", stdin=reader)
    os.close(reader)
    os.close(writer)
    assert said.code == with_json.code == 2
    assert "--yes" in said.complaint
    assert "--yes" in with_json.failure().title
    assert len(cli.json("folders", "list")["folders"]) == 1


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"\x04"])
def test_anything_but_yes_changes_nothing(cli: Commands, answer):
    code, screen = cli.at_terminal("folders", "remove", cli.home, answer=answer)
    assert code == INTERRUPTED
    assert f"Forget {cli.home}" in screen.replace("\r\n", "")
    assert len(cli.json("folders", "list")["folders"]) == 1


def test_yes_is_done(cli: Commands, tmp_path):
    cli.run("folders", "add", tmp_path)
    code, _ = cli.at_terminal("folders", "remove", tmp_path, answer=b"y\n")
    assert code == 0
    assert len(cli.json("folders", "list")["folders"]) == 1


# The prompt


def test_the_prompt_takes_questions_from_a_pipe(cli: Commands):
    said = cli.run("ask", input=b"albatross\nqu\xe9\n\x1b[A pelican\n")
    assert said.code == 0
    assert said.err == b""
    assert "The albatross glides over the sea." in said.text
    assert "The pelican drinks coffee." in said.text


def test_the_prompt_ends_at_an_empty_line(cli: Commands):
    said = cli.run("ask", input=b"\nalbatross\n")
    assert said.code == 0
    assert "albatross" not in said.text


def test_the_prompt_at_a_terminal_ends_when_told_and_helps(cli: Commands):
    for word in (b"exit", b"Quit"):
        code, screen = cli.at_terminal("ask", answer=b"help\n" + word + b"\n", asks=b"? ")
        assert code == 0
        assert "--help` lists them all" in screen
        assert "Nothing found" not in screen
    _, screen = cli.at_terminal("ask", answer=b"albatross\n1\nexit\n", asks=b"? ")
    assert screen.count(str(cli.home / "sea.txt")) == 1
    said = cli.run("ask", input=b"quit\nalbatross\n")  # a list of questions has no such words
    assert "The albatross glides" in said.text


def test_what_to_do_next_is_told_where_nobody_asks(cli: Commands):
    for command in (["index", cli.home], ["ask"]):
        last = cli.run(*command).text.splitlines()[-1]
        assert last == "Search now: `jinasearch search WORDS`, or `jinasearch` for the window."
    assert "Search now" not in cli.run("ask", input=b"albatross\n").text


def test_the_prompt_says_what_is_wrong_with_a_path(cli: Commands):
    said = cli.run("ask", "/no/such", input=b"albatross\n")
    assert (said.code, said.out) == (USAGE, b"")


def test_without_a_screen_the_program_is_the_prompt(cli: Commands):
    none = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    for command in ([], [cli.home], ["window"]):
        said = cli.run(*command, input=b"albatross\n", env=none)
        assert said.code == 0, said
        assert "The albatross glides over the sea." in said.text
