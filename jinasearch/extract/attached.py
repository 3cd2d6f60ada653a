"""Files within files: the attachments of mails, read by the readers of their own kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError
from jinasearch.extract import kinds, registry
from jinasearch.extract.outline import Builder, Outline, limited, one_line
from jinasearch.extract.source import Part

if TYPE_CHECKING:
    from jinasearch.extract.source import Source

_DEEPEST = 4
"""A mail attached to a mail attached to … is followed as far as this."""


def add_attachment(
    builder: Builder,
    around: Source,
    name: str,
    data: bytes,
    heading: tuple[str, ...] = (),
    mail: int | None = None,
) -> None:
    """Append the text of an attachment, under its name; one that cannot be read leaves no trace.

    Its pages and lines are none of the file around it, so its places are not told.
    """
    if around.depth >= _DEEPEST or builder.length > around.max_characters or not data:
        return
    try:
        outline = _outline(Part(name, data, around.max_characters, around.depth + 1))
    except JinasearchError:
        return  # its name stands in the mail; that it is locked or broken is not the mail's fault
    above = (*heading, one_line(name)) if name else heading
    for section in outline.sections:
        text = outline.text[section.start : section.end]
        builder.add(text, (*above, *section.heading), mail=mail, part=name or outline.kind)


def _outline(part: Part) -> Outline:
    part.kind = kinds.kind_of(part)
    if part.kind == kinds.UNKNOWN:
        return Outline("", "", ())
    return limited(registry.reader_of(part.kind)(part), part.max_characters)
