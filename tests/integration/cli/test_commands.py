"""Every command: its help, what it says to programs, and how it ends."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Any

import click
import msgspec
import pytest
from click.testing import CliRunner

from jinasearch.cli.engine import Found
from jinasearch.cli.main import cli as program
from jinasearch.core.models import Activity, Folder, Status
from jinasearch.core.preview import Preview
from jinasearch.core.settings import Entry
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Commands


def walk(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from walk(command, (*path, name))


COMMANDS = dict(walk(program))

ANSWERS: dict[tuple[str, ...], tuple[tuple[str, ...], type]] = {
    ("index",): (("HOME",), Status),
    ("search",): (("albatross",), protocol.SearchReply),
    ("similar",): (("sea.txt",), protocol.SearchReply),
    ("status",): ((), Status),
    ("pause",): (("--minutes", "5"), Status),
    ("autostart",): ((), protocol.Autostart),
    ("pace",): (("balanced",), Status),
    ("resume",): ((), Status),
    ("folders", "list"): ((), protocol.Folders),
    ("folders", "propose"): ((), protocol.Proposals),
    ("folders", "add"): (("OTHER",), protocol.Folders),
    ("folders", "rules"): (("OTHER", "--exclude", "*.log", "--hidden"), Folder),
    ("folders", "exclude"): (("SEA", "--preview"), protocol.Exclusion),
    ("folders", "forget"): (("OTHER", "--yes"), protocol.Folders),
    ("folders", "remove"): (("OTHER", "--yes"), protocol.Folders),
    ("files",): (("--state", "ready"), protocol.Files),
    ("why",): (("SEA",), protocol.Why),
    ("show",): (("SEA", "--query", "albatross", "--page", "1"), Preview),
    ("models", "list"): ((), protocol.Models),
    ("models", "use"): (("starter",), protocol.Models),
    ("models", "rerank"): (("off",), protocol.Models),
    ("settings", "list"): ((), protocol.SettingsReply),
    ("settings", "get"): (("embed.threads",), Entry),
    ("settings", "set"): (("engine.rescan_minutes", "30"), protocol.SettingsReply),
    ("settings", "reset"): (("engine.rescan_minutes",), protocol.SettingsReply),
    ("settings", "path"): ((), dict[str, str]),
    ("doctor",): ((), protocol.Findings),
}
ELSEWHERE = ("library", "engine", "eval", "models", "toggle")
"""Groups that tests of their own look at."""


def decoded(data: Any, kind: type) -> Any:
    """`data` as the protocol's type, which must hold all of it and nothing more."""
    value = msgspec.convert(data, kind, strict=True)
    assert json.loads(protocol.encode(value)) == data
    return value


@pytest.mark.parametrize("path", [(), *COMMANDS], ids=" ".join)
def test_help(path):
    for option in ("--help", "-h"):
        result = CliRunner().invoke(program, [*path, option])
        assert result.exit_code == 0
        assert result.output.startswith("Usage: ")
        assert "--help" in result.output


def test_every_option_is_explained():
    silent = [
        (path, option.name)
        for path, command in COMMANDS.items()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []


def test_every_answer_is_looked_at():
    with_json = {
        path
        for path, command in COMMANDS.items()
        if any(p.name == "as_json" for p in command.params)
    }
    assert {path for path in with_json if path[0] not in ELSEWHERE} <= set(ANSWERS)


def test_answers_for_programs_and_for_people(cli: Commands, tmp_path):
    known = {"HOME": cli.home, "OTHER": tmp_path, "SEA": cli.home / "sea.txt"}
    commands = []
    for path, (arguments, _) in ANSWERS.items():
        given = [known.get(argument, argument) for argument in arguments]
        between = ["folders", "add", tmp_path] if path == ("folders", "remove") else ["status"]
        commands += [[*path, *given], between, [*path, "--json", *given]]
    answers = iter(cli.run_all(commands))
    for path, (_, kind) in ANSWERS.items():
        for_people, _, for_programs = next(answers), next(answers), next(answers)
        for said in (for_people, for_programs):
            assert said.code == 0, (path, said)
            assert said.err == b"", path
        assert for_people.out.strip(), path
        decoded(for_programs.json(), kind)


def test_what_the_answers_hold(cli: Commands):
    status = decoded(cli.json("status"), Status)
    assert status.activity == Activity.IDLE
    assert (status.coverage.files, status.coverage.keywords, status.coverage.failed) == (8, 7, 1)
    assert status.library == str(cli.running.library)
    if sys.platform == "linux":
        assert {"network", "writing"} <= set(status.confinement.barred)
        assert "network" in cli.run("status").text
    reply = decoded(cli.json("search", "--mode", "keywords", "albatross"), protocol.SearchReply)
    assert [hit.name for hit in reply.hits] == ["sea.txt"]
    assert reply.mode == protocol.Mode.KEYWORDS
    (folder,) = decoded(cli.json("folders", "list"), protocol.Folders).folders
    assert folder.uri == cli.home.as_uri()
    assert folder.coverage.files == 8
    rules = decoded(cli.json("folders", "rules", folder.id), Folder)
    assert rules == folder
    failed = decoded(cli.json("files"), protocol.Files)
    assert failed.total == 1
    assert failed.files[0].reason
    models = decoded(cli.json("models", "list"), protocol.Models).models
    assert [model.name for model in models if model.in_use] == ["starter"]


def test_a_file_is_shown_at_the_passage_that_answers(cli: Commands):
    said = cli.run("show", cli.home / "sea.txt", "--query", "albatross")
    assert said.code == 0
    assert "albatross" in said.text
    preview = decoded(cli.json("show", cli.home / "sea.txt", "--query", "albatross"), Preview)
    assert [preview.text[mark.start : mark.end] for mark in preview.words] == ["albatross"]
    unknown = cli.run("show", cli.home / "nothing.txt")
    assert unknown.code == 3
    assert b"does not know this file" in unknown.err


def test_a_search_can_be_limited_to_a_folder(cli: Commands, tmp_path):
    (tmp_path / "other.txt").write_text("another albatross")
    cli.json("index", tmp_path)
    (_, other) = cli.json("folders", "list")["folders"]
    names = (other["id"], tmp_path, f"{tmp_path}/../{tmp_path.name}/")
    ask = ["search", "--json", "-n", "5", "albatross", "--folder"]
    for said in cli.run_all([[*ask, name] for name in names]):
        assert [hit["name"] for hit in said.json()["hits"]] == ["other.txt"]
    assert len(cli.json("folders", "remove", other["id"], "--yes")["folders"]) == 1
    assert (tmp_path / "other.txt").exists()


def test_filters_are_options_and_text_alike(cli: Commands):
    ask = ["search", "--json", "--mode", "keywords"]
    typed, given, alone, wrong, counted, sorted_, turned, none = cli.run_all(
        [
            [*ask, "flour OR albatross", "type:markdown"],
            [*ask, "--type", "markdown", "flour OR albatross"],
            [*ask, "--in", ".", "--name", "sea"],
            [*ask, "--before", "someday", "flour"],
            ["search", "--facets", "--mode", "keywords", "flour", "typ:pdf"],
            [*ask, "flour OR albatross", "--sort", "name"],
            [*ask, "flour OR albatross sort:name", "--sort", "size", "-sort:name"],
            ["search"],
        ]
    )
    for said in (typed, given):
        assert [hit["name"] for hit in said.json()["hits"]] == ["bread.md"]
        assert [each["value"] for each in said.json()["filters"]] == ["markdown"]
    assert [hit["name"] for hit in alone.json()["hits"]] == ["sea.txt"]
    assert wrong.code == 2
    assert "before:someday" in wrong.failure().title
    assert "Did you mean type:pdf?" in counted.text
    assert "type:text" in counted.text
    assert [hit["name"] for hit in sorted_.json()["hits"]] == ["bread.md", "sea.txt"]
    assert [hit["name"] for hit in turned.json()["hits"]] == ["sea.txt", "bread.md"]
    assert turned.json()["sort"] == "-name"
    assert none.code == 2


def test_what_is_like_a_file_or_a_text(cli: Commands):
    like, text, unlike, missing = cli.run_all(
        [
            ["similar", "--json", "sea.txt"],
            ["similar", "--json", "--text", "Baking with dough in a hot oven"],
            ["similar", "--json", "sea.txt", "--unlike", "bread.md"],
            ["similar", "nowhere.txt"],
        ]
    )
    assert "sea.txt" not in [hit["name"] for hit in like.json()["hits"]]
    assert text.json()["hits"][0]["name"] == "bread.md"
    assert "bread.md" not in [hit["name"] for hit in unlike.json()["hits"]]
    assert missing.code == 3
    assert "not in the library" in missing.complaint


def test_a_file_is_left_out_taken_back_and_read_again(cli: Commands, tmp_path):
    sea = cli.home / "sea.txt"
    asked, out, gone, back, again, never, both = cli.run_all(
        [
            ["folders", "exclude", sea],
            ["folders", "exclude", sea, "--yes"],
            ["search", "--json", "--mode", "keywords", "albatross"],
            ["folders", "exclude", sea, "--back"],
            ["index", "--again", sea],
            ["index", "--again", tmp_path / "never.txt"],
            ["index", "--again", sea, "--hidden"],
        ]
    )
    assert asked.code == both.code == 2
    assert "--yes" in asked.complaint
    assert "Left out by the rule /sea.txt" in out.text
    assert gone.json()["hits"] == []
    assert "Taken in again" in back.text
    assert again.code == 0, again.complaint
    assert never.code == 3
    assert "Nothing was ever read" in never.complaint
    assert cli.names("albatross") == ["sea.txt"]


def test_a_known_folder_keeps_its_rules(cli: Commands, tmp_path):
    """`packaging/run FOLDER` adds the folder at every start."""

    look = ["folders", "rules", tmp_path, "--json"]
    answers = cli.run_all(
        [
            *(["index", tmp_path, "--exclude", "*.log", "--exclude", "/drafts/"], look),
            *(["index", tmp_path], look),
            *(["folders", "add", tmp_path], look),
            *(["ask", tmp_path], look),
            *(["index", tmp_path, "--exclude", "*.tmp"], look),
            ["folders", "remove", tmp_path, "--yes"],
        ]
    )
    assert [said.code for said in answers] == [0] * len(answers)
    seen = [said.json()["rules"]["exclude"] for said in answers[1::2]]
    assert seen == [["*.log", "/drafts/"]] * 4 + [["*.tmp"]]


def test_phrases_and_exclusions_reach_the_engine(cli: Commands):
    assert cli.names('"glides over"') == ["sea.txt"]
    assert cli.names("albatross -sea") == []
    assert cli.names("-- albatross") == ["sea.txt"]
    nowhere, all_ = cli.run_all(
        [["search", '"over glides" albatross', *more] for more in ([], ["--all"])]
    )
    assert (nowhere.code, all_.code) == (1, 0)
    assert "“over glides” stands in no file" in nowhere.text
    assert "sea.txt" not in nowhere.text
    assert "sea.txt" in all_.text


def test_nothing_found_ends_with_1(cli: Commands):
    for_people = cli.run("search", "--mode", "keywords", "quetzalcoatlus")
    assert (for_people.code, for_people.text) == (1, "Nothing found.\n")
    assert cli.json("search", "--mode", "keywords", "quetzalcoatlus", code=1)["hits"] == []


def test_an_empty_library_says_so(alone: Commands):
    said = alone.run("search", "anything")
    assert said.code == 1
    assert "jinasearch index FOLDER" in said.text
    assert alone.json("search", "anything", code=1)["note"] == "nothing-indexed"
    assert alone.run("index", alone.home).code == 0


def test_the_engine_from_start_to_stop(alone: Commands):
    def ask(command: str, code: int = 0) -> Found:
        return decoded(alone.json("engine", command, code=code), Found)

    library = str(alone.running.library)
    assert ask("status", code=1) == Found(running=False, library=library)
    assert not alone.running.library.exists()
    assert alone.run("engine", "status").text == "The engine does not run.\n"
    first = ask("start")
    assert first.running
    assert first.library == library
    assert ask("start") == first
    assert ask("status") == first
    assert str(first.pid) in alone.run("engine", "status").text
    second = ask("restart")
    assert second.pid != first.pid
    alone.running.until(lambda: alone.running.has_ended(first.pid), "the first engine's end")
    assert alone.running.address.token not in json.dumps(alone.json("engine", "status"))
    assert ask("stop") == Found(running=False, library=library)
    alone.running.until(lambda: alone.running.has_ended(second.pid), "the second engine's end")
    assert alone.run("engine", "stop").text == "It was not running.\n"
    assert alone.json("engine", "stop")["running"] is False


def test_why_a_file_is_found_or_not(cli: Commands, tmp_path):
    found = cli.run("why", cli.home / "sea.txt")
    assert found.code == 0
    assert "found by its words" in found.text
    outside = tmp_path / "elsewhere.txt"
    outside.write_text("albatross")
    said = cli.run("why", outside)
    assert said.code == 1
    assert "no folder that is indexed" in said.text
    assert not decoded(cli.json("why", cli.home / "sea.txt"), protocol.Why).truncated


def test_an_explained_answer_has_one_form(cli: Commands):
    asked = ["search", "--explain", "--mode", "keywords"]
    assert cli.json(*asked, "albatross").keys() == {"reply", "explanations"}
    none = cli.json(*asked, "nowheretobefound", code=1)
    assert (none["reply"]["hits"], none["explanations"]) == ([], [])


def test_files_are_counted_narrowed_and_exported(cli: Commands, tmp_path):
    counted = cli.run("files", "--state", "all", "--count")
    assert counted.code == 0
    assert "8 files" in counted.text
    failed = decoded(cli.json("files"), protocol.Files).files[0]
    narrowed = decoded(cli.json("files", "--reason", failed.reason), protocol.Files)
    assert narrowed.files == (failed,)
    none = decoded(cli.json("files", "--reason", "file-encrypted"), protocol.Files)
    assert none.total == 0
    table = tmp_path / "failed.csv"
    assert cli.run("files", "--export", table).code == 0
    with table.open(encoding="utf-8-sig", newline="") as stream:
        names, row = csv.reader(stream)
    assert names == ["path", "state", "reason", "in words", "title"]
    assert row[:3] == [failed.path, "failed", failed.reason]
    everything = tmp_path / "all.json"
    written = cli.json("files", "--state", "all", "--export", everything)
    assert written == {"path": str(everything), "files": 8}
    assert len(json.loads(everything.read_text())) == 8
