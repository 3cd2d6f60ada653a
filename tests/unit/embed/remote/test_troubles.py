"""What servers do other than answer, and what becomes of it."""

from __future__ import annotations

import numpy as np
import pytest

from embedding_server import KEY, SECRET, WIDTH, expected
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Prompt
from jinasearch.embed.remote import openai
from jinasearch.embed.remote.openai import OpenAIEncoder, Patience


def failure(encoder: OpenAIEncoder, texts: list[str] | None = None) -> JinasearchError:
    with pytest.raises(JinasearchError) as caught:
        encoder.encode(texts or [SECRET], Prompt.DOCUMENT)
    said = f"{caught.value} {caught.value.__cause__!r}"
    assert SECRET not in said
    assert KEY not in said
    return caught.value


# Too much at once

TOO_LONG = {
    "llama-server": (
        400,
        {
            "error": {
                "code": 400,
                "message": f"the request exceeds the available context size: {SECRET}",
                "type": "exceed_context_size_error",
                "n_prompt_tokens": 40,
                "n_ctx": 20,
            }
        },
    ),
    "llama-server, batch": (
        500,
        {
            "error": {
                "code": 500,
                "message": "input is too large to process. increase the physical batch size",
                "type": "server_error",
            }
        },
    ),
    "vLLM": (
        400,
        {
            "error": {
                "message": "This model's maximum context length is 20 tokens.",
                "type": "BadRequestError",
                "param": "input_tokens",
                "code": 400,
            }
        },
    ),
    "vLLM, by its message": (
        400,
        {
            "object": "error",
            "message": "This model's maximum context length is 20 tokens.",
            "type": "BadRequestError",
            "code": 400,
        },
    ),
    "Text Embeddings Inference": (
        413,
        {
            "error": "Input validation error: `inputs` must have less than 20 tokens. Given: 40",
            "error_type": "Validation",
        },
    ),
    "Text Embeddings Inference, /v1": (
        413,
        {
            "message": "Input validation error: `inputs` must have less than 20 tokens. Given: 40",
            "code": 413,
            "type": "Validation",
        },
    ),
}


@pytest.mark.parametrize("shape", TOO_LONG)
def test_a_text_that_is_too_long_is_cut_and_the_others_are_not(
    embedding_server, make_encoder, shape
):
    status, body = TOO_LONG[shape]

    def answer(asked):
        if any(len(text) > 20 for text in asked.texts):
            return embedding_server.reply(body, status)
        return embedding_server.good(asked)

    embedding_server.embeddings = answer
    texts = ["one", "x" * 40, "three", "four"]
    encoder = make_encoder()
    vectors = encoder.encode(texts, Prompt.DOCUMENT)
    short = [0, 2, 3]
    np.testing.assert_allclose(
        vectors[short], expected(embedding_server, [texts[i] for i in short]), atol=1e-6
    )
    cut = [
        asked.texts[0].count("x") for asked in embedding_server.embedded if len(asked.texts) == 1
    ]
    assert 10 <= min(length for length in cut if length) <= 20
    assert encoder.truncated == 1
    embedding_server.asked.clear()
    encoder.encode(["a", "b", "c"], Prompt.DOCUMENT)
    assert [len(asked.texts) for asked in embedding_server.embedded] == [3]


def test_a_server_that_takes_no_text_however_short(embedding_server, make_encoder):
    status, body = TOO_LONG["llama-server"]
    embedding_server.embeddings = lambda asked: embedding_server.reply(body, status)
    assert failure(make_encoder(), ["a" * 1000]).code is Code.EMBED_FAILED


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (
            413,
            {"error": "batch size 16 > maximum allowed batch size 3", "error_type": "Validation"},
        ),
        (422, {"message": "batch size 16 > maximum allowed batch size 3", "type": "Validation"}),
        (413, b"<html><h1>413 Request Entity Too Large</h1></html>"),
    ],
)
def test_a_batch_that_is_too_large_is_halved_from_then_on(
    embedding_server, make_encoder, status, body
):
    def answer(asked):
        if len(asked.texts) > 3:
            return embedding_server.reply(body, status)
        return embedding_server.good(asked)

    embedding_server.embeddings = answer
    texts = [str(number) for number in range(16)]
    encoder = make_encoder()
    vectors = encoder.encode(texts, Prompt.DOCUMENT)
    np.testing.assert_allclose(vectors, expected(embedding_server, texts), atol=1e-6)
    embedding_server.asked.clear()
    encoder.encode(texts, Prompt.DOCUMENT)
    assert [len(asked.texts) for asked in embedding_server.embedded] == [2] * 8


def test_what_takes_too_long_together_goes_in_parts(embedding_server, make_encoder, monkeypatch):
    monkeypatch.setitem(openai._PATIENCE, Prompt.DOCUMENT, Patience(1.0, 0.0, 0.0))

    def answer(asked):
        reply = embedding_server.good(asked)
        reply.seconds = 20.0 if len(asked.texts) > 2 else 0.0
        return reply

    embedding_server.embeddings = answer
    texts = ["a", "b", "c", "d"]
    vectors = make_encoder().encode(texts, Prompt.DOCUMENT)
    np.testing.assert_allclose(vectors, expected(embedding_server, texts), atol=1e-6)


def test_a_text_alone_that_takes_too_long(embedding_server, make_encoder, monkeypatch):
    monkeypatch.setitem(openai._PATIENCE, Prompt.DOCUMENT, Patience(0.3, 0.0, 0.0))
    embedding_server.embeddings = lambda _: embedding_server.reply({}, seconds=20.0)
    error = failure(make_encoder())
    assert error.code is Code.EMBED_FAILED
    assert "too long" in error.title


# Overloaded


@pytest.mark.parametrize("status", [429, 503])
def test_an_overloaded_server_is_left_alone_for_as_long_as_it_says(
    embedding_server, make_encoder, status
):
    busy = embedding_server.reply(
        {"error": "Model is overloaded", "error_type": "Overloaded"}, status, {"Retry-After": "7"}
    )
    answers = [busy, busy]
    embedding_server.embeddings = lambda asked: (
        answers.pop() if answers else embedding_server.good(asked)
    )
    encoder = make_encoder()
    assert encoder.encode(["a"], Prompt.DOCUMENT).shape == (1, WIDTH)
    assert encoder.slept == [7, 7]


def test_without_a_time_the_pauses_grow_and_end(embedding_server, make_encoder):
    embedding_server.embeddings = lambda _: embedding_server.reply({"error": "later"}, 429)
    encoder = make_encoder()
    error = failure(encoder)
    assert error.code is Code.REMOTE_FAILED
    assert "overloaded" in error.title
    assert encoder.slept == [1, 2, 4, 8, 16]


def test_a_question_does_not_wait_for_long(embedding_server, make_encoder):
    embedding_server.embeddings = lambda _: embedding_server.reply(
        {}, 429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}
    )
    encoder = make_encoder()
    with pytest.raises(JinasearchError) as caught:
        encoder.encode(["a"], Prompt.QUERY)
    assert caught.value.code is Code.REMOTE_FAILED
    assert sum(encoder.slept) < 10


# Refused, broken, gone


@pytest.mark.parametrize(
    ("status", "body", "code", "words"),
    [
        (401, {"detail": f"Invalid key {KEY}"}, Code.REMOTE_FAILED, "key"),
        (403, b"", Code.REMOTE_FAILED, "does not allow"),
        (404, {"error": {"message": "no such model", "code": 404}}, Code.REMOTE_FAILED, "model"),
        (405, b"", Code.REMOTE_FAILED, "address"),
        (501, {"error": {"code": 501, "type": "not_supported"}}, Code.REMOTE_FAILED, "embeddings"),
        (502, b"<html>Bad Gateway</html>", Code.REMOTE_FAILED, "reached"),
        (504, b"", Code.REMOTE_FAILED, "reached"),
        (400, {"error": {"message": f"bad text: {SECRET}"}}, Code.EMBED_FAILED, "status 400"),
        (422, {"error": SECRET, "error_type": "Tokenizer"}, Code.EMBED_FAILED, "422"),
        (424, {"error": "backend", "error_type": "Backend"}, Code.EMBED_FAILED, "424"),
        (500, {"error": {"message": f"inference failed: {SECRET}"}}, Code.EMBED_FAILED, "500"),
        (418, b"[" * 10_000, Code.EMBED_FAILED, "418"),
    ],
)
def test_a_refusal_says_what_to_do(embedding_server, make_encoder, status, body, code, words):
    embedding_server.embeddings = lambda _: embedding_server.reply(body, status)
    error = failure(make_encoder(key=KEY))
    assert error.code is code
    assert "127.0.0.1:1" in error.title
    assert words in error.title
    assert error.message
    assert len(embedding_server.embedded) == 1


GOOD = [0.5] * WIDTH


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"<html>Welcome to the wireless network</html>",
        b'{"data": [{"index": 0, "embedding": [1, 2',
        b'{"data": [{"index": 0, "embedding": [NaN, 1, 1, 1, 1, 1, 1, 1]}]}',
        b'{"data": "none"}',
        b"\xff\xfe",
        b"[" * 100_000,
        {"error": {"message": "with status 200"}},
        {"data": []},
        {"data": [{"index": 0, "embedding": GOOD}] * 2},
        {"data": [{"index": 1, "embedding": GOOD}]},
        {"data": [{"index": -1, "embedding": GOOD}]},
        {"data": [{"index": 0, "embedding": [*GOOD[:7], None]}]},
        {"data": [{"index": 0, "embedding": [*GOOD[:7], 1e39]}]},
        {"data": [{"index": 0, "embedding": [0.0] * WIDTH}]},
        {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": "no base64!"}]},
        {"data": [{"index": 0, "embedding": "AAAA"}]},
        {"data": [{"index": 0, "embedding": [[0.5] * WIDTH]}]},
    ],
)
def test_an_answer_that_makes_no_sense_is_not_believed(embedding_server, make_encoder, body):
    embedding_server.embeddings = lambda _: embedding_server.reply(body)
    error = failure(make_encoder())
    assert error.code is Code.EMBED_FAILED
    assert "127.0.0.1:1" in error.title


def test_vectors_of_different_lengths_are_not_believed(embedding_server, make_encoder):
    embedding_server.embeddings = lambda _: embedding_server.of([[1.0] * 8, [1.0] * 7])
    assert failure(make_encoder(), ["a", "b"]).code is Code.EMBED_FAILED


def test_vectors_of_another_length_are_another_models(embedding_server, make_encoder):
    embedding_server.embeddings = lambda asked: embedding_server.of([[1.0] * 7])
    error = failure(make_encoder())
    assert error.code is Code.MODEL_UNSUITABLE
    assert "another model" in error.title


def test_an_answer_without_end_is_not_read_to_its_end(embedding_server, make_encoder, monkeypatch):
    monkeypatch.setattr("jinasearch.embed.remote.client._MOST_BYTES", 1000)
    embedding_server.embeddings = lambda _: embedding_server.reply(b" " * 5000)
    assert "without end" in failure(make_encoder()).title


def test_a_redirect_is_not_followed(embedding_server, make_encoder):
    embedding_server.embeddings = lambda _: embedding_server.reply(
        b"", 307, {"Location": f"http://user:{KEY}@localhost:{embedding_server.port}/v1/models"}
    )
    error = failure(make_encoder(key=KEY))
    assert error.code is Code.REMOTE_FAILED
    assert f"on to localhost:{embedding_server.port}" in error.title
    assert len(embedding_server.asked) == 1


def test_a_connection_that_breaks_off_is_tried_twice(embedding_server, make_encoder):
    drop = [embedding_server.reply(drop=True)]
    embedding_server.embeddings = lambda asked: drop.pop() if drop else embedding_server.good(asked)
    encoder = make_encoder()
    assert encoder.encode(["a"], Prompt.DOCUMENT).shape == (1, WIDTH)
    embedding_server.embeddings = lambda asked: embedding_server.reply(drop=True)
    error = failure(encoder)
    assert error.code is Code.EMBED_FAILED  # it may be the text that crashes the server
    assert "broke off" in error.title


def test_a_kept_connection_that_ended_meanwhile(embedding_server, make_encoder):
    encoder = make_encoder()
    encoder.encode(["a"], Prompt.DOCUMENT)
    embedding_server.stop()
    error = failure(encoder)
    assert error.code is Code.REMOTE_FAILED
    assert "does not answer" in error.title
    embedding_server.again()
    assert encoder.encode(["a"], Prompt.DOCUMENT).shape == (1, WIDTH)


def test_a_server_that_speaks_no_tls(embedding_server, make_encoder):
    error = failure(make_encoder(url=embedding_server.url.replace("http:", "https:")))
    assert error.code is Code.REMOTE_FAILED
    assert "prove who it is" in error.title
