"""One file or folder is left out and taken back; one file is read again."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from jinasearch.core.errors import JinasearchError
from jinasearch.core.paths import to_uri
from jinasearch.engine.protocol import Exclude, RetryRequest


@pytest.fixture(scope="module")
def bench(shared_bench):
    shared_bench.write("sea/gull.md", "The albatross is none.")
    shared_bench.write("plain.txt", "nothing of the sea")
    shared_bench.index()
    return shared_bench


def test_a_file_that_was_read_well_is_read_again(bench):
    note = bench.home / "sea" / "note.txt"
    note.write_text("the marlin swims")
    bench.index()
    stat = note.stat()
    note.write_text("the turbot rests")
    os.utime(note, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # no scan sees that it is another
    bench.engine.folders.rescan()
    bench.settle()
    assert bench.names("turbot") == []
    told = bench.engine.files.retry(RetryRequest(uris=(to_uri(note),), again=True))
    assert told.files == 1
    bench.settle()
    assert bench.names("turbot") == ["note.txt"]
    nowhere = RetryRequest(uris=(to_uri(bench.home / "nowhere.txt"),), again=True)
    assert bench.engine.files.retry(nowhere).files == 0


def test_a_file_and_a_folder_are_left_out_and_taken_back(bench):
    sea, odd = bench.home / "sea", bench.home / "sea" / "a [1]?.txt"
    odd.write_text("the haddock hides")
    bench.index()
    assert bench.names("haddock") == [odd.name]
    folders = bench.engine.folders
    previewed = folders.exclude(Exclude(to_uri(odd), preview=True))
    assert (previewed.pattern, previewed.change.newly_out) == ("/sea/a \\[1\\]\\?.txt", 1)
    assert bench.names("haddock") == [odd.name]
    for out in (odd, sea):
        folders.exclude(Exclude(to_uri(out)))
        bench.settle()
        assert bench.names("haddock") == []
        folders.exclude(Exclude(to_uri(out), back=True))
        bench.settle()
        assert bench.names("haddock") == [odd.name]
    assert folders.listed().folders[0].rules.exclude == ()


def test_rules_that_are_changed_at_once_are_all_kept(bench, monkeypatch):
    folders, real = bench.engine.folders, bench.engine._indexer.set_rules

    def slowly(folder, rules):
        time.sleep(0.02)  # the others read the rules meanwhile
        real(folder, rules)

    monkeypatch.setattr(bench.engine._indexer, "set_rules", slowly)
    names = [f"at-once-{number}.txt" for number in range(6)]
    asked = [Exclude(to_uri(bench.home / name)) for name in names]
    with ThreadPoolExecutor(len(asked)) as pool:
        list(pool.map(folders.exclude, asked))
        kept = folders.listed().folders[0].rules.exclude
        assert sorted(kept) == [f"/{name}" for name in names]
        list(pool.map(folders.exclude, [replace(one, back=True) for one in asked]))
    assert folders.listed().folders[0].rules.exclude == ()


@pytest.mark.parametrize(
    ("place", "back", "code"),
    [("", False, "bad-request"), ("/sea", True, "not-found"), ("/../else", False, "not-found")],
)
def test_what_cannot_be_left_out_is_told(bench, place, back, code):
    with pytest.raises(JinasearchError) as told:
        bench.engine.folders.exclude(Exclude(to_uri(f"{bench.home}{place}"), back=back))
    assert told.value.code == code
