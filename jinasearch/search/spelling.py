"""Other ways to write the same word: simplified and traditional Chinese.

Asked for beside what was typed, so that the index holds every text once. What is folded there,
such as full and half width, needs no other way; the plain form is what the converters know.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_DIRECTIONS = ("t2s", "s2t", "s2hk", "s2tw")
"""OpenCC's names. Taiwan and Hong Kong write some characters otherwise than the common form."""


@lru_cache(maxsize=4096)
def spellings(text: str) -> tuple[str, ...]:
    """`text`, then the other ways to write it."""
    found = [text, unicodedata.normalize("NFKC", text)]
    if _HAN.search(text):
        plain = found[-1]
        found += [converter.convert(plain) for converter in _converters()]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1)
def _converters() -> tuple[opencc.OpenCC, ...]:
    import opencc  # noqa: PLC0415 - its tables take time and memory

    return tuple(opencc.OpenCC(direction) for direction in _DIRECTIONS)
