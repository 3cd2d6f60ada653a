import pytest

from jinasearch.search.query import parse
from jinasearch.search.snippets import marker, marks_in
from jinasearch.search.spelling import spellings


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("图书馆", "圖書館"),
        ("圖書館", "图书馆"),
        ("头发", "頭髮"),
        ("发展", "發展"),
        ("台湾", "臺灣"),
        ("台湾", "台灣"),
        ("ＰＤＦ", "PDF"),
        ("ﾃｽﾄ", "テスト"),
    ],
)
def test_other_ways_to_write_it(typed, other):
    assert spellings(typed)[0] == typed
    assert other in spellings(typed)


@pytest.mark.parametrize("text", ["library", "こんにちは", "도서관", "année", ""])
def test_what_is_written_one_way_only(text):
    assert spellings(text) == (text,)


def test_the_full_text_is_asked_for_all_of_them():
    assert parse("图书馆").all_of() == '("图 书 馆" OR "圖 書 館")'
    assert parse("报告 -图书").all_of().count("圖 書") == 1


def test_the_other_way_is_marked_too():
    (mark,) = marks_in("我在圖書館裡", marker(parse("图书馆")))
    assert (mark.start, mark.end) == (2, 5)
