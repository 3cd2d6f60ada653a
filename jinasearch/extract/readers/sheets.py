"""Collects the rows of a spreadsheet's sheet, whichever program wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.models import Place
from jinasearch.extract.readers.flow import header_of, one_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.extract.outline import Builder


class Sheet:
    """Writes rows with their sheet, row number and the names of their columns as heading.

    Rows without a gap between them are one table; its first row is its header if it names
    columns, and else the header before stays. Call `finish()` at the end.
    """

    def __init__(self, builder: Builder, name: str) -> None:
        self._builder = builder
        self._name = name
        self._header = ""
        self._lines: list[str] = []
        self._first: Sequence[str] = ()
        self._start = 0
        self._aside: list[str] = []
        self._waiting = 0

    def row(self, number: int, cells: Sequence[str]) -> None:
        """Append row `number` (from 1, rising); one without text ends a table."""
        line = " | ".join(map(one_row, cells)).rstrip(" |")
        if not line:
            return
        if number != self._start + len(self._lines):
            self._flush()
        if not self._lines:
            self._start = number
            self._first = cells
        self._lines.append(line)
        self._waiting += len(line)

    def aside(self, lines: Sequence[str]) -> None:
        """Append text that lies over the cells, such as a text box or a remark."""
        self._aside += lines

    def finish(self) -> None:
        """Write what is waiting."""
        self._flush()
        self._builder.add("\n".join(self._aside), self._heading(), Place(sheet=self._name or None))
        self._aside.clear()

    @property
    def length(self) -> int:
        """Characters collected so far, the sheets before included."""
        return self._builder.length + self._waiting

    def _flush(self) -> None:
        if len(self._lines) > 1:
            self._header = header_of(self._first) or self._header
        self._builder.add(
            "\n".join(self._lines),
            self._heading(self._header),
            Place(sheet=self._name or None, row=self._start),
        )
        self._lines.clear()
        self._waiting = 0

    def _heading(self, header: str = "") -> tuple[str, ...]:
        return tuple(name for name in (self._name, header) if name)
