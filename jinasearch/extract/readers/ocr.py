"""Letters in pictures: photographs, and pages of PDF files that were scanned.

rapidocr (extra `ocr`) on ONNX Runtime, with the models of its own wheel: Chinese, Japanese and
languages in Latin letters. Nothing is downloaded, and could not be: workers have no network.
"""

from __future__ import annotations

import functools
import re
import time
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pypdfium2
from PIL import Image, ImageOps, ImageSequence

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Place
from jinasearch.core.paths import shown
from jinasearch.extract.outline import Builder, Outline, cleaned
from jinasearch.extract.source import damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.extract.source import Source

_LARGEST = 120_000_000
"""Pixels of a picture that is unpacked at all."""
_SIDE = 2200
"""Pixels of a longer side that are looked at: a sheet of A4 at 190 dots an inch."""
_DOTS = 190 / 72
_SMALLEST = 40
"""Pixels of a side; icons hold no text."""
_MOST_PAGES = 1_000
_SHARE = 0.8
_HYPHEN = re.compile(r"(?<=[^\W\d_])-\n(?=[a-z])")


def read_picture(source: Source) -> Outline:
    """A picture: an outline without text, whose pages are to be looked at.

    Raises:
        JinasearchError: FILE_UNREADABLE, FILE_KIND_UNKNOWN (an icon).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd headers; what matters is raised
        try:
            with source.open() as stream, Image.open(stream) as image:
                width, height = image.size
                frames = getattr(image, "n_frames", 1) if source.kind == "tiff" else 1
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise damaged(source) from error
    if width * height > _LARGEST:
        raise damaged(source)
    if min(width, height) < _SMALLEST:
        raise JinasearchError(
            Code.FILE_KIND_UNKNOWN, "The picture is too small to hold text", "", shown(source.path)
        )
    pages = tuple(range(1, min(frames, _MOST_PAGES) + 1))
    return Outline(source.kind, "", (), truncated=frames > len(pages), pictures=pages)


def recognized(source: Source, outline: Outline, seconds: float) -> Outline:
    """The outline with what stands on its pictures, in the order of pages.

    Pages for which the time is not enough are left out, and the outline is said to be truncated.
    """
    until = time.monotonic() + seconds * _SHARE
    added: list[tuple[int, str]] = []
    left = set(outline.pictures)
    pictures = _pages(source, outline) if source.kind == "pdf" else _frames(source)
    for number, picture in pictures:
        text = _text(picture)
        left.discard(number)
        if text:
            added.append((number, text))
        if time.monotonic() > until:
            break
    paged = source.kind == "pdf" or len(outline.pictures) > 1
    return replace(_merged(outline, added, paged), truncated=outline.truncated or bool(left))


def _merged(outline: Outline, added: list[tuple[int, str]], paged: bool) -> Outline:
    builder = Builder()
    pieces = [
        (outline.text[section.start : section.end], section.heading, section.place)
        for section in outline.sections
    ]
    pieces += [(text, (), Place(page=number if paged else None)) for number, text in added]
    for text, heading, place in sorted(pieces, key=lambda piece: piece[2].page or 0):
        builder.add(text, heading, place)
    return replace(
        builder.outline(outline.kind, outline.title, outline.author), truncated=outline.truncated
    )


def _pages(source: Source, outline: Outline) -> Iterator[tuple[int, Image.Image]]:
    document = pypdfium2.PdfDocument(source.data())
    try:
        for number in outline.pictures:
            try:
                page = document[number - 1]
                longest = max(1.0, *page.get_size())
                picture = page.render(scale=min(_DOTS, _SIDE / longest)).to_pil()
            except (pypdfium2.PdfiumError, ValueError, IndexError):
                continue
            yield number, picture
    finally:
        document.close()


def _frames(source: Source) -> Iterator[tuple[int, Image.Image]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with source.open() as stream, Image.open(stream) as image:
                image.draft("RGB", (_SIDE, _SIDE))
                frames = ImageSequence.Iterator(image) if source.kind == "tiff" else [image]
                for number, frame in enumerate(frames, 1):
                    if frame.width * frame.height > _LARGEST or number > _MOST_PAGES:
                        return
                    yield number, ImageOps.exif_transpose(frame)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise damaged(source) from error


def _text(picture: Image.Image) -> str:
    if picture.mode in ("RGBA", "LA", "P", "PA"):  # letters on glass: on white, as people see them
        over = picture.convert("RGBA")
        picture = Image.new("RGBA", over.size, "white")
        picture.alpha_composite(over)
    picture = picture.convert("RGB")
    picture.thumbnail((_SIDE, _SIDE))
    found = _reader()(picture)
    lines = [cleaned(str(line)).strip() for line in found.txts or ()]
    return _HYPHEN.sub("", "\n".join(line for line in lines if line))


@functools.cache
def _reader() -> Any:  # noqa: ANN401 - an extra, not known to type checkers
    from rapidocr import RapidOCR  # noqa: PLC0415 - large, and an extra

    engine = "EngineConfig.onnxruntime"
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": _SIDE,
            f"{engine}.intra_op_num_threads": 1,
            f"{engine}.inter_op_num_threads": 1,
        }
    )
