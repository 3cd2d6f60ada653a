from __future__ import annotations

import pytest

from jinasearch.core.errors import Code, JinasearchError


def _stream(data: str) -> str:
    return f"<< /Length {len(data)} >>\nstream\n{data}\nendstream"


def _pdf(
    *notes: str, fields: str = "", shown: str = "", letters: str = "", named: str = ""
) -> bytes:
    """A PDF file of one page with these annotations; `letters`: what a, b, c … stand for."""
    first = 7
    codes = "\n".join(
        f"<{97 + n:02x}> <{letter.encode('utf-16-be').hex()}>" for n, letter in enumerate(letters)
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{codes}\nendbfchar endcmap end end"
    )
    kids = " ".join(f"{first + index} 0 R" for index in range(len(notes)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {fields} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Annots [{kids}]"
            " /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        _stream(f"BT /F1 12 Tf 20 100 Td ({shown}) Tj ET"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        _stream(cmap),
        *(f"<< /Type /Annot /Rect [10 10 90 30] {note} >>" for note in notes),
        f"<< {named} >>",
    ]
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    tail = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count}"
    return (
        out
        + f"{tail} /Root 1 0 R /Info {count - 1} 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()
    )


def test_what_was_filled_in_and_noted_is_read(document_of):
    data = _pdf(
        "/Subtype /Widget /FT /Tx /T (name) /V (Erika Mustermann)",
        "/Subtype /Widget /FT /Btn /T (tick) /V /Off /AS /Off",
        "/Subtype /FreeText /Contents (Please check)",
        "/Subtype /Text /Contents (Please check)",
        "/Subtype /Link /Contents (A link's address)",
        fields="/AcroForm << /Fields [7 0 R 8 0 R] >>",
    )
    (passage,) = document_of("a.pdf", data).passages
    assert passage.text == "Erika Mustermann\nPlease check"
    assert passage.place.page == 1


def test_a_page_without_notes_adds_nothing(document_of):
    assert document_of("a.pdf", _pdf()).passages == ()


def test_words_that_run_to_the_left_keep_their_order(document_of):
    # Drawn from the left: the last word first, and each word from its end.
    data = _pdf(shown="ihg fed cba", letters="אבגדהוזחט")
    (passage,) = document_of("a.pdf", data).passages
    assert passage.text == "אבג דהו זחט"


def test_words_that_run_to_the_right_stay_as_they_were(document_of):
    (passage,) = document_of("a.pdf", _pdf(shown="abc def", letters="xyzuvw")).passages
    assert passage.text == "xyz uvw"


def test_a_word_that_a_line_divides_is_whole_and_a_compound_stays_one(document_of):
    lines = ("its docu-", "ments are well-", "known, so Tele-", "X is well or known")
    shown = ") Tj 0 -14 Td (".join(lines)
    (passage,) = document_of("a.pdf", _pdf(shown=shown)).passages
    assert passage.text == "its documents are well-known, so Tele-X is well or known"


def test_signs_beyond_the_first_plane_are_read_where_they_stand(document_of):
    by_code = _pdf(shown="abc dcb", letters="東𠮷家𝑥")
    names = b"/Encoding << /Differences [97 /u6771 /u20BB7 /u5BB6 /u1D465] >>"
    by_name = by_code.replace(b"/ToUnicode 6 0 R", names)
    for data in (by_code, by_name):
        (passage,) = document_of("a.pdf", data).passages
        assert passage.text == "東𠮷家 𝑥家𠮷"


@pytest.mark.parametrize(
    ("text", "side", "pages"),
    [
        ("", 100, (1,)),
        ("Scanned with CamScanner", 190, (1,)),
        ("Scanned with CamScanner", 100, ()),
        ("As many words as nobody stamps on a page", 200, ()),
    ],
)
def test_a_page_that_a_picture_covers_is_a_scan_though_it_has_a_stamp(
    outline_of, text, side, pages
):
    image = f"q {side} 0 0 {side} 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"
    data = _pdf(shown=f"{text}) Tj ET {image} BT (")
    outline = outline_of("a.pdf", data)
    assert outline.pictures == pages
    assert outline.text.strip() == text


def test_names_that_are_no_valid_text_lose_no_file(document_of):
    data = _pdf(shown="abc", letters="abc", named="/Title <feffd8000041> /Author <feff0042dc00>")
    document = document_of("a.pdf", data)
    assert (document.title, document.author) == ("�A", "B�")
    assert [passage.text for passage in document.passages] == ["abc"]


def test_the_subject_stands_in_for_a_title(document_of):
    document = document_of("a.pdf", _pdf(named="/Subject (Grüße) /Author (Ada)"))
    assert (document.title, document.author) == ("Grüße", "Ada")


def test_what_is_no_pdf_file_is_told(document_of):
    with pytest.raises(JinasearchError) as caught:
        document_of("a.pdf", b"%PDF-1.7\nnothing more")
    assert caught.value.code == Code.FILE_UNREADABLE
