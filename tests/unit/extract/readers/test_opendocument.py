from __future__ import annotations

import io
import zipfile

import pytest

_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        ("style", "style"), ("presentation", "presentation"),
    )
)  # fmt: skip


@pytest.fixture
def read(document_of):
    """Reads the given body as a text, spreadsheet or presentation."""

    def from_body(body: str, kind: str = "text", styles: str = ""):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
            archive.writestr(
                "content.xml",
                f"<office:document-content {_NAMES}><office:body><office:{kind}>{body}"
                f"</office:{kind}></office:body></office:document-content>",
            )
            if styles:
                archive.writestr(
                    "styles.xml", f"<office:document {_NAMES}>{styles}</office:document>"
                )
        return document_of("a", out.getvalue())

    return from_body


def _text(document) -> str:
    return "\n".join(passage.text for passage in document.passages)


def test_headings_travel_with_their_passages(read):
    filler = "word " * 100
    document = read(
        f'<text:h text:outline-level="1">Handbook</text:h><text:p>{filler}</text:p>'
        f'<text:h text:outline-level="2">Leave</text:h><text:p>{filler}</text:p>'
    )
    assert [p.heading for p in document.passages] == ["Handbook", "Handbook › Leave"]
    assert document.title == "Handbook"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<text:p>a<text:s/>b<text:tab/>c<text:line-break/>d <text:span>e</text:span>f</text:p>",
         "a b\tc\nd ef"),
        (("<text:list><text:list-item><text:p>One</text:p><text:list><text:list-item>"
         "<text:p>Two</text:p></text:list-item></text:list></text:list-item></text:list>"),
         "One\nTwo"),
        (("<text:p>Before<draw:frame><draw:text-box><text:p>Inside</text:p></draw:text-box>"
         "</draw:frame>after</text:p>"), "Beforeafter\nInside"),
        (("<text:p>Body<text:note><text:note-citation>1</text:note-citation><text:note-body>"
         "<text:p>Foot</text:p></text:note-body></text:note> on</text:p>"), "Body on\nFoot"),
        ("<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:p>here</text:p>",
         "here"),
        ("<text:section><text:p>In a section</text:p></text:section>", "In a section"),
        (("<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>A"
         "</text:p></table:table-cell></table:table-row></table:table-header-rows>"
         "<table:table-row><table:table-cell><text:list><text:list-item><text:p>B</text:p>"
         "</text:list-item></text:list></table:table-cell><table:table-cell><text:p>C</text:p>"
         "<text:p>D</text:p></table:table-cell></table:table-row></table:table>"),
         "A |\nB | C D |"),
    ],
)  # fmt: skip
def test_whatever_holds_text_is_read(read, body, text):
    assert _text(read(body)) == text


def test_headers_and_footers_are_read(read):
    styles = (
        "<style:master-page><style:header><text:p>Top</text:p></style:header></style:master-page>"
    )
    assert _text(read("<text:p>Body</text:p>", styles=styles)) == "Body\nTop"


def _row(*cells: str, repeated: int = 1) -> str:
    inner = "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in cells)
    return f'<table:table-row table:number-rows-repeated="{repeated}">{inner}</table:table-row>'


def test_rows_of_a_sheet_have_number_and_header(read):
    rows = _row("", repeated=2) + _row("Name", "Town")
    rows += "".join(_row(f"Person {n}", f"Town {n}") for n in range(100))
    document = read(f'<table:table table:name="People">{rows}</table:table>', "spreadsheet")
    assert len(document.passages) > 1
    assert {p.heading for p in document.passages} == {"People › Name | Town"}
    assert {p.place.sheet for p in document.passages} == {"People"}
    for passage in document.passages:
        first = passage.text.split("\n")[0]
        wanted = 3 if first == "Name | Town" else int(first.split()[1]) + 4
        assert passage.place.row == wanted


def test_repeated_cells_cost_nothing(read):
    endless = '<table:table-cell table:number-columns-repeated="1000000000"/>'
    text = (
        '<table:table-cell table:number-columns-repeated="1000000000"><text:p>x</text:p>'
        "</table:table-cell>"
    )
    rows = "".join(
        f'<table:table-row table:number-rows-repeated="1000000000">{cells}</table:table-row>'
        for cells in (endless, text, endless + text)
    )
    document = read(f'<table:table table:name="T">{rows}</table:table>' * 20, "spreadsheet")
    assert len(_text(document)) < 3_000


def test_a_sheet_ends_at_the_limit(outline_of):
    out = io.BytesIO()
    rows = _row("some text") * 5_000
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml", f"<a {_NAMES}><table:table>{rows}</table:table></a>".encode()
        )
    outline = outline_of("a.ods", out.getvalue(), 1_000)
    assert outline.truncated
    assert len(outline.text) < 2_000


def test_a_slide_is_headed_by_its_title(read):
    document = read(
        "<draw:page><draw:frame><draw:text-box><text:p>Body</text:p></draw:text-box></draw:frame>"
        '<draw:frame presentation:class="title"><draw:text-box><text:p>Title</text:p>'
        "</draw:text-box></draw:frame></draw:page>",
        "presentation",
    )
    (passage,) = document.passages
    assert (passage.heading, passage.place.slide) == ("Title", 1)
    assert passage.text == "Body\nTitle"
