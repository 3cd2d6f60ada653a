import apsw
import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.search import inflections, retrieve
from jinasearch.search.query import parse
from jinasearch.store import files, folders, passages, selection
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate


@pytest.fixture
def connection(tmp_path):
    texts = [f"the house number {n}" for n in range(100)] + ["the quick zebra", "zebra in the sun"]
    connection = library_of(tmp_path, texts)
    yield connection
    connection.close()


def library_of(folder, texts):
    connection = open_writer(folder / "library.db")
    migrate(connection)
    folder = folders.add(connection, "/home", Rules(), False).id
    for number, text in enumerate(texts):
        file = files.seen(connection, folder, FileStat(f"/home/{number}.txt", 1, number))
        passages.replace(connection, file, Document("text", passages=(Passage(text),)), "card", [])
    return connection


def matched(connection: apsw.Connection, text: str) -> list[str]:
    rows = retrieve.by_keywords(connection, parse(text))
    return [passages.get(connection, [row.passage])[row.passage].text for row in rows]


def test_rows_with_every_word_come_before_rows_with_some(connection):
    assert matched(connection, "zebra sun ") == ["zebra in the sun", "the quick zebra"]


def test_a_row_with_a_whole_run_is_not_measured_by_less_than_one_with_parts(tmp_path):
    texts = [f"天气 {number}" for number in range(40)]
    texts += ["更换 颜色 文档 文件 图像 文字 的 说明", "替换颜色 图像"]
    connection = library_of(tmp_path, texts)
    assert matched(connection, "图像 替换颜色")[0] == "替换颜色 图像"


def test_other_forms_of_a_word_are_not_worth_more_than_the_word(tmp_path):
    texts = [f"invoice of number {number}" for number in range(30)]
    texts += ["invoicing of number 31", "the invoice", *(f"other {number}" for number in range(60))]
    connection = library_of(tmp_path, texts)
    query = inflections.widened(connection, parse("unheard invoice "))
    rows = retrieve.by_keywords(connection, query, size=len(texts))
    found = [passages.get(connection, [row.passage])[row.passage].text for row in rows]
    assert found[0] == "the invoice"
    assert found[-1] == "invoicing of number 31"


def test_words_that_nearly_every_passage_holds_find_nothing_by_themselves(connection):
    assert set(matched(connection, "the zebra house nothing ")) == {
        "zebra in the sun",
        "the quick zebra",
    }


def test_a_query_of_common_words_alone_still_finds(connection):
    assert len(matched(connection, "the house ")) == 100


@pytest.mark.parametrize("text", ["the unheard ", "unheard the", "the unheard", "the huose of "])
def test_a_common_word_is_looked_for_where_the_others_stand_nowhere(connection, text):
    rows = retrieve.by_keywords(connection, parse(text), size=102)
    assert len({row.file for row in rows}) == 102


def test_a_common_word_is_left_out_where_another_form_of_a_rarer_one_stands(connection):
    query = inflections.widened(connection, parse("the zebras "))
    rows = retrieve.by_keywords(connection, query, size=102)
    assert len(rows) == 2


def test_of_words_too_many_to_score_one_that_stands_somewhere_stays(connection, monkeypatch):
    monkeypatch.setattr(passages, "most_scored", lambda _size: 50)
    rows = retrieve.by_keywords(connection, parse("house unheard other "), size=1_000)
    assert len(rows) == 50


def test_a_common_word_is_looked_for_where_the_others_stand_in_no_selected_file(connection):
    selected = selection.below("/home/7.txt")
    rows = retrieve.by_keywords(connection, parse("the zebra "), selected, size=102)
    assert len(rows) == 1


def test_of_common_words_alone_the_rarest_tells(tmp_path):
    texts = [*(f"in the {n}" for n in range(30)), *(f"in the and {n}" for n in range(8))]
    connection = library_of(tmp_path, texts)
    for text in ("in the and ", "in the and missing "):
        rows = retrieve.by_keywords(connection, parse(text), size=10)
        assert {row.file for row in rows} == set(range(31, 39))


def test_common_characters_are_looked_for_where_the_others_stand_nowhere(tmp_path):
    connection = library_of(tmp_path, [f"我的书 {n}" for n in range(40)])
    for text in ("我的 龘龘", "我的 罕见", "的 龘 "):
        assert len(retrieve.by_keywords(connection, parse(text), size=40)) == 40
