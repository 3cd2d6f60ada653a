"""Which language a text is in, and whether a model can be expected to know it."""

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
NAMES: dict[str, tuple[str, ...]] = {
    "zh": (
        "chinese",
        "中文",
        "汉语",
        "漢語",
        "zh-cn",
        "zh-tw",
        "简体中文",
        "繁体中文",
        "zh_cn",
        "zh_tw",
    ),
    "ja": ("japanese", "日本語", "日语", "日文"),
    "ko": ("korean", "한국어", "韩语", "韩文", "韓文"),
    "en": ("english", "英语", "英文", "en-us", "en-gb", "en_us", "en_gb"),
    "de": ("german", "deutsch", "德语", "德文"),
    "fr": ("french", "français", "法语", "法文"),
    "es": ("spanish", "español", "西班牙语", "西班牙文"),
    "it": ("italian", "italiano", "意大利语", "意大利文"),
    "pt": ("portuguese", "português", "葡萄牙语", "葡萄牙文"),
    "ca": ("catalan", "català"),
    "ro": ("romanian", "română"),
    "nl": ("dutch", "nederlands", "荷兰语"),
    "sv": ("swedish", "svenska"),
    "da": ("danish", "dansk"),
    "no": ("norwegian", "norsk"),
    "fi": ("finnish", "suomi"),
    "et": ("estonian", "eesti"),
    "pl": ("polish", "polski"),
    "cs": ("czech", "čeština"),
    "sk": ("slovak", "slovenčina"),
    "sl": ("slovenian", "slovenščina"),
    "hr": ("croatian", "hrvatski"),
    "hu": ("hungarian", "magyar"),
    "tr": ("turkish", "türkçe"),
    "id": ("indonesian", "bahasa"),
    "ru": ("russian", "русский", "俄语", "俄文"),
    "bg": ("bulgarian", "български"),
    "uk": ("ukrainian", "українська"),
    "el": ("greek", "ελληνικά"),
}
"""Languages that texts are told to be in, and what else they can be called."""
_TOLD_BY = 800
"""Characters: a hundred words or more."""
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
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
    counts = dict.fromkeys(_TOLD_APART, 0)
    spoken = _function_words()
    for word in words:
        for language in spoken.get(word, ()):
            counts[language] += 1
    best = max(counts, key=lambda language: (counts[language], language in likely))
    return best if counts[best] >= _LEAST_WORDS else ""


def of_text(text: str) -> str:
    """The language of a text, told from its beginning; empty if that tells nothing.

    Chinese, Japanese and Korean are told by their characters, others by their function words.
    """
    beginning = text[:_TOLD_BY]
    if beginning.isascii():
        return guess(beginning)
    letters = sum(map(str.isalpha, beginning)) or 1
    if 3 * len(_HANGUL.findall(beginning)) > letters:
        return "ko"
    kana, han = len(_KANA.findall(beginning)), len(_HAN.findall(beginning))
    if 3 * (kana + han) > letters:
        return "ja" if 10 * kana > han else "zh"
    return guess(beginning)


def code_of(name: str) -> str:
    """The ISO 639-1 code of a language by its code or name, in English or its own; or nothing."""
    word = name.strip().lower()
    if word in NAMES:
        return word
    return next((code for code, names in NAMES.items() if word in names), "")


@lru_cache(maxsize=1)
def _function_words() -> dict[str, tuple[str, ...]]:
    """The languages that have each word."""
    import stopwordsiso  # noqa: PLC0415 - reads all its lists, which few engines need

    found: dict[str, tuple[str, ...]] = {}
    for language in _TOLD_APART:
        for word in stopwordsiso.stopwords(language):
            found[word] = (*found.get(word, ()), language)
    return found
