"""Reader of PDF files, on pdfium: page by page, with what was filled in or noted on them."""

from __future__ import annotations

import contextlib
import ctypes
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from jinasearch.core.models import Place
from jinasearch.extract.outline import Builder, cleaned
from jinasearch.extract.source import damaged, encrypted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jinasearch.extract.outline import Outline
    from jinasearch.extract.source import Source

_MOST_BYTES = 200_000
_MOST_PAGES = 2_000
"""Pages whose notes, and whose pictures, are looked at."""
_MOST_SCANS = 1_000
_FEW_STROKES = 60
"""Paths on a page from which on they may be letters."""
_FEW_LETTERS = 30
"""On a page that is covered by a picture: a number, or what a program for scans stamps on it."""
_MOST_OF_PAGE = 0.8
_MOST_OBJECTS = 2_000
_MOST_NOTES = 1_000
"""On one page."""
_STATES = frozenset({"off", "yes", "no", "on", "0", "1"})
"""What boxes to tick are called when they are ticked or not; nobody looks for it."""
_LOCKED = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
_WORD = re.compile(r"[^\W\d_]+")
_START = re.compile(r"[^\W\d_]{0,40}")
_END = re.compile(r"[^\W\d_]{0,40}\Z")
_LAST_OF_UCS2 = 0xFFFF
_DIVIDED = "\ufffe"
"""What pdfium writes for a hyphen at the end of a line, which it leaves out."""


def read_pdf(source: Source) -> Outline:
    """A PDF file.

    Raises:
        JinasearchError: FILE_ENCRYPTED, FILE_UNREADABLE.
    """
    try:
        document = pypdfium2.PdfDocument(source.data())
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in _LOCKED
        raise (encrypted if locked else damaged)(source) from error
    try:
        return _outline(source, document)
    finally:
        document.close()


def _outline(source: Source, document: pypdfium2.PdfDocument) -> Outline:
    if document.get_formtype() != pdfium.FORMTYPE_NONE:
        with contextlib.suppress(pypdfium2.PdfiumError):
            document.init_forms()
    form = document.formenv.raw if document.formenv else None
    texts: list[str] = []
    noted: list[tuple[int, str]] = []
    pictures: list[int] = []
    length = 0
    for number in range(1, len(document) + 1):
        text = lines = ""
        with _opened(document, number) as page:
            if page:
                text = _text(page)
                if number <= _MOST_PAGES:
                    lines = "\n".join(dict.fromkeys(_notes(page, form)))
                    if not lines and _is_picture(page, text):
                        pictures.append(number)
        texts.append(text)
        if lines:
            noted.append((number, lines))
        length += len(text)
        if length > source.max_characters:
            break
    builder = Builder()
    for number, text in enumerate(_joined(texts), 1):
        builder.add(text, place=Place(page=number))
    for number, lines in noted:
        builder.add(lines, place=Place(page=number))
    title = _named(document, b"Title") or _named(document, b"Subject")
    outline = builder.outline(source.kind, title, _named(document, b"Author"))
    return replace(outline, pictures=tuple(pictures[:_MOST_SCANS]))


@contextlib.contextmanager
def _opened(document: pypdfium2.PdfDocument, number: int) -> Iterator[object]:
    """A page by its number, from 1; None if it cannot be read."""
    page = pdfium.FPDF_LoadPage(document.raw, number - 1)
    try:
        yield page
    finally:
        if page:
            pdfium.FPDF_ClosePage(page)


def _text(page: object) -> str:
    """The words of a page, in their order."""
    words = pdfium.FPDFText_LoadPage(page)
    if not words:
        return ""
    try:
        count = pdfium.FPDFText_CountChars(words)
        if count <= 0:
            return ""
        length = _length(words, count)
        room = (ctypes.c_ushort * (max(length, count) + 1))()
        written = max(0, pdfium.FPDFText_GetText(words, 0, count, room) - 1)
        text = bytes(memoryview(room)[:written]).decode("utf-16-le", "replace")
        if written < length:
            text = _with_rare_signs(words, count, text)
        return text.replace("\r\n", "\n").replace("\r", "\n")
    finally:
        pdfium.FPDFText_ClosePage(words)


def _length(words: object, count: int) -> int:
    """How many characters the text of a page has; some of its `count` signs are not in it."""
    for index in range(count - 1, -1, -1):
        last = int(pdfium.FPDFText_GetTextIndexFromCharIndex(words, index))
        if last >= 0:
            return last + 1
    return 0


def _with_rare_signs(words: object, count: int, text: str) -> str:
    """`text` with the signs beyond U+FFFF, which FPDFText_GetText leaves out."""
    letters = list(text)
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(words, index)
        if code > _LAST_OF_UCS2:
            at = pdfium.FPDFText_GetTextIndexFromCharIndex(words, index)
            if at >= 0:
                letters.insert(at, chr(code))
    return "".join(letters)


def _joined(texts: list[str]) -> list[str]:
    """The texts with divided words joined: those that stand whole elsewhere, and those whose parts
    are not both words there. What is left is a compound, or begins with a capital letter."""
    if not any(_DIVIDED in text for text in texts):
        return texts
    known = {word.lower() for text in texts for word in _whole_words(text)}

    def is_one(before: str, after: str) -> bool:
        if (before + after).lower() in known:
            return True
        two = before.lower() in known and after.lower() in known
        return bool(before) and after[:1].islower() and not two

    def join(text: str) -> str:
        pieces = text.split(_DIVIDED)
        for number in range(1, len(pieces)):
            before = _END.search(pieces[number - 1][-40:])
            after = _START.match(pieces[number])
            one = before is not None and after is not None and is_one(before[0], after[0])
            pieces[number] = pieces[number] if one else f"-{pieces[number]}"
        return "".join(pieces)

    return [join(text) if _DIVIDED in text else text for text in texts]


def _whole_words(text: str) -> Iterator[str]:
    """The words that no line divides."""
    pieces = text.split(_DIVIDED)
    for number, piece in enumerate(pieces):
        words = _WORD.findall(piece)
        if number and piece[:1].isalpha():
            words = words[1:]
        if number < len(pieces) - 1 and piece[-1:].isalpha():
            words = words[:-1]
        yield from words


def _notes(page: object, form: object) -> Iterator[str]:
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


def _named(document: pypdfium2.PdfDocument, key: bytes) -> str:
    return cleaned(_string(pdfium.FPDF_GetMetaText, document.raw, key))


def _is_picture(page: object, text: str) -> bool:
    """Whether the letters of a page may be in a picture: it has none, or a scan with a stamp."""
    letters = len("".join(text.split()))
    if letters == 0:
        return _shows_something(page)
    return letters <= _FEW_LETTERS and _is_covered(page)


def _is_covered(page: object) -> bool:
    """Whether images take up the page."""
    covered = 0.0
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        part = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(part) == pdfium.FPDF_PAGEOBJ_IMAGE and (
            pdfium.FPDFPageObj_GetBounds(part, left, bottom, right, top)
        ):
            covered += (right.value - left.value) * (top.value - bottom.value)
    whole = pdfium.FPDF_GetPageWidthF(page) * pdfium.FPDF_GetPageHeightF(page)
    return bool(covered >= _MOST_OF_PAGE * whole)


def _shows_something(page: object) -> bool:
    if pdfium.FPDFPage_GetAnnotCount(page):
        return True
    strokes = 0
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        kind = pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, index))
        if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
            return True
        strokes += kind == pdfium.FPDF_PAGEOBJ_PATH
    return strokes >= _FEW_STROKES


def _string(function: Callable[..., int], *arguments: object) -> str:
    """A text from a function that says how long it is when it is given no room for it."""
    size = function(*arguments, None, 0)
    if not 2 < size <= _MOST_BYTES:
        return ""
    room = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.cast(room, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return room.raw[: size - 2].decode("utf-16-le", "replace")
