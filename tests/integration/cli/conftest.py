"""The command line as a user or a script calls it, with an engine process behind it."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from embedding_server import embedding_server
from fake_hub import fake_hub
from jinasearch.engine import protocol
from jinasearch.engine.address import read_address

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["embedding_server", "fake_hub"]

_ONE_AFTER_THE_OTHER = """
import io, json, os, sys
from jinasearch.__main__ import be_engine, has_screen, open_window
from jinasearch.cli.context import Programs
from jinasearch.cli.main import run

screen, said = sys.stdout, []
commands = json.load(sys.stdin)
sys.stdin = open(os.devnull)
for command in commands:
    sys.stdout, sys.stderr = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    code = run(command, Programs(open_window, be_engine, has_screen))
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    said.append((code, *(s.buffer.getvalue().hex() for s in (sys.stdout, sys.stderr))))
json.dump(said, screen)
"""

LATIN_1 = os.fsdecode(b"caf\xe9.txt")
"""A name that is not UTF-8."""


class Said(NamedTuple):
    """What a command gave back."""

    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def complaint(self) -> str:
        return self.err.decode()

    def json(self) -> Any:
        """Its output, which must be one JSON value and nothing else."""
        assert self.err == b"", self.complaint
        return json.loads(self.out)

    def failure(self) -> protocol.Failure:
        """Its error, which must be one line of JSON and nothing else."""
        assert self.out == b""
        (line,) = self.complaint.splitlines()
        failure = msgspec.json.decode(line, type=protocol.Failure, strict=True)
        assert failure.title
        return failure


class Commands:
    """Runs commands in one installation."""

    def __init__(self, running: Any) -> None:
        self.running = running
        self.home: Path = running.home

    def line(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "jinasearch", *map(str, arguments)]

    def run(self, *arguments: object, prefix: Sequence[str] = (), **options: Any) -> Said:
        """Run a command to its end. It never shows a traceback."""
        options = {
            "stdin": None if "input" in options else subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "cwd": self.home,
            **options,
            "env": {**self.running.environment, **options.get("env", {})},
        }
        ended = subprocess.run(
            [*prefix, *self.line(*arguments)], timeout=100, check=False, **options
        )
        self.note_engine()
        said = Said(ended.returncode, ended.stdout or b"", ended.stderr or b"")
        assert b"Traceback" not in said.err, said.complaint
        return said

    def run_all(self, commands: Sequence[Sequence[object]]) -> list[Said]:
        """Run many commands, one after the other, at the cost of one interpreter."""
        given = [[str(argument) for argument in command] for command in commands]
        ended = subprocess.run(
            [sys.executable, "-c", _ONE_AFTER_THE_OTHER],
            input=json.dumps(given).encode(),
            capture_output=True,
            cwd=self.home,
            env=self.running.environment,
            check=True,
            timeout=200,
        )
        self.note_engine()
        answers = [
            Said(code, bytes.fromhex(out), bytes.fromhex(err))
            for code, out, err in json.loads(ended.stdout)
        ]
        for said in answers:
            assert b"Traceback" not in said.err, said.complaint
        return answers

    def json(self, *arguments: object, code: int = 0, **options: Any) -> Any:
        """What a command says to programs; `--json` comes before `--`."""
        cut = arguments.index("--") if "--" in arguments else len(arguments)
        said = self.run(*arguments[:cut], "--json", *arguments[cut:], **options)
        assert said.code == code, said
        return said.json()

    def at_terminal(
        self,
        *arguments: object,
        answer: bytes = b"",
        asks: bytes = b"]: ",
        columns: int = 80,
    ) -> tuple[int, str]:
        """Exit code and screen of a command whose three streams are a terminal.

        Its question, if it asks one, gets `answer`; `asks` tells that it waits for one.
        """
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            self.line(*arguments),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=self.running.home,
            env={**self.running.environment, "COLUMNS": str(columns), "TERM": "xterm"},
        ) as process:
            os.close(theirs)
            screen = b""
            with contextlib.suppress(OSError):  # the other side was closed
                while select.select([ours], [], [], 60)[0] and (piece := os.read(ours, 4096)):
                    screen += piece
                    if asks in screen and answer:
                        os.write(ours, answer)
                        answer = b""
            os.close(ours)  # ends it if it still runs
            code = process.wait(60)
        assert b"Traceback" not in screen
        return code, screen.decode()

    def names(self, text: str, mode: str = "keywords") -> list[str]:
        """Names of the files that answer."""
        said = self.run("search", "--json", "--mode", mode, "--", text)
        assert said.code in (0, 1), said
        return [hit["name"] for hit in said.json()["hits"]]

    def settle(self) -> dict[str, Any]:
        """Index the home until everything is found by meaning; returns the status."""
        return self.json("index", self.home, "--meaning")

    def note_engine(self) -> None:
        """Keep in mind which engine runs, so that it is ended."""
        if (address := read_address(self.running.library)) is not None:
            self.running.pids.add(address.pid)


@pytest.fixture(scope="session")
def commands_in(installation):
    """Makes commands in an installation below a folder; whoever asks for them ends it."""
    return lambda base: Commands(installation(base))


@pytest.fixture(scope="package")
def cli(commands_in, tmp_path_factory):
    """Commands in a library that all tests of this folder share, and leave as it was.

    Beside plain files it holds names that are hard on a terminal, on Rich and on JSON.
    """
    cli = commands_in(tmp_path_factory.mktemp("shared"))
    try:
        cli.running.write("bread.md", "# Bread\n\nMix flour, water and yeast, then bake the loaf.")
        cli.running.write("sea.txt", "The albatross glides over the sea.")
        cli.running.write(LATIN_1, "The pelican drinks coffee.")
        cli.running.write("two\nlines.txt", "A cormorant dives.")
        cli.running.write("\x1b[31mred\x07.txt", "The booby\x1b[2J has blue feet.")
        cli.running.write("[/]markup[bold].txt", "[bold]The gannet[/] plunges.")
        cli.running.write(os.fsdecode(b"f\xe9\n/deep.txt"), "The tern turns.")
        (cli.home / "broken\n.pdf").write_bytes(b"%PDF-1.7 and no more")
        cli.settle()
        yield cli
    finally:
        cli.running.close()


@pytest.fixture
def alone(commands_in, tmp_path):
    """Commands in an installation of one test's own, with no engine yet."""
    alone = commands_in(tmp_path)
    yield alone
    alone.running.close()
