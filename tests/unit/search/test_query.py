import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jinasearch.search.query import Term, parse


def test_words_phrases_and_exclusions():
    query = parse('budget "annual report" -draft ')
    assert query.terms == (Term("budget"), Term("annual report"))
    assert query.excluded == (Term("draft"),)
    assert query.all_of() == '("budget" AND "annual report") NOT ("draft")'


def test_the_last_word_may_still_be_typed():
    assert parse("annual rep").all_of() == '"annual" AND "rep" *'
    assert parse("annual rep ").all_of() == '"annual" AND "rep"'
    assert parse('"annual rep"').all_of() == '"annual rep"'


def test_chinese_is_asked_for_character_by_character():
    query = parse("休假")
    assert query.all_of() == '"休 假"'
    assert query.pieces == ()


def test_long_chinese_runs_fall_back_to_pairs():
    query = parse("员工休假")
    assert query.all_of() == '("员 工 休 假" OR "員 工 休 假")'
    assert query.any_of() == '("员 工" OR "員 工") OR "工 休" OR "休 假"'


@pytest.mark.parametrize(
    ("typed", "pieces"),
    [
        ("Luther's theses", ["Luther"]),
        ("well-known and/or", ["well", "known", "and", "or"]),
        ("l’école?", ["école"]),
        ("INV-2024-0113 anna@example.org utf_8 C++ F-16 word", []),
        ('"well known" "Ada said"', []),
    ],
)
def test_compounds_fall_back_to_their_words(typed, pieces):
    assert [term.text for term in parse(typed).pieces] == pieces


def test_chinese_beside_latin_is_parted():
    assert [term.text for term in parse("2024年report ").terms] == ["2024", "年", "report"]


def test_a_question_of_exclusions_alone_asks_nothing():
    assert parse("-draft").empty
    assert parse("-draft").all_of() == ""


@pytest.mark.parametrize("text", ["", " ", "-", '"', '""', "()*:^+", "\0", "NEAR(", "AND OR NOT"])
def test_odd_texts_are_no_error(text):
    run(parse(text))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_every_text_is_a_question_that_fts5_can_read(text):
    run(parse(text))


def run(query):
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(body)")
    for expression in (query.all_of(), query.any_of()):
        if expression:
            list(connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (expression,)))


def test_or_joins_its_neighbours():
    query = parse('tea OR "green coffee" cake ')
    assert query.all_of() == '"cake" AND ("tea" OR "green coffee")'
    assert parse("a1 OR b2 | c3 ").all_of() == '("a1" OR "b2" OR "c3")'
    assert parse("OR tea ").all_of() == '"or" AND "tea"'
    assert parse("tea OR ").all_of() == '"tea"'
    assert parse("tea OR gre").all_of() == '("tea" OR "gre" *)'


def test_and_between_words_is_no_word():
    assert parse("tea AND milk ").terms == (Term("tea"), Term("milk"))
    assert parse("AND tea AND ").terms == (Term("AND"), Term("tea"))


def test_an_asterisk_stands_for_the_rest_of_a_word():
    assert parse("insur* polic* x ").all_of() == '"insur" * AND "polic" * AND "x"'
    assert parse("公司* a* *").all_of() == '"公 司" AND "a"'


def test_full_width_and_other_quotes_are_read_too():
    assert parse("“green tea” －ｍｉｌｋ ｃａｋｅ ") == parse('"green tea" -milk cake ')
    assert parse("«thé vert» „Tee“ ").terms == (Term("thé vert"), Term("Tee"))
    assert parse("保险，合同").text == "保险，合同"


@pytest.mark.parametrize("text", ["_", "__ -_", '"_"', "🎉", "?!…", "，。"])
def test_signs_alone_look_for_nothing(text):
    assert parse(text).empty


def test_not_excludes_the_next_word():
    query = parse("tea NOT milk ")
    assert query.all_of() == '("tea") NOT ("milk")'
    assert parse("-draft").none_of() == '"draft"'


def test_the_beginning_of_a_word_counts_as_a_word_where_it_is_too_short():
    assert parse("annual rep").settled(3).all_of() == '"annual" AND "rep" *'
    assert parse("annual rep").settled(4).all_of() == '"annual" AND "rep"'
    assert parse("tea OR re").settled(4).all_of() == '("tea" OR "re")'
    assert parse("re* tea ").settled(4).all_of() == '"re" * AND "tea"'


def test_a_word_that_is_a_piece_too_is_searched_once():
    for text in ("人工智能 人工", "well-known well "):
        searched = parse(text).searched
        assert len(searched) == len(set(searched))


@pytest.mark.parametrize(
    ("text", "insisted"),
    [
        ('"report" annual-report ', ["report"]),
        ('"报告" 年度报告总结', ["报告"]),
        ('report "report"', ["report"]),
        ('"report" report ', ["report"]),
        ('"report" OR report ', []),
        ('report OR "report"', []),
        ('report OR "report" OR plan ', []),
    ],
)
def test_quotes_keep_their_force_beside_the_same_word_without(text, insisted):
    query = parse(text).widened(lambda term: (f"{term.text}s",)).settled(9)
    assert [term.text for (term,) in query.phrases] == insisted
    assert all(term.forms == (f"{term.text}s",) for term in (*query.terms, *query.pieces))
