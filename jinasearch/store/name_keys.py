"""What file names are sorted by: as people count, and without case or accents."""

from __future__ import annotations

import os
import re

from jinasearch.core.paths import shown
from jinasearch.store.folding import fold

_NUMBER = re.compile(r"[0-9]+")
_FIRST = "\x01"
"""Sorts before any sign of a name: what is in a folder stands beside nothing else."""


def name_key(path: bytes) -> str:
    """By the file's own name."""
    return _key(shown(os.path.basename(os.fsdecode(path))))  # noqa: PTH119 - a path of the OS


def path_key(path: bytes) -> str:
    """By the names of the folders on the way, each by itself, then the file's."""
    return _key(shown(os.fsdecode(path))).replace(os.sep, _FIRST)


def _key(name: str) -> str:
    return _NUMBER.sub(_by_value, fold(name))


def _by_value(number: re.Match[str]) -> str:
    """`part 9` comes before `part 10`: shorter numbers are smaller ones."""
    digits = number.group().lstrip("0") or "0"
    return f"{len(digits):03}{digits}"
