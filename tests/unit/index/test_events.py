"""Events of real folders, the kernel's limits, and paths that come to rest."""

import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.index import inotify, tree_events, watcher
from jinasearch.index.scan_queue import ScanQueue
from jinasearch.index.watcher import Watcher
from jinasearch.store import files

linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
if sys.platform == "linux":
    from jinasearch.index.folder_events import FolderEvents

PATIENCE = 10.0


class Heard:
    """Collects what a source tells."""

    def __init__(self) -> None:
        self.touched: list[str] = []
        self.moved: list[tuple[str, str]] = []
        self.lost: list[str] = []
        self.touch, self.lose = self.touched.append, self.lost.append

    def move(self, old: str, new: str) -> None:
        self.moved.append((old, new))

    def until(self, condition, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"never came: {what}; {self.touched} {self.lost}"
            time.sleep(0.01)

    def until_touched(self, path) -> None:
        self.until(lambda: str(path) in self.touched, f"an event for {path}")


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def events(heard):
    source = FolderEvents(heard)
    yield source
    source.close()


@pytest.fixture
def root(tmp_path, events):
    folder = tmp_path / "root"
    folder.mkdir()
    events.watch(str(folder))
    events.enter(str(folder))
    return folder


def paths(events):
    return set(events._watch_of)


@linux
def test_what_happens_in_a_folder_is_told(root, heard):
    for name in ("a.txt", os.fsdecode(b"\xff\xfe.txt"), "with\nline"):
        path = root / name
        path.write_text("x")
        heard.until_touched(path)
        heard.touched.clear()
        path.rename(root / f"{name}2")
        heard.until_touched(root / f"{name}2")
        assert str(path) in heard.touched
        assert heard.moved.pop() == (str(path), str(root / f"{name}2"))
        heard.touched.clear()
        (root / f"{name}2").unlink()
        heard.until_touched(root / f"{name}2")


@linux
def test_a_folder_that_was_not_entered_is_silent(root, heard, events):
    (root / "node_modules").mkdir()
    (root / "docs").mkdir()
    events.enter(str(root / "docs"))
    (root / "node_modules/x.js").write_text("x")
    (root / "docs/a.txt").write_text("x")
    heard.until_touched(root / "docs/a.txt")
    assert not any("x.js" in path for path in heard.touched)


@linux
def test_a_moved_subtree_is_known_by_its_new_paths(root, heard, events):
    (root / "a/deep").mkdir(parents=True)
    for folder in ("a", "a/deep"):
        events.enter(str(root / folder))
    (root / "a").rename(root / "z")
    heard.until_touched(root / "z")
    for folder in ("z", "z/deep"):  # as the scan of the new folder does
        events.enter(str(root / folder))
    events.leave({str(root / "a")})
    assert paths(events) == {str(root), str(root / "z"), str(root / "z/deep")}
    heard.touched.clear()
    (root / "z/deep/new.txt").write_text("x")
    heard.until_touched(root / "z/deep/new.txt")
    assert not any(path.startswith(str(root / "a")) for path in heard.touched)


@linux
def test_a_subtree_that_moves_away_is_watched_no_longer(root, heard, events, tmp_path):
    (root / "a/deep").mkdir(parents=True)
    for folder in ("a", "a/deep"):
        events.enter(str(root / folder))
    (root / "a").rename(tmp_path / "elsewhere")
    heard.until_touched(root / "a")
    events.leave({str(root / "a")})
    assert paths(events) == {str(root)}
    heard.touched.clear()
    (tmp_path / "elsewhere/deep/x.txt").write_text("x")
    (root / "after.txt").write_text("x")
    heard.until_touched(root / "after.txt")
    assert not any("x.txt" in path for path in heard.touched)


@linux
def test_a_folder_that_takes_another_ones_place(root, heard, events, tmp_path):
    (root / "a").mkdir()
    events.enter(str(root / "a"))
    (root / "a").rename(tmp_path / "old")
    (root / "a").mkdir()
    events.enter(str(root / "a"))
    heard.until_touched(root / "a")
    (tmp_path / "old/quiet.txt").write_text("x")
    (root / "a/loud.txt").write_text("x")
    heard.until_touched(root / "a/loud.txt")
    assert paths(events) == {str(root), str(root / "a")}
    assert len(events._path_of) == 2


@linux
def test_deleted_folders_are_forgotten(root, heard, events):
    for number in range(50):
        (root / str(number)).mkdir()
        events.enter(str(root / str(number)))
    for number in range(50):
        (root / str(number)).rmdir()
    heard.until(lambda: paths(events) == {str(root)}, "all forgotten")
    events.enter(str(root / "7"))  # gone since it was listed
    assert paths(events) == {str(root)}


@linux
@pytest.mark.parametrize("how", ["delete", "move", "unmount"])
def test_a_root_that_goes_is_lost(how, tmp_path, heard, events):
    folder = tmp_path / "root"
    folder.mkdir()
    if how == "unmount":
        mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("mounting is not permitted here")
    events.watch(str(folder))
    events.enter(str(folder))
    if how == "delete":
        folder.rmdir()
    elif how == "move":
        folder.rename(tmp_path / "elsewhere")
    else:
        subprocess.run(["umount", str(folder)], check=True)
    heard.until(lambda: str(folder) in heard.lost, "the loss")


@linux
def test_an_overflow_of_the_queue_is_a_loss_of_all_roots(root, heard, events, tmp_path):
    """The kernel holds a limited number of events; the reader is held up until they are lost."""
    other = tmp_path / "other"
    other.mkdir()
    events.watch(str(other))
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    with events._lock:
        (root / "first").touch()
        for number in range(most // 3 + 2000):
            path = root / str(number % 50 + 1)
            path.touch()
            path.rename(root / "moved")
            (root / "moved").unlink()
    heard.until(lambda: {str(root), str(other)} <= set(heard.lost), "the loss")
    heard.touched.clear()
    (root / "after.txt").write_text("x")
    heard.until_touched(root / "after.txt")


@linux
def test_removing_a_root_leaves_others_watched(tmp_path, heard, events):
    outer, inner = tmp_path / "outer", tmp_path / "outer/.hidden/inner"
    inner.mkdir(parents=True)
    (outer / "sub").mkdir()
    events.watch(str(outer))
    events.watch(str(inner))
    for folder in (outer, outer / "sub", inner):
        events.enter(str(folder))
    events.unwatch(str(outer))
    assert paths(events) == {str(inner)}
    (inner / "a.txt").write_text("x")
    heard.until_touched(inner / "a.txt")
    events.unwatch(str(inner))
    assert paths(events) == set()


@linux
def test_a_root_in_another_one_may_share_its_watches(root, events):
    (root / "sub").mkdir()
    events.watch(str(root / "sub"))
    events.enter(str(root / "sub"))
    events.unwatch(str(root / "sub"))
    assert paths(events) == {str(root), str(root / "sub")}


@linux
def test_the_inotify_thread_ends_and_gives_all_back(tmp_path, heard):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        source = FolderEvents(heard)
        source.enter(str(tmp_path))
        source.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert not any(thread.name == "inotify" for thread in threading.enumerate())


@linux
def test_errors_of_the_kernel_are_raised(tmp_path):
    instance = inotify.Inotify(print)
    with pytest.raises(FileNotFoundError):
        instance.add(str(tmp_path / "missing"), inotify.IN_CREATE)
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        instance.add(str(tmp_path / "file"), inotify.IN_CREATE | inotify.IN_ONLYDIR)
    instance.remove(12345)
    instance.close()


def test_other_systems_watch_trees(tmp_path, heard):
    """The source for Windows and macOS, run by watchdog's observer for this system."""
    (tmp_path / "sub").mkdir()
    source = tree_events.TreeEvents(heard)
    source.watch(str(tmp_path))
    source.watch(str(tmp_path))
    source.enter(str(tmp_path / "sub"))
    (tmp_path / "sub/a.txt").write_text("x")
    heard.until_touched(tmp_path / "sub/a.txt")
    (tmp_path / "sub/a.txt").rename(tmp_path / "b.txt")
    heard.until_touched(tmp_path / "b.txt")
    assert heard.moved == [(str(tmp_path / "sub/a.txt"), str(tmp_path / "b.txt"))]
    source.leave({str(tmp_path / "sub")})
    source.unwatch(str(tmp_path))
    source.unwatch(str(tmp_path))
    source.close()


class FakeSource:
    """A source that tells what the test says, and refuses what the test refuses."""

    def __init__(self) -> None:
        self.refusal: OSError | None = None
        self.calls: list[tuple[str, str]] = []

    def __call__(self, listener):
        self.touch, self.move, self.lose = listener.touch, listener.move, listener.lose
        if self.refusal is not None:
            raise self.refusal
        return self

    def watch(self, root):
        self.calls.append(("watch", root))

    def enter(self, folder):
        if self.refusal is not None:
            raise self.refusal
        self.calls.append(("enter", folder))

    def leave(self, folders):
        self.calls += [("leave", folder) for folder in folders]

    def unwatch(self, root):
        self.calls.append(("unwatch", root))

    def close(self):
        self.calls.append(("close", ""))


class Rested:
    """A watcher on a fake source; collects the batches that came to rest."""

    def __init__(self, monkeypatch, quiet=0.05, patience=0.3) -> None:
        monkeypatch.setattr(watcher, "_QUIET_SECONDS", quiet)
        monkeypatch.setattr(watcher, "_PATIENCE_SECONDS", patience)
        self.source = FakeSource()
        self.batches: list[list[str]] = []
        self.came = threading.Event()
        self.lost: list[str] = []
        self.watcher = Watcher(self._on_rest, self.lost.append, self.source)

    def _on_rest(self, batch):
        self.batches.append(batch)
        self.came.set()


@pytest.fixture
def rested(monkeypatch):
    rested = Rested(monkeypatch)
    yield rested
    rested.watcher.close()


def test_many_events_of_a_path_are_one(rested):
    rested.watcher.start()
    for _ in range(20):
        rested.source.touch("/a")
    rested.source.touch("/b")
    assert rested.came.wait(PATIENCE)
    assert sorted(path for batch in rested.batches for path in batch) == ["/a", "/b"]


def test_where_a_file_went_is_known_until_all_rests(rested):
    told = threading.Event()
    rested.watcher._on_rest = lambda batch: (rested._on_rest(batch), told.wait(PATIENCE))
    rested.watcher.start()
    rested.source.move("/a/x", "/a/y")
    rested.source.move("/a/y", "/b/z")
    rested.source.move("/b", "/c/d")
    rested.source.touch("/a/x")
    assert rested.came.wait(PATIENCE)
    assert rested.watcher.places_after("/a/x") == ["/a/y", "/b/z", "/c/d/z"]
    rested.source.move("/c/d/z", "/e")
    assert rested.watcher.places_after("/a/x")[-1] == "/e"
    assert rested.watcher.places_after("/other") == []
    told.set()
    end = time.monotonic() + PATIENCE
    while rested.watcher.places_after("/a/x"):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_files_that_change_places_do_not_go_round_in_circles(rested):
    for old, new in (("/a", "/t"), ("/b", "/a"), ("/t", "/b")):
        rested.watcher.move(old, new)
    assert rested.watcher.places_after("/a") == ["/t", "/b"]


def test_a_path_that_never_rests_is_looked_at_all_the_same(rested):
    rested.watcher.start()
    end = time.monotonic() + PATIENCE
    while not rested.came.is_set():
        assert time.monotonic() < end
        rested.source.touch("/busy.log")
        time.sleep(0.01)
    assert rested.batches[0] == ["/busy.log"]


def test_a_mistake_while_looking_ends_nothing(rested, caplog):
    real = rested.watcher._on_rest
    rested.watcher._on_rest = lambda batch: (real(batch), 1 / 0)
    rested.watcher.start()
    rested.source.touch("/a")
    assert rested.came.wait(PATIENCE)
    rested.came.clear()
    rested.source.touch("/b")
    assert rested.came.wait(PATIENCE)
    assert "looking at changed paths failed" in caplog.text


def test_what_could_not_be_looked_at_is_looked_at_again(rested, monkeypatch):
    monkeypatch.setattr(watcher, "_RETRY_SECONDS", 0.05)
    real, refusals = rested.watcher._on_rest, [OSError(errno.EMFILE, "none left")]

    def look(batch):
        if refusals:
            raise refusals.pop()
        real(batch)

    rested.watcher._on_rest = look
    rested.watcher.start()
    rested.source.touch("/a")
    assert rested.came.wait(PATIENCE)
    assert rested.batches == [["/a"]]


@pytest.mark.parametrize(
    ("number", "limit"),
    [(errno.ENOSPC, "max_user_watches"), (errno.EMFILE, "max_user_instances")],
)
def test_the_systems_limits_are_told_with_the_remedy(rested, number, limit):
    rested.watcher.start()
    rested.source.refusal = OSError(number, "limit")
    with pytest.raises(JinasearchError) as raised:
        rested.watcher.enter("/home")
    assert raised.value.code == Code.WATCH_LIMIT
    assert f"sysctl fs.inotify.{limit}" in raised.value.message


def test_other_errors_are_told_as_they_are(rested):
    rested.watcher.start()
    rested.source.refusal = PermissionError(errno.EACCES, "no")
    with pytest.raises(PermissionError):
        rested.watcher.enter("/home")


def test_without_any_source_the_engine_starts_all_the_same(rested):
    rested.source.refusal = OSError(errno.EMFILE, "too many instances")
    rested.watcher.start()
    with pytest.raises(JinasearchError) as raised:
        rested.watcher.watch("/home")
    assert "max_user_instances" in raised.value.title
    rested.watcher.enter("/home")
    rested.watcher.leave({"/home"})
    rested.watcher.unwatch("/home")


def test_a_folder_is_taken_once_and_again_when_put_meanwhile():
    queue = ScanQueue()
    queue.put(1)
    queue.put(2)
    queue.put(1)
    assert queue.take(0) == 1
    queue.put(1)
    assert queue.busy
    queue.done()
    assert [queue.take(0), queue.take(0), queue.take(0)] == [2, 1, None]
    queue.done()
    assert not queue.busy


def test_a_folder_is_taken_when_it_is_due_the_earlier_time_counts():
    queue = ScanQueue()
    queue.put_later(1, 3600)
    queue.put_later(1, 0.05)
    queue.put_later(1, 3600)
    assert queue.take(0) is None
    assert queue.take(PATIENCE) == 1
    assert queue.take(0.1) is None


def test_a_dropped_folder_is_not_taken():
    queue = ScanQueue()
    queue.put(1)
    queue.put_later(1, 0)
    queue.drop(1)
    assert queue.take(0.05) is None


def test_closing_wakes_who_waits():
    queue = ScanQueue()
    taken = []
    thread = threading.Thread(target=lambda: taken.append(queue.take(60)))
    thread.start()
    queue.close()
    thread.join(PATIENCE)
    assert taken == [None]
    assert queue.closed


def test_what_comes_in_bulk_is_not_urgent(bench):
    bench.start()
    bulk = bench.base / "bulk"
    bulk.mkdir()
    for number in range(150):
        (bulk / f"{number}.txt").write_text("x")
    bulk.rename(bench.home / "bulk")
    bench.until(lambda: len(bench.files()) == 150, "the folder that moved in")
    bench.write("by hand.txt")
    bench.until(lambda: len(bench.files()) == 151, "the single file")
    found = files.unread(bench.library.reader(), 1000, (), only_urgent=True)
    assert [Path(file.stat.path).name for file in found] == ["by hand.txt"]
