import apsw
import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.search import retrieve
from jinasearch.search.query import parse
from jinasearch.store import files, folders, passages
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate


@pytest.fixture
def connection(tmp_path):
    connection = open_writer(tmp_path / "library.db")
    migrate(connection)
    folder = folders.add(connection, "/home", Rules(), False).id
    texts = [f"the house number {n}" for n in range(100)] + ["the quick zebra", "zebra in the sun"]
    for number, text in enumerate(texts):
        file = files.seen(connection, folder, FileStat(f"/home/{number}.txt", 1, number))
        passages.replace(connection, file, Document("text", passages=(Passage(text),)), "card", [])
    yield connection
    connection.close()


def matched(connection: apsw.Connection, text: str) -> list[str]:
    rows = retrieve.by_keywords(connection, parse(text))
    return [passages.get(connection, [row.passage])[row.passage].text for row in rows]


def test_rows_with_every_word_come_before_rows_with_some(connection):
    assert matched(connection, "zebra sun ") == ["zebra in the sun", "the quick zebra"]


def test_words_that_nearly_every_passage_holds_find_nothing_by_themselves(connection):
    assert set(matched(connection, "the zebra house nothing ")) == {
        "zebra in the sun",
        "the quick zebra",
    }


def test_a_query_of_common_words_alone_still_finds(connection):
    assert len(matched(connection, "the house ")) == 100
