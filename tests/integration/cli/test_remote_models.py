"""`models add-remote` and `remove` as a user calls them. No name here leads anywhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec
import pytest

from jinasearch.cli.output import Exit
from jinasearch.core.errors import Code
from jinasearch.core.models import Status
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from conftest import Commands

ELSEWHERE = "http://models.invalid:1"
KEY = "sk-verschlusssache"


@pytest.fixture
def commands(alone: Commands) -> Commands:
    """Commands that know no keyring."""
    alone.running.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    return alone


def test_from_adding_to_forgetting(commands: Commands, embedding_server):
    said = commands.run("models", "add-remote", "mine", "--url", embedding_server.url)
    assert said.code == Exit.OK
    assert f"mine: fake at {embedding_server.url}, 8 dimensions" in said.text
    assert "The server itself puts before a text what the model wants." in said.text
    assert "models use mine" in said.text
    assert f"ready, at 127.0.0.1:{embedding_server.port}" in commands.run("models", "list").text
    assert commands.run("models", "use", "mine").code == Exit.OK
    commands.running.write("a.txt", "the harbour in the fog")
    commands.settle()
    status = msgspec.convert(commands.json("status"), Status)
    assert status.model.provider == f"127.0.0.1:{embedding_server.port}, openai"
    assert "texts go to" not in commands.run("status").text
    said = commands.run("models", "remove", "mine")
    assert (said.code, "in use" in said.complaint) == (Exit.FAILED, True)
    again = ("models", "add-remote", "other", "--url", embedding_server.url)
    added = msgspec.convert(
        commands.json(*again, "--query-prompt", "Q: ", "--dimension", "5", "--language", "de"),
        protocol.RemoteModel,
    )
    assert (added.prompts_by, added.query_prompt, added.document_prompt) == ("user", "Q: ", "")
    assert (added.width, added.dimension) == (8, 5)
    assert commands.run("models", "remove", "other").text == "other is forgotten.\n"
    assert commands.run("models", "remove", "other").code == Exit.FAILED


def test_a_script_has_to_agree_with_an_option(commands: Commands):
    add = ("models", "add-remote", "mine", "--url", ELSEWHERE)
    said = commands.run(*add)
    assert said.code == Exit.FAILED
    assert "The text of your files would go to models.invalid:1" in said.complaint
    assert "The option is --yes." in said.complaint
    failure = commands.run(*add, "--yes", "--key-stdin", "--json", input=KEY.encode()).failure()
    assert failure.code == Code.REMOTE_UNENCRYPTED
    assert "--insecure" in failure.message
    assert not list((commands.running.library.parent / "models").glob("*"))


def test_a_person_is_asked_and_may_refuse(commands: Commands):
    code, screen = commands.at_terminal(
        "models", "add-remote", "mine", "--url", ELSEWHERE, answer=b"n\n"
    )
    assert code == Exit.INTERRUPTED
    words = " ".join(screen.split())
    assert "Every passage of every indexed file and every question is sent" in words
    assert "it is not encrypted" in words
    assert "Do you agree?" in words
    assert "Nothing was done." in words


def test_a_key_comes_from_standard_input_and_is_shown_nowhere(commands: Commands, embedding_server):
    add = ("models", "add-remote", "mine", "--url", embedding_server.url, "--key-stdin")
    said = commands.run(*add, input=f"{KEY}\n".encode())
    assert said.code == Exit.FAILED  # there is no keyring
    assert "JINASEARCH_KEY_MINE" in said.complaint
    assert embedding_server.asked[-1].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in said.text + said.complaint
    for path in commands.running.library.parent.rglob("*"):
        if path.is_file() and os.access(path, os.R_OK):
            assert KEY.encode() not in path.read_bytes(), path


def test_what_a_server_calls_itself_does_not_drive_the_terminal(
    commands: Commands, embedding_server
):
    embedding_server.models = lambda _: embedding_server.reply(
        {"data": [{"id": "\x1b[2Jevil[bold]"}]}
    )
    said = commands.run("models", "add-remote", "mine", "--url", embedding_server.url)
    assert said.code == Exit.OK
    for shown in (said.out, commands.run("models", "list").out, commands.run("status").out):
        assert b"\x1b[2J" not in shown
    assert "evil[bold]" in said.text
