from __future__ import annotations

import io
import zipfile

from jinasearch.extract.readers.slides import slide_titles
from jinasearch.extract.source import Part

_SHOW = """<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst>
<p:sldId id="256" r:id="rId9"/><p:sldId id="257" r:id="rId8"/></p:sldIdLst></p:presentation>"""
_RELATIONS = """<Relationships><Relationship Id="rId8" Target="slides/slide1.xml" Type="x/slide"/>
<Relationship Id="rId9" Target="/ppt/slides/slide2.xml" Type="x/slide"/></Relationships>"""
_WITH = """<p:sld xmlns:p="p" xmlns:a="a"><p:sp><p:nvPr/><a:t>a box</a:t></p:sp>
<p:sp><p:nvPr><p:ph type="ctrTitle"/></p:nvPr><a:t>Ending</a:t><a:t>a lease</a:t></p:sp></p:sld>"""
_WITHOUT = """<p:sld xmlns:p="p" xmlns:a="a"><p:sp><a:t>only a box</a:t></p:sp></p:sld>"""


def test_titles_come_in_the_order_of_the_show():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("ppt/presentation.xml", _SHOW)
        archive.writestr("ppt/_rels/presentation.xml.rels", _RELATIONS)
        archive.writestr("ppt/slides/slide1.xml", _WITHOUT)
        archive.writestr("ppt/slides/slide2.xml", _WITH)
    part = Part("a.pptx", out.getvalue(), 1000)
    part.kind = "pptx"
    assert slide_titles(part) == ["Ending a lease", ""]


def test_what_is_no_presentation_has_none():
    part = Part("a.pptx", b"PK\x03\x04 broken", 1000)
    part.kind = "pptx"
    assert slide_titles(part) == []
