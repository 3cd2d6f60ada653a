from jinasearch.core.models import Document, Passage
from jinasearch.index.card import make_card


def test_a_card_holds_name_title_headings_and_opening():
    document = Document(
        "pdf",
        title="Leave policy",
        passages=(
            Passage("Everyone has thirty days.", "Handbook › Leave"),
            Passage("Parents have more.", "Handbook › Leave › Parental"),
        ),
    )
    card = make_card("/home/me/hr_policy-2024.pdf", document)
    assert card.splitlines() == [
        "hr policy 2024",
        "Leave policy",
        "Leave · Parental",
        "Everyone has thirty days.",
    ]


def test_a_card_is_bounded_and_an_empty_file_still_has_its_name():
    long = Document("txt", passages=(Passage("word " * 2000),))
    assert len(make_card("/x/notes.txt", long)) <= 700
    assert make_card("/x/notes.txt", Document("txt")) == "notes"


def test_a_name_that_is_not_utf8_is_shown_replaced():
    assert make_card("/x/caf\udce9.txt", Document("txt")) == "caf\ufffd"
