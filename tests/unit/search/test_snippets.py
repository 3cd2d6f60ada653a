import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinasearch.search.query import parse
from jinasearch.search.snippets import marker, marks_in, snippet


def marked(text, question):
    cut, marks = snippet(text, marker(parse(question)))
    return cut, [cut[mark.start : mark.end] for mark in marks]


def test_marks_words_whatever_their_case_and_accents():
    assert marked("Das Café in Zürich", "cafe ZURICH ")[1] == ["Café", "Zürich"]


def test_marks_whole_words_and_the_beginning_of_the_last_one():
    assert marked("report reporter reports", "report ")[1] == ["report"]
    assert marked("report reporter", "repo")[1] == ["repo", "repo"]


def test_marks_chinese_words_and_pairs_of_long_runs():
    assert marked("公司的员工休假制度", "休假")[1] == ["休假"]
    assert "员工" in "".join(marked("公司的员工与休假制度", "员工休假")[1])


def test_the_snippet_is_cut_around_the_best_place():
    text = "filler words here. " * 60 + "The secret launch code is blue. " + "more filler. " * 60
    cut, words = marked(text, "launch code ")
    assert words == ["launch", "code"]
    assert cut.startswith("…")
    assert cut.endswith("…")
    assert len(cut) <= 262


def test_without_matches_the_snippet_is_the_beginning():
    cut, words = marked("Once upon a time " * 40, "zebra ")
    assert cut.startswith("Once upon")
    assert words == []


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Die Straße, die Strasse", "strasse ", ["Straße", "Strasse"]),
        ("Fuß und Fu\u0308ße", "fuss ", ["Fuß"]),
        ("Fu\u0308ße im Café", "fusse cafe ", ["Fu\u0308ße", "Café"]),
        ("ラーメンとﾀﾞｲﾔ", "らーめん だいや", ["ラーメン", "ﾀﾞｲﾔ"]),
        ("도서관과 두시간", "도서관", ["도서관"]),
        ("отчёты и отчёт", "отчет ", ["отчёт"]),
    ],
)
def test_marks_what_is_written_otherwise(text, question, expected):
    assert marked(text, question)[1] == expected


@given(st.text(max_size=700), st.text(max_size=20))
def test_marks_lie_inside_the_snippet(text, question):
    cut, marks = snippet(text, marker(parse(question)))
    assert all(0 <= mark.start < mark.end <= len(cut) for mark in marks)


def test_no_pattern_no_marks():
    assert marks_in("text", marker(parse(""))) == ()
