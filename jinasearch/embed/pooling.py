"""From token vectors to one vector a text: pool, normalise, truncate, normalise again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jinasearch.embed.models.description import Pooling

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TINY = np.float32(1e-12)


def last_token(hidden: NDArray[np.floating], mask: NDArray[np.integer]) -> NDArray[np.float32]:
    """The hidden state of each text's last token whose mask is 1, padded on either side.

    Args:
        hidden: (n, tokens, width).
        mask: (n, tokens), 1 for tokens of the text; at least one a text.

    Returns:
        (n, width).
    """
    last = mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1)
    pooled: NDArray[np.float32] = hidden[np.arange(len(hidden)), last].astype(np.float32)
    return pooled


def first_token(hidden: NDArray[np.floating], mask: NDArray[np.integer]) -> NDArray[np.float32]:
    """The hidden state of each text's first token whose mask is 1; shapes as in `last_token`."""
    first = np.argmax(mask, axis=1)
    pooled: NDArray[np.float32] = hidden[np.arange(len(hidden)), first].astype(np.float32)
    return pooled


def mean(hidden: NDArray[np.floating], mask: NDArray[np.integer]) -> NDArray[np.float32]:
    """The mean of each text's token vectors whose mask is 1; shapes as in `last_token`."""
    weights = mask.astype(np.float32)[:, :, None]
    total = (hidden.astype(np.float32) * weights).sum(axis=1)
    pooled: NDArray[np.float32] = total / np.maximum(weights.sum(axis=1), np.float32(1))
    return pooled


def l2(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors (n, width) at length 1; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = vectors / np.maximum(lengths, _TINY)
    return scaled


def finish(pooled: NDArray[np.float32], dimension: int) -> NDArray[np.float32]:
    """L2, truncate to `dimension`, L2 again: (n, width) → (n, dimension)."""
    return l2(l2(pooled)[:, :dimension])


def pool(
    hidden: NDArray[np.floating], mask: NDArray[np.integer], pooling: Pooling
) -> NDArray[np.float32]:
    """One vector a text, not normalised yet; shapes as in `last_token`."""
    return _WAYS[pooling](hidden, mask)


_WAYS = {
    Pooling.LAST_TOKEN: last_token,
    Pooling.FIRST_TOKEN: first_token,
    Pooling.MEAN: mean,
}
