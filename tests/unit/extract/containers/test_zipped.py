from __future__ import annotations

import io
import zipfile

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.extract.containers import zipped

_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/a%20b.opf"/></rootfiles></container>'
)
_PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>ספר</dc:title><dc:creator>Ann</dc:creator></metadata>
<manifest><item id="two" href="t/two.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/>
<item id="css" href="x.css" media-type="text/css"/></manifest>
<spine><itemref idref="one"/><itemref idref="gone"/><itemref idref="two"/><itemref idref="css"/>
</spine></package>"""
_FILLER = "מותר להעתיק ספר זה. " * 30


def _zip(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def _book() -> dict[str, str]:
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": _CONTAINER,
        "OEBPS/a b.opf": _PACKAGE,
        "OEBPS/one.xhtml": f"<html><head><title>T</title></head><body>{_FILLER}</body></html>",
        "OEBPS/t/two.xhtml": f"<html><body><h1>Two</h1><p>{_FILLER}</p></body></html>",
    }


def test_a_book_is_read_chapter_by_chapter(document_of):
    document = document_of("a.epub", _zip(_book()))
    assert (document.title, document.author) == ("ספר", "Ann")
    assert [passage.heading for passage in document.passages] == ["T", "Two"]


def test_a_presentation_is_read_slide_by_slide(document_of):
    content = (
        '<o xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        "<draw:page><text:p>First <text:span>slide</text:span><text:s/>here</text:p></draw:page>"
        "<draw:page><text:p>Second</text:p><text:p>line</text:p></draw:page></o>"
    )
    mimetype = "application/vnd.oasis.opendocument.presentation"
    files = {"mimetype": mimetype, "content.xml": content}
    passages = document_of("a.odp", _zip(files)).passages
    assert [(p.place.slide, p.heading, p.text) for p in passages] == [
        (1, "First slide here", "First slide here"),
        (2, "Second", "Second\nline"),
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"META-INF/container.xml": "<broken"}, Code.FILE_UNREADABLE),
        ({"META-INF/container.xml": "<a/>"}, Code.FILE_UNREADABLE),
        ({"OEBPS/a b.opf": '<!DOCTYPE a [<!ENTITY b "c">]><a>&d;</a>'}, Code.FILE_UNREADABLE),
    ],
)
def test_broken_books(document_of, change, code):
    with pytest.raises(JinasearchError) as caught:
        document_of("a.epub", _zip({**_book(), **change}))
    assert caught.value.code == code


def test_an_archive_that_unpacks_to_too_much_is_refused(document_of, monkeypatch):
    monkeypatch.setattr(zipped, "_UNPACKED", 3_000)
    with pytest.raises(JinasearchError) as caught:
        document_of("a.epub", _zip({**_book(), "META-INF/container.xml": " " * 1_000_000}))
    assert caught.value.code == Code.FILE_UNREADABLE


def test_an_archive_cut_short_is_damaged(document_of):
    with pytest.raises(JinasearchError) as caught:
        document_of("a.epub", _zip(_book())[:-30])
    assert caught.value.code == Code.FILE_UNREADABLE


def test_a_locked_document_is_said_to_be(document_of):
    mimetype = "application/vnd.oasis.opendocument.text"
    manifest = "<manifest:encryption-data xmlns:manifest='m'/>"
    files = {"mimetype": mimetype, "META-INF/manifest.xml": manifest, "content.xml": "\x01junk"}
    with pytest.raises(JinasearchError) as caught:
        document_of("a.odt", _zip(files))
    assert caught.value.code == Code.FILE_ENCRYPTED
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)
    with pytest.raises(JinasearchError) as caught:
        document_of("a.docx", container)
    assert caught.value.code == Code.FILE_ENCRYPTED
