"""When a library is looked at for damage, what is known of it, and what is saved."""

import os
import threading

import apsw
import numpy as np
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.store import (
    checker,
    files,
    folders,
    migrations,
    passages,
    soundness,
    vectors,
)
from jinasearch.store.checker import Checker
from jinasearch.store.connection import open_writer
from jinasearch.store.database import Library
from jinasearch.store.writer import Writer


def fill(library: Library, count: int = 200) -> None:
    def job(connection):
        folder = folders.add(connection, "/home", Rules(), False).id
        space = vectors.space(connection, "space")
        for number in range(count):
            file = files.seen(connection, folder, FileStat(f"/home/{number}", 1, number))
            text = f"number{number} " + "of some length " * 30
            document = Document("text", passages=(Passage(text),))
            passages.replace(connection, file, document, f"card {number}", [space])
            key = passages.input_hash(text)
            vectors.add(connection, space, [(key, np.full(64, 1 / 8, np.float16))])

    library.writer.run(job)


def pages_of(database, table):
    """The leaf pages of a table, in bytes: (where, how many)."""
    connection = apsw.Connection(str(database))
    query = "SELECT pgoffset, pgsize FROM dbstat WHERE name = ? AND pagetype = 'leaf'"
    found = connection.execute(query, (table,)).fetchall()
    connection.close()
    return found


def harm(database, table, *, share=0.5, silently=False):
    """Overwrite some of a table's pages; `silently`: as a bad disk does, the time stays."""
    stat = database.stat()
    pages = pages_of(database, table)
    with database.open("r+b") as stream:
        for where, size in pages[: max(1, int(len(pages) * share))]:
            stream.seek(where)
            stream.write(b"\xff" * size)
    if silently:
        os.utime(database, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.fixture
def looks(monkeypatch):
    """Which checks of the whole database were made."""
    made = []
    for name in ("quick", "full", "thorough"):
        real = getattr(soundness, name)

        def look(*arguments, name=name, real=real):
            made.append(name)
            return real(*arguments)

        monkeypatch.setattr(soundness, name, look)
    return made


@pytest.fixture
def closed(tmp_path):
    """The folder of a library that was closed in order."""
    library = Library(tmp_path)
    fill(library)
    library.close()
    return tmp_path


def reopened(folder):
    library = Library(folder)
    library.close()
    return library


def test_one_that_was_closed_in_order_is_not_read_through(closed, looks):
    assert reopened(closed).notices == []
    assert looks == []


def test_one_that_was_not_closed_is_looked_at(closed, looks):
    (closed / "library.closed").unlink()
    assert reopened(closed).notices == []
    assert looks == ["quick"]
    assert reopened(closed).notices == []
    assert looks == ["quick"]


def test_one_that_is_open_does_not_pass_for_closed(closed):
    library = Library(closed)
    assert not (closed / "library.closed").exists()
    library.close()


def test_one_that_changed_since_it_was_closed_is_looked_at(closed, looks):
    harm(closed / "library.db", "passages")
    (notice,) = reopened(closed).notices
    assert notice.code == Code.LIBRARY_MENDED
    assert looks == ["quick"]


def test_damage_after_a_close_in_order_is_found_later(closed):
    harm(closed / "library.db", "passages", silently=True)
    library = Library(closed)
    told = []
    library.health.listen(told.append)
    assert library.notices == []
    library.look()
    (error,) = told
    assert error.code == Code.LIBRARY_DAMAGED
    assert "engine restart" in error.message
    with pytest.raises(JinasearchError) as refused:
        library.writer.run(lambda c: c.execute("DELETE FROM cards"))
    assert refused.value.code == Code.LIBRARY_DAMAGED
    library.close()
    (notice,) = reopened(closed).notices
    assert notice.code == Code.LIBRARY_MENDED
    assert reopened(closed).notices == []


@pytest.mark.parametrize("table", ["passages", "files", "vectors", "passages_fts_data"])
def test_damage_that_a_reader_meets_is_told(closed, table):
    harm(closed / "library.db", table, share=1, silently=True)
    library = Library(closed)
    told = []
    library.health.listen(told.append)
    queries = {
        "passages_fts_data": "SELECT rowid FROM passages_fts WHERE passages_fts MATCH 'some'"
    }
    with pytest.raises(JinasearchError) as raised:
        library.reader().execute(queries.get(table, f"SELECT * FROM {table}")).fetchall()
    assert raised.value.code == Code.LIBRARY_DAMAGED
    assert [error.code for error in told] == [Code.LIBRARY_DAMAGED]
    library.close()
    (notice,) = reopened(closed).notices
    assert notice.code == Code.LIBRARY_MENDED


def test_rows_that_come_one_by_one_tell_damage_too(closed):
    harm(closed / "library.db", "passages", silently=True)
    library = Library(closed)
    rows = library.reader().execute("SELECT text FROM passages ORDER BY id DESC")
    with pytest.raises(JinasearchError) as raised:
        for _ in rows:
            pass
    assert raised.value.code == Code.LIBRARY_DAMAGED
    with pytest.raises(JinasearchError):
        _ = library.reader().execute("SELECT count(text || '') FROM passages").get
    library.close()


def test_damage_that_the_writer_meets_is_told(closed):
    harm(closed / "library.db", "passages", share=1, silently=True)
    library = Library(closed)
    told = []
    library.health.listen(told.append)
    with pytest.raises(JinasearchError) as raised:
        library.writer.run(lambda c: files.remove(c, [1]))
    assert raised.value.code == Code.LIBRARY_DAMAGED
    assert len(told) == 1
    library.close()
    assert len(reopened(closed).notices) == 1


def test_the_check_names_what_is_damaged_and_what_to_do(closed):
    harm(closed / "library.db", "passages_fts_data", share=1, silently=True)
    library = Library(closed)
    findings = {finding.name: finding for finding in library.check()}
    assert not findings["database"].ok
    assert "estart the engine" in findings["database"].remedy
    assert not findings["full text"].ok
    library.close()
    assert len(reopened(closed).notices) == 1


def test_a_full_text_that_disagrees_is_made_anew(closed):
    connection = open_writer(closed / "library.db")
    with connection:
        connection.execute("DELETE FROM passages_fts_docsize WHERE id = 7")
        connection.execute(
            "UPDATE passages SET text = 'wombat', input_hash = ? WHERE id = 8",
            (passages.input_hash("wombat"),),
        )
    connection.close()
    (closed / "library.damaged").touch()
    library = Library(closed)
    assert library.notices == []
    assert [match.passage for match in passages.match(library.reader(), "wombat", 5)] == [8]
    assert all(f.ok for f in library.check() if f.name != "vectors without text")
    assert not (closed / "library.damaged").exists()
    library.close()


def test_before_a_migration_everything_is_looked_at(closed, looks, monkeypatch):
    step = ("later", "CREATE TABLE later(x)")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, step))
    monkeypatch.setattr("jinasearch.store.database.SCHEMA", len(migrations.MIGRATIONS))
    monkeypatch.setattr("jinasearch.store.upgrade.SCHEMA", len(migrations.MIGRATIONS))
    harm(closed / "library.db", "passages", silently=True)
    library = Library(closed)
    assert looks == ["full"]
    assert [notice.code for notice in library.notices] == [Code.LIBRARY_MENDED]
    assert library.reader().execute("SELECT count(*) FROM later").get == 0
    library.close()


def test_a_large_one_that_was_not_closed_is_looked_at_after_opening(closed, monkeypatch):
    monkeypatch.setattr("jinasearch.store.database._FIRST_LOOK_SECONDS", -1.0)
    monkeypatch.setattr(soundness, "_PROGRESS_STEPS", 1)
    harm(closed / "library.db", "passages")
    library = Library(closed)
    assert library.unsure
    assert library.notices == []
    told = threading.Event()
    library.health.listen(lambda _: told.set())
    busy = Checker(library, quiet=lambda: False, settled=lambda: False)
    busy.start()
    assert told.wait(10)
    busy.close()
    library.close()


def test_the_checker_waits_for_quiet_and_looks_again_later(closed, monkeypatch):
    monkeypatch.setattr(checker, "_FIRST_SECONDS", 0.01)
    monkeypatch.setattr(checker, "_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(checker, "_DAY_SECONDS", 0.01)
    library = Library(closed)
    asked, looked = threading.Semaphore(0), threading.Semaphore(0)
    answers = iter([False, False, *[True] * 10_000])

    def quiet():
        asked.release()
        return next(answers)

    monkeypatch.setattr(library, "look", looked.release)
    watching = Checker(library, quiet, settled=lambda: False)
    watching.start()
    for _ in range(3):
        assert looked.acquire(timeout=10)
    for _ in range(5):
        assert asked.acquire(timeout=10)
    watching.close()
    library.close()


def test_a_look_is_given_up_when_the_library_closes(closed, monkeypatch):
    library = Library(closed)
    begun = threading.Event()
    real = soundness.quick

    def slow(connection):
        connection.set_progress_handler(lambda: begun.set() or begun.wait(0.01) is None, 1)
        return real(connection)

    monkeypatch.setattr(soundness, "quick", slow)
    watching = Checker(library, quiet=lambda: True, settled=lambda: False)
    library.unsure = True
    watching.start()
    assert begun.wait(10)
    watching.close()
    assert not watching._thread.is_alive()
    assert library.health.damage is None
    library.close()


def test_what_is_saved_is_whole(closed):
    """Rows that damage made up are left behind; all that can be read besides is kept."""
    connection = open_writer(closed / "library.db")
    keys = dict(connection.execute("SELECT id, input_hash FROM vectors"))
    with connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(7) WHERE id = 20")
        nonsense = np.full(64, np.nan, np.float16).tobytes()
        connection.execute("UPDATE vectors SET vector = ? WHERE id = 21", (nonsense,))
        connection.execute("UPDATE vectors SET input_hash = 'text' WHERE id = 22")
        connection.execute("UPDATE vectors SET vector = zeroblob(128) WHERE id = 23")
    connection.close()
    harm(closed / "library.db", "passages", silently=True)
    (closed / "library.damaged").touch()
    (closed / "graph" / "1").mkdir(parents=True)
    library = Library(closed)
    kept = {key for (key,) in library.reader().execute("SELECT input_hash FROM vectors")}
    assert kept == {key for id_, key in keys.items() if id_ not in (20, 21, 22)}
    assert not (closed / "graph" / "1").exists(), "ids are given anew: old snapshots are wrong"
    library.close()


def test_vectors_around_a_damaged_page_are_saved(closed):
    harm(closed / "library.db", "vectors", share=0.05)
    pages = len(pages_of(closed / "library.db", "files"))
    assert pages
    library = Library(closed)
    kept = library.reader().execute("SELECT count(*) FROM vectors").get
    assert 150 <= kept < 200
    library.close()


def test_what_was_put_aside_goes_when_all_is_read_again(closed):
    harm(closed / "library.db", "passages")
    library = Library(closed)
    assert list(closed.glob("*.damaged-*"))
    library.writer.run(lambda c: folders.set_away(c, 1, True))
    library.settled()
    assert list(closed.glob("*.damaged-*")), "the drive that is away may own what was saved"
    library.writer.run(lambda c: folders.set_away(c, 1, False))
    library.settled()
    assert list(closed.glob("*.damaged-*")) == []
    assert library.reader().execute("SELECT count(*) FROM vectors").get == 0
    library.close()


def test_a_job_that_was_given_up_is_not_run(tmp_path):
    writer = Writer(tmp_path / "x.db")
    go = threading.Event()
    writer.submit(lambda _: go.wait(10))
    given_up, kept = writer.submit(lambda _: 1), writer.submit(lambda _: 2)
    assert given_up.cancel()
    go.set()
    assert kept.result() == 2
    writer.close()


def test_work_apart_fails_alone(tmp_path):
    writer = Writer(tmp_path / "x.db")
    with pytest.raises(apsw.SQLError):
        writer.apart(lambda c: c.execute("nonsense"))
    assert writer.apart(lambda c: c.in_transaction) is False
    writer.close()
    with pytest.raises(JinasearchError):
        writer.apart(lambda c: c.in_transaction)
