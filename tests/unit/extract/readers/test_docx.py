from __future__ import annotations

import io
import zipfile

import pytest

from jinasearch.core.errors import JinasearchError

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = f'xmlns:w="{_W}" xmlns:mc="{_MC}" xmlns:r="{_OFFICE}"'


def _p(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.fixture
def read(document_of):
    """Reads a body as a document; further parts by name (`header1` and the like)."""

    def from_body(body: str, **parts: str):
        relations = "".join(
            f'<Relationship Id="{name}" Target="{name}.xml" Type="{_OFFICE}/{name.rstrip("1")}"/>'
            for name in parts
        )
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(
                "word/document.xml", f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>"
            )
            archive.writestr("word/_rels/document.xml.rels", f"<a>{relations}</a>")
            for name, content in parts.items():
                archive.writestr(f"word/{name}.xml", f"<w:x {_NAMES}>{content}</w:x>")
        return document_of("a", out.getvalue())

    return from_body


def _text(document) -> str:
    return "\n".join(passage.text for passage in document.passages)


_BOX = f"<w:txbxContent>{_p('In a box')}</w:txbxContent>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (_p("a &lt; b --&gt; c"), "a < b --> c"),
        ("<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>", "a\tb\nc"),
        ("<w:p><w:r><w:t>a</w:t><w:noBreakHyphen/><w:sym w:char='F0E0'/></w:r></w:p>", "a-"),
        ("<w:p><w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p>", "link"),
        ("<w:p><w:fldSimple><w:r><w:t>field</w:t></w:r></w:fldSimple></w:p>", "field"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{_p('control')}</w:sdtContent></w:sdt>", "control"),
        (("<w:p><w:del><w:r><w:delText>x</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r>"
         "</w:ins></w:p>"), "new"),
        ("<w:p><w:r><w:instrText>HYPERLINK</w:instrText><w:t>shown</w:t></w:r></w:p>", "shown"),
        (("<w:p><w:r><w:ruby><w:rt><w:r><w:t>aloud</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>base"
         "</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"), "base"),
        ((f"<w:p><w:r><w:t>Before</w:t><mc:AlternateContent><mc:Choice>{_BOX}</mc:Choice>"
         f"<mc:Fallback>{_BOX}</mc:Fallback></mc:AlternateContent><w:t> after</w:t></w:r></w:p>"),
         "Before after\nIn a box"),
        ((f"<w:tbl><w:tr><w:tc>{_p('A')}{_p('B')}</w:tc><w:sdt><w:sdtContent><w:tc>{_p('C')}</w:tc>"
         f"</w:sdtContent></w:sdt></w:tr></w:tbl>{_p('D')}"), "A B | C |\nD"),
    ],
)  # fmt: skip
def test_whatever_holds_text_is_read(read, body, text):
    assert _text(read(body)) == text


def test_headings_by_style_travel_with_their_passages(read):
    styles = (
        '<w:style w:styleId="Ü1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="Lvl"/></w:style>'
        '<w:style w:styleId="Lvl"><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    )
    filler = _p("word " * 80)
    document = read(
        _p("Handbook", "Ü1") + filler + _p("Leave", "Own") + filler + _p("Pay", "Lvl") + filler,
        styles=styles,
    )
    assert [p.heading for p in document.passages] == [
        "Handbook",
        "Handbook › Leave",
        "Handbook › Pay",
    ]
    assert document.title == "Handbook"


def test_notes_remarks_headers_and_footers(read):
    body = (
        '<w:p><w:r><w:t>Body</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
        '<w:p><w:r><w:t>More</w:t><w:commentReference w:id="0"/></w:r></w:p>'
    )
    document = read(
        body,
        footnotes=f'<w:footnote w:id="2">{_p("Foot")}</w:footnote>',
        comments=f'<w:comment w:id="0">{_p("Remark")}</w:comment>',
        header=_p("Top"),
        header1=_p("Top"),
        footer=_p("Bottom"),
    )
    assert _text(document) == "Body\nFoot\nMore\nRemark\nTop\nBottom"


def test_a_long_table_takes_its_header_along(read):
    rows = "".join(
        f"<w:tr><w:tc>{_p(one)}</w:tc><w:tc>{_p(two)}</w:tc></w:tr>"
        for one, two in [("Name", "Town"), *((f"Person {n}", f"Town {n}") for n in range(100))]
    )
    document = read(_p("Before") + f"<w:tbl>{rows}</w:tbl>" + _p("After"))
    headings = [passage.heading for passage in document.passages]
    assert headings[0] == headings[-1] == ""
    assert set(headings[1:-1]) == {"Name | Town"}


def test_nesting_beyond_all_measure_is_an_error_and_no_crash(read):
    depth = 3_000
    body = "<w:tbl><w:tr><w:tc>" * depth + _p("deep") + "</w:tc></w:tr></w:tbl>" * depth
    with pytest.raises((RecursionError, JinasearchError)):
        read(body)
