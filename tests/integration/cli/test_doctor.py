"""`jinasearch doctor`: sound, damaged, mended."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Commands

PAGE = 4096
UNSOUND = 1
FILES = 5


def damage(path: Path, first: int, last: int) -> None:
    """Turn the bytes `[first, last)` of a file over."""
    data = bytearray(path.read_bytes())
    data[first:last] = bytes(byte ^ 0x5A for byte in data[first:last])
    path.write_bytes(data)


def unsound(findings: Any) -> list[dict[str, Any]]:
    return [finding for finding in findings["findings"] if not finding["ok"]]


@pytest.fixture(scope="module")
def library(commands_in, tmp_path_factory):
    """An installation with some files found by meaning; every test leaves it sound."""
    library = commands_in(tmp_path_factory.mktemp("doctor"))
    try:
        for number in range(FILES):
            library.running.write(f"{number}.txt", f"note {number} about the albatross")
        library.settle()
        yield library
    finally:
        library.running.close()


@pytest.fixture
def stopped(library: Commands) -> Commands:
    """The same without an engine."""
    library.settle()
    assert library.run("engine", "stop").code == 0
    return library


def snapshot(commands: Commands) -> Path:
    (found,) = commands.running.library.glob("graph/**/*.graph")
    return found


def test_a_sound_library(cli: Commands):
    findings = cli.json("doctor")
    assert unsound(findings) == []
    names = [finding["name"] for finding in findings["findings"]]
    assert {"database", "full text", "graph"} <= set(names)
    lines = cli.run("doctor").text.splitlines()
    assert [line.split()[0] for line in lines] == ["sound"] * len(names)


def test_a_damaged_graph(stopped: Commands):
    size = snapshot(stopped).stat().st_size
    damage(snapshot(stopped), size // 2, size // 2 + 100)
    (finding,) = unsound(stopped.json("doctor", code=UNSOUND))
    assert "graph was damaged" in finding["name"]
    assert finding["remedy"]
    said = stopped.run("doctor")
    assert said.code == UNSOUND
    assert "mended  The search graph was damaged and has been rebuilt" in said.text
    assert len(stopped.names("albatross", "meaning")) == FILES
    stopped.run("engine", "stop")
    assert unsound(stopped.json("doctor")) == []


def test_a_graph_cut_short(stopped: Commands):
    snapshot(stopped).write_bytes(snapshot(stopped).read_bytes()[:500])
    assert len(unsound(stopped.json("doctor", code=UNSOUND))) == 1


def test_a_graph_that_is_gone_is_made_again(stopped: Commands):
    snapshot(stopped).unlink()
    assert unsound(stopped.json("doctor")) == []
    assert len(stopped.names("albatross", "meaning")) == FILES


def test_a_damaged_database(stopped: Commands):
    database = stopped.running.library / "library.db"
    pages = database.stat().st_size // PAGE
    damage(database, pages // 4 * PAGE, pages // 2 * PAGE)
    found = unsound(stopped.json("doctor", code=UNSOUND))
    (finding,) = [entry for entry in found if "database was damaged" in entry["name"]]
    assert finding["remedy"].startswith("1 folders")
    aside = finding["detail"]
    assert aside.startswith(f"{database}.damaged-")
    assert aside in stopped.run("status").text
    said = stopped.run("doctor")
    assert said.code == UNSOUND
    assert aside in said.text
    assert len(stopped.json("folders", "list")["folders"]) == 1
    assert stopped.settle()["coverage"]["meaning"] == FILES
    stopped.run("engine", "restart")
    assert unsound(stopped.json("doctor")) == []


def test_another_byte_in_a_text_is_found_and_mended(stopped: Commands):
    """Of which SQLite knows nothing."""
    with closing(sqlite3.connect(stopped.running.library / "library.db")) as database, database:
        database.execute("UPDATE passages SET text = replace(text, 'albatross', 'albatrosz')")
    found = unsound(stopped.json("doctor", code=UNSOUND))
    (finding,) = [entry for entry in found if entry["name"] == "rows"]
    assert finding["detail"].startswith(f"{FILES} texts")
    assert "doctor --repair" in finding["remedy"]
    found = unsound(stopped.json("doctor", "--repair"))
    assert {entry["name"]: entry["mended"] for entry in found} == {
        "rows": True,
        "Some of what the library held was damaged": True,
    }
    assert stopped.settle()["coverage"]["meaning"] == FILES
    assert len(stopped.names("albatross")) == FILES
    assert stopped.names("albatrosz") == []
    stopped.run("engine", "restart")
    assert unsound(stopped.json("doctor")) == []


def test_repair_says_what_is_still_wrong(alone: Commands):
    alone.running.settings('[embed]\nmodel = "/no/such/model"\n')
    alone.running.write("sea.txt", "the albatross")
    alone.json("index", alone.home)
    found = unsound(alone.json("doctor", "--repair", code=UNSOUND))
    assert [(entry["detail"], entry["mended"]) for entry in found] == [("/no/such/model", False)]


def test_repairing_what_is_sound_changes_nothing(stopped: Commands):
    before = stopped.names("albatross", "meaning")
    assert unsound(stopped.json("doctor", "--repair")) == []
    assert stopped.names("albatross", "meaning") == before


def test_a_database_that_is_none(stopped: Commands):
    (stopped.running.library / "library.db").write_bytes(b"This is a letter.\n" * 1000)
    found = unsound(stopped.json("doctor", code=UNSOUND))
    assert any("database was damaged" in entry["name"] for entry in found)
    assert stopped.settle()["coverage"]["keywords"] == FILES


def test_a_model_that_is_not_there(alone: Commands):
    alone.running.settings('[embed]\nmodel = "/no/such/model"\n')
    alone.running.write("sea.txt", "the albatross")
    said = alone.run("index", alone.home, "--meaning", "--json")
    assert said.code == 3
    assert said.failure().code == "model-missing"
    status = alone.json("index", alone.home)
    assert status["coverage"]["keywords"] == 1
    (finding,) = unsound(alone.json("doctor", code=UNSOUND))
    assert finding["detail"] == "/no/such/model"
    assert finding["remedy"]
    said = alone.run("search", "albatross")
    assert said.code == 0
    assert "keywords alone" in said.text
    alone.run("models", "use", "starter")
    alone.settle()
    assert unsound(alone.json("doctor")) == []
