"""What input methods, word processors and phones type in other signs: `：`, `ｐｄｆ`, `“both”`."""

from __future__ import annotations

_QUOTES = dict.fromkeys(map(ord, "“”„‟«»"), ord('"'))
_FULL = {sign + 0xFEE0: sign for sign in range(0x21, 0x7F)} | {0x3000: ord(" ")}
_ALL = _QUOTES | _FULL
_OF_WORDS = _QUOTES | {
    wide: sign for wide, sign in _FULL.items() if chr(sign).isalnum() or chr(sign) in ' "-*|'
}


def narrow(text: str) -> str:
    """`text` with quotation marks of any form as `"` and full width as ASCII; as long as before."""
    return text.translate(_ALL)


def narrow_words(text: str) -> str:
    """The same but for signs that are no part of a question's language: `，` stays."""
    return text.translate(_OF_WORDS)
