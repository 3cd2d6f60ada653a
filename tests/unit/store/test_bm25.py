import random

import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.store import files, folders, passages, selection
from jinasearch.store.bm25 import Word
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate

WORDS = [f"word{number}" for number in range(40)]
LENGTHS = (3, 9, 30, 127, 128, 400)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    connection = open_writer(tmp_path_factory.mktemp("library") / "library.db")
    migrate(connection)
    source = random.Random(1)
    with connection:
        folder = folders.add(connection, "/home", Rules(), False).id
        for number in range(300):
            text = " ".join(source.choices(WORDS, range(40, 0, -1), k=source.choice(LENGTHS)))
            file = files.seen(connection, folder, FileStat(f"/home/{number}", number, number))
            document = Document("text", passages=(Passage(text, source.choice(WORDS)),))
            passages.replace(connection, file, document, "card", [])
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "expression",
    ['"word39"', '"word0"', '"word3" AND "word20"', '"word1" OR "word30" OR "word38"',
     '("word5" AND "word6") NOT ("word7")', '"word2 word3"', '"word3" *', '"nothing"'],
)  # fmt: skip
def test_scores_are_those_of_fts5(library, expression):
    rows = library.execute(
        "SELECT -bm25(passages_fts, 1.0, 0.5) AS score FROM passages_fts"
        " WHERE passages_fts MATCH ? ORDER BY score DESC LIMIT 50",
        (expression,),
    )
    found = [row.score for row in passages.match(library, expression, 50)]
    assert found == pytest.approx([score for (score,) in rows], rel=1e-6, abs=1e-4)


def test_ways_to_write_a_word_count_as_one(library):
    ways = Word(('"word3"', '"word39"'))
    rows = passages.match(library, ways.fts(), 500, words=[ways])
    assert len(rows) == passages.holding(library, ways.fts())
    separate = {row.passage: row.score for row in passages.match(library, ways.fts(), 500)}
    rare = {row.passage for row in passages.match(library, '"word39"', 500)}
    assert all(row.score < separate[row.passage] for row in rows if row.passage in rare)
    half = Word(ways.phrases[:1], ways.phrases[1:])
    found = passages.match(library, half.wide(), 500, words=[half], forms=True)
    less = {row.passage: row.score for row in found}
    assert all((less[row.passage] < row.score) == (row.passage in rare) for row in rows)


@pytest.mark.parametrize("few", [False, True])
def test_a_selection_changes_no_score(library, monkeypatch, few):
    monkeypatch.setattr(passages, "_few", lambda *_: few)
    chosen = selection.Selection("files.size % 3 = 0")
    whole = passages.match(library, '"word4" OR "word9"', 1000)
    found = passages.match(library, '"word4" OR "word9"', 1000, chosen)
    assert found == [row for row in whole if (row.file - 1) % 3 == 0]
    assert found


def test_of_too_many_the_newest_are_scored(library, monkeypatch):
    monkeypatch.setattr(passages, "_SMALL", 10)
    monkeypatch.setattr(passages, "_MOST_SCORED", 10)
    newest = [
        row
        for (row,) in library.execute(
            "SELECT rowid FROM passages_fts('\"word0\"') ORDER BY rowid DESC LIMIT 10"
        )
    ]
    assert {row.passage for row in passages.match(library, '"word0"', 50)} == set(newest)


def test_many_are_counted_by_a_part(library, monkeypatch):
    exact = passages.holding(library, '"word0"')
    monkeypatch.setattr(passages, "_COUNTED", 50)
    assert abs(passages.holding(library, '"word0"') - exact) < 0.25 * exact


@pytest.fixture
def edited(tmp_path):
    """Puts a file's text into a library of its own, in place of what it had."""
    connection = open_writer(tmp_path / "library.db")
    migrate(connection)
    folder = folders.add(connection, "/home", Rules(), False).id

    def put(name, texts):
        with connection:
            file = files.seen(connection, folder, FileStat(f"/home/{name}", 1, name))
            document = Document("text", passages=tuple(map(Passage, texts)))
            passages.replace(connection, file, document, str(name), [])
        return file

    put.connection = connection
    yield put
    connection.close()


def test_a_library_that_is_edited_often_is_no_large_one(edited, monkeypatch):
    monkeypatch.setattr(passages, "_SMALL", 500)
    monkeypatch.setattr(passages, "_MOST_SCORED", 20)
    best = edited(1, ["alpha alpha alpha"])
    edited(2, [f"alpha with many other words {number}" for number in range(60)])
    before = passages.match(edited.connection, '"alpha"', 100)
    for time in range(10):
        edited(3, [f"line {time} {number}" for number in range(100)])
    found = passages.match(edited.connection, '"alpha"', 100)
    assert found[0].file == before[0].file == best
    assert found[0].score == pytest.approx(
        passages.score_of(edited.connection, '"alpha"', found[0].passage)
    )
    scores = edited.connection.execute(
        "SELECT -bm25(passages_fts, 1.0, 0.5) AS score FROM passages_fts('\"alpha\"')"
        " ORDER BY score DESC LIMIT 1"
    )
    assert found[0].score == pytest.approx(scores.get, rel=1e-6)


@pytest.mark.parametrize("where", ["before", "after"])
def test_many_are_counted_though_most_ids_are_gone(edited, monkeypatch, where):
    monkeypatch.setattr(passages, "_COUNTED", 50)
    monkeypatch.setattr(passages, "_PROBES", 200)
    if where == "after":
        edited(1, [f"alpha {number}" if number % 2 else f"{number}" for number in range(400)])
    for time in range(40):
        edited(2, [f"line {time} {number}" for number in range(20)])
    if where == "before":
        edited(1, [f"alpha {number}" if number % 2 else f"{number}" for number in range(400)])
    assert 150 < passages.holding(edited.connection, '"alpha"') < 260


def test_a_sample_is_from_all_over_though_most_ids_are_gone(edited):
    edited(1, [f"old {number}" for number in range(40)])
    for time in range(40):
        edited(2, [f"line {time} {number}" for number in range(20)])
    found = passages.sampled(edited.connection, 60, 5)
    assert found == passages.sampled(edited.connection, 60, 5)
    assert len(found) == len(set(found)) > 25
    assert sum(text.startswith("old") for text in found) > 10
    assert passages.sampled(edited.connection, 0, 5) == []
