from __future__ import annotations

import pytest

_FILLER = "some words in a line\n" * 30


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.rst", (f"========\nHandbook\n========\n\n{_FILLER}\nLeave\n-----\n\n{_FILLER}\n"
                  f"Pay\n-----\n{_FILLER}")),
        ("a.rst", f"Handbook\n********\n\n{_FILLER}\nLeave\n^^^^^\n{_FILLER}\nPay\n^^^\n{_FILLER}"),
        ("a.org", (f"#+TITLE: Handbook\n{_FILLER}\n* Handbook\n{_FILLER}\n"
                  f"** TODO Leave :a:b:\n{_FILLER}\n** Pay\n{_FILLER}")),
        ("a.adoc", f"= Handbook\n{_FILLER}\n== Leave\n{_FILLER}\n== Pay\n{_FILLER}"),
        ("a.tex", (f"\\title{{Handbook}}\n{_FILLER}\n\\section{{Handbook}}\n{_FILLER}\n"
                  f"\\subsection*{{\\emph{{Leave}}}}\n{_FILLER}\n%\\section{{no}}\n"
                  f"\\subsection[x]{{Pay}}\n{_FILLER}")),
    ],
)  # fmt: skip
def test_headings_travel_with_their_passages(document_of, outline_of, name, text):
    document = document_of(name, text)
    headings = list(dict.fromkeys(p.heading for p in document.passages if p.heading))
    assert headings == ["Handbook", "Handbook › Leave", "Handbook › Pay"]
    assert document.title == "Handbook"
    assert outline_of(name, text).text == text
    lines = text.split("\n")
    for passage in document.passages:
        assert lines[passage.place.line - 1].strip() == passage.text.split("\n")[0].strip()


def test_tables_in_rst_are_no_headings(document_of):
    text = "=====  =====\nName   Town\n=====  =====\nAnn    Ulm\n=====  =====\n\n====\n----\n"
    assert {passage.heading for passage in document_of("a.rst", text).passages} == {""}


def test_letters_in_xml_that_others_stand_for(document_of):
    document = document_of(
        "a.xml", '<?xml version="1.0"?>\n<feed>\n<title>Gr&#xfc;&szlig;e</title>&lt;a@b.org&gt;'
    )
    assert document.title == "Grüße"
    assert document.passages[0].text.endswith("<title>Grüße</title><a@b.org>")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.org", "* x" + " " * 200_000 + "y"),
        ("a.org", "* " + ":a: " * 50_000),
        ("a.xml", "<title " * 100_000),
        ("a.tex", "\\section{" * 50_000),
        ("a.rst", "=" * 500_000),
    ],
)
def test_lines_that_are_made_to_take_long(document_of, name, text):
    # The test's own time limit is what would end it: an unlucky pattern takes minutes.
    assert document_of(name, text).passages


@pytest.mark.parametrize(
    ("name", "text", "title", "author"),
    [
        (
            "a.tex",
            r"\title{My \emph{Paper}}\author{Ada Lovelace \and Bob}",
            "My Paper",
            "Ada Lovelace, Bob",
        ),
        ("a.org", "#+TITLE: My org\n#+AUTHOR: Ada\n* Head\ntext", "My org", "Ada"),
        ("a.rst", "Title\n=====\n\n:Author: Ada\n\ntext", "Title", "Ada"),
        ("a.md", '---\ntitle: T\nauthors: ["Ada L"]\n---\ntext', "T", "Ada L"),
        (
            "a.adoc",
            "= Doc title\nAda Lovelace <a@x.org>\n\n== S\ntext",
            "Doc title",
            "Ada Lovelace",
        ),
        ("a.adoc", "= Doc title\n:toc:\n\n== S\ntext", "Doc title", ""),
    ],
)
def test_titles_and_authors(outline_of, name, text, title, author):
    outline = outline_of(name, text)
    assert (outline.title, outline.author) == (title, author)
