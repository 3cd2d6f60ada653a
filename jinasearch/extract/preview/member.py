"""The file within an archive that a passage is of, to be shown as any other file is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.core.models import ARCHIVES
from jinasearch.extract import kinds
from jinasearch.extract.containers.unpack import members
from jinasearch.extract.readers.archive import BROKEN
from jinasearch.extract.sandbox.allowance import Spent
from jinasearch.extract.source import Part

if TYPE_CHECKING:
    from jinasearch.extract.source import Source

_DEEPEST = 4


def member_of(source: Source, path: str) -> Part | None:
    """The file at a path within an archive, by the names that its reader gives: those of archives
    within archives come before a slash. None if it is not there, or cannot be unpacked.

    Of what is no archive itself, such as a mail with attachments, the whole is given.
    """
    allowance = source.allowance
    if source.kind not in ARCHIVES or allowance is None or source.depth >= _DEEPEST:
        return None
    try:
        for member in members(source, allowance):
            allowance.enter()
            if not member.data or not (path == member.name or path.startswith(f"{member.name}/")):
                continue
            part = Part(
                member.name, member.data, source.max_characters, source.depth + 1, allowance
            )
            part.kind = kinds.kind_of(part)
            rest = path[len(member.name) + 1 :]
            if not rest or part.kind not in ARCHIVES:
                return part
            inner = member_of(part, rest)
            if inner is not None:
                return inner
    except (Spent, *BROKEN):
        return None
    return None
