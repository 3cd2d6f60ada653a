"""What answers should be like, or unlike: files, and texts that were dropped in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinasearch.core.questions import Example

if TYPE_CHECKING:
    from jinasearch.core.models import Hit

_LONGEST_TEXT = 20_000
"""Characters of a dropped text: more than any model reads."""
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Liked:
    """One example, and what it is called. `less`: answers should be unlike it."""

    name: str
    example: Example
    less: bool = False


def of_hit(hit: Hit, *, less: bool = False) -> Liked:
    """A file that was found."""
    return Liked(hit.name, Example(file=hit.file), less)


def of_uri(uri: str, name: str) -> Liked:
    """A file that was dropped in."""
    return Liked(name, Example(uri=uri))


def of_text(text: str) -> Liked:
    """A text that was dropped in; it is called by its beginning."""
    flat = " ".join(text.split())
    name = flat if len(flat) <= _LONGEST_NAME else flat[:_LONGEST_NAME].rstrip() + "…"
    return Liked(f"“{name}”", Example(text=text[:_LONGEST_TEXT]))
