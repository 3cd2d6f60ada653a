"""What kreuzberg (4.10) lacks in PDF files, from pdfium itself.

That is what was filled in or noted on the pages, and the order of words in scripts that run from
right to left, which it turns round.
"""

from __future__ import annotations

import ctypes
import itertools
import re
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_MOST_BYTES = 200_000
_MOST_PAGES = 2_000
_MOST_SCANS = 1_000
_FEW_STROKES = 60
"""Paths on a page from which on they may be letters."""
_MOST_NOTES = 1_000
"""On one page."""
_WORD = re.compile(r"[^\W\d_]+")
_RUNS_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+")
_STATES = frozenset({"off", "yes", "no", "on", "0", "1"})
"""What boxes to tick are called when they are ticked or not; nobody looks for it."""


def notes(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Page number (from 1) and lines of the pages that have any; nothing of a damaged file."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return
    try:
        if document.get_formtype() != pdfium.FORMTYPE_NONE:
            document.init_forms()
        form = document.formenv.raw if document.formenv else None
        for number in range(min(len(document), _MOST_PAGES)):
            lines = list(dict.fromkeys(_on_page(document, number, form)))
            if lines:
                yield number + 1, lines
    except pypdfium2.PdfiumError:
        return
    finally:
        document.close()


def runs_left(text: str) -> bool:
    """Whether most words of a text run from right to left."""
    return len(_RUNS_LEFT.findall(text)) * 2 > len(_WORD.findall(text))


def texts(data: bytes, numbers: Collection[int]) -> dict[int, str]:
    """The texts of some pages (from 1), each word in its place, as far as they can be read."""
    found: dict[int, str] = {}
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return found
    try:
        for number in numbers:
            page = document[number - 1]
            found[number] = page.get_textpage().get_text_range().replace("\r\n", "\n")
    except (pypdfium2.PdfiumError, IndexError):
        return found
    finally:
        document.close()
    return found


def pages_without_text(data: bytes, with_text: Collection[int]) -> tuple[int, ...]:
    """The pages (from 1) of a PDF file that show something, and have no text."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return ()
    try:
        numbers = range(1, min(len(document), _MOST_PAGES) + 1)
        bare = (number for number in numbers if number not in with_text)
        found = (number for number in bare if _shows_something(document, number))
        return tuple(itertools.islice(found, _MOST_SCANS))
    finally:
        document.close()


def _on_page(document: pypdfium2.PdfDocument, number: int, form: object) -> Iterator[str]:
    page = pdfium.FPDF_LoadPage(document.raw, number)
    if not page:
        return
    try:
        for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_NOTES)):
            note = pdfium.FPDFPage_GetAnnot(page, index)
            if not note:
                continue
            kind = pdfium.FPDFAnnot_GetSubtype(note)
            if kind == pdfium.FPDF_ANNOT_WIDGET:
                text = _string(pdfium.FPDFAnnot_GetFormFieldValue, form, note) if form else ""
            elif kind == pdfium.FPDF_ANNOT_LINK:
                text = ""
            else:
                text = _string(pdfium.FPDFAnnot_GetStringValue, note, b"Contents")
            pdfium.FPDFPage_CloseAnnot(note)
            text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
            if text and text.lower() not in _STATES:
                yield text
    finally:
        pdfium.FPDF_ClosePage(page)


def _shows_something(document: pypdfium2.PdfDocument, number: int) -> bool:
    page = pdfium.FPDF_LoadPage(document.raw, number - 1)
    if not page:
        return False
    try:
        if pdfium.FPDFPage_GetAnnotCount(page):
            return True
        strokes = 0
        for index in range(min(pdfium.FPDFPage_CountObjects(page), 2_000)):
            kind = pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, index))
            if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
                return True
            strokes += kind == pdfium.FPDF_PAGEOBJ_PATH
        return strokes >= _FEW_STROKES
    finally:
        pdfium.FPDF_ClosePage(page)


def _string(function: Callable[..., int], *arguments: object) -> str:
    """A text from a function that says how long it is when it is given no room for it."""
    size = function(*arguments, None, 0)
    if not 2 < size <= _MOST_BYTES:
        return ""
    room = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.cast(room, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return room.raw[: size - 2].decode("utf-16-le", "replace")
