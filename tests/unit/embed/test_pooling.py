from __future__ import annotations

import numpy as np
import pytest

from jinasearch.embed import pooling
from jinasearch.embed.models.description import Pooling

HIDDEN = np.arange(2 * 4 * 3, dtype=np.float32).reshape(2, 4, 3) - 7


@pytest.mark.parametrize(
    ("mask", "last"),
    [
        ([[1, 1, 0, 0], [1, 1, 1, 1]], (1, 3)),  # padded on the right
        ([[0, 0, 1, 1], [1, 1, 1, 1]], (3, 3)),  # padded on the left
        ([[1, 0, 0, 0], [0, 0, 0, 1]], (0, 3)),
    ],
)
def test_the_last_token_of_either_padding(mask, last):
    pooled = pooling.last_token(HIDDEN, np.array(mask))
    np.testing.assert_array_equal(pooled, HIDDEN[[0, 1], list(last)])
    assert pooled.dtype == np.float32


@pytest.mark.parametrize(
    ("mask", "first"),
    [([[1, 1, 0, 0], [1, 1, 1, 1]], (0, 0)), ([[0, 0, 1, 1], [0, 0, 0, 1]], (2, 3))],
)
def test_the_first_token_of_either_padding(mask, first):
    pooled = pooling.first_token(HIDDEN, np.array(mask))
    np.testing.assert_array_equal(pooled, HIDDEN[[0, 1], list(first)])
    assert pooled.dtype == np.float32


def test_the_mean_leaves_padding_out():
    pooled = pooling.mean(HIDDEN, np.array([[0, 1, 1, 0], [1, 1, 1, 1]]))
    np.testing.assert_allclose(pooled, [HIDDEN[0, 1:3].mean(0), HIDDEN[1].mean(0)])
    assert pooled.dtype == np.float32


def test_pool_does_what_the_model_asks_for():
    mask = np.ones((2, 4), dtype=np.int64)
    np.testing.assert_array_equal(pooling.pool(HIDDEN, mask, Pooling.LAST_TOKEN), HIDDEN[:, 3])
    np.testing.assert_array_equal(pooling.pool(HIDDEN, mask, Pooling.FIRST_TOKEN), HIDDEN[:, 0])
    np.testing.assert_allclose(pooling.pool(HIDDEN, mask, Pooling.MEAN), HIDDEN.mean(1))


def test_half_precision_is_pooled_in_full():
    hidden = np.full((1, 4096, 2), 0.1, dtype=np.float16)
    pooled = pooling.mean(hidden, np.ones((1, 4096), dtype=np.int64))
    np.testing.assert_allclose(pooled, float(np.float16(0.1)), rtol=1e-5)


def test_a_truncated_vector_has_length_one_again():
    vectors = pooling.finish(np.array([[3.0, 4.0, 12.0]], dtype=np.float32), 2)
    np.testing.assert_allclose(vectors, [[0.6, 0.8]], rtol=1e-6)


def test_a_zero_vector_stays_zero():
    assert not pooling.l2(np.zeros((1, 3), dtype=np.float32)).any()
