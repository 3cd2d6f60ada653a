from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from jinasearch.core.models import Place
from jinasearch.extract.chunker import MOST, cut
from jinasearch.extract.outline import Builder, Outline, limited, plain

if TYPE_CHECKING:
    from jinasearch.core.models import Document

_WIDE = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)

_pieces = st.one_of(
    st.text(),
    st.sampled_from(
        ["word ", "Ein Satz. ", "A question? ", "\n", "\n\n", "東京都に行きました。",
         "漢字", "한국어 ", "e\u0301",
         "👨‍👩‍👧", "\u3000", "x" * 700, "字" * 900, "\t", "a\u0300" * 300]
    ),
)  # fmt: skip
_texts = st.lists(_pieces, max_size=60).map("".join)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _weight(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))


def _check(outline: Outline, document: Document) -> None:
    covered = "".join(passage.text for passage in document.passages)
    assert _squeezed(covered) == _squeezed(outline.text)
    for passage in document.passages:
        assert outline.text[passage.place.start : passage.place.end] == passage.text
        assert 0 < _weight(passage.text) <= MOST
        assert passage.text == passage.text.strip()


@given(_texts)
@example("字" * 5000)
@example("x" * 5000)
@example(" " * 5000)
@example("a\u0301" * 5000)
def test_all_text_lies_in_passages_of_bounded_weight(text):
    outline = plain("text", text)
    _check(outline, cut(outline))


@given(st.lists(st.tuples(_texts, st.lists(st.sampled_from("ABC"), max_size=3)), max_size=8))
def test_sections_are_covered_too(sections):
    builder = Builder()
    for number, (text, heading) in enumerate(sections):
        builder.add(text, tuple(heading), Place(page=number // 3))
    outline = builder.outline("text")
    document = cut(outline)
    _check(outline, document)
    for passage in document.passages:
        assert passage.place.page is not None


@given(_texts, st.integers(0, 3000))
def test_a_limit_cuts_text_and_sections(text, most):
    outline = limited(plain("text", text), most)
    assert len(outline.text) <= most
    _check(outline, cut(outline))


def test_words_stay_whole():
    words = [f"word{number}" for number in range(2000)]
    document = cut(plain("text", " ".join(words)))
    assert [word for passage in document.passages for word in passage.text.split()] == words
    assert all(len(passage.text) > 400 for passage in document.passages)


def test_cuts_fall_between_sentences():
    text = "This sentence is about forty letters long. " * 100
    document = cut(plain("text", text))
    assert len(document.passages) > 3
    assert all(passage.text.endswith(".") for passage in document.passages)


def test_cuts_fall_after_wide_full_stops():
    text = "東京都は日本の首都であり、人口が最も多い都市です。" * 100
    document = cut(plain("text", text))
    assert len(document.passages) > 3
    assert all(passage.text.endswith("。") for passage in document.passages)


def test_paragraphs_are_preferred_to_sentences():
    paragraph = "A sentence of some length stands here. " * 10
    document = cut(plain("text", "\n\n".join([paragraph] * 12)))
    assert all(passage.text.count("\n\n") <= 2 for passage in document.passages)
    assert all(passage.text.endswith("here.") for passage in document.passages)
    assert all(len(passage.text) % len(paragraph) > 0 for passage in document.passages)


def test_a_short_text_is_one_passage():
    document = cut(plain("text", "\n\n hello \n"))
    assert [passage.text for passage in document.passages] == ["hello"]
    assert cut(plain("text", " \n")).passages == ()


def test_letters_keep_their_accents():
    for passage in cut(plain("text", "a\u0301" * 3000)).passages:
        assert not unicodedata.category(passage.text[0]).startswith("M")


def test_lines_are_counted():
    lines = [f"line {number} " + "x" * 60 for number in range(1, 101)]
    document = cut(plain("text", "\n".join(lines)))
    for passage in document.passages:
        place = passage.place
        assert place.line is not None
        assert place.line_end is not None
        assert passage.text == "\n".join(lines[place.line - 1 : place.line_end])


def test_short_sections_join_under_their_common_heading():
    builder = Builder()
    builder.add("One\nsmall", ("Top", "One"))
    builder.add("Two\nsmall", ("Top", "Two"))
    builder.add("Three\n" + "large " * 200, ("Top", "Three"))
    passages = cut(builder.outline("text")).passages
    assert passages[0].heading == "Top"
    assert "One" in passages[0].text
    assert "Two" in passages[0].text
    assert passages[-1].heading == "Top › Three"


def test_sections_of_two_pages_do_not_join():
    builder = Builder()
    builder.add("first", place=Place(page=1))
    builder.add("second", place=Place(page=2))
    passages = cut(builder.outline("pdf")).passages
    assert [(passage.text, passage.place.page) for passage in passages] == [
        ("first", 1),
        ("second", 2),
    ]


def test_a_heading_that_only_leads_to_the_next_takes_its_path():
    builder = Builder()
    builder.add("# Guide", ("Guide",))
    builder.add("## Install\n\n" + "word " * 100, ("Guide", "Install"))
    builder.add("## Use\n\n" + "word " * 180, ("Guide", "Use"))
    document = cut(builder.outline("markdown"))
    assert [passage.heading for passage in document.passages] == ["Guide › Install", "Guide › Use"]


def test_small_sections_side_by_side_share_their_path():
    builder = Builder()
    for name in ("Monday", "Tuesday", "Wednesday"):
        builder.add(f"## {name}\n\nNothing.", ("Week", name))
    assert [passage.heading for passage in cut(builder.outline("markdown")).passages] == ["Week"]
