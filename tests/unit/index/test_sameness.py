"""Whether what was read was the row's file."""

import time

import pytest

from jinasearch.core.models import FileStat
from jinasearch.index.sameness import look, was_it
from jinasearch.index.scanner import file_stat


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one")
    return path


def row_of(path) -> FileStat:
    return file_stat(str(path), path.stat())


def test_nothing_happened(file):
    assert was_it(row_of(file), look(file), look(file))


def test_written_to_meanwhile(file):
    """Events tell of that, and it is read again."""
    row, before = row_of(file), look(file)
    file.write_text("one two")
    assert was_it(row, before, look(file))


def test_another_one_took_its_place(file, tmp_path):
    row, before = row_of(file), look(file)
    (tmp_path / "b.txt").write_text("another")
    (tmp_path / "b.txt").rename(file)
    assert not was_it(row, before, look(file))
    assert not was_it(row, look(file), look(file))


def test_another_one_stood_there_for_a_moment(file, tmp_path):
    row, before = row_of(file), look(file)
    time.sleep(0.02)  # a tick of the clock
    file.rename(tmp_path / "b.txt")
    (tmp_path / "b.txt").rename(file)
    assert not was_it(row, before, look(file))


def test_gone(file):
    row, before = row_of(file), look(file)
    file.unlink()
    assert not was_it(row, before, look(file))
    assert not was_it(row, None, before)


def test_another_number_for_the_same_file(file):
    row = row_of(file)
    elsewhere = FileStat(row.path, row.size, row.mtime_ns, row.device, row.inode + 1)
    assert was_it(elsewhere, look(file), look(file))
