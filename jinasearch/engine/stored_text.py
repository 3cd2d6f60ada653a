"""The text that the library holds of a file, set with its headings and places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jinasearch.core.models import Mark, Place
from jinasearch.core.preview import Form, Preview, Span, Style
from jinasearch.extract.outline import SEPARATOR
from jinasearch.extract.preview import locate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.models import File
    from jinasearch.store.passages import PassageRow

_BEFORE, _AFTER = 10_000, 26_000
"""Characters shown before and behind the beginning of the passage."""
_HEADINGS = (Style.HEADING1, Style.HEADING2, Style.HEADING3)


def stored_text(
    file: File,
    rows: Sequence[PassageRow],
    chosen: PassageRow | None,
    words: tuple[str, ...],
    page: int | None = None,
) -> Preview:
    """The passages around `chosen`, or around the first of `page` (or slide), which may begin
    before it. Of a file within a file those of the others are left out."""
    if chosen is not None and chosen.place.member is not None:
        rows = [row for row in rows if row.place.member == chosen.place.member]
    centre = _centre(rows, chosen, page)
    first, last = _reach(rows, centre)
    text, spans, places = "", [], []
    passage: tuple[Mark, ...] = ()
    headings: list[str] = []
    stands: tuple[object, ...] = ()
    for row in rows[first:last]:
        here = _stands(row.place)
        if here != stands and any(part is not None for part in here):
            start = len(text)
            text += "\n"
            spans.append(Span(start, start, Style.PLACE))
            places.append(replace(row.place, row=None, line=None))
        stands = here
        parts = row.heading.split(SEPARATOR) if row.heading else []
        for level, heading in enumerate(parts):
            if headings[: level + 1] != parts[: level + 1] and not _repeated(row, heading):
                start = len(text)
                text += heading + "\n"
                spans.append(Span(start, len(text) - 1, _HEADINGS[min(level, 2)]))
        headings = parts
        start = len(text)
        text += row.text.strip("\n") + "\n\n"
        if chosen is not None and row.id == chosen.id:
            passage = (Mark(start, len(text) - 2),)
    text = text.rstrip("\n") if not places else text
    return Preview(
        Form.PROSE,
        kind=file.kind,
        text=text,
        spans=tuple(spans),
        passage=passage,
        words=locate.words(words, text),
        page=rows[centre].place.page if rows else None,
        cut=first > 0 or last < len(rows),
        places=tuple(places),
    )


def pages(rows: Sequence[PassageRow]) -> list[int]:
    """The pages or slides that passages begin on."""
    return [at for row in rows if (at := row.place.page or row.place.slide) is not None]


def _centre(rows: Sequence[PassageRow], chosen: PassageRow | None, page: int | None) -> int:
    if page is None:
        ids = [row.id for row in rows]
        return ids.index(chosen.id) if chosen is not None and chosen.id in ids else 0
    before = 0
    for index, row in enumerate(rows):
        at = row.place.page or row.place.slide
        if at == page:
            return index
        if at is not None and at < page:
            before = index
    return before


def _reach(rows: Sequence[PassageRow], centre: int) -> tuple[int, int]:
    first, room = centre, _BEFORE
    while first > 0 and room > 0:
        first -= 1
        room -= len(rows[first].text)
    last, room = centre, _AFTER
    while last < len(rows) and room > 0:
        room -= len(rows[last].text)
        last += 1
    return first, last


def _stands(place: Place) -> tuple[object, ...]:
    return (place.page, place.slide, place.sheet, place.cell, place.mail, place.member)


def _repeated(row: PassageRow, heading: str) -> bool:
    """Readers of most kinds leave a heading in the text below it too."""
    return row.text.lstrip("# *=").startswith(heading)
