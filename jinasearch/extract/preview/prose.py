"""Web pages and mails as plain text with styles.

Nothing of a page's markup comes out of here but text and the names of styles: scripts, pictures,
frames, styles and addresses stay behind, so there is nothing that whoever shows it could load.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from jinasearch.core.preview import Form, Preview, Span, Style
from jinasearch.extract.decode import decode
from jinasearch.extract.preview import locate, part
from jinasearch.extract.readers import mail

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from jinasearch.core.models import Mark
    from jinasearch.core.preview import View
    from jinasearch.extract.source import Source

MOST = 400_000
"""Characters of text that a page is followed for."""
_PAGE_BYTES = 4_000_000
_DEEPEST = 200
_HIDDEN = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "canvas",
     "head", "select", "datalist", "video", "audio", "math", "title"}
)  # fmt: skip
_STYLES = {
    "h1": Style.HEADING1, "h2": Style.HEADING2, "h3": Style.HEADING3, "h4": Style.HEADING3,
    "h5": Style.HEADING3, "h6": Style.HEADING3, "li": Style.ITEM, "dd": Style.ITEM,
    "blockquote": Style.QUOTE, "pre": Style.PRE, "tr": Style.ROW,
    "b": Style.BOLD, "strong": Style.BOLD, "dt": Style.BOLD, "th": Style.BOLD,
    "i": Style.ITALIC, "em": Style.ITALIC, "cite": Style.ITALIC,
    "code": Style.MONO, "kbd": Style.MONO, "samp": Style.MONO, "tt": Style.MONO,
    "a": Style.LINK, "s": Style.STRUCK, "del": Style.STRUCK, "strike": Style.STRUCK,
}  # fmt: skip
_BREAKING = frozenset(
    {"p", "div", "ul", "ol", "dl", "table", "section", "article", "aside", "main", "header",
     "footer", "figure", "form", "fieldset", "address", "details", "summary", "caption", "nav",
     "figcaption", "thead", "tbody", "tfoot", "center", "body", "dt", "dd", "li", "tr", "pre",
     "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
)  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_CELLS = ("td", "th")
_DIGITS = 9
LINE = "data-jinasearch-line"
"""Attribute of an element: the line of the source that it was made of, from 0."""


def show_page(source: Source, view: View) -> Preview:
    """A web page."""
    data, whole = source.read_for(_PAGE_BYTES // 4)
    flow = Flow()
    walk(flow, decode(data, cut_off=not whole))
    return shown(flow, view, more=not whole)


def show_mail(source: Source, view: View) -> Preview:
    """A mail, or one of a mailbox: its headers, then its text, then what is attached."""
    letter = mail.letter(source, view.place.mail)
    flow = Flow()
    for name, value in letter.headers:
        flow.block(f"{name}: {value}", Style.FIELD)
    flow.block("", Style.RULE)
    if letter.page:
        walk(flow, letter.page)
    else:
        for line in letter.text[:MOST].splitlines():
            flow.block(line, Style.QUOTE if line.startswith(">") else None)
    if letter.attached:
        flow.block("", Style.RULE)
        for name in letter.attached:
            flow.block("📎 " + name, Style.FIELD)
    return shown(flow, view, more=False)


class Flow:
    """Text that grows, with its styles. White space is what a browser would show."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.spans: list[Span] = []
        self.lines: list[tuple[int, int]] = []
        """Lines of the source, rising, with the offsets that they begin at."""
        self.length = 0
        self._line_empty = True
        self._blank_lines = 2

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    def block(self, text: str, style: Style | None = None) -> None:
        """A line, or lines, as they stand."""
        self.end_line()
        start = self.length
        if text or style is Style.RULE:
            self._put(text)
            self._line_empty = False
            self._blank_lines = 0
        self.style(start, style)
        self._put("\n")
        self._blank_lines += 1 if self._line_empty else 0
        self._line_empty = True

    def words(self, text: str) -> None:
        """Running text: white space is one space, none at the beginning of a line."""
        flat = _SPACES.sub(" ", text)
        if self._line_empty or self._ends_with_space():
            flat = flat.lstrip(" ")
        if flat:
            self._put(flat)
            self._line_empty = False
            self._blank_lines = 0

    def verbatim(self, text: str) -> None:
        """Text whose white space counts."""
        if text:
            self._put(text.replace("\r\n", "\n"))
            self._line_empty = text.endswith("\n")
            self._blank_lines = 0

    def end_line(self) -> None:
        """What comes next begins a line."""
        if not self._line_empty:
            self._put("\n")
            self._line_empty = True

    def gap(self) -> None:
        """What comes next stands apart: an empty line, unless there is one."""
        self.end_line()
        if not self._blank_lines:
            self._put("\n")
            self._blank_lines = 1

    def style(self, start: int, style: Style | None) -> None:
        """Set everything since `start` in this style."""
        end = self.length
        if style is not None and (end > start or style is Style.RULE):
            self.spans.append(Span(start, end, style))

    def came_from(self, node: LexborNode) -> None:
        """What comes next was made of the source's line that the element names, if it does."""
        line = _number(node.attributes.get(LINE))
        if line is not None and (not self.lines or line >= self.lines[-1][0]):
            self.lines.append((line, self.length))

    def _ends_with_space(self) -> bool:
        return bool(self._parts) and self._parts[-1].endswith(" ")

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)


def walk(flow: Flow, page: str) -> None:
    """Set what a browser would show of a page."""
    tree = LexborHTMLParser(page)
    if tree.body is not None:
        _children(flow, tree.body, 0, verbatim=False)


def _follows_a_cell(node: LexborNode) -> bool:
    before = node.prev
    while before is not None and before.tag not in _CELLS:
        before = before.prev  # white space between the tags
    return before is not None


def _number(written: str | None) -> int | None:
    """A number in an attribute, unless it is longer than any that is meant."""
    return int(written) if written and written.isdecimal() and len(written) < _DIGITS else None


def _children(flow: Flow, node: LexborNode, depth: int, *, verbatim: bool) -> None:
    child = node.child
    first = _number(node.attributes.get("start")) if node.tag == "ol" else None
    number = 1 if first is None else first
    while child is not None and flow.length < MOST:
        tag = child.tag or ""
        if tag == "-text":
            text = child.text_content or ""
            flow.verbatim(text) if verbatim else flow.words(text)
        elif tag not in _HIDDEN and not tag.startswith("-") and depth < _DEEPEST:
            if tag == "li":
                flow.end_line()
                start = flow.length
                flow.came_from(child)
                ordered = node.tag == "ol"
                flow.words(f"{number}. " if ordered else "• ")
                number += 1
                _children(flow, child, depth + 1, verbatim=verbatim)
                flow.end_line()
                flow.style(start, Style.ITEM)
            else:
                _element(flow, child, tag, depth, verbatim=verbatim)
        child = child.next


def _element(flow: Flow, node: LexborNode, tag: str, depth: int, *, verbatim: bool) -> None:
    if tag == "br":
        flow.verbatim("\n")
        return
    if tag == "hr":
        flow.block("", Style.RULE)
        return
    if tag == "img":
        alt = node.attributes.get("alt")
        flow.words(f"[{alt}]" if alt else "")
        return
    breaking = tag in _BREAKING
    if breaking:
        flow.end_line()
        if tag in ("p", "pre", "blockquote", "table", "ul", "ol", "h1", "h2", "h3", "h4"):
            flow.gap()
    if tag in _CELLS and _follows_a_cell(node):
        flow.words(" │ ")
    start = flow.length
    flow.came_from(node)
    _children(flow, node, depth + 1, verbatim=verbatim or tag in ("pre", "textarea"))
    style = _STYLES.get(tag)
    if style is Style.MONO and verbatim:
        style = None
    flow.style(start, style)
    if breaking:
        flow.end_line()
        if tag in ("p", "pre", "blockquote", "table", "h1", "h2"):
            flow.gap()


def shown(
    flow: Flow, view: View, *, more: bool, passage: tuple[Mark, ...] | None = None
) -> Preview:
    """What was set, around the passage, which is looked for unless it is known where it stands."""
    text = flow.text.rstrip("\n")
    spans = [span for span in flow.spans if span.start <= len(text)]
    if passage is None:
        passage = locate.find(view.passage, text, view.place.start)
    preview = part.shown(Form.PROSE, text, spans, passage, locate.words(view.words, text))
    preview = part.narrowed(preview)
    return replace(preview, cut=preview.cut or more or flow.length >= MOST)
