"""Texts to token ids, with numpy arrays only at its border."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Encoding, Tokenizer

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_SPARE = 4
"""Tokens by which a piece of a text may come to more than within the text."""
_LOOK_BACK = 24


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text's token ids and token types, int64 of equal length, never empty.

    `truncated`: the text was longer than the model's limit, its end is not among them.
    """

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    truncated: bool

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of one run, padded on the right: each array is int64 of shape (n, tokens)."""

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    types: NDArray[np.int64]


def clean(text: str) -> str:
    """The text without lone halves of characters, which tokenizers refuse."""
    return text.encode("utf-8", "replace").decode("utf-8")


def as_tokens(encoding: Encoding, pad_token: int) -> Tokens:
    """What a tokenizer gave for one text, or one pair of texts."""
    return Tokens(
        np.array(encoding.ids or [pad_token], dtype=np.int64),
        np.array(encoding.type_ids or [0], dtype=np.int64),
        bool(encoding.overflowing),
    )


class TextTokenizer:
    """A model's tokenizer.

    `pad_token` fills batches, and stands for a text that gives no token at all.
    """

    def __init__(self, path: Path, max_tokens: int, pad_token: int = 0) -> None:
        """Raises JinasearchError(MODEL_DAMAGED) if the file is no tokenizer."""
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # tokenizers raises bare Exception for every fault
            raise JinasearchError(
                Code.MODEL_DAMAGED,
                "The model's tokenizer cannot be read",
                "Download or copy the model again.",
                shown(path),
            ) from error
        # The file may ask for padding to a fixed length, which would cost a full-length run each.
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        self._pad_token = pad_token

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The tokens of each text, special tokens included, at most `max_tokens` a text.

        A truncated text keeps its special tokens: the tokenizer cuts before it adds them.
        """
        encodings = self._tokenizer.encode_batch([clean(text) for text in texts])
        return [as_tokens(encoding, self._pad_token) for encoding in encodings]

    def pieces(self, before: str, text: str) -> list[str]:
        """`text` in as few pieces of about equal length as the model can read, `before` each.

        They end between words where they can, and together are the whole text.
        """
        encoding = self._tokenizer.encode(clean(before + text))
        if not encoding.overflowing:
            return [text]
        prompt = len(self._tokenizer.encode(before, add_special_tokens=False).ids)
        starts = [
            start - len(before)
            for part in (encoding, *encoding.overflowing)
            for (start, _), special in zip(part.offsets, part.special_tokens_mask, strict=True)
            if not special and start >= len(before)
        ]
        room = max(1, len(encoding.ids) - sum(encoding.special_tokens_mask) - prompt - _SPARE)
        size = -(-len(starts) // -(-len(starts) // room)) if starts else room
        cuts, at = [0], 0
        while len(starts) - at > room:
            at = _word_start(text, starts, at + 1, at + size)
            cuts.append(starts[at])
        return [text[start:end] for start, end in itertools.pairwise([*cuts, len(text)])]

    def batch(self, texts: Sequence[Tokens]) -> Batch:
        """Lay texts side by side, padded to the longest."""
        shape = (len(texts), max(len(text) for text in texts))
        ids = np.full(shape, self._pad_token, dtype=np.int64)
        mask = np.zeros(shape, dtype=np.int64)
        types = np.zeros(shape, dtype=np.int64)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = text.ids
            mask[row, : len(text)] = 1
            types[row, : len(text)] = text.types
        return Batch(ids, mask, types)


def _word_start(text: str, starts: Sequence[int], first: int, last: int) -> int:
    """The last token of `first` to `last` that begins a word, if there is one near; or `last`."""
    for index in range(last, max(first, last - _LOOK_BACK) - 1, -1):
        at = starts[index]
        if text[at - 1].isspace() or text[at : at + 1].isspace():
            return index
    return last
