"""Names and texts of files are somebody else's: they reach neither the terminal's controls nor
Rich's markup, and programs get every byte of them.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from jinasearch.cli.output import visible
from jinasearch.core.paths import from_uri

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Commands, Said

NAMES = {
    "pelican": (b"caf\xe9.txt", "caf�.txt"),
    "cormorant": (b"two\nlines.txt", "two␊lines.txt"),
    "booby": (b"\x1b[31mred\x07.txt", "␛[31mred␇.txt"),
    "gannet": (b"[/]markup[bold].txt", "]markup[bold].txt"),
    "tern": (b"f\xe9\n/deep.txt", "deep.txt"),
}
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def full(cli: Commands, name: bytes) -> bytes:
    return os.fsencode(cli.home) + b"/" + name


@pytest.fixture(scope="module")
def answers(cli: Commands) -> dict[str, tuple[Said, Said]]:
    """What a search for each word says to programs and to people."""
    ask = ["search", "--mode", "keywords"]
    for_programs = cli.run_all([[*ask, word, "--json"] for word in NAMES])
    for_people = cli.run_all([[*ask, word] for word in NAMES])
    return dict(zip(NAMES, zip(for_programs, for_people, strict=True), strict=True))


@pytest.mark.parametrize("word", NAMES)
def test_search(cli: Commands, answers, word):
    name, shown = NAMES[word]
    for_programs, said = answers[word]
    (hit,) = for_programs.json()["hits"]
    assert os.fsencode(from_uri(hit["uri"])) == full(cli, name)
    first, *_ = said.text.splitlines()
    assert first.startswith(f" 1 {shown}  ")
    assert len(said.text.splitlines()) == 3
    assert not CONTROLS.search(said.text)
    assert word in said.text


def test_texts_do_not_drive_the_terminal(cli: Commands):
    assert "The booby␛[2J has blue feet." in cli.run("search", "booby").text
    assert "[bold]The gannet[/] plunges." in cli.run("search", "gannet").text


def test_files(cli: Commands):
    listed = cli.json("files", "--state", "ready")
    assert listed["total"] == 7
    found = {os.fsencode(from_uri(entry["uri"])) for entry in listed["files"]}
    assert found >= {full(cli, name) for name, _ in NAMES.values()}
    said = cli.run("files", "--state", "ready")
    *lines, blank, counted, last = said.text.splitlines()
    assert (blank, counted.split(), last) == ("", ["7", "ready"], "7 files")
    assert len(lines) == 7
    assert not CONTROLS.search(said.text)
    for _, shown in NAMES.values():
        assert any(line.endswith(shown) for line in lines)
    failed, _blank, _counted, total = cli.run("files").text.splitlines()
    assert failed.endswith("/broken␊.pdf")
    assert total == "1 files"


@pytest.fixture
def odd_folders(cli: Commands, tmp_path):
    """Two folders that are shown alike, and one that is hard on a table."""
    base = os.fsencode(tmp_path)
    paths = [base + name for name in (b"/x\xe9", b"/x\xe8", b"/[/]\n\x1b[31m")]
    for path in paths:
        os.makedirs(path)  # noqa: PTH103
    yield [os.fsdecode(path) for path in paths]
    for folder in cli.json("folders", "list")["folders"]:
        if folder["uri"] != cli.home.as_uri():
            cli.run("folders", "remove", folder["id"], "--yes")


def test_folders(cli: Commands, odd_folders):
    first, second, third = odd_folders
    said = cli.run("folders", "add", *odd_folders)
    assert said.code == 0
    assert not CONTROLS.search(said.text)
    assert len(said.text.splitlines()) == 5
    assert said.text.count("/x�") == 2
    assert "/[/]␊␛[31m" in said.text
    rules = cli.json("folders", "rules", third, "--exclude", "*.log")
    assert from_uri(rules["uri"]) == third
    # The one that was named goes, not the one that looks like it.
    left = cli.json("folders", "remove", second, "--yes")["folders"]
    assert {from_uri(folder["uri"]) for folder in left} == {str(cli.home), first, third}
    removal = cli.at_terminal("folders", "remove", third, answer=b"y\n")
    assert removal[0] == 0
    assert "Forget" in removal[1]
    assert "␛[31m" in removal[1]


def test_a_path_of_a_complaint(cli: Commands):
    said = cli.run("index", "/no/such\n\x1b[31m")
    assert said.complaint.splitlines()[0].endswith(": /no/such␊␛[31m")


def test_a_library_with_such_a_name(commands_in, cli: Commands, tmp_path: Path):
    odd = commands_in(tmp_path / "é[/]\n")
    try:
        odd.running.write("sea.txt", "albatross")
        odd.settle()
        assert odd.names("albatross") == ["sea.txt"]
        said = odd.run("status")
        assert "/é[/]␊/library" in said.text
        said = odd.run("--library", os.fsdecode(full(cli, b"l\xe9")), "status", "--json")
        assert said.code == 3
        assert "UTF-8" in said.failure().title
    finally:
        odd.running.close()


def test_every_character_is_replaced_by_one():
    everything = "".join(map(chr, range(0x3000))) + "\ud800\udce9\udfff\U0001f600"
    assert len(visible(everything)) == len(everything)
    assert visible(everything).isprintable() or not CONTROLS.search(visible(everything))
    assert visible("a\tb\nc\x1bd", lines=True) == "a\tb\nc␛d"
    assert visible("\u202egnp.exe\u2028") == "�gnp.exe�"
    assert visible("naïve 中文 \u200d👩‍👧") == "naïve 中文 \u200d👩‍👧"
    visible(everything).encode()
