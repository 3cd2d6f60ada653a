"""What is shown of a file beside the results: plain text with styles, or a picture with boxes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from jinasearch.core.models import Mark, Place


class Form(StrEnum):
    """How a preview is shown."""

    PROSE = "prose"
    CODE = "code"
    PICTURE = "picture"


class Style(StrEnum):
    """How a stretch of text is set. Those of blocks cover whole lines."""

    HEADING1 = "heading1"
    HEADING2 = "heading2"
    HEADING3 = "heading3"
    ITEM = "item"
    QUOTE = "quote"
    PRE = "pre"
    ROW = "row"
    RULE = "rule"
    FIELD = "field"
    PLACE = "place"
    BOLD = "bold"
    ITALIC = "italic"
    MONO = "mono"
    LINK = "link"
    STRUCK = "struck"
    COMMENT = "comment"
    STRING = "string"
    NUMBER = "number"
    KEYWORD = "keyword"
    NAME = "name"
    TYPE = "type"


BLOCKS = frozenset(
    {
        Style.HEADING1, Style.HEADING2, Style.HEADING3, Style.ITEM, Style.QUOTE, Style.PRE,
        Style.ROW, Style.RULE, Style.FIELD, Style.PLACE,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A styled stretch, as character offsets `[start, end)` into the preview's text."""

    start: int
    end: int
    style: Style


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a picture, as shares of its width and height (0 to 1, from the top left)."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Preview:
    """A part of a file around a passage, ready to be shown: no markup is left in it.

    `passage` are the stretches of the text that answer, `words` those that match; on a picture
    both are boxes. `picture` is a PNG file. `first_line` is the number of the text's first line.
    `page` is the page shown, of `pages`. `cut`: there is more of the file before or behind.
    A `problem` (a code) says why this is the library's text and not the file itself; `places` are
    the places that lines with the style `PLACE` stand for, in their order.
    """

    form: Form
    kind: str = ""
    text: str = ""
    spans: tuple[Span, ...] = ()
    passage: tuple[Mark, ...] = ()
    words: tuple[Mark, ...] = ()
    first_line: int = 1
    cut: bool = False
    picture: bytes = b""
    passage_boxes: tuple[Box, ...] = ()
    word_boxes: tuple[Box, ...] = ()
    page: int | None = None
    pages: int = 0
    places: tuple[Place, ...] = ()
    problem: str = ""
    problem_title: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What of a file to show: around which passage, which words marked, how large a picture.

    `passage` is its text as the library holds it; `place` says where it stood when it was read.
    """

    passage: str = ""
    place: Place = field(default_factory=Place)
    words: tuple[str, ...] = ()
    page: int | None = None
    pixels: int = 1000
