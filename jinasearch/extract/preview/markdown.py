"""Markdown as plain text with styles. What answers is found by the lines of the source."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from jinasearch.core.models import Mark
from jinasearch.core.preview import Style
from jinasearch.extract.preview import locate
from jinasearch.extract.preview.prose import LINE, MOST, Flow, shown, walk
from jinasearch.extract.readers.text import text_of

if TYPE_CHECKING:
    from jinasearch.core.preview import Preview, View
    from jinasearch.extract.source import Source

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_MUCH_LONGER = 2


def show_markdown(source: Source, view: View) -> Preview:
    """Markdown, set. What stands between its front marks is set as it stands."""
    text, truncated = text_of(source)
    flow = Flow()
    front = _FRONT_MATTER.match(text)
    body = 0
    if front is not None:
        flow.block(front[1], Style.PRE)
        body = front.end()
    walk(flow, _rendered(text[body : body + 2 * MOST]))
    return shown(flow, view, more=truncated, passage=_passage(flow, view, text, body))


def _rendered(text: str) -> str:
    """As HTML, whose blocks name the lines that they were made of."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    for token in tokens:
        if token.map is not None and token.nesting >= 0:
            token.attrSet(LINE, str(token.map[0]))
    return str(parser.renderer.render(tokens, parser.options, {}))


def _passage(flow: Flow, view: View, text: str, body: int) -> tuple[Mark, ...] | None:
    """Where the passage stands in what was set: itself, or else the blocks of its lines.

    None if it stands in the front matter, or nowhere in the source.
    """
    place: Mark | None = Mark(view.place.start, view.place.end)
    if text[view.place.start : view.place.end] != view.passage:  # the file has changed
        place = locate.whole(view.passage, text, view.place.start)
    if place is None or place.end <= body or not flow.lines:
        return None
    left, right = _blocks(flow, text, place, body)
    stretch = flow.text[left:right].rstrip()
    found = _within(stretch, view.passage) or (Mark(0, len(stretch)),)
    return tuple(Mark(mark.start + left, mark.end + left) for mark in found)


def _blocks(flow: Flow, text: str, place: Mark, body: int) -> tuple[int, int]:
    """From where to where the blocks go that were made of the lines of `place`."""
    first = text.count("\n", body, max(place.start, body))
    last = text.count("\n", body, place.end)
    lines = [line for line, _ in flow.lines]
    before = max(0, bisect_right(lines, first) - 1)
    after = bisect_left(lines, last + 1)
    left = flow.lines[before][1] if place.start >= body else 0
    return left, flow.lines[after][1] if after < len(lines) else flow.length


def _within(stretch: str, passage: str) -> tuple[Mark, ...]:
    """The passage in its blocks; in pieces only of those that are much longer, as HTML or code."""
    renderings = [_set(_rendered(passage)), passage]
    if "<td" in passage or "<th" in passage:  # rows of a table that begins before it
        renderings.append(_set(f"<table>{passage}</table>"))
    for wanted in renderings:
        exact = locate.whole(wanted, stretch)
        if exact is not None:
            return (exact,)
    pieces: tuple[Mark, ...] = ()
    if len(stretch) > _MUCH_LONGER * len(passage):
        pieces = next(filter(None, (locate.find(wanted, stretch) for wanted in renderings)), ())
    return pieces


def _set(page: str) -> str:
    flow = Flow()
    walk(flow, page)
    return flow.text
