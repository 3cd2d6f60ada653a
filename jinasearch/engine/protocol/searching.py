"""Questions and their answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from jinasearch.core.models import Coverage, Hit
from jinasearch.engine.protocol.call import Call

MOST_HITS = 200
"""Files in one answer, at most."""


class Mode(StrEnum):
    """Which halves of the search are asked."""

    KEYWORDS = "keywords"
    MEANING = "meaning"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question. `folder` limits it to one indexed folder."""

    text: str
    mode: Mode = Mode.HYBRID
    limit: int = 20
    folder: int | None = None


@dataclass(frozen=True, slots=True)
class SearchReply:
    """Files that answer, best first. `note` is a code that says why hits may be missing.

    Notes: `""`, `"still-indexing"`, `"meaning-waking"`, `"meaning-unavailable"`,
    `"language-unknown-to-model"`, `"nothing-indexed"`.
    """

    text: str
    mode: Mode
    hits: tuple[Hit, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    took_ms: float = 0.0
    note: str = ""


def search(request: SearchRequest) -> Call[SearchReply]:
    """Ask a question."""
    return Call("POST", "/v1/search", SearchReply, request)
