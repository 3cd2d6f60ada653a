"""Cuts Chinese, Japanese and Korean for the full text, whose tokenizer knows only spaces.

Each character becomes a word of its own, so any word is found as a phrase of its characters, one
of two characters too. Other scripts are folded only.
"""

from __future__ import annotations

import re

from jinasearch.store.folding import Signs, fold

CJK = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Han with its extensions, kana, hangul, as the inside of a regular expression's class."""

_CHARACTER = re.compile(f"[{CJK}]")


class _Apart(Signs):
    def _plain(self, sign: str) -> str:
        plain = super()._plain(sign)
        return f" {plain} " if _CHARACTER.match(sign) else plain


_APART = _Apart()


def cut(text: str) -> str:
    """`text` folded, with spaces around every Chinese, Japanese and Korean character."""
    return fold(text, _APART)
