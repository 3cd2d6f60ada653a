"""Files that are text as they stand, with the syntax of source code told apart (Pygments)."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.token import Comment, Keyword, Name, Number, String
from pygments.util import ClassNotFound

from jinasearch.core.models import Mark
from jinasearch.core.preview import Form, Preview, Span, Style
from jinasearch.extract.preview import locate, part
from jinasearch.extract.readers.text import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pygments.lexer import Lexer

    from jinasearch.core.preview import View
    from jinasearch.extract.source import Source

_LEXED_BEFORE = 20_000
"""Characters before what is shown that are read for their syntax, so that it begins right."""
_LEXING_SECONDS = 0.6
_STYLES = (
    (Comment, Style.COMMENT),
    (String.Doc, Style.COMMENT),
    (String, Style.STRING),
    (Number, Style.NUMBER),
    (Keyword.Type, Style.TYPE),
    (Keyword, Style.KEYWORD),
    (Name.Function, Style.NAME),
    (Name.Class, Style.NAME),
    (Name.Tag, Style.KEYWORD),
    (Name.Attribute, Style.NAME),
    (Name.Decorator, Style.TYPE),
    (Name.Builtin, Style.TYPE),
)


def show_text(source: Source, view: View) -> Preview:
    """Lines around the passage."""
    text, truncated = text_of(source)
    passage = _passage(text, view)
    at = passage[0].start if passage else _line_start(text, view.place.line or view.place.row)
    cut = part.around(text, at)
    shown = text[cut.start : cut.end]
    preview = part.shown(
        Form.CODE,
        shown,
        list(_syntax(source.path, text, cut)),
        locate.inside(passage, cut.start, cut.end),
        locate.words(view.words, shown),
    )
    return replace(
        preview,
        first_line=text.count("\n", 0, cut.start) + 1,
        cut=truncated or cut.start > 0 or cut.end < len(text),
    )


def _passage(text: str, view: View) -> tuple[Mark, ...]:
    place = view.place
    if view.passage and text[place.start : place.end] == view.passage:
        return (Mark(place.start, place.end),)
    return locate.find(view.passage, text, place.start)


def _line_start(text: str, line: int | None) -> int:
    place = 0
    for _ in range((line or 1) - 1):
        after = text.find("\n", place)
        if after < 0:
            break
        place = after + 1
    return place


def _syntax(path: str, text: str, cut: part.Cut) -> Iterator[Span]:
    lexer = _lexer(path)
    if lexer is None:
        return
    start = max(0, cut.start - _LEXED_BEFORE)
    if start:
        start = text.find("\n", start, cut.start) + 1 or cut.start
    until = time.monotonic() + _LEXING_SECONDS
    for offset, token, value in lexer.get_tokens_unprocessed(text[start : cut.end]):
        first = max(offset + start - cut.start, 0)
        last = offset + start - cut.start + len(value)
        if last > first and not value.isspace():
            style = next((style for kind, style in _STYLES if token in kind), None)
            if style is not None:
                yield Span(first, last, style)
        if time.monotonic() > until:
            return


def _lexer(path: str) -> Lexer | None:
    try:
        lexer = get_lexer_for_filename(PurePath(path).name)
    except ClassNotFound:
        return None
    return None if isinstance(lexer, TextLexer) else lexer
