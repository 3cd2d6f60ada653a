"""Reader of Office Open XML spreadsheets (ECMA-376, part 1, chapter 18), in bounded memory.

Sheets are read row by row; cells have the values that the program that saved them computed.
Not kreuzberg's (4.10): it unpacks what lies between distant cells.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError
from jinasearch.extract.containers.openxml import Package, local, texts
from jinasearch.extract.containers.zipped import Archive
from jinasearch.extract.outline import Builder, Outline
from jinasearch.extract.readers.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from jinasearch.extract.source import Source

_WIDEST = 1_000
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Numbers of the built-in formats of dates and times (18.8.30)."""
_NOT_A_CODE = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.', re.IGNORECASE)
_LONGEST_FORMAT = 255
_DATE_CODE = re.compile("[ymdhs]", re.IGNORECASE)
_ROW = re.compile(r"[1-9][0-9]{0,6}$")
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_EPOCHS = (datetime(1899, 12, 30), datetime(1904, 1, 1))  # noqa: DTZ001 - sheets know no zones
_LAST_DAY = 2_958_466


def read_xlsx(source: Source) -> Outline:
    """A workbook: each sheet's rows, then text boxes, charts and remarks.

    Raises:
        JinasearchError: FILE_UNREADABLE, FILE_ENCRYPTED.
    """
    package = Package(Archive(source))
    book = _Book(package)
    builder = Builder()
    truncated = False
    for name, part in book.sheets():
        sheet = Sheet(builder, name)
        try:
            for number, cells in book.rows(part):
                sheet.row(number, cells)
                if sheet.length > source.max_characters:
                    truncated = True
                    break
        except JinasearchError:
            # A sheet cut short or missing: what came before and the other sheets are worth it.
            book.broken += 1
        sheet.finish()
        if truncated:
            break
    for folder, tag in (("drawings/", "t"), ("charts/", "t"), ("comments", "t"),
                        ("threadedComments/", "text")):  # fmt: skip
        for part in package.parts(f"xl/{folder}"):
            builder.add("\n".join(texts(package, part, tag)))
    if book.broken and not builder.length:
        raise package.archive.damaged()
    title, author = package.about()
    return builder.outline(source.kind, title, author, truncated=truncated or bool(book.broken))


class _Book:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._main = package.main("xl/workbook.xml")
        self._workbook = package.tree(self._main)
        self._strings = self._shared_strings()
        self._dates = self._date_styles()
        self._epoch = _EPOCHS[self._counts_from_1904()]
        self.broken = 0

    def sheets(self) -> Iterator[tuple[str, str]]:
        """Name and part of the sheets, in order; of a damaged book whatever sheets there are."""
        targets = self._package.targets(self._main)
        listed = 0
        for sheet in self._workbook.iter() if self._workbook is not None else ():
            if local(sheet) == "sheet":
                identifier = next((v for k, v in sheet.items() if k.endswith("}id")), "")
                part = targets.get(identifier, "")
                if part in self._package.archive:
                    listed += 1
                    if "chartsheet" not in part:
                        yield sheet.get("name", ""), part
        if not listed:
            for part in self._package.parts("xl/worksheets/"):
                yield "", part

    def rows(self, part: str) -> Iterator[tuple[int, list[str]]]:
        number = 0
        for event, element in self._package.archive.events(part):
            if event == "end" and local(element) == "row":
                stated = _ROW.match(element.get("r", ""))
                number = int(stated[0]) if stated else number + 1
                yield number, self._cells(element)
                element.clear()

    def _cells(self, row: Element) -> list[str]:
        cells: list[str] = []
        for cell in row:
            if local(cell) != "c":
                continue
            text = self._text(cell)
            if not text:
                continue
            place = _CELL.match(cell.get("r", ""))
            column = _column(place[1]) if place else len(cells)
            if column >= _WIDEST:
                break
            cells += [""] * (column - len(cells))
            cells.append(text)
        return cells

    def _text(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        value = ""
        for child in cell:
            if local(child) == "v":
                value = child.text or ""
            elif local(child) == "is":
                value = _string(child)
        if not value:
            return ""
        if kind == "s":
            index = int(value) if value.isdecimal() else -1
            return self._strings[index] if 0 <= index < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "n":
            return self._number(value, cell.get("s", ""))
        return value

    def _number(self, value: str, style: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if style in self._dates and 0 <= number < _LAST_DAY:
            return _moment(self._epoch, number)
        return f"{number:.15g}" if abs(number) < 1e15 else value

    def _shared_strings(self) -> list[str]:
        found: list[str] = []
        part = self._package.first(("xl/sharedStrings.xml", "xl/SharedStrings.xml"))
        if not part:
            return found
        try:
            for event, element in self._package.archive.events(part):
                if event == "end" and local(element) == "si":
                    found.append(_string(element))
                    element.clear()
        except JinasearchError:
            return found
        return found

    def _date_styles(self) -> frozenset[str]:
        """The numbers of the cell styles that show a date or a time."""
        styles = self._package.tree("xl/styles.xml")
        if styles is None:
            return frozenset()
        dates = {str(number) for number in _DATE_FORMATS}
        for element in styles.iter():
            if local(element) == "numFmt":
                code = _NOT_A_CODE.sub("", element.get("formatCode", "")[:_LONGEST_FORMAT])
                number = element.get("numFmtId", "")
                (dates.add if _DATE_CODE.search(code) else dates.discard)(number)
        for element in styles.iter():
            if local(element) == "cellXfs":
                return frozenset(
                    str(index)
                    for index, style in enumerate(element)
                    if style.get("numFmtId") in dates
                )
        return frozenset()

    def _counts_from_1904(self) -> bool:
        for element in self._workbook.iter() if self._workbook is not None else ():
            if local(element) == "workbookPr":
                return element.get("date1904", "") in ("1", "true")
        return False


def _string(element: Element) -> str:
    """The text of a string item, without what tells how its letters are read aloud."""
    pieces: list[str] = []
    for child in element:
        if local(child) == "t":
            pieces.append(child.text or "")
        elif local(child) == "r":
            pieces += [part.text or "" for part in child if local(part) == "t"]
    return "".join(pieces)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _moment(epoch: datetime, days: float) -> str:
    moment = epoch + timedelta(seconds=round(days * 86_400))
    if days < 1:
        return f"{moment:%H:%M:%S}".removesuffix(":00")
    if moment.hour or moment.minute or moment.second:
        return f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    return f"{moment:%Y-%m-%d}"
