"""The encoder's contract, against a numpy model that knows neither batches nor ONNX."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from tokenizers.processors import TemplateProcessing

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Cancelled, Prompt, Stop
from jinasearch.embed.load import load
from jinasearch.embed.models.catalog import describe
from jinasearch.embed.tokenizer import TextTokenizer

if TYPE_CHECKING:
    from pathlib import Path

    from jinasearch.embed.encoder import Encoder

TEXTS = [
    "Mars, known for its reddish appearance, is often referred to as the Red Planet.",
    "planet",
    "",
    "火星因其红色外观而被称为红色星球。",
    "🚀🪐 emoji 👩‍👩‍👧",
    "control \x00\x01\x7f\u200b characters\r\n\ttoo",
    "broken \ud800 surrogate",
    "the red planet " * 60,
]


def encoder(folder: Path, dimension: int = 0, **changes: object) -> Encoder:
    description = replace(describe(str(folder)), **changes)  # type: ignore[arg-type]
    return load(description, dimension, threads=1, runtime="onnx")


def expected(tiny, prompt: str, texts=TEXTS, dimension: int = 64, limit: int = 2048):
    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    return np.stack([tiny.reference(prompt + text, dimension, limit) for text in clean])


@pytest.mark.parametrize("dimension", [8, 16, 32, 64])
def test_it_agrees_with_the_reference_at_every_dimension(tiny, dimension):
    vectors = encoder(tiny.folder, dimension).encode(TEXTS, Prompt.DOCUMENT)
    reference = expected(tiny, "Document: ", dimension=dimension)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors * reference).sum(axis=1).min() > 0.99999


def test_threads_wait_awake_within_a_run_and_asleep_after_it(tiny):
    model = load(describe(str(tiny.folder)), threads=2, runtime="onnx")
    options = model._runtime._session.get_session_options()
    awake = options.get_session_config_entry("session.intra_op.spin_duration_us")
    assert 0 < int(awake) <= 1000
    assert options.get_session_config_entry("session.force_spinning_stop") == "1"
    assert model.encode(TEXTS, Prompt.DOCUMENT).shape == (len(TEXTS), 64)


def test_the_query_prompt_is_another(tiny):
    vectors = encoder(tiny.folder).encode(TEXTS, Prompt.QUERY)
    assert (vectors * expected(tiny, "Query: ")).sum(axis=1).min() > 0.99999
    assert (vectors * expected(tiny, "Document: ")).sum(axis=1).min() < 0.999


def test_a_graph_that_wants_positions_and_names_its_output_otherwise(tiny, make_folder):
    folder = make_folder(position_ids=True, output="token_embeddings")
    vectors = encoder(folder).encode(TEXTS, Prompt.DOCUMENT)
    assert (vectors * expected(tiny, "Document: ")).sum(axis=1).min() > 0.99999


def test_a_vector_does_not_depend_on_its_batch(tiny):
    random = np.random.default_rng(3)
    words = ["mars", "venus", "red", "planet", "moon", "the", "of", "solar", "火星", "system"]
    texts = [" ".join(random.choice(words, random.integers(1, 120))) for _ in range(64)]
    model = encoder(tiny.folder)
    together = model.encode(texts, Prompt.DOCUMENT)
    alone = np.concatenate([model.encode([text], Prompt.DOCUMENT) for text in texts])
    assert np.abs(together - alone).max() < 1e-5
    shuffled = random.permutation(64)
    again = model.encode([texts[i] for i in shuffled], Prompt.DOCUMENT)
    assert np.abs(together[shuffled] - again).max() < 1e-5


def in_pieces(tiny, folder: Path, text: str, limit: int, end: str = ""):
    """The vector of a text that is read in pieces, and how many they are."""
    tokenizer = TextTokenizer(folder / "tokenizer.json", limit)
    pieces = ["Document: " + piece for piece in tokenizer.pieces("Document: ", text)]
    lengths = np.array([len(tokens) for tokens in tokenizer.tokens(pieces)])
    vectors = np.stack([tiny.reference(piece + end) for piece in pieces])
    mean = (vectors * lengths[:, None]).sum(axis=0)
    return mean / np.linalg.norm(mean), len(pieces)


def test_a_text_longer_than_the_model_reads_is_read_in_pieces(tiny):
    text = "the red planet " * 30 + "the moon of venus " * 30
    model = encoder(tiny.folder, input_tokens=50)
    whole, alone = model.encode([text, "short"], Prompt.DOCUMENT)
    assert model.truncated == 0
    reference, count = in_pieces(tiny, tiny.folder, text, 50)
    assert count > 3
    assert whole @ reference > 0.99999
    assert alone @ expected(tiny, "Document: ", ["short"])[0] > 0.99999
    assert whole @ expected(tiny, "Document: ", [text], limit=50)[0] < 0.9999


def test_nothing_at_all_is_the_padding_token(tiny):
    model = encoder(tiny.folder, query_prompt="", document_prompt="", pad_token=5)
    vectors = model.encode([""], Prompt.DOCUMENT)
    pad = tiny.tokenizer.id_to_token(5)
    assert vectors[0] @ tiny.reference(pad) > 0.99999
    assert model.encode([], Prompt.QUERY).shape == (0, 64)


def test_an_end_token_of_the_tokenizer_survives_the_cut(tiny, make_folder):
    folder = make_folder()
    tokenizer = tiny.tokenizer.from_str(tiny.tokenizer.to_str())
    tokenizer.post_processor = TemplateProcessing(
        single="$A <|endoftext|>", special_tokens=[("<|endoftext|>", 0)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    text = "planet " * 100
    vectors = encoder(folder, input_tokens=20).encode([text], Prompt.DOCUMENT)
    reference, _ = in_pieces(tiny, folder, text, 20, "<|endoftext|>")
    assert vectors[0] @ reference > 0.99999


def test_a_stop_from_another_thread_ends_a_run_under_way(tiny):
    model, stop = encoder(tiny.folder), Stop()
    texts = ["the red planet " * 300] * 2000
    timer = threading.Timer(0.2, stop.request)
    timer.start()
    with pytest.raises(Cancelled):
        model.encode(texts, Prompt.DOCUMENT, stop)
    assert stop.requested
    timer.join()
    assert model.encode(["still works"], Prompt.QUERY).shape == (1, 64)


def test_what_was_stopped_goes_on_where_it_was(tiny, monkeypatch):
    model, stop = encoder(tiny.folder), Stop()
    texts = ["the red planet " * (number * 20 + 1) for number in range(10)]
    expected = model.encode(texts, Prompt.DOCUMENT)
    run, runs = model._runtime.run, []

    def counted(feed, stop_given):
        runs.append(feed["input_ids"].shape)
        if len(runs) == 4:
            stop.request()
        return run(feed, stop_given)

    monkeypatch.setattr(model._runtime, "run", counted)
    with pytest.raises(Cancelled):
        model.encode(texts, Prompt.DOCUMENT, stop)
    assert model.encode(["a question"], Prompt.QUERY).shape == (1, 64)
    before = len(runs)
    np.testing.assert_array_equal(model.encode(texts, Prompt.DOCUMENT), expected)
    assert len(set(runs)) == len(runs) - 1  # the run under way alone is repeated
    assert len(runs) - before == len(texts) - 3
    model.encode(texts, Prompt.DOCUMENT)
    assert len(runs) == before + 2 * len(texts) - 3


def test_a_stop_before_the_work_prevents_it(tiny):
    stop = Stop()
    stop.request()
    with pytest.raises(Cancelled):
        encoder(tiny.folder).encode(["a"], Prompt.QUERY, stop)


def test_it_says_what_it_runs_on(tiny):
    assert encoder(tiny.folder).provider == "ONNX Runtime, CPU, fused"


def test_a_dimension_the_model_has_not(tiny):
    with pytest.raises(JinasearchError, match="no 48 dimensions, only 8, 16, 32, 64") as caught:
        encoder(tiny.folder, 48)
    assert caught.value.code is Code.MODEL_UNSUITABLE


@pytest.mark.parametrize(
    ("variant", "told"),
    [
        ({"extra_input": "past_key_values.0.key"}, "generating text"),
        ({"extra_input": "pixel_values"}, "input 'pixel_values' is not known"),
        ({"output": "logits"}, "gives logits"),
        ({"output": "something"}, "gives something and no embeddings"),
    ],
)
def test_a_graph_that_is_no_embedding_model(make_folder, variant, told):
    with pytest.raises(JinasearchError, match=told) as caught:
        encoder(make_folder(**variant))
    assert caught.value.code is Code.MODEL_UNSUITABLE


def test_a_width_that_the_configuration_does_not_tell(make_folder):
    folder = make_folder()
    (folder / "config.json").write_text('{"hidden_size": 32, "max_position_embeddings": 99}')
    with pytest.raises(JinasearchError, match="not 32 numbers a token") as caught:
        encoder(folder)
    assert caught.value.code is Code.MODEL_UNSUITABLE


@pytest.mark.parametrize("kept", [0.2, 0.999])
def test_a_file_cut_short(make_folder, kept):
    folder = make_folder()
    path = folder / "onnx" / "model.onnx"
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(JinasearchError) as caught:
        encoder(folder)
    assert caught.value.code is Code.MODEL_DAMAGED
    assert caught.value.path == str(path)


def test_a_tokenizer_cut_short(make_folder):
    folder = make_folder()
    path = folder / "tokenizer.json"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(JinasearchError) as caught:
        encoder(folder)
    assert caught.value.code is Code.MODEL_DAMAGED


def test_a_vector_that_is_no_number(tmp_path, tiny, make_folder):
    folder = make_folder()
    model = onnx.load(folder / "onnx" / "model.onnx")
    last = model.graph.node[-1]
    model.graph.node.append(helper.make_node("Log", [last.input[0]], [last.output[0]]))
    model.graph.node.remove(last)  # the logarithm of negative numbers
    assert model.graph.output[0].type.tensor_type.elem_type == TensorProto.FLOAT
    onnx.save(model, folder / "onnx" / "model.onnx")
    with pytest.raises(JinasearchError) as caught:
        encoder(folder).encode(["a secret text"], Prompt.DOCUMENT)
    assert caught.value.code is Code.EMBED_FAILED
    assert "secret" not in str(caught.value)


def test_a_book_as_a_question_is_not_read_to_its_end(tiny):
    model = encoder(tiny.folder, input_tokens=20)
    beginning = "the red planet " * 5
    (vector,) = model.encode([beginning + "the moon of venus " * 20_000], Prompt.QUERY)
    assert model.truncated == 1
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
