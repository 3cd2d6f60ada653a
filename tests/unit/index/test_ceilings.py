"""The ceilings: of memory, on readers that the test makes as large as it likes, and of disk."""

import pytest

from jinasearch.core.models import Restraint
from jinasearch.core.settings import LimitSettings
from jinasearch.index import ceilings
from jinasearch.index.ceilings import MemoryCeiling

OWN = 100


class FakeWorker:
    def __init__(self, size, current="") -> None:
        self.size = size
        self.current = current
        self.ended = False

    def memory_bytes(self):
        return 0 if self.ended else self.size

    def rest_if_idle(self):
        if self.current or self.ended:
            return False
        self.ended = True
        return True

    def interrupt(self):
        self.ended = True


@pytest.fixture
def ceiling(monkeypatch):
    def make(*workers, graph=0):
        made = MemoryCeiling(1000, workers, lambda: graph)
        monkeypatch.setattr(made, "_engine", _Engine(OWN + graph))
        return made

    return make


class _Engine:
    def __init__(self, size) -> None:
        self.rss = size

    def memory_info(self):
        return self


def test_the_graph_is_not_counted(ceiling):
    assert ceiling(FakeWorker(50), graph=5000).now() == OWN + 50


def test_below_it_nothing_happens(ceiling):
    worker = FakeWorker(500, "a.pdf")
    made = ceiling(worker)
    made.look()
    assert not made.tight
    assert not worker.ended


def test_near_it_readers_that_rest_are_ended(ceiling):
    working, resting = FakeWorker(450, "a.pdf"), FakeWorker(300)
    made = ceiling(working, resting)
    made.look()
    assert made.tight
    assert (resting.ended, working.ended) == (True, False)


def test_the_only_reader_at_work_is_not_ended_between_two_files(ceiling):
    between = FakeWorker(850)
    made = ceiling(between)
    made.look()
    assert made.tight
    assert not between.ended


def test_a_small_reader_is_not_ended_for_what_the_engine_holds(ceiling, monkeypatch):
    small = FakeWorker(60, "a.pdf")
    made = ceiling(small)
    monkeypatch.setattr(made, "_engine", _Engine(5000))
    made.look()
    assert made.tight
    assert not small.ended


def test_above_it_the_largest_reader_is_ended_over_its_file(ceiling):
    small, large = FakeWorker(300, "a.pdf"), FakeWorker(700, "b.pdf")
    made = ceiling(small, large)
    made.look()
    assert (small.ended, large.ended) == (False, True)
    made.look()
    assert not made.tight


def test_near_it_no_reader_at_work_is_ended(ceiling):
    small, large = FakeWorker(300, "a.pdf"), FakeWorker(550, "b.pdf")
    made = ceiling(small, large)
    made.look()
    assert made.tight
    assert (small.ended, large.ended) == (False, False)


def test_a_library_that_would_be_too_large_at_the_next_look_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr(ceilings, "_DISK_SECONDS", 0.0)
    disk = ceilings.DiskCeiling(tmp_path, LimitSettings(disk_bytes=100_000, disk_free_bytes=0))
    said = []
    for size in (30_000, 50_000, 70_000, 70_000, 90_000, 90_000):
        (tmp_path / "library.db").write_bytes(bytes(size))
        said.append(disk.look())
    full = Restraint.LIBRARY_FULL
    assert said == ["", "", full, "", full, full]  # something is kept for what is in hand


def test_copies_that_were_put_aside_fill_no_library(tmp_path, monkeypatch):
    monkeypatch.setattr(ceilings, "_DISK_SECONDS", 0.0)
    disk = ceilings.DiskCeiling(tmp_path, LimitSettings(disk_bytes=100_000, disk_free_bytes=0))
    (tmp_path / "library.db").write_bytes(bytes(30_000))
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "before-import-2024-05-01-120000.db").write_bytes(bytes(90_000))
    (tmp_path / "library.db.damaged-20240501-120000").write_bytes(bytes(90_000))
    assert [disk.look(), disk.look()] == ["", ""]
