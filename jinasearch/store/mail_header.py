"""Whether the head of a mail, as it stands in its text, names somebody."""

from __future__ import annotations

from jinasearch.store.folding import fold

_MOST_LINES = 60


def mail_header(text: str | None, names: str, words: str) -> bool:
    """Whether a line before the first blank one begins with a name and holds all words.

    `names` and `words` (folded) are one a line, as SQL has no lists.
    """
    wanted = words.split("\n")
    beginnings = tuple(f"{name}:" for name in names.split("\n"))
    for line in (text or "").split("\n", _MOST_LINES)[:_MOST_LINES]:
        if not line.strip():
            return False
        if line.startswith(beginnings):
            folded = fold(line)
            if all(word in folded for word in wanted):
                return True
    return False
