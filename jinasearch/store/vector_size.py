"""What a vector takes, in bytes."""

from __future__ import annotations

_ROW = 60
_LINKS = 160


def in_table(dimension: int) -> int:
    """In the database: numbers of two bytes, its key, and its places in two indexes."""
    return 2 * dimension + _ROW


def in_graph(numbers: int) -> int:
    """In the graph, in memory and on disk: numbers of four bytes, links, label and levels."""
    return 4 * numbers + _LINKS
