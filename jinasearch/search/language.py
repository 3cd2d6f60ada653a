"""Which language a question is in, and whether a model can be expected to know it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
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
_TOLD_APART = (
    *("en", "de", "fr", "es", "it", "pt", "ca", "ro", "nl", "sv", "da", "no", "fi", "et"),
    *("pl", "cs", "sk", "sl", "hr", "hu", "tr", "id", "ru", "bg", "uk", "el"),
)
_SYLLABLES = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"}
_OF_A_WORD = 3
"""Letters of an alphabet that say as much as one of these characters."""
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_WORDS = 2


def known(text: str, languages: Sequence[str]) -> bool:
    """Whether `text` is in one of `languages` (ISO 639-1; `*` means all), as far as can be told.

    False if most of it is in a script that none of them is written in, or if it holds
    more function words of another language.
    """
    if "*" in languages:
        return True
    scripts = set().union(*(_SCRIPTS.get(language, {"LATIN"}) for language in languages))
    weights = {True: 0, False: 0}
    for letter in filter(str.isalpha, text):
        script = unicodedata.name(letter, "").split(" ", 1)[0]
        weights[script in scripts] += _OF_A_WORD if script in _SYLLABLES else 1
    if weights[False] > weights[True]:
        return False
    return guess(text, languages) in ("", *languages)


def guess(text: str, likely: Sequence[str] = ("en",)) -> str:
    """The language of which `text` holds the most function words; empty if that tells nothing.

    Any of `likely` is it where it holds as many.
    """
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _LEAST_WORDS:
        return ""
    counts = {
        language: sum(word in known_words for word in words)
        for language, known_words in _function_words().items()
    }
    best = max(counts, key=lambda language: (counts[language], language in likely))
    return best if counts[best] >= _LEAST_WORDS else ""


@lru_cache(maxsize=1)
def _function_words() -> dict[str, frozenset[str]]:
    """By language."""
    import stopwordsiso  # noqa: PLC0415 - reads all its lists, which few engines need

    return {language: frozenset(stopwordsiso.stopwords(language)) for language in _TOLD_APART}
