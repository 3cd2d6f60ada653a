"""The form in which texts are compared: the index holds it, and questions are asked in it.

Without case, accents and width; hiragana and katakana are the same, and so are letters that are
written in two ways, `straße` and `strasse`, `Łódź` and `Lodz`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
    "ħ": "h", "ŧ": "t", "ı": "i", "ς": "σ",
}  # fmt: skip
"""What Unicode does not take apart: as CLDR's transform Latin-ASCII writes it; the final sigma."""
_KANA = {chr(sign): chr(sign - 0x60) for sign in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
"""Katakana as hiragana."""
_OWN_LETTERS = "йўїѓќ"
"""Letters of their own (UCA: primary weights), though Unicode takes them apart; `ё` is an `е`."""
_MARKS = "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u0640"
"""Accents; the points of Hebrew and Arabic, and what only stretches an Arabic word."""
_JOINING = "\u1160-\u11ff\u3099\u309a\uff9e\uff9f"
"""Voice marks of kana and parts of Korean syllables: one sign together with what is before."""

_MARK = re.compile(f"[{_MARKS}]")
_RUN = re.compile(r"[^\x00-\x7f]+")
_EVEN = (
    "\x00-\x7fÀ-ÅÇ-ÖØ-Ýà-åç-öø-ýА-Яа-я"
    "\u3041-\u3096\u30a1-\u30f6\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
)
"""Signs that stay one sign each: those that most texts are made of."""


class Signs(dict[int, str]):
    """What each sign becomes, by its number; for `str.translate`."""

    def __missing__(self, code: int) -> str:
        """Find it out once."""
        self[code] = plain = self._plain(chr(code))
        return plain

    def _plain(self, sign: str) -> str:
        lower = sign.lower()
        if lower in _OWN_LETTERS:
            return lower
        base = _MARK.sub("", unicodedata.normalize("NFKD", sign)).lower()
        whole = unicodedata.normalize("NFC", _MARK.sub("", base))
        return "".join(_KANA.get(each, _LETTERS.get(each, each)) for each in whole)


_SIGNS = Signs()


def fold(text: str, signs: Signs = _SIGNS) -> str:
    """`text` in lower case without accents; not always as long as it was."""
    if text.isascii():
        return text.lower()
    # Most texts are ASCII but for some signs, which alone are looked at one by one.
    return _RUN.sub(
        lambda run: unicodedata.normalize("NFKC", run.group()).translate(signs), text
    ).lower()


def aligned(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """`text` folded; for each character of that where what it comes from starts and ends."""
    whole = fold(text)
    odd = set() if text.isascii() else set("".join(_RUN.findall(text)))
    if len(whole) == len(text) and all(len(_SIGNS[ord(sign)]) == 1 for sign in odd):
        return whole, range(len(text)), range(1, len(text) + 1)
    flat: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    marks = (sign for sign in odd if unicodedata.category(sign) in ("Mn", "Mc"))
    for cluster in _clusters("".join(sorted(marks))).finditer(text):
        start, end = cluster.span()
        if cluster[1]:
            flat.append(fold(cluster[1]))
            starts += range(start, end)
            ends += range(start + 1, end + 1)
        else:
            plain = _folded(cluster.group())
            flat.append(plain)
            starts += [start] * len(plain)
            ends += [end] * len(plain)
    return "".join(flat), starts, ends


@lru_cache(maxsize=4096)
def _folded(cluster: str) -> str:
    """A letter with its marks, folded: a text has some dozens, each many times."""
    return fold(cluster)


@lru_cache(maxsize=64)
def _clusters(marks: str) -> re.Pattern[str]:
    """Finds runs of even signs, and any other with what may become one sign with it."""
    joining = f"[{_MARKS}{_JOINING}{marks}]"
    return re.compile(f"([{_EVEN}]+)(?!{joining})|.{joining}*", re.DOTALL)
