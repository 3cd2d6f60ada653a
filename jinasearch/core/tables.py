"""Tables that users take elsewhere: as CSV, or as JSON where the file's name ends in .json."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def write_table(target: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows under the names of their columns. Raises OSError."""
    if target.suffix.lower() == ".json":
        found = [dict(zip(names, map(_sound, row), strict=True)) for row in rows]
        target.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
        return
    # Excel takes a file for UTF-8 by its mark.
    with target.open("w", encoding="utf-8-sig", errors="replace", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(names)
        table.writerows([_harmless(cell) for cell in row] for row in rows)


def _harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula is text."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _sound(cell: str) -> str:
    return cell.encode("utf-8", "replace").decode()
