"""Looking into a file without opening it."""

from __future__ import annotations

from dataclasses import dataclass

from jinasearch.core.preview import Preview
from jinasearch.engine.protocol.call import Call

LARGEST_PICTURE = 4000
"""Pixels across, at most."""


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What to show: a file by its number or its `file:` URI.

    `passage` is the id of the passage to show it at, `text` the question whose words are marked.
    `page` (from 1) is another page than the passage's. `pixels` is how wide a picture should be; 0
    asks for the text that the library holds, and opens nothing.
    """

    file: int = 0
    uri: str = ""
    passage: int = 0
    text: str = ""
    page: int | None = None
    pixels: int = 0


def preview(request: PreviewRequest) -> Call[Preview]:
    """Show a file. A newer request takes the place of one that still waits (`superseded`)."""
    return Call("POST", "/v1/preview", Preview, request)
