"""Files within files: attachments and members of archives, read by the readers of their kinds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError
from jinasearch.core.models import Place
from jinasearch.extract import kinds, registry
from jinasearch.extract.outline import Builder, Outline, limited, one_line
from jinasearch.extract.sandbox.allowance import Spent
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
) -> bool:
    """Append the text of a file within a file, under its name. False: it has none, or is broken.

    Its pages and lines are none of the file around it, so its places are not told.
    """
    if around.depth >= _DEEPEST or builder.length > around.max_characters or not data:
        return False
    part = Part(name, data, around.max_characters, around.depth + 1, around.allowance)
    try:
        outline = _outline(part)
    except (MemoryError, Spent):
        raise
    except JinasearchError:
        return False  # its name stands around it; that it is locked or broken is not its fault
    except Exception as error:  # noqa: BLE001 - one broken member must not hide the others
        print(f"reader of a part failed: {type(error).__name__}", file=sys.stderr)  # noqa: T201
        return False
    above = (*heading, one_line(name)) if name else heading
    before = builder.length
    for section in outline.sections:
        text = outline.text[section.start : section.end]
        member = section.place.member
        inner = f"{name}/{member}" if name and member else name or outline.kind
        builder.add(text, (*above, *section.heading), Place(mail=mail, member=inner))
    return builder.length > before


def _outline(part: Part) -> Outline:
    part.kind = kinds.kind_of(part)
    if part.kind == kinds.UNKNOWN:
        return Outline("", "", ())
    return limited(registry.reader_of(part.kind)(part), part.max_characters)
