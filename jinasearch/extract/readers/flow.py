"""Collects a document as it flows: paragraphs, headings and tables, in reading order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinasearch.core.models import Place
from jinasearch.extract.chunker import AIM
from jinasearch.extract.outline import Headings, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.extract.outline import Builder

_LONGEST_HEADER = 200
_NUMBER = re.compile(r"[-+]?[\d.,]+%?")


class Flow:
    """Writes sections under their headings to a builder. Call `finish()` at the end.

    The first row of a table that is too long for one passage becomes the innermost heading of
    all its rows, if it names columns. `bar` is what a row begins with.
    """

    def __init__(self, builder: Builder, bar: str = "") -> None:
        self._builder = builder
        self._bar = bar
        self._headings = Headings()
        self._lines: list[str] = []
        self._rows: list[Sequence[str]] = []
        self._page: int | None = None
        self.title = ""
        """The first heading met, or what was called the title."""

    def paragraph(self, text: str, level: int = 0) -> None:
        """Append a paragraph; with a level from 1 on, it is a heading."""
        self._end_table()
        if not text.strip():
            return
        if level:
            self._flush()
            self._headings.enter(level, text)
            self.title = self.title or one_line(text)
        self._lines.append(text)

    def row(self, cells: Sequence[str]) -> None:
        """Append a row of a table; rows that follow each other are one table."""
        if any(cell.strip() for cell in cells):
            self._rows.append([one_row(cell) for cell in cells])

    def end_table(self) -> None:
        """Tell that what comes next is another table."""
        self._end_table()

    def page(self, number: int) -> None:
        """Tell that a page begins (from 1)."""
        if number != self._page:
            self.finish()
            self._page = number

    def finish(self) -> None:
        """Write what is waiting."""
        self._end_table()
        self._flush()

    @property
    def length(self) -> int:
        """Characters of whole sections written so far."""
        return self._builder.length

    def _flush(self) -> None:
        self._builder.add("\n".join(self._lines), self._headings.path, Place(page=self._page))
        self._lines.clear()

    def _end_table(self) -> None:
        rows, self._rows = self._rows, []
        if not rows:
            return
        lines = [self._bar + " | ".join(cells) + " |" for cells in rows]
        if len(rows) < 3 or sum(map(len, lines)) <= AIM or not names_columns(rows[0]):
            self._lines += lines
            return
        self._flush()
        header = " | ".join(rows[0])[:_LONGEST_HEADER]
        self._builder.add("\n".join(lines), (*self._headings.path, header), Place(page=self._page))


def one_row(cell: str) -> str:
    """A cell's text on one line, whole."""
    return " ".join(cell.split())


def header_of(row: Sequence[str]) -> str:
    """A row as the heading of the rows below it; empty if it names no columns."""
    if not names_columns(row):
        return ""
    return " | ".join(one_row(cell) for cell in row)[:_LONGEST_HEADER]


def names_columns(row: Sequence[str]) -> bool:
    """Whether the first row of a table looks like the names of its columns."""
    cells = [cell.strip() for cell in row]
    return (
        len(cells) > 1
        and sum(map(bool, cells)) > len(cells) // 2
        and not any(_NUMBER.fullmatch(cell) for cell in cells)
    )
