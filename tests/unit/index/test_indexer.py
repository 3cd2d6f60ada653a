"""The library's rows follow the folders: real files, real events, nobody who reads."""

import os
import shutil
import subprocess
import time

import pytest

from jinasearch.core.models import Document, Passage, Rules
from jinasearch.index import indexer as indexer_module
from jinasearch.store import files, passages, tidying


def test_a_storm_of_renames_ends_right_and_reads_nothing_again(bench):
    for number in range(300):
        bench.write(f"a/{number}.txt", str(number))
    bench.start()
    before = bench.read_all()
    for place in "bcde":
        (bench.home / place).mkdir()
        for number in range(300):
            old = bench.home / chr(ord(place) - 1) / f"{number}.txt"
            old.rename(bench.home / place / f"{number}.txt")
    wanted = {f"e/{number}.txt": before[f"a/{number}.txt"] for number in range(300)}
    bench.until(lambda: bench.files() == wanted, "all at their last place, each in its old row")
    assert bench.unread() == set()


def test_a_moved_subtree_keeps_its_rows_and_is_watched_where_it_is(bench):
    bench.write("a/b/c/one.txt")
    bench.write("a/two.txt", "22")
    bench.start()
    before = bench.read_all()
    (bench.home / "new").mkdir()
    (bench.home / "a").rename(bench.home / "new/z")
    bench.until_files("new/z/b/c/one.txt", "new/z/two.txt")
    assert bench.files()["new/z/b/c/one.txt"] == before["a/b/c/one.txt"]
    assert bench.unread() == set()
    bench.write("new/z/b/c/late.txt")
    bench.until_files("new/z/b/c/one.txt", "new/z/two.txt", "new/z/b/c/late.txt")


def test_a_subtree_moves_out_and_in_again(bench):
    bench.write("a/b/one.txt")
    bench.write("keep.txt")
    bench.start()
    (bench.home / "a").rename(bench.base / "outside")
    bench.until_files("keep.txt")
    (bench.base / "outside/b/more.txt").write_text("x")
    (bench.base / "outside").rename(bench.home / "back")
    bench.until_files("keep.txt", "back/b/one.txt", "back/b/more.txt")


def test_files_that_come_while_a_tree_is_copied_are_all_found(bench):
    bench.start()
    source = bench.base / "source"
    for number in range(200):
        path = source / str(number % 10) / str(number % 7) / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    shutil.copytree(source, bench.home / "copy")
    wanted = {f"copy/{path.relative_to(source)}" for path in source.rglob("*.txt")}
    bench.until(lambda: set(bench.files()) == wanted, "all files of the copy")


def test_a_change_within_a_tick_of_the_clock_is_read(bench):
    path = bench.write("a.txt", "one")
    stamp = path.stat().st_mtime_ns
    bench.start()
    bench.read_all()
    path.write_text("two")
    os.utime(path, ns=(stamp, stamp))
    bench.until(lambda: bench.unread() == {"a.txt"}, "the file to be read again")


def test_a_file_replaced_by_one_of_the_same_size_and_time_is_read(bench):
    path = bench.write("a.txt", "one")
    stamp = path.stat().st_mtime_ns
    bench.start()
    bench.read_all()
    other = bench.base / "other.txt"
    other.write_text("two")
    os.utime(other, ns=(stamp, stamp))
    other.rename(path)
    bench.until(lambda: bench.unread() == {"a.txt"}, "the file to be read again")


def test_a_file_replaced_by_a_folder_and_back(bench):
    path = bench.write("a")
    bench.start()
    path.unlink()
    bench.write("a/b.txt")
    bench.until_files("a/b.txt")
    shutil.rmtree(path)
    bench.write("a")
    bench.until_files("a")


def test_a_case_only_rename_keeps_the_row(bench):
    bench.write("Letter.txt")
    bench.start()
    before = bench.read_all()
    (bench.home / "Letter.txt").rename(bench.home / "LETTER.TXT")
    bench.until(lambda: bench.files() == {"LETTER.TXT": before["Letter.txt"]}, "the new name")
    assert bench.unread() == set()


def test_files_that_change_places_keep_their_rows(bench):
    one, other = bench.write("a.txt", "one"), bench.write("b.txt", "other")
    bench.start()
    before = bench.read_all()
    one.rename(bench.home / "c.tmp")
    other.rename(one)
    (bench.home / "c.tmp").rename(other)
    bench.until(
        lambda: bench.files() == {"a.txt": before["b.txt"], "b.txt": before["a.txt"]},
        "each row at the other's place",
    )
    assert bench.unread() == set()


def test_a_log_that_is_rotated_keeps_its_row_and_the_new_one_is_read(bench):
    log = bench.write("app.log", "old lines")
    bench.start()
    before = bench.read_all()
    log.rename(bench.home / "app.log.1")
    log.write_text("new")
    bench.until_files("app.log", "app.log.1")
    bench.until(lambda: bench.files()["app.log.1"] == before["app.log"], "the old row moved")
    assert bench.unread() == {"app.log"}


def test_a_file_renamed_over_another_keeps_its_row(bench):
    bench.write("a.txt", "old")
    new = bench.write("b.txt", "newer")
    bench.start()
    before = bench.read_all()
    new.rename(bench.home / "a.txt")
    bench.until(lambda: bench.files() == {"a.txt": before["b.txt"]}, "one row, the new one's")
    assert bench.unread() == set()


def test_an_editors_draft_that_was_noticed_leaves_the_files_row_alone(bench):
    """What did not change in the file keeps its vectors."""
    bench.write("a.txt", "old")
    bench.start()
    before = bench.read_all()
    draft = bench.write("a.txt.new", "new text")
    bench.until_files("a.txt", "a.txt.new")
    draft.rename(bench.home / "a.txt")
    bench.until(lambda: bench.files() == before, "the row of the file")
    bench.until(lambda: bench.unread() == {"a.txt"}, "the file to be read")


def test_a_file_that_was_edited_and_renamed_is_still_to_be_read(bench):
    """A new card for its old text would have passed it for read."""
    path = bench.write("a.txt", "old")
    bench.start()
    before = bench.read_all()
    path.write_text("something new")
    bench.until(lambda: bench.unread() == {"a.txt"}, "the change noticed")
    path.rename(bench.home / "b.txt")
    bench.until(lambda: bench.files() == {"b.txt": before["a.txt"]}, "the row moved")
    assert bench.unread() == {"b.txt"}


def test_removing_a_folder_gives_its_space_back(bench, monkeypatch):
    monkeypatch.setattr(tidying, "_LEAST_BYTES", 100_000)
    other = bench.base / "other"
    other.mkdir()
    bench.indexer.start()
    for number in range(20):
        (other / f"{number}.txt").write_text("x")
        bench.write(f"{number}.txt")
    bench.indexer.add([str(bench.home), str(other)], Rules())
    bench.until(lambda: not bench.indexer.busy, "the first scan")

    def fill(connection):
        for file in files.unread(connection, 100, ()):
            text = f"{file.stat.path} " + " ".join(f"word{n}" for n in range(1_500))
            document = Document("text", passages=(Passage(text),))
            passages.replace(connection, file.id, document, "card", [])

    bench.library.writer.run(fill)
    bench.library.settled()
    database = bench.base / "library" / "library.db"
    before = database.stat().st_size
    (folder,) = (row.id for row in bench.rows() if row.path == str(other))
    bench.indexer.remove(folder)
    bench.until(lambda: bench.library.untidy, "the folder forgotten")
    bench.library.settled()
    assert database.stat().st_size < 0.6 * before
    assert b"/other/7.txt word1 " not in database.read_bytes()
    assert all(finding.ok for finding in bench.library.check())


def test_a_gitignore_that_changes_counts_for_what_is_there(bench):
    bench.write("sub/a.log")
    bench.write("sub/b.txt")
    bench.start()
    bench.write("sub/.gitignore", "*.log\n")
    bench.until_files("sub/b.txt")
    (bench.home / "sub/.gitignore").unlink()
    bench.until_files("sub/b.txt", "sub/a.log")


def test_excluded_folders_are_not_watched(bench):
    bench.write("node_modules/deep/x.js")
    bench.write("docs/a.txt")
    bench.start()
    watched = {
        os.path.relpath(path, bench.home) for path in bench.indexer._watcher._source._watch_of
    }
    assert watched == {".", "docs"}


@pytest.mark.parametrize("how", ["moved", "deleted"])
def test_a_folder_that_vanishes_is_away_at_once_and_comes_back(bench, monkeypatch, how):
    monkeypatch.setattr(indexer_module, "_ROOT_CHECK_SECONDS", 0.3)
    bench.write("a.txt")
    bench.start()
    before = bench.read_all()
    if how == "moved":
        bench.home.rename(bench.base / "elsewhere")
    else:
        shutil.rmtree(bench.home)
    bench.until(lambda: bench.rows()[0].away, "the folder marked away")
    assert bench.rows()[0].gone
    if how == "moved":
        assert bench.files() == before
        (bench.base / "elsewhere").rename(bench.home)
    else:
        bench.home.mkdir()
        bench.write("a.txt")
    bench.until(lambda: not bench.rows()[0].away, "the folder back")
    assert not bench.rows()[0].gone
    bench.until_files("a.txt")
    bench.write("b.txt")
    bench.until_files("a.txt", "b.txt")


def test_a_file_that_is_indexed_alone_and_deleted_is_gone(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_ROOT_CHECK_SECONDS", 0.2)
    path = bench.write("a.txt")
    bench.indexer.start()
    bench.indexer.add([str(path)], Rules())
    bench.until_files("a.txt")
    bench.until(lambda: not bench.indexer.busy, "the first scan")
    path.unlink()
    bench.until(lambda: bench.rows()[0].gone, "the file marked gone")
    bench.write("a.txt")
    bench.until(lambda: not bench.rows()[0].away, "the file back")


def test_a_folder_that_may_not_be_looked_at_is_not_said_to_be_deleted(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_ROOT_CHECK_SECONDS", 0.2)
    bench.write("a.txt")
    bench.start()
    (row,) = bench.rows()
    real = os.lstat

    def refused(path, **options):
        if path == row.path:
            raise PermissionError(13, "Permission denied")
        return real(path, **options)

    monkeypatch.setattr(os, "lstat", refused)
    assert not bench.indexer._places.is_gone(row, {bench.base.stat().st_dev})


def test_a_folder_above_that_moves_takes_the_folder_away(bench, monkeypatch):
    """No event tells of it: the regular look does."""
    monkeypatch.setattr(indexer_module, "_ROOT_CHECK_SECONDS", 0.2)
    deep = bench.home / "very/deep"
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text("x")
    bench.indexer.start()
    bench.indexer.add([str(deep)], Rules())
    bench.until_files("very/deep/a.txt")
    (bench.home / "very").rename(bench.home / "other")
    bench.until(lambda: bench.rows()[0].gone, "the folder marked gone")
    bench.until_files("very/deep/a.txt")


@pytest.fixture
def drive(bench):
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(bench.home)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    yield
    subprocess.run(["umount", "-l", str(bench.home)], capture_output=True, check=False)


def test_an_unplugged_drive_keeps_its_files(bench, drive):
    bench.write("a/b.txt")
    bench.start()
    before = bench.read_all()
    bench.write("a/c.txt")  # its event comes to rest when the drive is gone
    subprocess.run(["umount", str(bench.home)], check=True)
    bench.until(lambda: bench.rows()[0].away, "the folder marked away")
    bench.home.rmdir()  # as many a desktop does
    time.sleep(0.6)
    assert not bench.rows()[0].gone
    assert before.items() <= bench.files().items()


def test_a_folder_replaced_by_a_file_and_back(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_ROOT_CHECK_SECONDS", 0.2)
    bench.write("a.txt")
    bench.start()
    shutil.rmtree(bench.home)
    bench.home.write_text("a file now")
    bench.until_files(".")
    bench.home.unlink()
    bench.write("b.txt")
    bench.until_files("b.txt")
    bench.write("c.txt")
    bench.until_files("b.txt", "c.txt")


def test_looking_around_asks_nothing_of_the_database(bench, monkeypatch):
    bench.write("a.txt")
    bench.start()

    def reader():
        raise AssertionError("the database was read")

    monkeypatch.setattr(bench.library, "reader", reader)
    bench.indexer._look_around()
