"""The form in which texts are compared: in the index, in questions, in marks."""

import unicodedata

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinasearch.store.cjk import cut
from jinasearch.store.folding import aligned, fold

SAME = [
    ("Straße", "strasse"),
    ("Łódź", "lodz"),
    ("Ærø", "aero"),
    ("Đorđević", "dordevic"),
    ("Œuvre", "oeuvre"),
    ("Þingvellir", "thingvellir"),
    ("İstanbul", "istanbul"),
    ("ışık", "isik"),
    ("ΛΌΓΟΣ", "λογος"),
    ("Ёлка", "елка"),
    ("ﬁle", "file"),
    ("ＰＤＦ", "pdf"),
    ("ラーメン", "らーめん"),
    ("ﾀﾞｲﾔ", "だいや"),
    ("テスト", "てすと"),
    ("مُحَمَّد", "محمد"),
    (unicodedata.normalize("NFD", "Müller"), "muller"),
    (unicodedata.normalize("NFD", "ガード"), "がーど"),
    (unicodedata.normalize("NFD", "도서관"), "도서관"),
]


@pytest.mark.parametrize(("written", "typed"), SAME)
def test_what_is_the_same_word(written, typed):
    assert fold(written) == fold(typed)
    assert cut(written) == cut(typed)


@pytest.mark.parametrize(
    ("one", "other"), [("мой", "мои"), ("がき", "かき"), ("도서관", "두시간"), ("ば", "ぱ")]
)
def test_what_are_two_words(one, other):
    assert fold(one) != fold(other)


def test_the_full_text_holds_words_as_they_are_folded():
    connection = apsw.Connection(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE t USING fts5(body, tokenize = 'unicode61 remove_diacritics 2');"
        "CREATE VIRTUAL TABLE words USING fts5vocab(t, row)"
    )
    words = [word for pair in SAME for word in pair] + ["мой", "Übersicht", "ngã", "ελληνικά"]
    for word in words:
        connection.execute("INSERT INTO t VALUES (?)", (cut(word),))
    known = {term for (term,) in connection.execute("SELECT term FROM words")}
    assert known == {part for word in words for part in cut(word).split()}


@given(st.text())
def test_to_fold_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_every_sign_comes_from_somewhere(text):
    flat, starts, ends = aligned(text)
    assert len(flat) == len(starts) == len(ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(starts, ends, strict=True))
    assert list(starts) == sorted(starts)


@given(st.lists(st.sampled_from([*"aB ß…é", "e\u0301", "ガ", "ﾀﾞ", "Ł", "½", "중"])).map("".join))
def test_aligned_text_is_folded_text(text):
    assert aligned(text)[0] == fold(text)


@pytest.mark.parametrize("written", ["\u0995\u09c7\u09be", "\u0b95\u0bc6\u0bbe", "\u0928\u093c"])
@pytest.mark.parametrize("beside", ["", "ß ", "中", "é"])
def test_signs_that_become_one_in_other_scripts_stay_in_their_place(written, beside):
    text = f"{beside}{written} क़ {beside}"
    flat, starts, ends = aligned(text)
    assert flat == fold(text)
    at = flat.index(fold(written))
    assert text[starts[at] : ends[at + len(fold(written)) - 1]] == written


@given(st.lists(st.sampled_from([*"aB ß…éЙя中ァぱ가", "e\u0301", "か\u3099", "ﾀﾞ", "½"])))
def test_where_each_sign_comes_from_whatever_stands_beside_it(signs):
    expected, at = [], 0
    for sign in signs:
        expected += [(each, at, at + len(sign)) for each in fold(sign)]
        at += len(sign)
    assert list(zip(*aligned("".join(signs)), strict=True)) == expected
