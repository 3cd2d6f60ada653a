from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import resource
from jinasearch.embed.tokenizer import TextTokenizer

STARTER = resource("models/starter") / "tokenizer.json"
SMALL = TextTokenizer(STARTER, 40)
CLS, SEP = 101, 102


def test_no_padding_is_left_and_special_tokens_are_there():
    """The file itself asks for padding to 128 tokens."""
    (tokens,) = TextTokenizer(STARTER, 256).tokens(["hello world"])
    assert tokens.ids.tolist() == [CLS, 7592, 2088, SEP]
    assert tokens.types.tolist() == [0, 0, 0, 0]
    assert tokens.ids.dtype == np.int64
    assert not tokens.truncated


def test_a_long_text_is_cut_and_says_so():
    short, long = TextTokenizer(STARTER, 10).tokens(["hello " * 8, "hello " * 9])
    assert (len(short), short.truncated) == (10, False)
    assert (len(long), long.truncated) == (10, True)
    assert (long.ids[0], long.ids[-1]) == (CLS, SEP)


@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(
                ["word ", "火星は赤い。", "🚀" * 30, "x" * 300, "\ud800", "  \n", "naïve "]
            ),
        ),
        max_size=60,
    ).map("".join)
)
def test_a_long_text_is_read_whole_in_pieces(text):
    pieces = SMALL.pieces("Document: ", text)
    assert "".join(pieces) == text
    tokens = SMALL.tokens(["Document: " + piece for piece in pieces])
    assert not any(piece.truncated for piece in tokens)


def test_the_pieces_of_a_long_text_end_between_words():
    text = "nevertheless understanding " * 40
    pieces = SMALL.pieces("", text)
    assert len(pieces) > 1
    assert {word for piece in pieces for word in piece.split()} == set(text.split())


@pytest.mark.parametrize("text", ["", "火星", "🚀" * 300, "\x00\x01\x7f", "\ud800", "\u202e\u200d"])
def test_any_text_gives_tokens(text):
    (tokens,) = TextTokenizer(STARTER, 256).tokens([text])
    assert 1 <= len(tokens) <= 256


def test_a_batch_is_padded_on_the_right():
    tokenizer = TextTokenizer(STARTER, 256, pad_token=7)
    batch = tokenizer.batch(tokenizer.tokens(["hello world", "hello"]))
    assert batch.ids.tolist() == [[CLS, 7592, 2088, SEP], [CLS, 7592, SEP, 7]]
    assert batch.mask.tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]
    assert batch.types.tolist() == [[0] * 4] * 2


def test_a_file_that_is_no_tokenizer(tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_text("{}")
    with pytest.raises(JinasearchError) as caught:
        TextTokenizer(path, 256)
    assert caught.value.code is Code.MODEL_DAMAGED
    assert caught.value.path == str(path)
