import pytest

from jinasearch.core.models import Document, FileStat, FileState, Passage, Rules
from jinasearch.store import files, folders, scans
from jinasearch.store.database import Library
from jinasearch.store.scans import Scan

SEEN = Document("png", passages=(Passage("albatross"),))


@pytest.fixture
def library(tmp_path):
    library = Library(tmp_path / "library")

    def job(connection):
        folder = folders.add(connection, "/home", Rules(), False).id
        for number in range(3):
            file = files.seen(connection, folder, FileStat(f"/home/{number}", 1, number))
            files.mark(connection, file, FileState.SKIPPED, "file-needs-ocr")

    library.writer.run(job)
    yield library
    library.close()


@pytest.fixture
def do(library):
    return lambda function, *values, **options: library.writer.run(
        lambda connection: function(connection, *values, **options)
    )


def test_the_newest_waits_first_and_none_twice(do):
    do(scans.put, 1, "a")
    do(scans.put, 3, "b")
    assert do(scans.waiting) == 2
    assert do(scans.first) == Scan(3, "b")
    do(scans.done, 3)
    assert do(scans.first) == Scan(1, "a")


def test_a_file_that_is_to_be_read_again_is_read_first(do):
    do(scans.put, 1, "a")
    do(files.mark, 1, FileState.SEEN)
    assert do(scans.first) is None


def test_what_was_seen_is_known_by_content_and_readers(do):
    do(scans.put, 1, "a")
    assert do(scans.known, "a", "1") is None
    do(scans.keep, Scan(1, "a"), "1", SEEN)
    assert do(scans.known, "a", "1") == SEEN
    assert do(scans.known, "a", "2") is None
    assert do(scans.waiting) == 0


def test_what_was_seen_goes_with_the_last_file_of_its_content(do):
    for file in (1, 2):
        do(scans.put, file, "a")
    do(scans.keep, Scan(1, "a"), "1", SEEN)
    do(files.remove, [1])
    assert do(scans.known, "a", "1") == SEEN
    do(scans.put, 2, "b")  # the other has changed
    assert do(scans.known, "a", "1") is None


def test_noting_a_file_again_keeps_what_was_seen(do):
    do(scans.put, 1, "a")
    do(scans.keep, Scan(1, "a"), "1", SEEN)
    do(scans.put, 1, "a", waiting=False)
    assert do(scans.known, "a", "1") == SEEN
    assert do(scans.waiting) == 0
