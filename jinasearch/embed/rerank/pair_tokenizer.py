"""A question and a text as the tokens of one pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinasearch.embed.tokenizer import TextTokenizer, Tokens, as_tokens, clean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class PairTokenizer(TextTokenizer):
    """A cross-encoder's tokenizer: what stands between the two texts is the model's own."""

    def __init__(self, path: Path, max_tokens: int, pad_token: int = 0) -> None:
        """Raises JinasearchError(MODEL_DAMAGED) if the file is no tokenizer."""
        super().__init__(path, max_tokens, pad_token)
        self._most = max_tokens
        self._special = self._tokenizer.num_special_tokens_to_add(is_pair=True)

    def pairs(self, query: str, texts: Sequence[str]) -> list[Tokens]:
        """The tokens of each text after the question, at most `max_tokens` a pair.

        The text is what is cut; a question of more than half a pair loses its end before.
        """
        question = self._cut(clean(query))
        self._tokenizer.enable_truncation(self._most, strategy="only_second")
        encodings = self._tokenizer.encode_batch([(question, clean(text)) for text in texts])
        return [as_tokens(encoding, self._pad_token) for encoding in encodings]

    def _cut(self, query: str) -> str:
        self._tokenizer.no_truncation()
        offsets = self._tokenizer.encode(query, add_special_tokens=False).offsets
        most = max(1, (self._most - self._special) // 2)
        return query if len(offsets) <= most else query[: offsets[most][0]]
