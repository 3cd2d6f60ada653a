from __future__ import annotations

import pytest

_FILLER = "filler text " * 60


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.fb2",
            (
                '<?xml version="1.0" encoding="windows-1251"?><FictionBook xmlns="x">'
                "<body><section>"
                "<p>The notice <emphasis>must be</emphasis> in writing</p></section></body>"
                '<binary id="a">AAAA</binary></FictionBook>'
            ),
        ),
        (
            "a.fodt",
            (
                '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">'
                "<office:automatic-styles><style:style>AAAA</style:style></office:automatic-styles>"
                "<text:p>The notice <text:span>must</text:span><text:s/>be in writing</text:p>"
                "</office:document>"
            ),
        ),
        (
            "a.doc",
            (
                '<?xml version="1.0"?><w:wordDocument xmlns:w="x"><w:p>'
                "<w:r><w:t>The notice must </w:t>"
                "</w:r><w:r><w:t>be in writing</w:t></w:r></w:p></w:wordDocument>"
            ),
        ),
        ("a.svg", '<svg xmlns="x"><text>The notice <tspan>must be in writing</tspan></text></svg>'),
    ],
)
def test_words_within_elements_stand_together(document_of, name, text):
    (passage,) = document_of(name, text).passages
    assert "The notice must be in writing" in passage.text
    assert "AAAA" not in passage.text


def test_titles_of_sections_are_headings(document_of):
    document = document_of(
        "a.fb2",
        "<FictionBook><description><book-title>The Lease</book-title></description><body>"
        f"<section><title><p>Part</p><p>One</p></title><p>{_FILLER}</p>"
        f"<section><title><p>Notice</p></title><p>{_FILLER}</p></section></section>"
        f"<section><title><p>Part Two</p></title><p>{_FILLER}</p></section></body></FictionBook>",
    )
    assert document.title == "The Lease"
    assert [p.heading for p in document.passages] == ["Part One", "Part One › Notice", "Part Two"]


def test_what_stands_before_a_fault_is_kept(document_of):
    document = document_of("a.fb2", "<FictionBook><body><p>first words</p><p>second</oops>")
    assert document.truncated
    assert document.passages[0].text.startswith("first words")


def test_data_stays_as_it_stands(document_of):
    text = "<config>\n <name>demo</name>\n</config>"
    assert document_of("a.xml", text).passages[0].text == text
