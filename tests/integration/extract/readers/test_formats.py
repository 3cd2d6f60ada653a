"""Real files in many formats that nobody here wrote."""

from __future__ import annotations

import csv
import random
import unicodedata
from collections import Counter

import pytest

from jinasearch.core.errors import Code, JinasearchError

_SAMPLE = 60
_SEED = 7
_NOT_OUR_FAULT = {
    Code.FILE_UNREADABLE, Code.FILE_ENCRYPTED, Code.FILE_KIND_UNKNOWN, Code.FILE_OUT_OF_MEMORY,
    Code.FILE_TIMED_OUT,
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(formats):
    with (formats / "manifest.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def test_a_sample_of_texts_is_found(worker, formats, rows):
    wanted = [row for row in rows if row["expected"] == "text" and "unconfirmed" not in row["how"]]
    sample = random.Random(_SEED).sample(wanted, _SAMPLE)
    missed = []
    for row in sample:
        try:
            document = worker.extract(str(formats / row["path"]), 50_000_000).document
        except JinasearchError as error:
            missed.append((row["path"], error.code))
            continue
        text = "\n".join(passage.text for passage in document.passages)
        if _squeezed(row["phrase"]) not in _squeezed(text):
            missed.append((row["path"], "phrase"))
    assert len(missed) <= _SAMPLE // 20, missed


def test_hostile_and_damaged_files_harm_nothing(worker, formats, rows):
    wanted = [row for row in rows if row["expected"] in ("hostile", "corrupt", "archive")]
    codes: Counter[str] = Counter()
    for row in wanted:
        try:
            worker.extract(str(formats / row["path"]), 50_000_000, archives=True)
            codes["read"] += 1
        except JinasearchError as error:
            codes[error.code] += bool(error.path)
    assert codes.total() == len(wanted)
    assert set(codes) <= {"read", *_NOT_OUR_FAULT}, codes
    assert worker.memory_bytes() < 1_500_000_000


def test_encrypted_files_are_said_to_be(worker, formats, rows):
    wanted = [row for row in rows if row["expected"] == "encrypted"]
    assert {row["format"] for row in wanted} >= {"pdf", "docx", "xlsx", "doc", "xls", "ppt", "odf"}
    for row in wanted:
        with pytest.raises(JinasearchError) as caught:
            worker.extract(str(formats / row["path"]), 50_000_000)
        assert caught.value.code == Code.FILE_ENCRYPTED, row["path"]


def test_pages_slides_and_sheets_are_places(worker, formats):
    pdf = formats / "pdf/py-pdf_sample-files/pdflatex-4-pages.pdf"
    passages = worker.extract(str(pdf), 50_000_000).document.passages
    assert {passage.place.page for passage in passages} == {1, 2, 3, 4}
    slides = formats / "pptx/Unstructured-IO_unstructured/simple.pptx"
    passages = worker.extract(str(slides), 50_000_000).document.passages
    assert [passage.place.slide for passage in passages] == [1, 2]
    assert passages[1].text.startswith("Things to think about")
    sheet = formats / "odf/apache_tika/test-columnar.ods"
    passages = worker.extract(str(sheet), 50_000_000).document.passages
    assert {passage.place.sheet for passage in passages} == {"testing"}


def test_readers_write_nothing_anywhere(make_worker, formats, tmp_path, monkeypatch):
    shared, own = tmp_path / "shared", tmp_path / "own"
    shared.mkdir()
    monkeypatch.setenv("TMPDIR", str(shared))
    monkeypatch.setenv("HOME", str(shared))
    monkeypatch.setenv("JINASEARCH_CACHE", str(own))
    monkeypatch.chdir(shared)
    worker = make_worker()
    for name in (
        "pdf/py-pdf_sample-files/pdflatex-4-pages.pdf",
        "pptx/Unstructured-IO_unstructured/simple.pptx",
        "odf/apache_tika/test-columnar.ods",
    ):
        assert worker.extract(str(formats / name), 50_000_000).document.passages
    assert list(shared.rglob("*")) == []
    assert not own.exists()
