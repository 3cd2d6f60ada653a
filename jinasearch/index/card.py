"""The card of a file: what stands for the file as a whole before its passages are embedded."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from jinasearch.core.models import Document

_CHARACTERS = 700
"""About 200 tokens of Latin text: what the smallest model of the catalogue reads in one go."""
_HEADINGS = 8


def make_card(path: str, document: Document) -> str:
    """Name, title, first headings and opening lines of a file, at most 700 characters."""
    name = re.sub(r"[_\-.]+", " ", PurePath(shown(path)).stem)
    headings: list[str] = []
    for passage in document.passages:
        last = passage.heading.rsplit(" › ", 1)[-1]
        if last and last not in headings and last != document.title:
            headings.append(last)
        if len(headings) == _HEADINGS:
            break
    opening = document.passages[0].text if document.passages else ""
    lines = [name, document.title, " · ".join(headings)[: _CHARACTERS // 3], opening]
    return "\n".join(line for line in lines if line)[:_CHARACTERS].rstrip()
