"""Small computations behind the status: what is going on, how much in all, how large."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Activity, Finding, Notice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_MENDED = (Code.LIBRARY_MENDED, Code.GRAPH_DAMAGED)


def activity_of(
    *,
    paused: bool,
    waiting: bool,
    troubles: Collection[str],
    in_hand: bool,
    reading: bool,
    embedding: bool,
) -> Activity:
    """The one word that says best what the engine is doing.

    `troubles` names what is held up. Files are read on while only the model is in trouble.
    """
    if paused:
        return Activity.PAUSED
    if "reading" in troubles or "library" in troubles or (troubles and not reading):
        return Activity.PROBLEM
    if waiting:
        return Activity.WAITING
    if in_hand:
        return Activity.READING
    if reading:
        return Activity.SCANNING
    return Activity.EMBEDDING if embedding else Activity.IDLE


def notice_of(error: JinasearchError) -> Notice:
    """An error as a notice of now."""
    return Notice(error.code.value, error.title, error.message, error.path, time.time())


def findings_of(
    notices: Iterable[Notice], troubles: Iterable[JinasearchError]
) -> Iterable[Finding]:
    """What a check has to tell besides: damage that was mended, and what does not work now."""
    for notice in notices:
        if notice.code in _MENDED:
            yield Finding(
                notice.title,
                ok=False,
                detail=notice.path,
                remedy=notice.message,
                mended=True,
                code=notice.code,
            )
    for notice in map(notice_of, troubles):
        yield Finding(
            notice.title, ok=False, detail=notice.path, remedy=notice.message, code=notice.code
        )
