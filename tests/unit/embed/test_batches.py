from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinasearch.embed import transformer
from jinasearch.embed.tokenizer import Tokens
from jinasearch.embed.transformer import batches

LENGTHS = st.lists(st.integers(1, 2048), max_size=100)


def texts(lengths: list[int]) -> list[Tokens]:
    return [Tokens(np.zeros(n, np.int64), np.zeros(n, np.int64), truncated=False) for n in lengths]


@given(LENGTHS, st.integers(1, 5000))
def test_every_text_is_run_once_within_the_limits(lengths, most):
    runs = list(batches(texts(lengths), most))
    assert sorted(row for rows in runs for row in rows) == list(range(len(lengths)))
    for rows in runs:
        longest = max(lengths[row] for row in rows)
        assert len(rows) == 1 or len(rows) * longest <= most
        assert longest <= transformer._BATCH_SPREAD * min(lengths[row] for row in rows)


@pytest.mark.parametrize(("length", "together"), [(512, 16), (1024, 4), (2048, 1), (300, 46)])
def test_a_run_stays_within_its_memory_however_many_tokens_it_may_have(length, together):
    runs = list(batches(texts([length] * 100), 1_000_000))
    assert max(map(len, runs)) == together
    assert together * length**2 <= transformer._RUN_SCORES
