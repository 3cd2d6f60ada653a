"""What is left of removed text, and when it is tidied away."""

import math
import shutil
import subprocess
import sys
import threading
import time

import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.store import checker, database, files, folders, passages, vectors
from jinasearch.store.checker import Checker
from jinasearch.store.database import Library


def fill(library: Library, count: int) -> None:
    def job(connection):
        folder = folders.add(connection, "/home", Rules(), False).id
        for number in range(count):
            file = files.seen(connection, folder, FileStat(f"/home/{number}", 1, number))
            document = Document("text", passages=(Passage(f"number{number} of some length"),))
            passages.replace(connection, file, document, f"card {number}", [])

    library.writer.run(job)


def test_words_of_removed_files_leave_the_full_text(tmp_path):
    """FTS5 keeps words in the index of its pages when it deletes: tidying makes that anew."""
    library = Library(tmp_path)
    words = [f"{number * 7919 % 4999:04}zyxwvutsrq" for number in range(3000)]

    def add(connection):
        folder = folders.add(connection, "/home", Rules(), False).id
        for number, word in enumerate(words):
            file = files.seen(connection, folder, FileStat(f"/home/{number}", 1, number))
            document = Document("text", passages=(Passage(f"{word} among others"),))
            passages.replace(connection, file, document, "card", [])

    library.writer.run(add)
    library.writer.run(lambda c: files.remove(c, list(range(1, 3001))))
    library.untidy = True
    library.settled()
    assert b"zyxwvutsrq" not in b"".join(
        path.read_bytes() for path in tmp_path.iterdir() if path.is_file()
    )
    assert all(finding.ok for finding in library.check())
    library.close()


def test_space_is_given_back(tmp_path):
    library = Library(tmp_path)
    fill(library, 10)

    def add(connection):
        connection.execute("CREATE TABLE ballast(x)")
        connection.execute("INSERT INTO ballast VALUES (zeroblob(40000000))")

    library.writer.run(add)
    library.writer.run(lambda c: c.execute("DROP TABLE ballast"))
    assert library.writer.apart(lambda c: c.pragma("page_count")) > 9000
    library.tidy()
    assert (tmp_path / "library.db").stat().st_size < 10_000_000
    library.close()


_GIVING_BACK = """
import os, resource, sys
from pathlib import Path
from jinasearch.store import tidying
from jinasearch.store.database import Library

library = Library(Path(sys.argv[1]))
opened = set()

def fill(connection):
    connection.execute("CREATE TABLE big(id INTEGER PRIMARY KEY, content BLOB)")
    connection.executemany(
        "INSERT INTO big(content) VALUES (zeroblob(?))", ((100_000,) for _ in range(900))
    )

def look():
    opened.update(os.readlink(f"/proc/self/fd/{each}") for each in os.listdir("/proc/self/fd")
                  if os.path.lexists(f"/proc/self/fd/{each}"))
    return False

library.writer.run(fill)
library.writer.run(lambda c: c.execute("DELETE FROM big WHERE id >= 600"))
library.writer.apart(lambda c: c.set_progress_handler(look, 50))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(library.writer.apart(tidying.give_back))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
library.close()
print(*(path for path in opened if path.endswith("(deleted)")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="files without a name, as Linux shows them")
def test_space_is_given_back_without_the_library_in_memory(tmp_path):
    command = [sys.executable, "-c", _GIVING_BACK, str(tmp_path)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    given, kilobytes, temporary = ran.stdout.splitlines()
    assert given == "True"
    assert int(kilobytes) < 30_000, "60 MB are left"
    assert temporary.startswith(f"{tmp_path}/"), "in the library's own folder"


def test_a_library_without_changes_is_not_tidied_again(tmp_path, monkeypatch):
    tidied = []
    real = Library.tidy
    monkeypatch.setattr(Library, "tidy", lambda self: (tidied.append(1), real(self)))
    library = Library(tmp_path)
    fill(library, 3)
    assert library.rested() == math.inf
    library.close()
    assert tidied == [1]
    library = Library(tmp_path)
    library.writer.run(lambda c: vectors.space(c, "space"))
    assert library.rested() == math.inf
    assert tidied == [1], "nothing was written to the full text, before or after the restart"
    library.writer.run(lambda c: files.remove(c, [2]))
    assert 24 * 3600 - 60 < library.rested() <= 24 * 3600
    assert tidied == [1]
    monkeypatch.setattr(database, "_DAY_SECONDS", 0.0)
    assert library.rested() == math.inf
    assert tidied == [1, 1]
    library.close()


def many(library, count=300):
    """A file with more passages than are removed one by one."""

    def job(connection):
        folder = folders.add(connection, "/home", Rules(), False).id
        file = files.seen(connection, folder, FileStat("/home/many", 1, 1))
        texts = tuple(Passage(f"quizzaciously{number:04} word") for number in range(count))
        passages.replace(connection, file, Document("text", passages=texts), "card", [])
        return file

    return library.writer.run(job)


def left_of_it(folder):
    raw = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    return b"quizzaciously" in raw


def test_much_text_is_removed_the_fast_way_and_wiped_when_all_is_settled(tmp_path):
    library = Library(tmp_path)
    file = many(library)
    library.writer.run(lambda c: files.remove(c, [file]))
    assert passages.match(library.reader(), "word", 5) == []
    assert library.tidy_is_due()
    assert all(finding.ok for finding in library.check())
    library.settled()
    assert not left_of_it(tmp_path)
    assert not library.tidy_is_due()
    assert all(finding.ok for finding in library.check())
    library.close()


def test_a_kill_before_the_wiping_does_not_forget_it(tmp_path):
    library = Library(tmp_path / "one")
    file = many(library)
    library.writer.run(lambda c: files.remove(c, [file]))
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    library.close()
    killed = Library(tmp_path / "two")
    assert left_of_it(tmp_path / "two")
    killed.settled()
    assert not left_of_it(tmp_path / "two")
    killed.close()


def test_much_that_is_rolled_back_is_removed_the_fast_way_later(tmp_path):
    library = Library(tmp_path)
    file = many(library)

    def fail(connection):
        files.remove(connection, [file])
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - our own
        library.writer.run(fail)
    assert not library.tidy_is_due()
    library.writer.run(lambda c: files.remove(c, [file]))
    assert library.tidy_is_due()
    library.close()


def test_wiping_waits_when_it_was_done_just_before(tmp_path, monkeypatch):
    monkeypatch.setattr(checker, "_REST_SECONDS", 0.01)
    library = Library(tmp_path)
    for _ in range(2):
        file = many(library)
        library.writer.run(lambda c, file=file: files.remove(c, [file]))
        library.settled()
    assert left_of_it(tmp_path)
    monkeypatch.setattr(database, "_TIDY_SECONDS", 0.3)
    tidying_up = Checker(library, quiet=lambda: True, settled=lambda: True)
    tidying_up.start()
    deadline = time.monotonic() + 10
    while left_of_it(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    tidying_up.close()
    library.close()


def test_a_rest_is_told_only_when_all_is_read_and_nothing_stirs(tmp_path, monkeypatch):
    monkeypatch.setattr(checker, "_REST_SECONDS", 0.05)
    library = Library(tmp_path)
    rested, asked = threading.Semaphore(0), threading.Semaphore(0)
    answers = iter([False, True, True])

    def settled():
        asked.release()
        return next(answers)

    monkeypatch.setattr(library, "rested", lambda: (rested.release(), math.inf)[1])
    watching = Checker(library, quiet=lambda: True, settled=settled)
    watching.start()
    assert rested.acquire(timeout=10)
    assert asked.acquire(blocking=False)
    assert asked.acquire(blocking=False), "it was asked again after it was not settled"
    assert not rested.acquire(timeout=0.3), "one rest is told once"
    watching.stir()
    assert rested.acquire(timeout=10)
    watching.close()
    library.close()


def test_one_that_never_rests_is_tidied_in_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(checker, "_PATIENCE_SECONDS", 0.2)
    library = Library(tmp_path)
    rested = threading.Event()
    monkeypatch.setattr(library, "rested", lambda: (rested.set(), math.inf)[1])
    watching = Checker(library, quiet=lambda: True, settled=lambda: True)
    watching.start()
    deadline = time.monotonic() + 10
    while not rested.wait(0.01):
        assert time.monotonic() < deadline
        watching.stir()
    watching.close()
    library.close()
