from __future__ import annotations

import pytest

from jinasearch.core.models import FileState
from jinasearch.core.paths import to_uri
from jinasearch.engine.protocol import FilesRequest, RetryRequest, WhyRequest
from jinasearch.store import files


@pytest.fixture(scope="module")
def bench(shared_bench):
    shared_bench.write("sea/gull.md", "# Gulls\n\nThe albatross is none.\n")
    shared_bench.write("sea/ignored.log", "albatross")
    shared_bench.write(".gitignore", "*.log\n")
    (shared_bench.home / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    (shared_bench.home / "sea" / "torn.pdf").write_bytes(b"%PDF-1.4\nless")
    (shared_bench.home / "program.bin").write_bytes(bytes(range(256)) * 40)
    (shared_bench.home / "link.md").symlink_to("sea/gull.md")
    shared_bench.write("endless.txt", "word " * 500_000)
    shared_bench.index()
    return shared_bench


def _why(bench, name):
    return bench.engine.files.why(WhyRequest(to_uri(bench.home / name)))


def test_a_file_that_is_found_tells_how(bench):
    why = _why(bench, "sea/gull.md")
    assert why.ruling is None
    assert why.exists
    assert not why.changed
    assert why.entry.state == FileState.READY
    assert (why.kind, why.entry.title, why.passages) == ("markdown", "Gulls", 1)
    (layer,) = why.layers
    assert (layer.model, layer.serving, layer.cards, layer.passages) == ("starter", True, 1, 1)
    assert why.indexed_folder == str(bench.home)


def test_a_file_that_is_left_out_tells_the_rule(bench):
    why = _why(bench, "sea/ignored.log")
    assert why.entry is None
    assert why.ruling.pattern == "*.log"
    assert why.ruling.source == str(bench.home / ".gitignore")


def test_files_that_are_elsewhere_or_nowhere(bench, tmp_path):
    outside = tmp_path / "other.txt"
    outside.write_text("albatross")
    why = bench.engine.files.why(WhyRequest(to_uri(outside)))
    assert (why.exists, why.indexed_folder, why.entry) == (True, "", None)
    gone = _why(bench, "never.txt")
    assert (gone.exists, gone.ruling, gone.entry) == (False, None, None)
    folder = _why(bench, "sea")
    assert (folder.is_folder, folder.ruling) == (True, None)
    assert _why(bench, "link.md").entry.state == FileState.READY


def test_another_way_to_a_file_leads_to_it(bench, tmp_path):
    (tmp_path / "way").symlink_to(bench.home)
    why = bench.engine.files.why(WhyRequest(to_uri(tmp_path / "way" / "sea" / "gull.md")))
    assert why.target == str(bench.home / "sea" / "gull.md")
    assert why.entry.state == FileState.READY


def test_a_file_whose_end_was_not_read_says_so(bench):
    why = _why(bench, "endless.txt")
    assert why.truncated
    assert why.entry.reason == "text-truncated"
    assert not _why(bench, "sea/gull.md").truncated


def test_a_failed_file_tells_its_reason(bench):
    why = _why(bench, "broken.pdf")
    assert (why.entry.state, why.entry.reason) == (FileState.FAILED, "file-unreadable")
    assert why.layers[0].passages == 0


def test_lists_are_narrowed_and_counted_by_reason(bench):
    left = FilesRequest((FileState.FAILED, FileState.SKIPPED))
    listed = bench.engine.files.listed(left)
    assert [(c.reason, c.files) for c in listed.reasons] == [
        ("file-unreadable", 2),
        ("file-kind-unknown", 1),
    ]
    assert listed.total == 3
    below = FilesRequest(uris=(to_uri(bench.home / "sea"),))
    names = [entry.path.rsplit("/", 1)[-1] for entry in bench.engine.files.listed(below).files]
    assert names == ["gull.md", "torn.pdf"]
    only = FilesRequest(reason="file-kind-unknown")
    assert [entry.state for entry in bench.engine.files.listed(only).files] == [FileState.SKIPPED]
    second = bench.engine.files.listed(FilesRequest((FileState.FAILED,), limit=1, offset=1))
    assert [entry.path.rsplit("/", 1)[-1] for entry in second.files] == ["torn.pdf"]
    assert second.total == 2


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (RetryRequest(), {"broken.pdf", "torn.pdf"}),
        (RetryRequest(reason="file-encrypted"), set()),
        (RetryRequest(reason="file-kind-unknown"), {"program.bin"}),
        (RetryRequest(reason="text-truncated"), {"endless.txt"}),
    ],
)
def test_what_is_read_again(bench, monkeypatch, request_, expected):
    _check_retried(bench, request_, expected)


def test_one_file_is_read_again(bench):
    one = RetryRequest(uris=(to_uri(bench.home / "sea" / "torn.pdf"),))
    _check_retried(bench, one, {"torn.pdf"})
    all_below = RetryRequest(uris=(to_uri(bench.home),))
    _check_retried(bench, all_below, {"broken.pdf", "torn.pdf", "program.bin", "endless.txt"})


def _check_retried(bench, request_, expected):
    bench.engine._gate.pause()
    try:
        bench.engine.files.retry(request_)
        connection = bench.engine._library.reader()
        again = {file.stat.path.rsplit("/", 1)[-1] for file in files.unread(connection, 99, ())}
    finally:
        bench.engine._gate.resume()
    bench.settle()
    assert again == expected
