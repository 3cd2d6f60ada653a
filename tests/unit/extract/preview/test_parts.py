"""Finding a passage again in another rendering, and the part of a long text that is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinasearch.core.models import Mark
from jinasearch.core.preview import Form, Preview, Span, Style
from jinasearch.extract.preview import locate, part


def pieces(text: str, marks) -> list[str]:
    return [text[mark.start : mark.end] for mark in marks]


@pytest.mark.parametrize(
    ("passage", "text", "expected"),
    [
        ("a quick fox", "The A  quick\nFOX jumps", ["A  quick\nFOX"]),
        ("", "anything", []),
        ("not there at all", "something else", []),
        ("租房 合同", "这是租房合同。", ["租房合同"]),
        (
            "The first one here. Lost words. The last one there.",
            "The first one here; between them stand many words of no use. The last one there!",
            ["The first one here", "The last one there"],
        ),
    ],
)
def test_a_passage_is_found_whatever_its_white_space(passage, text, expected):
    assert pieces(text, locate.find(passage, text)) == expected


def test_of_two_places_the_nearer_is_taken():
    text = "same words, " + "x" * 100 + "same words"
    assert locate.find("same words", text, around=100)[0].start == 112
    assert locate.find("same words", text)[0].start == 0


def test_words_are_marked_at_their_beginnings():
    text = "Notice: noticed, but not unnoticed; 通知 here"
    assert pieces(text, locate.words(("notice", "通知"), text)) == ["Notice", "notice", "通知"]


@given(
    st.text(alphabet="ab \n", max_size=400).map(lambda text: text * 40),
    st.integers(0, 16000),
)
def test_what_is_shown_holds_the_place_and_is_bounded(text, at):
    at = min(at, len(text))
    cut = part.around(text, at)
    assert 0 <= cut.start <= at <= max(cut.end, at) <= len(text)
    assert cut.end - cut.start <= part.BEFORE + part.AFTER
    assert cut.start == 0 or text[cut.start - 1] == "\n" or "\n" not in text[cut.start : at]


def test_styles_and_marks_move_with_the_broken_lines():
    text = "x" * 2500 + "\nword"
    preview = part.shown(
        Form.CODE, text, [Span(2501, 2505, Style.NAME)], (Mark(2501, 2505),), (Mark(1990, 2010),)
    )
    (span,) = preview.spans
    assert preview.text[span.start : span.end] == "word"
    assert pieces(preview.text, preview.passage) == ["word"]
    assert preview.text.count("\n") == 2
    assert pieces(preview.text, preview.words) == ["x" * 10 + "\n" + "x" * 10]


def test_a_narrowed_preview_keeps_its_line_numbers():
    lines = [f"line {n} of many" for n in range(5000)]
    text = "\n".join(lines)
    at = text.index("line 4000 ")
    preview = part.narrowed(Preview(Form.PROSE, text=text, passage=(Mark(at, at + 9),)))
    assert preview.cut
    assert pieces(preview.text, preview.passage) == ["line 4000"]
    assert preview.text.split("\n")[4000 - (preview.first_line - 1)] == lines[4000]
