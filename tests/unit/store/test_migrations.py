"""A library of any schema that there ever was is brought up to the newest, and keeps all."""

import hashlib
import shutil

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.library_work import LibraryWork, Work
from jinasearch.search.query import Term
from jinasearch.store import files, migrations, passages, vectors
from jinasearch.store.connection import open_writer
from jinasearch.store.database import SCHEMA, Library
from old_library import FILES, FOLDED, build, fill

RELEASED = {
    "first": "93637c98edbafe37",
    "serving space": "8a0eb7cf9f6ed679",
    "leaving folders": "dea9c22027dc98c2",
}
"""Digests of the steps of 0.1.0. A step that was released is never changed."""
TABLES = {
    "folders": "path, is_file, away, rules",
    "files": "id, folder, path, size, mtime_ns, device, inode, state, reason, kind, title, author,"
    " passages, urgency",
    "passages": "id, file, ordinal, heading, text, place, input_hash",
    "cards": "file, text, input_hash",
    "vectors": "id, space, input_hash, vector",
    "todo": "space, file, layer, urgency, mtime_ns",
    "spaces": "id, key",
}


def digest(script: str) -> str:
    return hashlib.blake2b(script.encode(), digest_size=8).hexdigest()


def rows(path) -> dict[str, list]:
    connection = open_writer(path)
    found = {
        table: connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
        for table, columns in TABLES.items()
    }
    connection.close()
    return found


def schema(path) -> list:
    connection = open_writer(path)
    query = (
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE '%\\_fts\\_%' ESCAPE '\\'"
    )
    found = sorted(connection.execute(query).fetchall(), key=str)
    connection.close()
    return found


def test_what_was_released_is_not_changed():
    scripts = dict(migrations.MIGRATIONS)
    assert {name: digest(scripts[name]) for name in RELEASED} == RELEASED


@pytest.mark.parametrize("old", range(1, SCHEMA))
def test_every_schema_is_brought_up_to_the_newest(tmp_path, old):
    database = tmp_path / "library.db"
    build(database, old)
    before = rows(database)
    library = Library(tmp_path)
    found = [finding for finding in library.check() if not finding.ok]
    assert found == []
    assert library.notices == []
    connection = library.reader()
    for number in range(2, FILES + 1):
        (match,) = passages.match(connection, f"word{number}", 10)
        assert match.file == number
    assert files.coverage(connection, 1).files == FILES
    assert vectors.waiting(connection, 1) == 2
    assert [item.file for item in vectors.todo(connection, 1, 10)] == [2, 2]
    library.close()
    assert rows(database) == before
    kept = rows(tmp_path / "backups" / f"before-schema-{SCHEMA}.db")
    assert kept == before

    fresh = Library(tmp_path / "fresh")
    fresh.close()
    assert schema(database) == schema(tmp_path / "fresh" / "library.db")


@pytest.mark.parametrize("old", [1, FOLDED])
def test_what_was_indexed_in_another_form_is_found_in_the_new_one(tmp_path, old):
    database = tmp_path / "library.db"
    build(database, old)
    connection = open_writer(database)
    connection.create_scalar_function("cut", lambda text: text or "", 1)
    with connection:
        connection.execute("UPDATE passages SET text = 'Łódź ラーメン' WHERE id = 5")
        connection.execute("INSERT INTO passages_fts(passages_fts) VALUES ('rebuild')")
    connection.close()
    library = Library(tmp_path)
    for typed in ("lodz", "らーめん"):
        assert [row.file for row in passages.match(library.reader(), Term(typed).fts(), 9)] == [5]
    assert all(finding.ok for finding in library.check() if finding.name == "text")
    library.close()


def test_who_waits_is_told_each_step_and_how_far_it_is(tmp_path):
    build(tmp_path / "library.db", FOLDED)
    fill(tmp_path / "library.db", 30_000)
    told: list[LibraryWork] = []
    Library(tmp_path, opening=told.append).close()
    assert {work.work for work in told} == {Work.UPDATING}
    steps = 2 + SCHEMA - FOLDED
    assert [(work.step, work.steps) for work in dict.fromkeys(told) if not work.share] == [
        (step, steps) for step in range(1, steps + 1)
    ]
    copied = [work.share for work in told if work.step == 2]
    assert copied == sorted(copied)
    assert copied[-1] == 1
    assert len(copied) > 2
    percents = [work.percent for work in told]
    assert percents == sorted(percents)
    assert percents[0] == 0
    assert percents[-1] == 100 * (steps - 1) // steps
    assert len([work for work in told if work.step == 3]) > 3  # the texts are indexed anew: a while

    told.clear()
    Library(tmp_path, opening=told.append).close()
    assert told == []


def test_a_step_that_fails_leaves_the_library_as_it_was(tmp_path, monkeypatch):
    database = tmp_path / "library.db"
    build(database, 1)
    before = rows(database)
    number = len(migrations.MIGRATIONS) + 1
    broken = ("broken", "CREATE TABLE half(x); INSERT INTO nothing VALUES (1);")
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
        patch.setattr("jinasearch.store.database.SCHEMA", number)
        patch.setattr("jinasearch.store.upgrade.SCHEMA", number)
        with pytest.raises(Exception, match="nothing"):
            Library(tmp_path)
    assert rows(database) == before
    library = Library(tmp_path)
    assert files.coverage(library.reader(), 1).files == FILES
    library.close()


def test_the_copy_from_before_goes_when_all_is_settled(tmp_path):
    build(tmp_path / "library.db", 1)
    library = Library(tmp_path)
    assert list((tmp_path / "backups").iterdir())
    library.settled()
    assert list((tmp_path / "backups").iterdir()) == []
    library.close()


def test_a_migration_that_was_broken_off_leaves_the_copy_from_before_it(tmp_path):
    database = tmp_path / "library.db"
    build(database, 1)
    before = rows(database)
    backups = tmp_path / "backups"
    backups.mkdir()
    shutil.copy(database, backups / f"before-schema-{SCHEMA}.db")
    (backups / f"before-schema-{SCHEMA}.db.part").write_bytes(b"half a copy")
    connection = open_writer(database)
    with connection:
        connection.execute(migrations.MIGRATIONS[1][1])
        connection.execute("DELETE FROM passages")
        connection.pragma("user_version", 2)
    connection.close()
    Library(tmp_path).close()
    assert rows(backups / f"before-schema-{SCHEMA}.db") == before


def test_without_room_nothing_is_migrated(tmp_path, monkeypatch):
    database = tmp_path / "library.db"
    build(database, 1)
    before = database.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 1000))
        with pytest.raises(JinasearchError, match="no room") as caught:
            Library(tmp_path)
    assert caught.value.code == Code.DISK_FULL
    assert "MB" in caught.value.message
    assert database.read_bytes() == before
    Library(tmp_path).close()
