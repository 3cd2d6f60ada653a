"""The library's rows follow the folders: real files, real events, nobody who reads."""

import errno
import os
import shutil
import subprocess
import threading
import time

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Document, FileState, Passage, Rules
from jinasearch.index import indexer as indexer_module
from jinasearch.index import recorder as recorder_module
from jinasearch.index.folder_events import FolderEvents
from jinasearch.index.gate import Gate
from jinasearch.index.indexer import Indexer
from jinasearch.store import files, folders, passages
from jinasearch.store.database import Library

PATIENCE = 15.0


class Deaf:
    """A listener that hears nothing."""

    def touch(self, path):
        pass

    lose = touch

    def move(self, old, new):
        pass


class Bench:
    """An indexer on a library and a folder of its own."""

    def __init__(self, base) -> None:
        self.base = base
        self.home = base / "home"
        self.home.mkdir()
        self.library = Library(base / "library")
        self.gate = Gate()
        self.troubles: list[JinasearchError] = []
        self.forgotten: list[int] = []
        self.news = 0
        self.indexer = self.make()

    def make(self, rescan_seconds: float = 0.0) -> Indexer:
        return Indexer(
            self.library,
            self.gate,
            [str(self.base / "library")],
            rescan_seconds,
            spaces=list,
            forget=self.forgotten.extend,
            on_files=self.on_files,
            on_trouble=self.troubles.append,
        )

    def on_files(self) -> None:
        self.news += 1

    def start(self, **rules) -> int:
        self.indexer.start()
        self.indexer.add([str(self.home)], Rules(**rules))
        self.until(lambda: not self.indexer.busy, "the first scan")
        (row,) = (row for row in self.rows() if row.path == str(self.home))
        return row.id

    def close(self) -> None:
        self.gate.close()
        self.indexer.close()
        self.library.close()

    def rows(self):
        return folders.all_of(self.library.reader())

    def files(self) -> dict[str, int]:
        """Row numbers by path below home."""
        found, _ = files.listed(self.library.reader(), None, None, 1_000_000)
        return {os.path.relpath(file.stat.path, self.home): file.id for file in found}

    def read_all(self) -> dict[str, int]:
        """As the readers do: every file gets a text."""

        def job(connection):
            for file in files.unread(connection, 100_000, ()):
                document = Document("text", passages=(Passage(f"text of {file.id}"),))
                passages.replace(connection, file.id, document, "card", [])
                files.mark(connection, file.id, FileState.READY)

        self.library.writer.run(job)
        return self.files()

    def unread(self) -> set[str]:
        found = files.unread(self.library.reader(), 100_000, ())
        return {os.path.relpath(file.stat.path, self.home) for file in found}

    def write(self, name, text="x"):
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def until(self, condition, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"never came: {what}; {self.files()}"
            time.sleep(0.02)

    def until_files(self, *names) -> None:
        self.until(lambda: set(self.files()) == set(names), f"exactly {names}")


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.close()


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
    if how == "moved":
        assert bench.files() == before
        (bench.base / "elsewhere").rename(bench.home)
    else:
        bench.home.mkdir()
        bench.write("a.txt")
    bench.until(lambda: not bench.rows()[0].away, "the folder back")
    bench.until_files("a.txt")
    bench.write("b.txt")
    bench.until_files("a.txt", "b.txt")


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
    bench.until(lambda: bench.rows()[0].away, "the folder marked away")
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
    time.sleep(0.6)
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


def test_events_that_were_lost_are_made_up_for(bench):
    bench.write("a/one.txt")
    bench.start()
    source: FolderEvents = bench.indexer._watcher._source
    real, source._listener = source._listener, Deaf()
    bench.write("a/two.txt")
    (bench.home / "a/one.txt").unlink()
    bench.write("b/three.txt")
    time.sleep(0.5)
    assert set(bench.files()) == {"a/one.txt"}
    source._listener = real
    real.lose(str(bench.home))
    bench.until_files("a/two.txt", "b/three.txt")
    bench.write("b/four.txt")
    bench.until_files("a/two.txt", "b/three.txt", "b/four.txt")


def refuse_below(monkeypatch, name):
    """The kernel's limit is reached when the folder `name` is to be watched, until it is raised."""
    real = FolderEvents.enter
    raised = threading.Event()

    def enter(self, folder):
        if name in folder and not raised.is_set():
            raise OSError(errno.ENOSPC, "No space left on device")
        real(self, folder)

    monkeypatch.setattr(FolderEvents, "enter", enter)
    return raised


def test_the_limit_of_watches_is_told_once_and_the_folder_is_polled(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_POLL_SECONDS", 0.2)
    raised = refuse_below(monkeypatch, "deep")
    bench.write("deep/a.txt")
    bench.start()
    (trouble,) = bench.troubles
    assert trouble.code == Code.WATCH_LIMIT
    assert trouble.path == str(bench.home)
    assert "max_user_watches" in trouble.message
    bench.write("deep/b.txt")
    bench.until_files("deep/a.txt", "deep/b.txt")
    (bench.home / "deep/a.txt").unlink()
    bench.until_files("deep/b.txt")
    assert len(bench.troubles) == 1
    raised.set()
    bench.until(lambda: not bench.indexer._unwatched, "the folder watched")
    bench.write("deep/c.txt")
    bench.until_files("deep/b.txt", "deep/c.txt")


def test_the_limit_of_watches_is_reached_by_a_new_folder(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_POLL_SECONDS", 0.2)
    bench.start()
    refuse_below(monkeypatch, "deep")
    bench.write("deep/a.txt")
    bench.until_files("deep/a.txt")
    bench.until(lambda: [error.code for error in bench.troubles] == [Code.WATCH_LIMIT], "the word")
    bench.write("deep/b.txt")
    bench.until_files("deep/a.txt", "deep/b.txt")


def test_without_inotify_the_folders_are_polled(bench, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(indexer_module, "_POLL_SECONDS", 0.2)
    bench.indexer._watcher._make_source = refuse
    bench.write("a.txt")
    bench.start()
    assert [error.code for error in bench.troubles] == [Code.WATCH_LIMIT]
    bench.write("b.txt")
    bench.until_files("a.txt", "b.txt")


def test_a_network_drive_is_polled(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_POLL_SECONDS", 0.2)
    monkeypatch.setattr(indexer_module, "is_network", lambda path: True)
    bench.start()
    bench.indexer._watcher._source._listener = Deaf()  # others change it: no event
    bench.write("a.txt")
    bench.until_files("a.txt")
    assert bench.troubles == []


def test_polling_takes_a_small_share_of_the_time(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_POLL_SECONDS", 0.0)
    monkeypatch.setattr(indexer_module, "is_network", lambda path: True)
    slow = iter([0.0, 40.0, *[40.0] * 1000])
    later = []
    monkeypatch.setattr(indexer_module.time, "monotonic", lambda: next(slow))
    monkeypatch.setattr(bench.indexer._queue, "put_later", lambda *given: later.append(given))
    bench.library.writer.run(lambda c: folders.add(c, str(bench.home), Rules(), False))
    bench.indexer._try_scan(1)
    assert later == [(1, 40.0 * indexer_module._POLL_SHARE)]


def test_a_scan_that_fails_is_repeated_ever_more_rarely(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_RETRY_SECONDS", 0.02)
    waits = []
    real = bench.indexer._queue.put_later

    def put_later(folder, seconds):
        waits.append(seconds)
        real(folder, seconds)

    refusals = iter([JinasearchError(Code.DISK_FULL, "full"), ValueError("a bug"), None, None])

    def scan(*arguments, real=indexer_module.scan):
        refusal = next(refusals)
        if refusal is not None:
            raise refusal
        return real(*arguments)

    monkeypatch.setattr(bench.indexer._queue, "put_later", put_later)
    monkeypatch.setattr(indexer_module, "scan", scan)
    bench.write("a.txt")
    bench.indexer.start()
    bench.indexer.add([str(bench.home)], Rules())
    bench.until_files("a.txt")
    assert waits[:2] == [0.04, 0.08]
    assert [error.code for error in bench.troubles] == [Code.DISK_FULL]


def test_what_an_event_told_while_the_disk_was_full_is_not_forgotten(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_RETRY_SECONDS", 0.2)
    bench.start()
    real = bench.indexer._recorder.record
    refusals = [JinasearchError(Code.DISK_FULL, "full")]

    def record(*arguments, **options):
        if refusals:
            raise refusals.pop()
        return real(*arguments, **options)

    monkeypatch.setattr(bench.indexer._recorder, "record", record)
    bench.write("a.txt")
    bench.until_files("a.txt")
    assert [error.code for error in bench.troubles] == [Code.DISK_FULL]


def overtaken(bench, monkeypatch, meanwhile):
    """Have `meanwhile` happen, events and all, after a scan looked and before it writes."""
    real = bench.indexer._recorder.record
    done = threading.Event()

    def record(row, changes, urgency, *, sure):
        if not sure and not done.is_set():
            done.set()
            bench.indexer._recording.release()  # who looks at events goes first
            meanwhile()
            bench.indexer._recording.acquire()
        return real(row, changes, urgency, sure=sure)

    monkeypatch.setattr(bench.indexer._recorder, "record", record)
    bench.indexer.rescan()
    assert done.wait(PATIENCE)
    bench.until(lambda: not bench.indexer.busy, "the scan")


def hidden_from_events(bench, change):
    """A change that no event tells of, so that the scan finds it."""
    source = bench.indexer._watcher._source
    real, source._listener = source._listener, Deaf()
    change()
    time.sleep(0.2)
    source._listener = real


def test_a_file_that_comes_back_while_a_scan_thinks_it_gone(bench, monkeypatch):
    path = bench.write("a.txt")
    bench.start()
    before = bench.read_all()
    hidden_from_events(bench, path.unlink)
    overtaken(bench, monkeypatch, lambda: (bench.write("a.txt", "back"), time.sleep(1)))
    bench.until(lambda: bench.files() == before, "the row kept")
    bench.until(lambda: bench.unread() == {"a.txt"}, "the file to be read")


def test_a_file_that_moves_on_while_a_scan_thinks_it_moved(bench, monkeypatch):
    path = bench.write("a.txt", "distinct")
    bench.start()
    before = bench.read_all()
    hidden_from_events(bench, lambda: path.rename(bench.home / "b.txt"))
    overtaken(
        bench,
        monkeypatch,
        lambda: ((bench.home / "b.txt").rename(bench.home / "c.txt"), time.sleep(1)),
    )
    bench.until(lambda: bench.files() == {"c.txt": before["a.txt"]}, "the last place")


def test_a_file_that_events_told_first_is_not_read_twice(bench, monkeypatch):
    bench.start()
    hidden_from_events(bench, lambda: bench.write("a.txt"))

    def meanwhile():
        bench.indexer.refresh([str(bench.home / "a.txt")])
        bench.read_all()

    overtaken(bench, monkeypatch, meanwhile)
    assert bench.unread() == set()


def test_a_folder_removed_while_it_is_scanned_leaves_nothing(bench, monkeypatch):
    for number in range(30):
        bench.write(f"{number}.txt")
    folder = bench.start()
    bench.write("new.txt")
    overtaken(bench, monkeypatch, lambda: bench.indexer.remove(folder))
    assert bench.files() == {}
    assert bench.rows() == []
    assert bench.indexer._watcher._source._watch_of == {}


def test_a_removal_that_was_interrupted_goes_on_at_the_next_start(bench, monkeypatch):
    for number in range(30):
        bench.write(f"{number}.txt")
    folder = bench.start()
    bench.library.writer.run(lambda c: folders.leave(c, folder))
    bench.library.writer.run(lambda c: folders.shrink(c, folder, 10))
    assert bench.rows() == []
    assert len(bench.files()) == 20
    bench.indexer.close()
    bench.indexer = bench.make()
    bench.indexer.start()
    bench.until(lambda: bench.library.untidy, "the end of the removal")
    assert bench.files() == {}
    assert bench.library.reader().execute("SELECT count(*) FROM folders").get == 0


def test_a_leaving_folder_that_is_added_again_stays(bench):
    for number in range(30):
        bench.write(f"{number}.txt")
    folder = bench.start()
    bench.library.writer.run(lambda c: folders.leave(c, folder))
    bench.indexer.add([str(bench.home)], None)
    bench.indexer._begin_removal(folder).join(PATIENCE)
    bench.until(lambda: not bench.indexer.busy, "the scan")
    assert len(bench.files()) == 30


def test_removing_an_unknown_folder_is_refused(bench):
    with pytest.raises(JinasearchError) as raised:
        bench.indexer.remove(7)
    assert raised.value.code == Code.NOT_FOUND


def test_after_damage_nothing_is_looked_at_any_more(bench):
    bench.start()
    bench.gate.halt()
    bench.write("a.txt")
    time.sleep(0.8)
    assert bench.files() == {}


def test_regular_scans_find_what_nothing_told(bench, monkeypatch):
    bench.indexer = bench.make(rescan_seconds=0.3)
    bench.start()
    hidden_from_events(bench, lambda: bench.write("a.txt"))
    bench.until_files("a.txt")


def test_hard_links_that_move_together_keep_a_row_each(bench):
    path = bench.write("one.txt")
    os.link(path, bench.home / "two.txt")
    bench.start()
    before = bench.read_all()
    hidden_from_events(
        bench,
        lambda: (
            path.rename(bench.home / "uno.txt"),
            (bench.home / "two.txt").rename(bench.home / "due.txt"),
        ),
    )
    bench.indexer.rescan()
    bench.until_files("uno.txt", "due.txt")
    assert set(bench.files().values()) == set(before.values())
    assert bench.unread() == set()


def test_a_row_is_free_for_a_move_only_when_nothing_stands_at_its_path(bench, monkeypatch):
    path = bench.write("a.txt")
    bench.start()
    stat = files.by_path(bench.library.reader(), str(path)).stat
    monkeypatch.setattr(recorder_module, "stands", lambda path, root: False)
    assert bench.indexer._recorder.identify(stat, ()) is None, "it is where it was"
