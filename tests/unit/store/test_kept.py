"""Copies that were put aside: listed with date and size, deleted one by one, and nothing else."""

import os
import shutil
import subprocess

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.kept_copy import KeptWhy
from jinasearch.store import kept
from jinasearch.store.database import Library

NAMES = {
    "library.db.damaged-20260101-120000": KeptWhy.DAMAGED,
    "backups/before-import-2026-02-02-120000.db": KeptWhy.BEFORE_IMPORT,
    "backups/before-import-2026-02-02-120000-2.db": KeptWhy.BEFORE_IMPORT,
    "backups/before-schema-9.db": KeptWhy.BEFORE_UPDATE,
}


@pytest.fixture
def folder(tmp_path):
    """A library with four kept copies and what is none."""
    Library(tmp_path).close()
    (tmp_path / "backups").mkdir()
    for number, name in enumerate(NAMES, 1):
        (tmp_path / name).write_bytes(b"x" * 100 * number)
        os.utime(tmp_path / name, (number, number))
    (tmp_path / "library.db.damaged-20260101-120000-wal").write_bytes(b"y" * 7)
    (tmp_path / "backups" / "mine.db").write_bytes(b"z")
    (tmp_path / "backups" / "before-import-link.db").symlink_to(tmp_path / "library.db")
    (tmp_path / "backups" / "before-import-folder").mkdir()
    return tmp_path


def below(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def test_they_are_listed_with_date_and_size_the_newest_first(folder):
    found = kept.listed(folder)
    assert [copy.why for copy in found] == list(reversed(NAMES.values()))
    assert [copy.made for copy in found] == [4, 3, 2, 1]
    assert [copy.bytes for copy in found] == [400, 300, 200, 107]
    assert [copy.path for copy in found] == [str(folder / name) for name in reversed(NAMES)]
    assert kept.listed(folder / "none") == []


@pytest.mark.parametrize("name", NAMES)
def test_one_goes_with_what_belongs_to_it_and_nothing_else(folder, name):
    before = below(folder)
    kept.discard(folder, (folder / name).name)
    gone = {name, f"{name}-wal"} & before
    assert below(folder) == before - gone
    assert len(kept.listed(folder)) == 3


@pytest.mark.parametrize(
    "name",
    [
        "",
        "library.db",
        "library.db.damaged-20260101-120000-wal",
        "mine.db",
        "before-import-link.db",
        "before-import-folder",
        "../library.db",
        "backups/before-schema-9.db",
        "*",
    ],
)
def test_what_is_not_listed_is_not_deleted(folder, name):
    before = below(folder)
    with pytest.raises(JinasearchError) as raised:
        kept.discard(folder, name)
    assert raised.value.code == Code.NOT_FOUND
    assert below(folder) == before


def test_a_copy_that_may_not_be_deleted_is_told_and_still_listed(folder):
    try:
        subprocess.run(["chattr", "+i", folder / "backups" / "before-schema-9.db"], check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("files cannot be made immutable here")
    try:
        with pytest.raises(JinasearchError) as raised:
            kept.discard(folder, "before-schema-9.db")
        assert raised.value.code == Code.NO_PERMISSION
        assert len(kept.listed(folder)) == 4
    finally:
        subprocess.run(["chattr", "-i", folder / "backups" / "before-schema-9.db"], check=True)


def test_opening_and_settling_deletes_no_copy_from_before_an_import(folder):
    library = Library(folder)
    library.settled()
    library.rested()
    library.close()
    left = {copy.why for copy in kept.listed(folder)}
    assert left == {KeptWhy.DAMAGED, KeptWhy.BEFORE_IMPORT}
    shutil.rmtree(folder / "backups")
