"""Files that are made to be read for ever: every reader takes time in proportion to the length."""

import zipfile

import pytest

from jinasearch.core.errors import Code, JinasearchError

MUCH = 2_000_000
SPACES = " " * 200_000


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xml", "<!-- -->\n" * 60 + "<note>tea</note>"),
        ("a.txt", "<!-- -->\n" * 4_000),
        ("a.md", f"# tea{SPACES}b"),
        ("a.md", f"---\ntitle: tea{SPACES}b'c\n---\ntea"),
        ("a.md", f"---\nauthor: tea{SPACES}b]c\n---\ntea"),
        ("a.yaml", f"tea:{SPACES}a b\n"),
        ("a.yaml", f"tea{SPACES}b\n"),
        ("a.toml", f"[{SPACES}\ntea = 1\n"),
        ("a.adoc", f"= tea\nAnn{SPACES}b\n"),
        ("a.tex", "\\section[\n" * 200_000),
        ("a.tex", "\\section{ {\n" * 150_000),
        ("a.tex", "\\title[\n" * 200_000),
        ("a.html", "<p>tea</p><script>" + "<pre>" * 200_000),
        ("tea", "#!" + "env" * 600_000),
        ("a.cpp", f"int {'te~' * 200_000};"),
        ("a.cpp", f"int {'tea' * 100_000}[4] {{ return 1; }}"),
        ("a.html", "<p>tea</p>" + "<h1 " * 200_000),
        ("a.html", "<p>tea</p>" + "</pre " * 200_000),
    ],
)
def test_a_file_is_read_in_time(outline_of, name, text):
    outline_of(name, text, MUCH)


@pytest.mark.timeout(60)
def test_a_mail_that_says_all_twice_in_other_lines_is_read_in_time(outline_of):
    words = [f"word{number}" for number in range(300_000)]
    plain = "\n".join(" ".join(words[at : at + 7]) for at in range(0, len(words), 7))
    other = "<br>".join(" ".join(words[at : at + 5][::-1]) for at in range(0, len(words), 5))
    mail = (
        "From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n"
        f"\n--b\nContent-Type: text/plain\n\n{plain}\n"
        f"--b\nContent-Type: text/html\n\n{other}\n--b--\n"
    )
    assert "word299999" in outline_of("a.eml", mail, 20_000_000).text


def test_what_entities_unfold_to_is_not_read(outline_of):
    """A few hundred bytes would fill a library."""
    entities = (
        '<!ENTITY a "'
        + "tea " * 50
        + '">'
        + "".join(
            f'<!ENTITY {name} "{f"&{inner};" * 10}">'
            for inner, name in zip("abc", "bcd", strict=True)
        )
    )
    page = (
        f'<!DOCTYPE svg [{entities}]><svg xmlns="http://www.w3.org/2000/svg"><text>green</text>'
        "<text>&d;</text></svg>"
    )
    outline = outline_of("a.svg", page, MUCH)
    assert outline.text.split() == ["green"]
    assert outline.truncated


def test_an_entity_for_an_address_does_no_harm(outline_of):
    page = (
        '<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg">]>'
        '<svg xmlns="&ns;"><text>green tea</text></svg>'
    )
    outline = outline_of("a.svg", page)
    assert outline.text.split() == ["green", "tea"]
    assert not outline.truncated


def test_an_office_file_that_declares_entities_is_damaged(outline_of, tmp_path):
    path = tmp_path / "made.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "word/document.xml",
            '<!DOCTYPE d [<!ENTITY a "tea">]><w:document xmlns:w="http://schemas.openxmlformats.org/'
            'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body>'
            "</w:document>",
        )
    with pytest.raises(JinasearchError) as raised:
        outline_of("a.docx", path.read_bytes())
    assert raised.value.code == Code.FILE_UNREADABLE
