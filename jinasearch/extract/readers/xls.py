"""Reader of binary spreadsheets, old (MS-XLS) and new (MS-XLSB), on calamine.

Its own part of the first: locks, and the text boxes and remarks over the cells.
"""

from __future__ import annotations

import io
import struct
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from jinasearch.extract.containers.compound import Container
from jinasearch.extract.outline import Builder, Outline
from jinasearch.extract.readers.sheets import Sheet
from jinasearch.extract.source import damaged, encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.extract.source import Source

_WIDEST = 1_000
_LOCK, _TEXT_OBJECT, _CONTINUED = 0x2F, 0x1B6, 0x3C
_LOCK_WITHIN = 20
"""The record that tells of a lock is one of the first."""


def read_xls(source: Source) -> Outline:
    """A workbook: each sheet's rows, then text boxes and remarks.

    Raises:
        JinasearchError: FILE_UNREADABLE, FILE_ENCRYPTED.
    """
    aside: list[str] = []
    title = author = ""
    if source.kind == "xls":
        with Container(source) as container:
            stream = container.stream("Workbook") or container.stream("Book")
            if _is_locked(stream):
                raise container.encrypted()
            title, author = container.about()
            aside = list(_text_objects(stream))
    builder = Builder()
    try:
        truncated = _add_sheets(builder, source)
    except PasswordError as error:
        raise encrypted(source) from error
    except (CalamineError, OSError, ValueError) as error:
        if not aside:
            raise damaged(source) from error
        truncated = True
    builder.add("\n".join(aside))
    return builder.outline(source.kind, title, author, truncated=truncated)


def _add_sheets(builder: Builder, source: Source) -> bool:
    """Add all sheets, row by row; returns whether there was too much of them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(source.data()))
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        rows = book.get_sheet_by_name(about.name)
        sheet = Sheet(builder, about.name)
        for number, row in enumerate(rows.iter_rows(), 1):
            sheet.row(number, [_shown(cell) for cell in row[:_WIDEST]])
            if sheet.length > source.max_characters:
                sheet.finish()
                return True
        sheet.finish()
    return False


def _shown(cell: float | str | bool | date | time | timedelta) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.15g}" if abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    return str(cell)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _is_locked(stream: bytes) -> bool:
    return any(
        kind == _LOCK and number < _LOCK_WITHIN for number, (kind, _) in enumerate(_records(stream))
    )


def _text_objects(stream: bytes) -> Iterator[str]:
    """The texts over the cells (2.4.329): their letters are in the record that follows."""
    expected = 0
    for kind, data in _records(stream):
        if expected and kind == _CONTINUED and data:
            wide = data[0] & 1
            letters = data[1 : 1 + expected * (2 if wide else 1)]
            yield letters.decode("utf-16-le" if wide else "latin-1", "replace").strip()
        expected = 0
        if kind == _TEXT_OBJECT and len(data) >= 12:
            expected = int.from_bytes(data[10:12], "little")
