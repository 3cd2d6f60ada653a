"""Scores of pairs: against a model made by hand, and against sentence-transformers' own."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from tiny_models import CORPUS, END, START, needs_export

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Cancelled, Stop
from jinasearch.embed.models.catalog import STARTER, describe, describe_for
from jinasearch.embed.models.description import Task
from jinasearch.embed.process.embedding import EmbedProcess
from jinasearch.embed.process.model import EmbeddingInterrupted
from jinasearch.embed.process.reranking import RerankProcess
from jinasearch.embed.rerank.cross_encoder import CrossEncoder, load
from tiny_reranker import LIMIT, expected, lay_down

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COMMAND = [sys.executable, "-m", "jinasearch", "_embed"]
QUESTION = "which planet is red"
TEXTS = [
    "Mars is the red planet",
    "Venus is near",
    "",
    "which planet is red ? which planet is red ?",
    "nothing of it here",
]


@pytest.fixture
def folder(tmp_path) -> Path:
    return lay_down(tmp_path / "reranker", [QUESTION, *TEXTS, "pause"])


def scored(folder: Path, question: str, texts: list[str]) -> Any:
    return load(describe(str(folder))).scores(question, texts)


def test_each_pair_has_the_score_it_should(folder):
    scores = scored(folder, QUESTION, TEXTS)
    assert scores.shape == (len(TEXTS),)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, [expected(QUESTION, text) for text in TEXTS], atol=1e-6)


def test_a_pair_scores_alone_as_among_others(folder):
    texts = [*TEXTS, "red " * 40, "planet"]
    together = scored(folder, QUESTION, texts)
    alone = [scored(folder, QUESTION, [text])[0] for text in texts]
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_of_a_long_pair_the_text_is_cut_and_not_the_question(folder):
    filler = "near " * (2 * LIMIT)
    end_is_cut, start_is_read = scored(
        folder, QUESTION, [f"{filler}{QUESTION}", f"{QUESTION} {filler}"]
    )
    assert end_is_cut == pytest.approx(expected(QUESTION, "near"), abs=1e-6)
    assert start_is_read == pytest.approx(expected(QUESTION, QUESTION), abs=1e-6)


def test_a_question_longer_than_a_pair_leaves_room_for_the_text(folder):
    long = QUESTION + " red" * (2 * LIMIT)
    (score,) = scored(folder, long, ["red planet"])
    words = (LIMIT - 3) // 2  # of the question that are left: three tokens are the model's own
    share = (words - len(["which", "is"])) / words
    assert score == pytest.approx(1 / (1 + np.exp(-8 * (share - 0.5))), abs=1e-5)


def test_halves_of_characters_and_no_texts_do_no_harm(folder):
    assert scored(folder, "red \ud800 planet", ["red \udfff"]).shape == (1,)
    assert scored(folder, QUESTION, []).shape == (0,)


def test_what_was_stopped_gives_nothing(folder):
    stop = Stop()
    stop.request()
    with pytest.raises(Cancelled):
        load(describe(str(folder))).scores(QUESTION, TEXTS, stop)


def refused(folder: Path) -> JinasearchError:
    with pytest.raises(JinasearchError) as caught:
        load(describe_for(Task.RERANK, str(folder)))
    assert caught.value.code is Code.MODEL_UNSUITABLE
    return caught.value


def test_a_classifier_of_several_kinds_is_refused(tmp_path):
    assert "3 kinds" in refused(lay_down(tmp_path / "three", TEXTS, labels=3)).title


def test_a_graph_that_gives_more_than_its_folder_says_is_refused(folder, tmp_path):
    three = lay_down(tmp_path / "three", TEXTS, labels=3)
    (three / "onnx/model.onnx").rename(folder / "onnx/model.onnx")
    assert "3 numbers a pair" in refused(folder).title


def test_a_graph_that_embeds_is_refused(tiny, folder):
    shutil.copy(tiny.folder / "onnx/model.onnx", folder / "onnx/model.onnx")
    assert "no scores of pairs" in refused(folder).title


def test_a_graph_that_generates_is_refused(folder):
    path = folder / "onnx/model.onnx"
    model = onnx.load(path)
    model.graph.input.append(
        helper.make_tensor_value_info("past_key_values.0.key", TensorProto.FLOAT, ["batch", 1])
    )
    onnx.save(model, path)
    assert "generating" in refused(folder).title


def test_a_model_that_embeds_is_refused_by_its_name(tiny):
    assert "does not re-rank" in refused(tiny.folder).title
    with pytest.raises(JinasearchError, match="does not re-rank"):
        load(describe(STARTER))


def test_a_model_that_re_ranks_makes_no_vectors(folder):
    with pytest.raises(JinasearchError) as caught:
        describe_for(Task.EMBED, str(folder))
    assert f"models rerank {folder}" in caught.value.message


def test_a_damaged_graph_is_told(folder):
    (folder / "onnx/model.onnx").write_bytes(b"no graph")
    with pytest.raises(JinasearchError) as caught:
        load(describe(str(folder)))
    assert caught.value.code is Code.MODEL_DAMAGED


def test_a_score_that_is_no_number_is_told(folder, monkeypatch):
    reranker = load(describe(str(folder)))
    monkeypatch.setattr(
        CrossEncoder, "_run", lambda _self, batch, _stop: np.full(len(batch.ids), np.nan)
    )
    with pytest.raises(JinasearchError) as caught:
        reranker.scores(QUESTION, TEXTS)
    assert caught.value.code is Code.EMBED_FAILED


# In its process


@pytest.fixture
def make_process() -> Iterator[Callable[..., RerankProcess]]:
    started: list[RerankProcess] = []

    def make(folder: Path, idle: float = 60) -> RerankProcess:
        started.append(RerankProcess(COMMAND, str(folder), 0, 1, idle, background=False))
        return started[-1]

    yield make
    for process in started:
        process.stop()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_it_wakes_when_asked_and_sleeps_again(folder, make_process):
    process = make_process(folder, idle=0.3)
    assert process.pid == 0
    scores = process.scores(QUESTION, TEXTS)
    np.testing.assert_allclose(scores, [expected(QUESTION, text) for text in TEXTS], atol=1e-6)
    assert process.info.provider == "ONNX Runtime, CPU"
    until(lambda: process.info.state == "asleep")
    assert process.memory_bytes() == 0
    assert process.scores(QUESTION, TEXTS).shape == (5,)


def test_a_process_that_was_killed_is_started_again(folder, make_process):
    process = make_process(folder)
    process.scores(QUESTION, TEXTS)
    os.kill(process.pid, signal.SIGKILL)
    assert process.scores(QUESTION, TEXTS).shape == (5,)


def test_who_does_not_want_it_any_more_does_not_wait_for_loading(folder, make_process):
    process = make_process(folder)
    stop = Stop()
    threading.Timer(0.02, stop.request).start()
    with pytest.raises(Cancelled):
        process.scores(QUESTION, TEXTS, stop)
    assert process.info.state == "waking"
    assert process.scores(QUESTION, TEXTS).shape == (5,)


def test_work_under_way_is_stopped(folder, make_process):
    process = make_process(folder)
    process.scores(QUESTION, TEXTS)
    many = ["red planet " * 30] * 5_000
    stop = Stop()
    threading.Timer(0.1, stop.request).start()
    with pytest.raises(Cancelled):
        process.scores(QUESTION, many, stop)
    assert process.scores(QUESTION, TEXTS).shape == (5,)


def test_what_cannot_be_loaded_is_told(folder, make_process):
    process = make_process(folder)
    (folder / "onnx/model.onnx").unlink()
    with pytest.raises(JinasearchError) as caught:
        process.scores(QUESTION, TEXTS)
    assert caught.value.code is Code.MODEL_MISSING


def test_ending_it_ends_who_waits(folder, make_process):
    process = make_process(folder)
    process.scores(QUESTION, TEXTS)
    threading.Timer(0.1, process.stop).start()
    with pytest.raises(EmbeddingInterrupted):
        process.scores(QUESTION, ["red planet " * 30] * 20_000)


def test_documents_rest_while_somebody_waits_for_something_else():
    process = EmbedProcess(COMMAND, STARTER, 0, 1, 60, runtime="onnx")
    done = threading.Event()
    worker = threading.Thread(
        target=lambda: (process.encode_documents(["the red planet"]), done.set())
    )
    try:
        process.encode_query("wake")
        with process.standing_aside():
            worker.start()
            assert not done.wait(0.5)
            assert process.encode_query("a question goes on").shape == (384,)
            assert not done.is_set()
        assert done.wait(60)
    finally:
        process.stop()
        worker.join(10)


# Against sentence-transformers


@pytest.fixture(scope="module")
def random_model(tmp_path_factory) -> Path:
    """A tiny BERT with a classifier's head, saved by transformers, its graph made by optimum."""
    import torch
    import transformers
    from optimum.exporters.onnx import main_export
    from tiny_models import train_tokenizer
    from tokenizers.processors import TemplateProcessing

    folder = tmp_path_factory.mktemp("cross") / "bert"
    tokenizer = train_tokenizer(ends=False)
    tokenizer.post_processor = TemplateProcessing(
        single=f"{START} $A {END}",
        pair=f"{START} $A {END} $B:1 {END}:1",
        special_tokens=[(END, 0), (START, 1)],
    )
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=END,
        bos_token=START,
        sep_token=END,
        cls_token=START,
        model_max_length=256,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    ).save_pretrained(folder)
    torch.set_num_threads(1)
    torch.manual_seed(8)
    config = transformers.BertConfig(
        vocab_size=500,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=256,
        initializer_range=0.3,
        pad_token_id=0,
        num_labels=1,
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    main_export(
        str(folder),
        output=folder / "onnx",
        task="text-classification",
        library_name="transformers",
        do_validation=False,
    )
    return folder


@pytest.mark.parametrize("texts", ["short", "long"])
class TestParity:
    pytestmark = needs_export

    def test_the_scores_are_those_of_sentence_transformers(self, random_model, texts):
        import torch
        from sentence_transformers import CrossEncoder as Theirs

        passages = [*CORPUS, "a", "🚀 " * 9, "red planet. " * (3 if texts == "short" else 400)]
        theirs = Theirs(str(random_model), device="cpu", activation_fn=torch.nn.Sigmoid())
        pairs = [(CORPUS[0], passage) for passage in passages]
        wanted = theirs.predict(pairs)
        description = describe(str(random_model))
        assert description.input_tokens == 256
        scores = load(replace(description)).scores(CORPUS[0], passages)
        assert np.ptp(wanted) > 0.01
        assert np.abs(scores - wanted).max() < 1e-4
