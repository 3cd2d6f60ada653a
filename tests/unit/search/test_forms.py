"""Other forms of words, and slips in names."""

import pytest

from jinasearch.core.models import Document, FileStat, Passage, Rules
from jinasearch.search import inflections, slips
from jinasearch.search.query import parse
from jinasearch.search.search import search
from jinasearch.store import content, files, folders, passages
from jinasearch.store.connection import open_writer
from jinasearch.store.migrations import migrate
from jinasearch.store.selection import EVERYTHING

TEXTS = {
    "annual_report.txt": "figures of the year",
    "anual-budget.txt": "money",
    "one.txt": "the invoices were sent yesterday",
    "two.txt": "an invoice is enclosed",
    "three.txt": "unrelated words about weather",
    "haus.txt": "Die Häuser in der Stadt sind alt",
    "inventory.txt": "what the investor has",
    "年度报告.txt": "数字",
    "отчёт.txt": "цифры",
    "Übersicht.txt": "alles",
    "ラーメン屋.txt": "一覧",
    "Straße.txt": "Karte",
    "회의록정리.txt": "내용",
}


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    connection = open_writer(tmp_path_factory.mktemp("forms") / "library.db")
    migrate(connection)
    folder = folders.add(connection, "/home", Rules(), False).id
    for name, text in TEXTS.items():
        file = files.seen(connection, folder, FileStat(f"/home/{name}", 1, 1))
        content.forget_names(connection, [file])
        content.index_names(connection, [file])
        passages.replace(connection, file, Document("text", passages=(Passage(text),)), "card", [])
    yield connection
    connection.close()


def hits(connection, text):
    return search(connection, parse(text), 9, EVERYTHING, None, size=len(TEXTS)).hits


def names(connection, text):
    return [hit.name for hit in hits(connection, text)]


def forms_of(query):
    return [form for term in query.terms for form in term.forms]


def test_other_forms_are_found_after_the_word_itself(connection):
    assert names(connection, "invoice ") == ["two.txt", "one.txt"]
    assert names(connection, "invoices ") == ["one.txt", "two.txt"]
    first, second = hits(connection, "invoice ")
    assert (first.exact, second.exact) == (True, False)
    (mark,) = second.passages[0].marks
    assert second.passages[0].text[mark.start : mark.end] == "invoices"


def test_forms_are_those_of_the_questions_language(connection):
    assert "haus.txt" in names(connection, "wo ist das alte Haus in der Stadt ")
    german = inflections.widened(connection, parse("wo ist das Haus in der Stadt "))
    assert "hauser" in forms_of(german)


def test_words_that_only_begin_alike_are_no_forms(connection):
    assert forms_of(inflections.widened(connection, parse("inventory "))) == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("anual report ", "annual_report.txt"),
        ("annual reprot ", "annual_report.txt"),
        ("annual budget ", "anual-budget.txt"),
        ("inventroy ", "inventory.txt"),
        ("anual-report ", "annual_report.txt"),
        ("anual-reprot", "annual_report.txt"),
        ("Inventroy.txt", "inventory.txt"),
        ("очтет ", "отчёт.txt"),
        ("ubersciht ", "Übersicht.txt"),
        ("Übersihct ", "Übersicht.txt"),
        ("年渡报告", "年度报告.txt"),
        ("年度报告书", "年度报告.txt"),
        ("全度报告", "年度报告.txt"),
        ("年度报吿", "年度报告.txt"),
        ("年度的报告", "年度报告.txt"),
        ("らあめん屋", "ラーメン屋.txt"),
        ("회의룩정리", "회의록정리.txt"),
    ],
)
def test_slips_in_names_are_forgiven(connection, typed, name):
    assert names(connection, typed)[0] == name


@pytest.mark.parametrize("typed", ["year ", "rep ", "报告书 ", "半年总结", "отчаяние "])
def test_what_is_no_slip_finds_no_other_name(connection, typed):
    others = {"inventory.txt", "anual-budget.txt", "年度报告.txt", "отчёт.txt"}
    assert not others & set(names(connection, typed))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("strasse ", "Straße.txt"),
        ("らーめん", "ラーメン屋.txt"),
        ("ﾗｰﾒﾝ屋", "ラーメン屋.txt"),
        ("отчет ", "отчёт.txt"),
    ],
)
def test_names_are_found_however_they_are_written(connection, typed, name):
    (hit,) = hits(connection, typed)
    assert (hit.name, hit.exact) == (name, True)
    assert hit.name_marks


def test_questions_are_no_names(connection):
    assert slips.expression(connection, parse("where is the anual report ")) == ""
    assert slips.expression(connection, parse("anual report ")) != ""


@pytest.mark.parametrize(
    ("typed", "text", "meant"),
    [
        ("what the invesotr has ", "invesotr", "investor"),
        ("Hte invoce of yesterdya ", "invoce of yesterdya", "invoice of yesterday"),
        ("Staadt ", "Staadt", "stadt"),
        ("inovice", "inovice", "invoice"),
        ("iinvoice ", "iinvoice", "invoice"),
    ],
)
def test_what_may_be_meant_by_a_word_that_stands_nowhere_is_told(connection, typed, text, meant):
    hint = slips.meant(connection, parse(typed), typed)
    assert (hint.code, hint.text, hint.suggestion) == ("word-nowhere", text, meant)


def test_what_may_be_meant_is_told_in_the_place_where_it_was_typed(connection):
    typed = "invesotr type:text iinvoice"
    hint = slips.meant(connection, parse("invesotr  iinvoice"), typed)
    assert typed.replace(hint.text, hint.suggestion) == "investor type:text invoice"
    assert slips.meant(connection, parse("Ｉnvesotr"), "Ｉnvesotr") is None


@pytest.mark.parametrize(
    "typed",
    [
        "invoice",
        "invoi",
        "invoices ",
        '"invesotr"',
        "inve*",
        "zebra ",
        "inv7 ",
        "übersicht",
        "报告书",
    ],
)
def test_nothing_else_is_meant_by_what_stands_somewhere_or_far_from_all(connection, typed):
    query = inflections.widened(connection, parse(typed))
    assert slips.meant(connection, query, typed) is None


def test_what_must_not_occur_holds_for_other_forms_too(connection):
    assert names(connection, "invoice -yesterday ") == ["two.txt"]
