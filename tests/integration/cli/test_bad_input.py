"""What cannot be done is told with a code and a remedy, and changes nothing."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from jinasearch.core.errors import Code

if TYPE_CHECKING:
    from conftest import Commands, Said

USAGE, FAILED = 2, 3
NOT_UTF_8 = os.fsdecode(b"caf\xe9")


CASES: list[tuple[list[str], int, Code, str]] = [
    (["status", "--bogus"], USAGE, Code.BAD_REQUEST, "--bogus"),
    (["search"], USAGE, Code.BAD_REQUEST, "WORDS"),
    (["folders", "paint"], USAGE, Code.BAD_REQUEST, "paint"),
    (["search", NOT_UTF_8], USAGE, Code.BAD_REQUEST, "caf� is not UTF-8"),
    (["search", "--folder", "99", "x"], FAILED, Code.NOT_FOUND, "folders list"),
    (["search", "-n", "0", "x"], USAGE, Code.BAD_REQUEST, "1<=x<=1000"),
    (["search", "-n", "-1", "x"], USAGE, Code.BAD_REQUEST, "1<=x<=1000"),
    (["search", "-n", str(10**30), "x"], USAGE, Code.BAD_REQUEST, "1<=x<=1000"),
    (["search", "-n", "many", "x"], USAGE, Code.BAD_REQUEST, "many"),
    (["search", "--mode", "magic", "x"], USAGE, Code.BAD_REQUEST, "hybrid"),
    (["files", "-n", "0"], USAGE, Code.BAD_REQUEST, "1<=x<=10000"),
    (["files", "-n", "10001"], USAGE, Code.BAD_REQUEST, "1<=x<=10000"),
    (["files", "--state", "eaten"], USAGE, Code.BAD_REQUEST, "failed"),
    (["index", "/no/such"], USAGE, Code.NOT_FOUND, "/no/such"),
    (["index", f"/no/{NOT_UTF_8}"], USAGE, Code.NOT_FOUND, "/no/caf�"),
    (["index", "/"], USAGE, Code.BAD_REQUEST, "--yes"),
    (["index", "/proc"], FAILED, Code.BAD_REQUEST, "/proc"),
    (["folders", "add", "/sys/kernel"], FAILED, Code.BAD_REQUEST, "/sys/kernel"),
    (["--config", "/no/such.toml", "status"], USAGE, Code.BAD_REQUEST, "/no/such.toml"),
    (["models", "remove", "starter", "--yes"], FAILED, Code.BAD_REQUEST, "models use"),
    (
        ["settings", "set", "limits.memory_bytes", "5"],
        USAGE,
        Code.BAD_REQUEST,
        "at least 300",
    ),
    (["settings", "set", "window.language", "zh"], USAGE, Code.BAD_REQUEST, "en or zh_CN"),
    (["settings", "set", "embed.dimension", "256"], USAGE, Code.MODEL_DIMENSION, "It has: 384."),
    (["models", "use", "starter", "--dimension", "128"], USAGE, Code.MODEL_DIMENSION, "384"),
    (["models", "bench", "no-such"], FAILED, Code.NOT_FOUND, "no model called no-such"),
    (["models", "remove", "no-such"], FAILED, Code.NOT_FOUND, "no model called no-such "),
    (["folders", "forget", "/no/such"], FAILED, Code.NOT_FOUND, "No indexed folder"),
    (["files", "--reason", "no-such"], USAGE, Code.BAD_REQUEST, "file-encrypted"),
    (["show", "/no/such"], FAILED, Code.NOT_FOUND, "There is no such file"),
    (["similar", "/no/such"], FAILED, Code.NOT_FOUND, "There is no such file"),
    (["settings", "set", "embed.threads", "abc"], USAGE, Code.BAD_REQUEST, "a whole number"),
    (["settings", "set", "no.such", "1"], USAGE, Code.NOT_FOUND, "settings list"),
    (["settings", "get", "no.such"], USAGE, Code.NOT_FOUND, "settings list"),
    (["search", "--size", "large", "x"], USAGE, Code.BAD_REQUEST, "size:large"),
    (["similar", "HOME/sea.txt", "--date", "soon"], USAGE, Code.BAD_REQUEST, "date:soon"),
    (["models", "use", "no-such"], FAILED, Code.NOT_FOUND, "jina-v5-small, jina-v5-nano. A"),
    (["show", "HOME/bread.md", "--page", "99"], FAILED, Code.NOT_FOUND, "no page 99"),
    (["index", ""], USAGE, Code.BAD_REQUEST, "empty"),
    (["search", "--folder", "", "x"], USAGE, Code.BAD_REQUEST, "empty"),
    (["index", "HOME/sea.txt", "--hidden"], FAILED, Code.BAD_REQUEST, "folders rules"),
    (["index", "HOME", "--exclude", NOT_UTF_8], USAGE, Code.BAD_REQUEST, "UTF-8"),
    (["folders", "add", "HOME", "/no/such"], USAGE, Code.NOT_FOUND, "/no/such"),
    (["folders", "remove", "99", "--yes"], FAILED, Code.NOT_FOUND, "folders list"),
    (["folders", "remove", "HOME/sea.txt", "--yes"], FAILED, Code.NOT_FOUND, "sea.txt"),
    (["folders", "rules", "HOME", "--exclude", "!"], FAILED, Code.BAD_REQUEST, ".gitignore"),
    (["folders", "rules", "HOME", "--include", NOT_UTF_8], USAGE, Code.BAD_REQUEST, "UTF-8"),
    (["folders", "rules", "HOME", "--max-bytes", "0"], USAGE, Code.BAD_REQUEST, "x>=1"),
    (["folders", "rules", "99", "--hidden"], FAILED, Code.NOT_FOUND, "folders list"),
    (["pause", "--minutes", "0"], USAGE, Code.BAD_REQUEST, "more than nothing"),
    (["pause", "--minutes", "-1"], USAGE, Code.BAD_REQUEST, "more than nothing"),
    (["pause", "--minutes", "nan"], USAGE, Code.BAD_REQUEST, "more than nothing"),
    (["pause", "--minutes", "inf"], USAGE, Code.BAD_REQUEST, "more than nothing"),
    (["pause", "--minutes", "soon"], USAGE, Code.BAD_REQUEST, "soon"),
    (["pause", "--minutes", "1e9"], FAILED, Code.BAD_REQUEST, "a year"),
    (["--library", sys.executable, "status"], FAILED, Code.BAD_REQUEST, "--library"),
    (["--library", "/proc/none/here", "status"], FAILED, Code.NO_PERMISSION, "--library"),
]


@pytest.fixture(scope="module")
def outcomes(cli: Commands) -> list[Said]:
    return cli.run_all(
        [
            [*(argument.replace("HOME", str(cli.home)) for argument in arguments), "--json"]
            for arguments, *_ in CASES
        ]
    )


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=lambda n: " ".join(CASES[n][0]).encode(errors="replace")
)
def test_what_cannot_be_done_is_told(outcomes, number):
    _, exit_code, code, told = CASES[number]
    said = outcomes[number]
    assert said.code == exit_code
    failure = said.failure()
    assert failure.code == code
    assert told in f"{failure.title} {failure.path} {failure.message}"


def test_nothing_was_changed_by_all_that(cli: Commands):
    status = cli.json("status")
    assert status["activity"] == "idle"
    assert status["coverage"]["files"] == 8
    (folder,) = cli.json("folders", "list")["folders"]
    assert folder["rules"]["exclude"] == folder["rules"]["include"] == []


def test_people_are_told_in_words(cli: Commands):
    said = cli.run("index", "/no/such")
    assert (said.code, said.out) == (USAGE, b"")
    assert said.complaint.startswith("jinasearch: There is no such file or folder: /no/such\n  ")
    said = cli.run("search", "-n", "0", "x")
    assert (said.code, said.out) == (USAGE, b"")
    assert said.complaint.startswith("Usage: jinasearch search ")


def test_a_slip_in_a_command_is_no_folder(cli: Commands):
    for arguments in (["searh"], ["window", "searh"]):
        said = cli.run(*arguments)
        assert said.code == USAGE
        assert "Did you mean `jinasearch search`?" in said.complaint
    assert "no/such" in cli.run("no/such").complaint


def test_a_question_without_words_finds_nothing(cli: Commands):
    questions = ["", " ", "\n", "-", '"']
    for said in cli.run_all([["search", "--json", "--", text] for text in questions]):
        assert said.code == 1
        assert said.json()["hits"] == []


def test_a_word_may_begin_with_a_hyphen(cli: Commands):
    typed = {
        ("albatross", "-flour", "-type:pdf"): "albatross -flour -type:pdf",
        ("-nothing", "-n5", "albatross", "-n", "3", "--json"): "-nothing albatross",
        ("-x", "--", "-n", "--all"): "-x -n --all",
        ("--mode", "keywords", "-2024", "-", "tea"): "-2024 - tea",
    }
    answers = cli.run_all([["search", "--json", *words] for words in typed])
    assert [said.json()["text"] for said in answers] == list(typed.values())
    assert cli.run("search", "tea", "--mlik").code == USAGE
    assert cli.run("search", "tea", "-h").code == 0


def test_odd_questions_are_answered(cli: Commands):
    questions = [
        "albatross " * 10_000,
        "albatross " + "x" * 90_000,
        "\x1b]0;albatross\x07",
        "albatross\r\n",
    ]
    answers = cli.run_all([["search", "--json", text] for text in questions])
    for text, said in zip(questions, answers, strict=True):
        assert said.code == 0
        assert said.json()["text"] == text
        assert "sea.txt" in [hit["name"] for hit in said.json()["hits"]]
    assert cli.run("search", questions[0]).code == 0


def test_a_mistake_of_the_program_is_no_empty_answer(cli: Commands, monkeypatch, capsys):
    """The interpreter's own exit code for an exception is 1, which says "nothing found"."""
    from jinasearch.cli import context, main

    def fail() -> None:
        raise RuntimeError("oh")

    monkeypatch.setattr(context, "library_dir", fail)
    programs = context.Programs(lambda *_: 0, lambda *_: None, lambda: False)
    assert main.run(["status", "--json"], programs) == FAILED
    assert '"internal"' in capsys.readouterr().err
    assert main.run(["status"], programs) == FAILED
    assert "RuntimeError: oh" in capsys.readouterr().err


# What may not be read


@pytest.fixture
def no_privilege():
    """A prefix that starts a command to which file permissions apply, also for root."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("root may read everything, and setpriv is not installed")
    return ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")


def test_what_may_not_be_read(alone: Commands, no_privilege, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir()
    alone.running.write("open.txt", "albatross")
    alone.running.write("inner/hidden.txt", "pelican")
    alone.running.write("closed.txt", "cormorant").chmod(0)
    (alone.home / "inner").chmod(0)
    locked.chmod(0)
    try:
        said = alone.run("index", locked, "--json", prefix=no_privilege)
        assert said.code == FAILED
        assert said.failure().code == Code.NO_PERMISSION
        assert said.failure().path == str(locked)
        coverage = alone.json("index", alone.home)["coverage"]
        assert coverage["keywords"] == 1
        files = alone.json("files")["files"]
        assert [(f["path"], f["reason"]) for f in files] == [
            (str(alone.home / "closed.txt"), "no-permission")
        ]
        assert alone.names("albatross") == ["open.txt"]
        (alone.home / "closed.txt").chmod(0o600)
        alone.run("files", "--retry")
        alone.running.until(lambda: alone.names("cormorant"), "the file after a retry")
    finally:
        locked.chmod(0o700)
        (alone.home / "inner").chmod(0o700)


def test_a_library_that_may_not_be_written(alone: Commands, no_privilege, tmp_path):
    alone.running.library.mkdir(mode=0o500)
    said = alone.run("status", "--json", prefix=no_privilege)
    assert said.code == FAILED
    assert said.failure().code == Code.NO_PERMISSION
    assert str(alone.running.library) in said.failure().path


def test_what_was_left_out_is_listed_by_the_command_that_is_named(alone):
    alone.running.write("open.txt", "albatross")
    (alone.home / "noise.docx").write_bytes(bytes(range(256)) * 12)
    said = alone.run("index", alone.home, "--meaning")
    told = " ".join((said.out + said.err).decode().split())
    command = told.partition("(see `jinasearch ")[2].partition("`")[0]
    assert b"noise.docx" in alone.run(*command.split()).out
