from __future__ import annotations

import io
import zipfile

import pytest

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRINGS = ("Name", "Town", "plain")


def _book(sheets: dict[str, str], **changes: str | None) -> bytes:
    """A workbook; the parts in `changes` (`__` for `/`) are exchanged, or left out if None."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1)
    )
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    strings = "".join(f"<si><t>{text}</t></si>" for text in _STRINGS)
    files: dict[str, str | None] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f"<Relationships {_RELATIONS}><Relationship Id='a' Target='xl/workbook.xml'"
        f" Type='{_OFFICE}/officeDocument'/></Relationships>",
        "xl/workbook.xml": f"<workbook {_MAIN} xmlns:r='{_OFFICE}'><sheets>{listed}</sheets>"
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships {_RELATIONS}>{targets}</Relationships>",
        "xl/sharedStrings.xml": f"<sst {_MAIN}>{strings}<si><r><t>ri</t></r><r><t>ch</t></r>"
        "<rPh><t>aloud</t></rPh></si></sst>",
        "xl/styles.xml": f"<styleSheet {_MAIN}><numFmts><numFmt numFmtId='170'"
        " formatCode='[$-407]d/m/yyyy;@'/><numFmt numFmtId='171' formatCode='0.0\" days\"'/>"
        "</numFmts><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='170'/>"
        "<xf numFmtId='171'/></cellXfs></styleSheet>",
    }
    for n, rows in enumerate(sheets.values(), 1):
        files[f"xl/worksheets/sheet{n}.xml"] = (
            f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>"
        )
    files.update({name.replace("__", "/") + ".xml": text for name, text in changes.items()})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            if text is not None:
                archive.writestr(name, text)
    return out.getvalue()


def _text(document) -> str:
    return "\n".join(passage.text for passage in document.passages)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c t='s'><v>2</v></c>", "plain"),
        ("<c t='s'><v>3</v></c>", "rich"),
        ("<c t='s'><v>99</v></c><c><v>1</v></c>", "1"),
        ("<c t='inlineStr'><is><t>in</t></is></c>", "in"),
        ("<c t='str'><f>A1</f><v>computed</v></c>", "computed"),
        ("<c t='b'><v>1</v></c>", "TRUE"),
        ("<c t='e'><v>#REF!</v></c>", "#REF!"),
        ("<c><v>0.30000000000000004</v></c>", "0.3"),
        ("<c><v>1234567</v></c>", "1234567"),
        ("<c s='1'><v>45292</v></c>", "2024-01-01"),
        ("<c s='2'><v>45292.75</v></c>", "2024-01-01 18:00"),
        ("<c s='1'><v>0.5</v></c>", "12:00"),
        ("<c s='3'><v>45292</v></c>", "45292"),
        ("<c s='1'><v>1e300</v></c>", "1e300"),
        ("<c r='C1' t='str'><v>third</v></c>", "|  | third"),
    ],
)
def test_cells(document_of, cell, text):
    assert _text(document_of("a.xlsx", _book({"S": f"<row r='1'>{cell}</row>"}))) == text


def test_rows_have_sheet_number_and_header(document_of):
    header = "<row r='3'><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>"
    rows = "".join(
        f"<row r='{n}'><c t='str'><v>Person {n}</v></c><c><v>{n}</v></c></row>"
        for n in range(4, 200)
    )
    document = document_of("a.xlsx", _book({"One": "<row/>", "People": header + rows}))
    assert len(document.passages) > 1
    assert {p.heading for p in document.passages} == {"People › Name | Town"}
    assert {p.place.sheet for p in document.passages} == {"People"}
    assert [p.place.row for p in document.passages[1:]] == [
        int(p.text.split()[1]) for p in document.passages[1:]
    ]


def test_distant_cells_cost_nothing(document_of):
    rows = (
        "<row r='1'><c r='A1' t='str'><v>near</v></c><c r='XFD1' t='str'><v>far</v></c></row>"
        "<row r='1048576'><c r='A1048576' t='str'><v>deep</v></c></row>"
    )
    passages = document_of("a.xlsx", _book({"S": rows})).passages
    assert [(p.text, p.place.row) for p in passages] == [("near\n\ndeep", 1)]


def test_a_workbook_without_relations_is_read_all_the_same(document_of):
    rows = "<row><c t='s'><v>2</v></c></row>"
    data = _book({"S": rows}, **{"xl___rels__workbook.xml.rels": None})
    assert _text(document_of("a.xlsx", data)) == "plain"


def test_a_sheet_cut_short_is_read_as_far_as_it_goes(document_of):
    sheet = f"<worksheet {_MAIN}><sheetData><row><c t='s'><v>2</v></c></row><row>"
    document = document_of("a.xlsx", _book({"S": ""}, xl__worksheets__sheet1=sheet))
    assert _text(document) == "plain"
    assert document.truncated


def test_text_boxes_and_remarks(document_of):
    drawing = "<x xmlns:a='u'><a:p><a:r><a:t>In a </a:t></a:r><a:r><a:t>box</a:t></a:r></a:p></x>"
    remarks = f"<comments {_MAIN}><comment><text><r><t>A remark</t></r></text></comment></comments>"
    data = _book({"S": ""}, xl__drawings__drawing1=drawing, xl__comments1=remarks)
    assert _text(document_of("a.xlsx", data)) == "In a box\n\nA remark"


def test_a_sheet_ends_at_the_limit(outline_of):
    rows = "<row><c t='s'><v>2</v></c></row>" * 5_000
    outline = outline_of("a.xlsx", _book({"S": rows}), 1_000)
    assert outline.truncated
    assert len(outline.text) < 2_000


@pytest.mark.parametrize("stated", ["0", "-3", "x", "9" * 5000, "٣"])
def test_rows_begin_at_one_whatever_a_file_says(document_of, stated):
    rows = f"<row r='{stated}'><c t='str'><v>a</v></c></row>"
    document = document_of("a.xlsx", _book({"S": rows}))
    assert [passage.place.row for passage in document.passages] == [1]
