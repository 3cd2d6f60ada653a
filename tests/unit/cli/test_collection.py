import json

import pytest

from jinasearch.cli import collection as collections
from jinasearch.core.errors import JinasearchError


@pytest.fixture
def folder(tmp_path):
    rows = [{"id": f"d{n}", "title": "T" if n else "", "text": f"text {n}"} for n in range(6)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    asked = [{"_id": f"q{n}", "text": f"question {n}"} for n in range(4)]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq0\td0\t2\nq1\t0\td1\t1\nq2\td2\t0\nq3\td9\t1\n",
        encoding="utf-8",
    )
    return tmp_path


def test_what_is_judged_is_read(folder):
    found = collections.read(folder)
    assert found.relevant == {"q0": {"d0": 2}, "q1": {"d1": 1}}
    assert found.whole == (6, 2)
    assert found.texts["d0"] == "text 0"
    assert found.texts["d1"] == "# T\n\ntext 1\n"


def test_a_sample_keeps_what_its_questions_are_about_and_is_the_same_each_time(folder):
    first, second = (collections.read(folder, documents=3, queries=1) for _ in range(2))
    assert first == second
    assert len(first.texts) == 3
    assert set(first.relevant[next(iter(first.queries))]) <= set(first.texts)


def test_questions_can_be_held_out(folder):
    assert list(collections.read(folder, wanted=lambda query: query != "q0").queries) == ["q1"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("corpus.jsonl", None, "corpus.jsonl: it is not there"),
        ("corpus.jsonl", '{"id": "d0", "text": "x"}\n[1]', "line 2"),
        ("queries.jsonl", b"\xff\xfe\x00", "cannot be read"),
        ("qrels.tsv", "q0 d0 1", "line 1"),
        ("qrels.tsv", "q0\td0\t1\nq0\td0\tmuch", "line 2"),
        ("qrels.tsv", "", "no question has a document"),
    ],
)
def test_what_is_no_collection_is_told_with_the_line(folder, name, content, told):
    path = folder / name
    if content is None:
        path.unlink()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(JinasearchError, match="This is no collection") as raised:
        collections.read(folder)
    assert told in raised.value.title
