"""Orders the first files of an answer anew, by a model that reads question and passage together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.store import passages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import apsw

    from jinasearch.core.models import File
    from jinasearch.search.copies import Group
    from jinasearch.store.passages import PassageRow

    Score = Callable[[Sequence[str]], Sequence[float] | None]
    """How well each text answers the question; None: that is not to be had, or not yet."""

FILES = 30
"""Files that are ordered anew, each by its best passage."""


def reordered(
    connection: apsw.Connection,
    groups: Sequence[Group],
    rows: Mapping[int, File],
    score: Score,
) -> list[Group]:
    """The groups with the first of them in the order of their scores, which they keep.

    What stands in a file just as typed stays first. As many are certain as before, and those whose
    name was asked for: the scores of different models do not compare with one another.
    """
    first, rest = list(groups[:FILES]), list(groups[FILES:])
    texts: list[str] = []
    best: list[int | None] = []
    for group in first:
        file = rows[group.candidate.file]
        passage = _best(connection, group)
        best.append(None if passage is None else passage.id)
        texts.append(readable(file, passage))
    scores = score(texts) if texts else None
    if scores is None:
        return [*first, *rest]
    for group, passage_id, value in zip(first, best, scores, strict=True):
        group.candidate.reranked = value
        group.candidate.reranked_passage = passage_id
    certain = sum(group.candidate.certain for group in first)
    ordered = sorted(first, key=_order)
    for at, group in enumerate(ordered):
        candidate = group.candidate
        candidate.certain = at < certain or candidate.exact or candidate.named
    return [*sorted(ordered, key=lambda group: not group.candidate.certain), *rest]


def readable(file: File, passage: PassageRow | None) -> str:
    """What the model reads of a file: its title and the passage's heading, then the passage."""
    if passage is None:
        return file.title
    above = [part for part in (file.title, passage.heading) if part and part not in passage.text]
    return "\n".join((*dict.fromkeys(above), passage.text))


def _best(connection: apsw.Connection, group: Group) -> PassageRow | None:
    found = list(passages.get(connection, group.candidate.passages(1)).values())
    return next(iter(found or passages.of_file(connection, group.candidate.file, 1)), None)


def _order(group: Group) -> tuple[bool, float]:
    """What was typed just so in the order it had, then by score; sorting keeps equals in order."""
    candidate = group.candidate
    return not candidate.exact, 0.0 if candidate.exact else -(candidate.reranked or 0.0)
