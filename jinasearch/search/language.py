"""Whether a model can be expected to know a query's language, judged by its script."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCRIPTS = {
    "en": {"LATIN"},
    "zh": {"CJK", "LATIN"},
    "ja": {"CJK", "HIRAGANA", "KATAKANA", "LATIN"},
    "ko": {"HANGUL", "LATIN"},
    "ru": {"CYRILLIC", "LATIN"},
}


def known(text: str, languages: Sequence[str]) -> bool:
    """False if most letters of `text` are of a script that none of `languages` is written in."""
    if "*" in languages:
        return True
    scripts = set().union(*(_SCRIPTS.get(language, {"LATIN"}) for language in languages))
    letters = [character for character in text if character.isalpha()]
    foreign = sum(
        unicodedata.name(letter, "").split(" ", 1)[0] not in scripts for letter in letters
    )
    return 2 * foreign <= len(letters)
