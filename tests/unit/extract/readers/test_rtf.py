from __future__ import annotations

import pytest


def _rtf(body: str, head: str = "") -> bytes:
    return (r"{\rtf1\ansi\ansicpg1252\deff0" + head + body + "}").encode("latin-1")


def _text(document) -> str:
    return "\n".join(passage.text for passage in document.passages)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"One\par Two\line Three\tab four\par", "One\nTwo\nThree\tfour"),
        (r"non\~breaking non\_breaking", "non breaking non-breaking"),
        (r"Gr\'fc\'dfe \'84so\'93", "Grüße „so“"),
        (r"\u26580\'96\u36947?", "柔道"),
        (r"\uc0\u26580\u36947", "柔道"),
        (r"\u-10188?\u-8398? clef", "\U0001d332 clef"),
        (r"a \{brace\} and \\", "a {brace} and \\"),
        (r"a{\*\unknown secret}b{\pict\pngblip 8950}c", "abc"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt shown}}", "shown"),
        ("split\r\n word", "split word"),
        (r"a{\pict\bin3 }}{\par}b\par", "ab"),
    ],
)
def test_signs(document_of, body, text):
    assert _text(document_of("a.rtf", _rtf(body))) == text


@pytest.mark.parametrize(
    ("charset", "encoding", "text"),
    [
        (204, "cp1251", "Съешь же ещё"),
        (238, "cp1250", "zażółć gęślą jaźń"),
        (128, "cp932", "淡々と最期ソ"),
        (134, "gb18030", "印刷情况反映"),
        (129, "cp949", "우리는"),
        (136, "big5", "許功蓋"),
    ],
)
def test_each_font_has_its_encoding(document_of, charset, encoding, text):
    signs = "".join(rf"\'{byte:02x}" for byte in text.encode(encoding))
    fonts = rf"{{\fonttbl{{\f0 Arial;}}{{\f3\fcharset{charset} Other;}}}}"
    assert _text(document_of("a.rtf", _rtf(rf"\'e9{{\f3 {signs}}}\'e9", fonts))) == f"é{text}é"


def test_the_encoding_of_the_whole(document_of):
    data = rb"{\rtf1\ansi\ansicpg1251 \'f2\'e5\'f1\'f2}"
    assert _text(document_of("a.rtf", data)) == "тест"


def test_headings_by_style_and_by_level(document_of):
    styles = r"{\stylesheet{\s0 Normal;}{\s1\b heading 1;}{\s2\outlinelevel1 Unterkapitel;}}"
    filler = "word " * 80
    body = (
        rf"\pard\s1 Handbook\par\pard\s0 {filler}\par\pard\s2 Leave\par\pard {filler}\par"
        rf"\pard\outlinelevel1 Pay\par\pard {filler}\par"
    )
    document = document_of("a.rtf", _rtf(body, styles))
    assert [passage.heading for passage in document.passages] == [
        "Handbook",
        "Handbook › Leave",
        "Handbook › Pay",
    ]


def test_rows_of_a_table_are_lines(document_of):
    body = (
        r"Before\par\trowd\pard\intbl first\par line\cell 2\cell\row"
        r"\trowd\pard\intbl 3\cell 4\cell\row\pard After\par"
    )
    assert _text(document_of("a.rtf", _rtf(body))) == "Before\nfirst line | 2 |\n3 | 4 |\nAfter"


def test_a_long_table_takes_its_header_along(document_of):
    rows = r"\intbl Name\cell City\cell\row" + "".join(
        rf"\intbl Person {n}\cell Town {n}\cell\row" for n in range(120)
    )
    document = document_of("a.rtf", _rtf(rows))
    assert len(document.passages) > 1
    assert {passage.heading for passage in document.passages} == {"Name | City"}


def test_title_author_footnote_and_header(document_of):
    info = r"{\info{\title Pl\'e4ne}{\author Ann}{\company No}}{\header Top\par}"
    document = document_of("a.rtf", _rtf(r"Text{\footnote Aside}\par More\par", info))
    assert (document.title, document.author) == ("Pläne", "Ann")
    assert _text(document) == "Top\nText\nAside\nMore"


def test_a_mail_of_html_within_rtf_is_read_once(document_of):
    body = r"{\*\htmltag <b>}\htmlrtf {\b \htmlrtf0 Hello\htmlrtf }\htmlrtf0 {\*\htmltag </b>} you"
    assert _text(document_of("a.rtf", _rtf(body, r"\fromhtml1"))) == "Hello you"


@pytest.mark.parametrize("data", [rb"{\rtf1 abc\\", rb"{\rtf1" + b"{" * 9000, rb"{\rtf1 a}}}b\u"])
def test_broken_files_are_read_as_far_as_they_go(document_of, data):
    assert document_of("a.rtf", data).kind == "rtf"
