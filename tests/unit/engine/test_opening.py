"""What an engine tells of itself before it listens."""

import os
import time

from jinasearch.core.library_work import LibraryWork, Work
from jinasearch.engine import client
from jinasearch.engine.client import _Wait
from jinasearch.engine.opening import Teller, opening

THIRD = LibraryWork(Work.UPDATING, 3, 5)


def teller_of(folder):
    """One that has told things for a second."""
    ticks = iter((0.0, 0.0))
    teller = Teller(folder, lambda: next(ticks, 1.0))
    teller(THIRD)
    assert opening(folder) is None  # most starts are over by then
    return teller


def test_it_is_there_while_it_lasts(tmp_path):
    assert opening(tmp_path) is None
    teller = teller_of(tmp_path)
    teller(THIRD)
    assert opening(tmp_path) == THIRD
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    teller.end()
    assert opening(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_it_is_written_when_something_has_changed_and_once_a_second(tmp_path):
    now = [0.0]
    teller = Teller(tmp_path, lambda: now[0])
    teller(THIRD)
    now[0] = 5.0

    def written(work):
        for file in tmp_path.iterdir():
            os.utime(file, (1, 1))
        teller(work)
        (file,) = tmp_path.iterdir()
        return file.stat().st_mtime > 1

    assert written(THIRD)
    assert not written(THIRD)
    assert not written(LibraryWork(Work.UPDATING, 3, 5, 0.001))
    assert written(LibraryWork(Work.UPDATING, 3, 5, 0.5))
    assert written(LibraryWork(Work.UPDATING, 4, 5))
    assert not written(LibraryWork(Work.UPDATING, 4, 5))
    now[0] = 6.5
    assert written(LibraryWork(Work.UPDATING, 4, 5))


def test_what_a_dead_or_silent_engine_left_counts_for_nothing(tmp_path):
    teller_of(tmp_path)(THIRD)
    (file,) = tmp_path.iterdir()
    mine = file.read_bytes()
    file.write_bytes(mine.replace(str(os.getpid()).encode(), b"999999999"))
    assert opening(tmp_path) is None
    file.write_bytes(mine)
    assert opening(tmp_path) == THIRD
    os.utime(file, (1, 1))
    assert opening(tmp_path) is None
    for nonsense in (b"", b"{", b"[]", b'{"pid": 1}', b'{"pid": 1, "work": {"work": "?"}}'):
        file.write_bytes(nonsense)
        assert opening(tmp_path) is None


def test_a_folder_that_cannot_be_written_holds_nothing_up(tmp_path):
    teller = teller_of(tmp_path / "none")
    teller(THIRD)
    teller.end()


def test_an_engine_that_tells_what_it_is_at_is_waited_for_however_long_it_takes(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(client, "_BUSY_SECONDS", 0.2)
    told = []
    wait = _Wait(tmp_path, 0, told.append)
    assert not wait.look()
    teller = teller_of(tmp_path)
    teller(THIRD)
    assert [wait.look() for _ in range(3)] == [True] * 3
    teller.end()
    assert wait.look()  # it has yet to serve
    time.sleep(0.25)
    assert not wait.look()
    wait.end()
    assert told == [THIRD, None]
