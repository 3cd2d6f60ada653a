from __future__ import annotations

_FILLER = "filler text " * 60


def test_markdown_sections_carry_their_headings_and_lines(document_of):
    document = document_of(
        "a.md",
        f"# Guide\n\n{_FILLER}\n\n## Install\n\n{_FILLER}\n\nLinux\n-----\n\n{_FILLER}\n\n"
        f"### Debian ###\n\n{_FILLER}\n",
    )
    assert document.kind == "markdown"
    assert document.title == "Guide"
    assert [(p.heading, p.place.line) for p in document.passages] == [
        ("Guide", 1),
        ("Guide › Install", 5),
        ("Guide › Linux", 9),
        ("Guide › Linux › Debian", 14),
    ]


def test_signs_that_belong_to_a_heading_stay(outline_of):
    outline = outline_of("a.md", "# C#\n\n## F# ##\t\n\n### ###\n")
    assert [section.heading for section in outline.sections][:2] == [("C#",), ("C#", "F#")]


def test_markdown_headings_in_code_blocks_are_none(outline_of):
    outline = outline_of("a.md", "# One\n\n```sh\n# no heading\nname\n====\n```\n\n## Two\n")
    assert [section.heading for section in outline.sections] == [("One",), ("One", "Two")]


def test_an_unclosed_code_block_reaches_to_the_end(outline_of):
    outline = outline_of("a.md", "# One\n\n~~~\n# no heading\n")
    assert [section.heading for section in outline.sections] == [("One",)]


def test_front_matter_gives_the_title(outline_of):
    outline = outline_of("a.md", "---\ntitle: 'My notes'\ntags: [a]\n---\nText\n")
    assert outline.title == "My notes"
    assert [section.heading for section in outline.sections] == [()]


def test_code_has_line_numbers(document_of):
    source = "\n".join(f"def function_{n}():\n    return {n}\n" for n in range(100))
    passages = document_of("a.py", source).passages
    assert passages[0].place.line == 1
    assert passages[-1].place.line_end == len(source.splitlines())


def test_a_table_repeats_its_header_as_heading(document_of):
    rows = "\n".join(f'{n},"Müller, Hans",Berlin' for n in range(200))
    document = document_of("a.csv", f"number,name,city\n{rows}\n")
    assert len(document.passages) > 2
    assert all(p.heading == "number | name | city" for p in document.passages)
    assert document.passages[0].place.row == 1
    second = document.passages[1]
    assert second.text.startswith(f"{second.place.row - 2} | Müller, Hans | Berlin")


def test_a_table_of_figures_has_no_header(document_of):
    assert document_of("a.csv", "1;2\n3;4\n").passages[0].heading == ""
    assert document_of("a.csv", "1;2\n3;4\n").passages[0].text == "1 | 2\n3 | 4"


def test_a_table_with_a_nul_or_a_huge_cell_is_read_as_text(document_of):
    huge = "x" * 200_000
    assert document_of("a.csv", f'a,b\n"{huge}",c\n', 1_000_000).passages[0].text.startswith("a")


def test_nul_and_lone_surrogates_are_removed(outline_of):
    assert outline_of("a.txt", "a\0b".encode("utf-16")).text == "ab"
    assert "\ud800" not in outline_of("b.txt", b"\xff\xfe" + b"\x00\xd8a\0").text


def test_long_texts_are_cut_off(outline_of):
    outline = outline_of("a.txt", "äöü " * 10_000, 1_000)
    assert outline.truncated
    assert outline.text.startswith("äöü äöü")
    assert not outline_of("b.txt", "short", 1_000).truncated
