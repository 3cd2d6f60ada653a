import pytest

from jinasearch.search.explain import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The first one is here. And a second one!",
            ["The first one is here.", "And a second one!"],
        ),
        ("Version 2.5 is out now. Get it today.", ["Version 2.5 is out now.", "Get it today."]),
        ("我们明天开会。请准时到场！", ["我们明天开会。", "请准时到场！"]),
        ("A heading of note\nThen a sentence", ["A heading of note", "Then a sentence"]),
        ("Hm. Ok. This one is long enough.", ["This one is long enough."]),
        ("", []),
        ("...", []),
    ],
)
def test_sentences(text, expected):
    assert [text[mark.start : mark.end] for mark in sentences(text)] == expected


def test_endless_text_gives_few_sentences():
    assert len(sentences("This is a sentence of some words. " * 500)) == 12
