"""Reader of Jupyter notebooks: Markdown cells give the headings, code cells their source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jinasearch.core.models import Place
from jinasearch.extract.outline import Builder, Headings, Outline
from jinasearch.extract.readers.text import markdown_headings, read_text

if TYPE_CHECKING:
    from jinasearch.extract.source import Source

_LONGEST_OUTPUT = 20_000


def read_notebook(source: Source) -> Outline:
    """A notebook; one that is no valid JSON is read as text."""
    try:
        book = json.loads(source.data())
        cells = _cells(book)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return read_text(source)
    builder = Builder()
    headings = Headings()
    title = ""
    for number, cell in enumerate(cells, 1):
        text = _joined(cell.get("source", cell.get("input", "")))
        if cell.get("cell_type") in ("markdown", "heading"):
            if cell.get("cell_type") == "heading":
                text = "#" * int(cell.get("level", 1)) + " " + text
            title = _add_markdown(builder, headings, text, number) or title
        else:
            builder.add(text, headings.path, Place(cell=number))
            for output in cell.get("outputs") or []:
                builder.add(_output(output), headings.path, Place(cell=number))
    return builder.outline(source.kind, title)


def _cells(book: dict[str, Any]) -> list[dict[str, Any]]:
    cells = book.get("cells")
    if cells is None:  # notebook format 3 and older
        cells = [cell for sheet in book["worksheets"] for cell in sheet["cells"]]
    return [cell for cell in cells if isinstance(cell, dict)]


def _add_markdown(builder: Builder, headings: Headings, text: str, number: int) -> str:
    title = ""
    start, path = 0, headings.path
    for at, level, heading in markdown_headings(text):
        builder.add(text[start:at], path, Place(cell=number))
        start, path = at, headings.enter(level, heading)
        if level == 1 and not title:
            title = heading
    builder.add(text[start:], path, Place(cell=number))
    return title


def _output(output: object) -> str:
    """The text of a cell's output; pictures and other data have none."""
    if not isinstance(output, dict):
        return ""
    data = output.get("data", output)
    text = output.get("text") or (data.get("text/plain") if isinstance(data, dict) else "")
    if output.get("output_type") in ("error", "pyerr"):
        text = f"{output.get('ename', '')}: {output.get('evalue', '')}"
    return _joined(text)[:_LONGEST_OUTPUT]


def _joined(source: object) -> str:
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""
