"""Reader of web pages: title, headings and text, without scripts, styles and navigation.

Walking a page's tree in Python costs a multiple of parsing it. Instead the structure is written
into the text: before and after the tags that begin a line or a heading, white space is inserted
that a browser would not show (white space never changes how HTML is parsed), and the text of the
whole tree is then taken in one step.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from jinasearch.extract.decode import decode
from jinasearch.extract.outline import Builder, Headings, Outline, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.extract.source import Source

_NOISE = [
    "script", "style", "template", "noscript", "nav", "iframe", "object", "svg", "canvas",
    "select", "datalist", "head", "rt", "rp",
]  # fmt: skip
_PAGE_FACTOR = 8
"""Characters of a page that are read for each character of text that may come out."""

_PREFORMATTED = re.compile(r"<(pre|textarea|listing|xmp)\b", re.IGNORECASE)
_CLOSING = {
    tag: re.compile(rf"</{tag}\s*>", re.IGNORECASE) for tag in ("pre", "textarea", "listing", "xmp")
}
_PARAGRAPH = (
    "p|div|ul|ol|dl|table|section|article|aside|main|header|footer|blockquote|pre|figure|form"
    "|fieldset|address|details|hr|caption|body"
)
_LINE = "br|li|tr|dt|dd|option|figcaption|summary|thead|tbody|legend"
_CELL = "td|th"
_TAG = re.compile(
    rf"<(?P<head>/?h[1-6])\b[^<>]*>"
    rf"|</?(?P<block>{_PARAGRAPH})(?=[\s/>])|<(?:(?P<line>{_LINE})|(?P<cell>{_CELL}))(?=[\s/>])",
    re.IGNORECASE,
)
_HEADING = re.compile("\f(\t+)([^\f]*)\f")
_GAPS = re.compile("\n{3,}")


def read_html(source: Source) -> Outline:
    """A web page on disk."""
    data, whole = source.read_for(source.max_characters * _PAGE_FACTOR)
    return html_outline(source.kind, decode(data, cut_off=not whole), truncated=not whole)


def html_outline(kind: str, page: str, *, truncated: bool = False) -> Outline:
    """The outline of an HTML page."""
    tree = LexborHTMLParser(_marked(page))
    title = _title(tree)
    author = _author(tree)
    tree.strip_tags(_NOISE, recursive=True)
    body = tree.body or tree.root
    text = body.text() if body is not None else ""
    builder = Builder()
    headings = Headings()
    path: tuple[str, ...] = ()
    first = ""
    pending = ""
    at = 0
    for match in _HEADING.finditer(text):
        builder.add(pending + _tidy(text[at : match.start()]), path)
        heading = one_line(match[2])
        path = headings.enter(len(match[1]), heading)
        first = first or heading
        pending = f"{heading}\n" if heading else ""
        at = match.end()
    builder.add(pending + _tidy(text[at:]), path)
    return builder.outline(kind, title or first, author, truncated=truncated)


def _marked(page: str) -> str:
    marked: list[str] = []
    at = 0
    for start, end in _preformatted(page):
        marked.append(_TAG.sub(_mark, _flat(page[at:start])))
        marked.append("\n\n" + page[start:end].replace("\f", " ").replace("\t", " "))
        at = end
    marked.append(_TAG.sub(_mark, _flat(page[at:])))
    return "".join(marked)


def _preformatted(page: str) -> Iterator[tuple[int, int]]:
    """Start and end of the elements whose lines count; of unclosed ones, none."""
    at = 0
    unclosed: set[str] = set()
    while opening := _PREFORMATTED.search(page, at):
        tag = opening[1].lower()
        at = opening.end()
        closing = None if tag in unclosed else _CLOSING[tag].search(page, at)
        if closing is None:
            unclosed.add(tag)
            continue
        at = closing.end()
        yield opening.start(), at


def _flat(page: str) -> str:
    # Four passes of replace() are several times faster than one of translate().
    return page.replace("\n", " ").replace("\t", " ").replace("\f", " ").replace("\v", " ")


def _mark(match: re.Match[str]) -> str:
    tag = match[0]
    kind = match.lastgroup
    if kind == "cell":
        return " " + tag
    if kind == "line":
        return "\n" + tag
    if kind == "block":
        return "\n\n" + tag
    if tag[1] == "/":
        return "\f" + tag
    # Within the heading: a parser drops white space that stands before the first tag of a page.
    return tag + "\f" + "\t" * int(tag[2])


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("title")
    return node.text() if node is not None else ""


def _author(tree: LexborHTMLParser) -> str:
    node = tree.css_first('meta[name="author" i]')
    return (node.attributes.get("content") or "") if node is not None else ""
