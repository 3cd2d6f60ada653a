"""The library's rows follow the folders through lost events, limits, races and damage."""

import errno
import os
import threading
import time

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Rules
from jinasearch.index import indexer as indexer_module
from jinasearch.index import recorder as recorder_module
from jinasearch.index import watched_folders
from jinasearch.index.folder_events import FolderEvents
from jinasearch.store import files, folders


class Deaf:
    """A listener that hears nothing."""

    def touch(self, path):
        pass

    lose = touch

    def move(self, old, new):
        pass


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
    bench.until(lambda: not bench.indexer._watched.lack(1), "the folder watched")
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
    monkeypatch.setattr(watched_folders, "is_network", lambda path: True)
    bench.start()
    bench.indexer._watcher._source._listener = Deaf()  # others change it: no event
    bench.write("a.txt")
    bench.until_files("a.txt")
    assert bench.troubles == []


def test_polling_takes_a_small_share_of_the_time(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_POLL_SECONDS", 0.0)
    monkeypatch.setattr(watched_folders, "is_network", lambda path: True)
    slow = iter([0.0, 40.0, *[40.0] * 1000])
    later = []
    monkeypatch.setattr(indexer_module.time, "monotonic", lambda: next(slow))
    monkeypatch.setattr(bench.indexer._queue, "put_later", lambda *given: later.append(given))
    bench.library.writer.run(lambda c: folders.add(c, str(bench.home), Rules(), False))
    bench.indexer._try_scan(1)
    assert later == [(1, 40.0 * indexer_module._POLL_SHARE)]


def test_a_scan_that_fails_is_repeated(bench, monkeypatch):
    monkeypatch.setattr(indexer_module, "_RETRY_SECONDS", 0.02)
    waits = []
    real = bench.indexer._queue.put_later

    def put_later(folder, seconds):
        waits.append(seconds)
        real(folder, seconds)

    full, bug = JinasearchError(Code.DISK_FULL, "full"), ValueError("a bug")
    refusals = iter([full, full, bug, bug, None, None])

    def scan(*arguments, real=indexer_module.scan, **options):
        refusal = next(refusals)
        if refusal is not None:
            raise refusal
        return real(*arguments, **options)

    monkeypatch.setattr(bench.indexer._queue, "put_later", put_later)
    monkeypatch.setattr(indexer_module, "scan", scan)
    bench.write("a.txt")
    bench.indexer.start()
    bench.indexer.add([str(bench.home)], Rules())
    bench.until_files("a.txt")
    assert waits[:4] == [0.02, 0.02, 0.16, 0.32]
    assert [error.code for error in bench.troubles] == [Code.DISK_FULL] * 2 + [Code.INTERNAL] * 2


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
    assert done.wait(15)
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
    bench.indexer._removals.begin(folder).join(15)
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
