"""One folder is indexed once, whatever it is called."""

import os
import sys

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Rules
from jinasearch.index.spelling import known_as, normal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")


def refused(bench, *paths) -> JinasearchError:
    before = [row.path for row in bench.rows()]
    with pytest.raises(JinasearchError) as raised:
        bench.indexer.add(list(map(str, paths)), None)
    assert raised.value.code == Code.FOLDER_KNOWN
    assert [row.path for row in bench.rows()] == before
    return raised.value


def test_what_changes_nothing_in_a_path_is_left_out():
    assert normal("//tmp/x/") == "/tmp/x"
    assert normal("///tmp/./y/../x") == "/tmp/x"
    assert normal("/") == "/"


def test_a_link_to_an_indexed_folder_is_told(bench):
    bench.write("docs/a.txt")
    bench.start()
    link = bench.base / "link"
    link.symlink_to(bench.home)
    told = refused(bench, link)
    assert told.path == str(link)
    assert str(bench.home) in told.message
    assert str(bench.home / "docs") in refused(bench, link / "docs").message


def test_a_link_in_an_indexed_folder_to_another_part_of_it_is_told(bench):
    bench.write("docs/a.txt")
    (bench.home / "link").symlink_to(bench.home / "docs")
    bench.start()
    assert str(bench.home / "docs") in refused(bench, bench.home / "link").message


def test_what_the_known_folder_leaves_out_can_be_added_under_any_name(bench):
    bench.write("drafts/a.txt")
    bench.start(exclude=("/drafts/",))
    link = bench.base / "link"
    link.symlink_to(bench.home / "drafts")
    bench.indexer.add([str(link)], None)
    assert str(link) in [row.path for row in bench.rows()]


def test_around_an_indexed_folder_its_own_name_is_asked_for(bench):
    inner = bench.base / "outer" / "inner"
    inner.mkdir(parents=True)
    link = bench.base / "link"
    link.symlink_to(bench.base / "outer")
    bench.start()
    bench.indexer.add([str(inner)], Rules())
    assert f"Add {bench.base / 'outer'}." in refused(bench, link).message
    bench.indexer.add([str(bench.base / "outer")], None)


def test_around_a_folder_that_is_known_by_a_link_that_has_to_go_first(bench):
    inner = bench.base / "outer" / "inner"
    inner.mkdir(parents=True)
    link = bench.base / "link"
    link.symlink_to(inner)
    bench.start()
    bench.indexer.add([str(link)], Rules())
    assert "Remove that first." in refused(bench, bench.base / "outer").message


def test_two_names_at_once(bench):
    link = bench.base / "link"
    link.symlink_to(bench.home)
    bench.indexer.start()
    refused(bench, bench.home, link)


def test_files_are_compared_by_their_names(bench):
    file, link, twin = bench.write("a.txt"), bench.base / "link.txt", bench.base / "twin.txt"
    link.symlink_to(file)
    os.link(file, twin)
    bench.indexer.start()
    bench.indexer.add([str(file)], None)
    refused(bench, link)
    bench.indexer.add([str(twin)], None)


def test_the_same_name_again_is_no_second_one(bench):
    bench.write("docs/a.txt")
    bench.start()
    bench.indexer.add([str(bench.home), str(bench.home / "docs")], None)
    assert [row.path for row in bench.rows()] == [str(bench.home)]


def test_capitals_that_do_not_count(tmp_path, monkeypatch):
    """As on a disk of Windows or macOS: one folder has two names that no link explains."""
    real = tmp_path / "Docs"
    (real / "a").mkdir(parents=True)
    found = os.stat
    monkeypatch.setattr(
        os, "stat", lambda path, **more: found(str(path).replace("docs", "Docs"), **more)
    )
    other = str(tmp_path / "docs" / "a")
    assert known_as(other, [str(real)]) == (str(real), str(real / "a"))
