"""`jinasearch library`: kept in a file, taken to another place, nothing made twice."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Commands

FILES = 8


def vectors(commands: Commands) -> list[tuple]:
    place = f"file:{commands.running.library / 'library.db'}?mode=ro"
    with closing(sqlite3.connect(place, uri=True, timeout=10)) as database:
        return database.execute("SELECT id, input_hash, vector FROM vectors ORDER BY id").fetchall()


@pytest.fixture(scope="module")
def exported(commands_in, tmp_path_factory):
    """An installation with some files and settings, and the file that it was exported to."""
    base = tmp_path_factory.mktemp("exported")
    commands = commands_in(base)
    try:
        commands.running.settings("[engine]\nrescan_minutes = 7.0\n")
        for number in range(FILES):
            commands.running.write(f"a/{number}.txt", f"note {number} about the albatross")
        commands.settle()
        file = base / "kept.jinasearch"
        made = commands.json("library", "export", file)
        assert made["path"] == str(file)
        assert made["bytes"] == file.stat().st_size
        yield commands, file
    finally:
        commands.running.close()


def test_to_another_place_nothing_is_embedded_again(exported, alone: Commands):
    before, file = exported
    shutil.copytree(before.home, alone.home, dirs_exist_ok=True)  # with the times of the files
    place = f"{before.home}={alone.home}"
    plan = alone.json("library", "import", file, "--map", place, "--plan")
    assert plan["folders"] == [
        {"before": str(before.home), "path": str(alone.home), "is_here": True}
    ]
    assert (plan["files"], plan["replaces"], plan["models"]) == (FILES, 0, ["starter"])
    alone.json("library", "import", file, "--map", place)
    # Had anything been embedded again, it would have another number.
    coverage = alone.settle()["coverage"]
    assert coverage["meaning"] == coverage["files"] == FILES
    assert vectors(alone) == vectors(before)
    assert len(alone.names("albatross", "meaning")) == FILES
    (folder,) = alone.json("folders", "list")["folders"]
    assert folder["path"] == str(alone.home)
    assert "rescan_minutes = 7.0" in alone.running.config.read_text()
    assert all(finding["ok"] for finding in alone.json("doctor")["findings"])


def test_what_is_there_is_replaced_after_a_yes(exported, alone: Commands):
    _, file = exported
    alone.running.write("own.txt", "the pelican")
    alone.settle()
    said = alone.run("library", "import", file)
    assert said.code == 2
    assert "--yes" in said.complaint
    assert alone.names("pelican") == ["own.txt"]
    said = alone.run("library", "import", file, "--yes", "--no-settings")
    assert said.code == 0, said.complaint
    assert alone.names("pelican") == []
    assert len(alone.names("albatross")) == FILES
    (kept,) = (alone.running.library / "backups").iterdir()
    said = alone.run("library", "import", kept, "--yes")
    assert said.code == 0, said.complaint
    assert str(kept.parent) in said.text
    assert alone.names("pelican") == ["own.txt"]
    assert alone.names("albatross") == []


def test_a_file_is_not_overwritten_unasked(exported):
    commands, file = exported
    old = file.stat().st_mtime_ns
    said = commands.run("library", "export", file)
    assert said.code == 3
    assert file.stat().st_mtime_ns == old
    assert commands.run("library", "export", file, "--replace").code == 0
    assert file.stat().st_mtime_ns != old


def test_a_backup_is_named_by_its_day_and_brings_all_back(exported, alone: Commands, tmp_path):
    commands, _ = exported
    place = tmp_path / "kept safe"
    assert commands.run("library", "backup", place).code == 3  # no such folder
    place.mkdir()
    said = commands.run("library", "backup", place)
    (file,) = place.iterdir()
    assert re.fullmatch(r"library-\d{4}-\d\d-\d\d\.jinasearch", file.name)
    assert f"jinasearch library import '{file}'" in said.text
    assert commands.run("library", "backup", place).code == 3
    assert commands.json("library", "backup", place, "--replace")["bytes"] == file.stat().st_size
    alone.json("library", "import", file, "--yes")
    assert len(alone.names("albatross")) == FILES


def test_folders_that_are_not_there_are_away(exported, alone: Commands, tmp_path: Path):
    before, file = exported
    alone.json("library", "import", file, "--map", f"{before.home}={tmp_path / 'later'}")
    alone.running.until(
        lambda: alone.json("folders", "list")["folders"][0]["away"], "the folder noticed as away"
    )
    assert len(alone.names("albatross")) == FILES
    assert len(alone.names("albatross", "meaning")) == FILES


def test_what_is_no_library(alone: Commands, tmp_path: Path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all")
    said = alone.run("library", "import", letter, "--json")
    assert said.code == 3
    assert said.failure().code == "bad-request"
    assert alone.run("library", "import", tmp_path / "none").code == 3
    assert alone.run("library", "import", letter, "--map", "nonsense").code == 2


def test_what_was_put_aside_is_listed_and_deleted_on_a_yes(alone: Commands):
    alone.running.write("a/1.txt", "a note about the albatross")
    alone.settle()
    assert alone.json("library", "kept")["copies"] == []
    assert "Nothing is kept." in alone.run("library", "kept").text
    backups = alone.running.library / "backups"
    backups.mkdir(exist_ok=True)
    names = [f"before-import-2026-01-0{day}-120000.db" for day in (1, 2, 3)]
    for name in names:
        (backups / name).write_bytes(b"x" * 2_000_000)
    copies = alone.json("library", "kept")["copies"]
    assert sorted(copy["name"] for copy in copies) == names
    assert {(copy["why"], copy["bytes"]) for copy in copies} == {("before-import", 2_000_000)}
    listed = alone.run("library", "kept").text
    assert "before an import" in listed
    assert "2.0 MB" in listed

    for wrong in ((), (names[0], "--all")):
        assert "--all" in alone.run("library", "discard", *wrong).complaint
    assert "nobody to ask" in alone.run("library", "discard", names[0]).complaint
    missing = alone.run("library", "discard", names[0], "none", "--yes").complaint
    assert "No copy of this name" in missing
    assert len(list(backups.iterdir())) == 3
    left = alone.json("library", "discard", names[0], "--yes")["copies"]
    assert sorted(copy["name"] for copy in left) == names[1:]
    assert alone.json("library", "discard", "--all", "--yes")["copies"] == []
    assert list(backups.iterdir()) == []
