"""Pages of PDF files and pictures, drawn by this process as PNG: nobody else opens the file."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageOps

from jinasearch.core.preview import Box, Form, Preview
from jinasearch.extract.preview import locate
from jinasearch.extract.source import damaged, encrypted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jinasearch.core.models import Mark
    from jinasearch.core.preview import View
    from jinasearch.extract.source import Source

_MOST_PIXELS = 2_200_000
_MOST_POINTS = 14_400
"""The longest side of a page in PDF's own limits."""
_LARGEST_PICTURE = 120_000_000
"""Pixels of a picture that is unpacked at all."""
_LARGEST_SCALE = 6.0
_MOST_CHARACTERS = 40_000
_MOST_BOXES = 600
_MOST_SEARCHED = 300
"""Pages that a passage is looked for on."""
_PASSWORD = 4  # FPDF_ERR_PASSWORD


def show_pdf(source: Source, view: View) -> Preview:
    """A page, with the boxes of the passage and of the words on it."""
    try:
        document = pypdfium2.PdfDocument(source.data())
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _PASSWORD
        raise (encrypted(source) if locked else damaged(source)) from error
    try:
        if document.get_formtype() != pdfium.FORMTYPE_NONE:
            document.init_forms()
        pages = len(document)
        if not pages:
            raise damaged(source)
        number = view.page or view.place.page or _page_with(document, view.passage)
        number = max(1, min(number, pages))
        return _page(document[number - 1], view, number, pages)
    except pypdfium2.PdfiumError as error:
        raise damaged(source) from error
    finally:
        document.close()


def _page_with(document: pypdfium2.PdfDocument, passage: str) -> int:
    """The page with most of a passage: of files within files it is not known."""
    best, most = 1, 0
    for number in range(min(len(document), _MOST_SEARCHED) if passage else 0):
        marks = locate.find(passage, _text(document[number].get_textpage()))
        found = sum(mark.end - mark.start for mark in marks)
        if found > most:
            best, most = number + 1, found
    return best


def show_picture(source: Source, view: View) -> Preview | None:
    """A picture, turned upright and made small; None if the file is no picture that is known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd headers; what matters is raised
        try:
            with source.open() as stream, Image.open(stream) as image:
                if image.width * image.height > _LARGEST_PICTURE:
                    raise damaged(source)
                image.draft("RGB", (2 * view.pixels, 2 * view.pixels))
                small = ImageOps.exif_transpose(image)
                small = small.convert("RGBA" if _is_clear(small) else "RGB")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None
    height = min(3 * view.pixels, max(1, _MOST_PIXELS // max(1, view.pixels)))
    small.thumbnail((view.pixels, height))
    return Preview(Form.PICTURE, picture=_png(small))


def _is_clear(image: Image.Image) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


def _page(page: pypdfium2.PdfPage, view: View, number: int, pages: int) -> Preview:
    width, height = page.get_size()
    width, height = min(max(width, 1.0), _MOST_POINTS), min(max(height, 1.0), _MOST_POINTS)
    scale = min(view.pixels / width, (_MOST_PIXELS / (width * height)) ** 0.5, _LARGEST_SCALE)
    picture = _png(page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB"))
    textpage = page.get_textpage()
    text = _text(textpage)
    passage = locate.find(view.passage, text)
    words = locate.words(view.words, text)
    return Preview(
        Form.PICTURE,
        text=text,
        passage=passage,
        words=words,
        picture=picture,
        passage_boxes=_boxes(page, textpage, passage),
        word_boxes=_boxes(page, textpage, words),
        page=number,
        pages=pages,
    )


def _text(textpage: pypdfium2.PdfTextPage) -> str:
    """One character for each of pdfium's, so that offsets are its own."""
    count = min(max(0, textpage.count_chars()), _MOST_CHARACTERS)
    codes = (pdfium.FPDFText_GetUnicode(textpage, index) for index in range(count))
    return "".join(_character(code) for code in codes)


def _character(code: int) -> str:
    storable = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if storable else "\N{REPLACEMENT CHARACTER}"


def _boxes(
    page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, marks: Sequence[Mark]
) -> tuple[Box, ...]:
    found: list[Box] = []
    for mark in marks:
        for index in range(textpage.count_rects(mark.start, mark.end - mark.start)):
            box = _box(page, textpage.get_rect(index))
            if box is not None:
                found.append(box)
            if len(found) >= _MOST_BOXES:
                return tuple(found)
    return tuple(found)


def _box(page: pypdfium2.PdfPage, rect: Iterable[float]) -> Box | None:
    """A rectangle of the page's own space as it lies on the picture, turned and cropped."""
    left, bottom, right, top = rect
    whole = 100_000
    corners = []
    for x, y in ((left, top), (right, bottom)):
        across, down = pdfium.c_int(), pdfium.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, whole, whole, 0, x, y, across, down)
        corners.append((across.value / whole, down.value / whole))
    (x1, y1), (x2, y2) = corners
    x1, x2 = sorted((min(max(x1, 0.0), 1.0), min(max(x2, 0.0), 1.0)))
    y1, y2 = sorted((min(max(y1, 0.0), 1.0), min(max(y2, 0.0), 1.0)))
    return Box(x1, y1, x2 - x1, y2 - y1) if x2 > x1 and y2 > y1 else None


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
