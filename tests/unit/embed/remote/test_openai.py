"""The encoder of servers that speak OpenAI's interface, against one that does all they may do."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from embedding_server import KEY, WIDTH, describe_remote, expected
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Cancelled, Prompt, Stop
from jinasearch.embed.models.description import space_key
from jinasearch.embed.remote.openai import SAMPLE

# What goes right


@pytest.mark.parametrize("encoding", ["base64", "float"])
def test_vectors_in_the_order_of_the_texts_at_length_1(embedding_server, make_encoder, encoding):
    texts = [f"text {number}" for number in range(5)]
    vectors = make_encoder(encoding=encoding).encode(texts, Prompt.DOCUMENT)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected(embedding_server, texts), atol=1e-6)
    assert embedding_server.embedded[0].body == {
        "model": "fake",
        "input": texts,
        "encoding_format": encoding,
    }


def test_a_server_that_ignores_the_encoding_that_is_asked_for(embedding_server, make_encoder):
    embedding_server.embeddings = lambda asked: embedding_server.of([[3.0, 4, 0, 0, 0, 0, 0, 0]])
    np.testing.assert_allclose(make_encoder().encode(["a"], Prompt.DOCUMENT)[0][:3], [0.6, 0.8, 0])


def test_vectors_without_an_index_are_taken_as_they_come(embedding_server, make_encoder):
    def plain(asked):
        data = [{"embedding": [float(len(text))] + [1.0] * 7} for text in asked.texts]
        return embedding_server.reply({"data": data})

    embedding_server.embeddings = plain
    vectors = make_encoder().encode(["a", "abcdef"], Prompt.DOCUMENT)
    assert vectors[0, 0] < vectors[1, 0]


def test_prompts_are_put_before_and_fields_beside_the_texts(embedding_server, make_encoder):
    encoder = make_encoder(
        query_prompt="query: ",
        document_prompt="passage: ",
        query_fields=(("task", "q"),),
        document_fields=(("task", "d"), ("truncate_prompt_tokens", -1)),
    )
    found = encoder.encode(["a"], Prompt.QUERY)
    np.testing.assert_allclose(found, expected(embedding_server, ["a"], "query: "), atol=1e-6)
    encoder.encode(["a"], Prompt.DOCUMENT)
    query, document = (asked.body for asked in embedding_server.embedded)
    assert (query["input"], query["task"]) == (["query: a"], "q")
    assert (document["input"], document["task"]) == (["passage: a"], "d")
    assert document["truncate_prompt_tokens"] == -1


def test_vectors_are_cut_here_and_normalised_again(embedding_server, make_encoder):
    vectors = make_encoder(dimension=3).encode(["a", "b"], Prompt.DOCUMENT)
    np.testing.assert_allclose(vectors, expected(embedding_server, ["a", "b"], "", 3), atol=1e-6)
    assert "dimensions" not in embedding_server.embedded[0].body  # llama-server would ignore it


def test_no_text_asks_nobody(embedding_server, make_encoder):
    assert make_encoder(dimension=3).encode([], Prompt.DOCUMENT).shape == (0, 3)
    assert embedding_server.asked == []


def test_odd_texts_arrive(embedding_server, make_encoder):
    texts = ["", "\x00\x1b", "half \udce4 character", "港口 🚢"]
    make_encoder().encode(texts, Prompt.DOCUMENT)
    assert embedding_server.embedded[0].texts == ["", "\x00\x1b", "half ? character", "港口 🚢"]


def test_batches_stay_within_the_servers_limit(embedding_server, make_encoder):
    texts = [str(number) for number in range(10)]
    vectors = make_encoder(batch=4).encode(texts, Prompt.DOCUMENT)
    np.testing.assert_allclose(vectors, expected(embedding_server, texts), atol=1e-6)
    assert [len(asked.texts) for asked in embedding_server.embedded] == [4, 4, 2]


def test_what_the_server_cuts_without_a_word_is_counted(embedding_server, make_encoder):
    embedding_server.embeddings = embedding_server.cutting(50)
    encoder = make_encoder(max_tokens=50)
    texts = ["short", "word " * 40, "word " * 49 + "end", "word " * 70, "短" * 60, "also short"]
    vectors = encoder.encode(texts, Prompt.DOCUMENT)
    read = [" ".join(text.split()[:50]) for text in texts]
    np.testing.assert_allclose(vectors, expected(embedding_server, read), atol=1e-6)
    # The third is as long as it reads, to the token: nobody can tell that its end was read.
    assert encoder.truncated == 2
    # Those that might be too long were asked for alone.
    assert [len(asked.texts) for asked in embedding_server.embedded] == [1, 1, 1, 1, 1, 1]
    encoder.encode(["short"] * 20, Prompt.DOCUMENT)
    assert len(embedding_server.embedded[-1].texts) == 20
    assert encoder.truncated == 2


@pytest.mark.parametrize("usage", [None, [], {"prompt_tokens": "many"}, {"prompt_tokens": -1}, 7])
def test_a_server_that_does_not_tell_its_tokens(embedding_server, make_encoder, usage):
    def odd(asked):
        reply = embedding_server.good(asked)
        reply.body["usage"] = usage
        return reply

    embedding_server.embeddings = odd
    encoder = make_encoder(max_tokens=2)
    encoder.encode(["a text that is longer"], Prompt.DOCUMENT)
    assert encoder.truncated == 0


def test_who_runs_where(make_encoder):
    encoder = make_encoder()
    assert encoder.provider == "127.0.0.1:1, openai"
    assert encoder.precision == "remote"
    assert encoder.dimension == WIDTH
    assert encoder.description.sends_to == ""


def test_the_key_is_sent_as_a_bearer(embedding_server, make_encoder):
    make_encoder(key=KEY).encode(["a"], Prompt.DOCUMENT)
    assert embedding_server.embedded[0].headers["Authorization"] == f"Bearer {KEY}"
    make_encoder().encode(["a"], Prompt.DOCUMENT)
    assert "Authorization" not in embedding_server.embedded[1].headers


def test_the_proxy_of_the_environment_is_not_used(make_encoder, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert make_encoder().encode(["a"], Prompt.DOCUMENT).shape == (1, WIDTH)


# Stopped


def test_a_stop_hangs_up(embedding_server, make_encoder):
    embedding_server.embeddings = lambda _: embedding_server.reply({}, seconds=20.0)
    encoder, stop = make_encoder(), Stop()

    def stop_when_asked() -> None:
        embedding_server.until_asked(1)
        stop.request()

    thread = threading.Thread(target=stop_when_asked)
    thread.start()
    with pytest.raises(Cancelled):
        encoder.encode(["a"], Prompt.DOCUMENT, stop)
    thread.join()
    embedding_server.embeddings = embedding_server.good
    assert encoder.encode(["a"], Prompt.QUERY).shape == (1, WIDTH)


def test_a_stop_that_came_first_and_one_that_comes_too_late(embedding_server, make_encoder):
    encoder, early, late = make_encoder(), Stop(), Stop()
    early.request()
    with pytest.raises(Cancelled):
        encoder.encode(["a"], Prompt.DOCUMENT, early)
    encoder.encode(["a"], Prompt.DOCUMENT, late)
    late.request()
    assert encoder.encode(["a"], Prompt.DOCUMENT).shape == (1, WIDTH)


# The same model as before


def test_another_model_at_the_same_address_is_noticed(embedding_server, make_encoder):
    sample = tuple(float(number) for number in embedding_server.vector_of(f"d: {SAMPLE}")[:6])
    make_encoder(document_prompt="d: ", sample=sample).check()
    make_encoder(document_prompt="d: ").check()
    with pytest.raises(JinasearchError) as caught:
        make_encoder(document_prompt="e: ", sample=sample).check()
    assert caught.value.code is Code.MODEL_UNSUITABLE


def test_the_space_tells_models_and_prompts_apart_and_not_servers():
    def key(dimension: int = 0, url: str = "http://127.0.0.1/v1", **given: Any) -> str:
        return space_key(describe_remote(url, **given), dimension)

    assert key() == key(url="https://elsewhere.example/v1", host="elsewhere.example", local=False)
    assert key() == key(batch=1, encoding="float", has_key=True, sample=(1.0,))
    different = [
        key(),
        key(4),
        key(width=16),
        key(model="other"),
        key(query_prompt="q: "),
        key(document_prompt="q: "),
        key(query_fields=(("input_type", "query"),)),
        key(document_fields=(("input_type", "query"),)),
    ]
    assert len(set(different)) == len(different)
