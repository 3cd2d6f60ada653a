"""The way to a graphics card, with a session that says it is on one: there is no card here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed import load as loading
from jinasearch.embed.encoder import Cancelled, Prompt, Stop
from jinasearch.embed.load import load
from jinasearch.embed.models.catalog import describe
from jinasearch.embed.runtimes import kept
from jinasearch.embed.runtimes.ort import cuda, fp16

if TYPE_CHECKING:
    from jinasearch.embed.encoder import Encoder

TEXTS = ["", "mars", *("the red planet " * number for number in range(1, 60))]
FULL = (
    "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Non-zero status code returned while running"
    " MatMul node. Status Message: bfc_arena.cc:376 void* onnxruntime::BFCArena::"
    "AllocateRawInternal(...) Failed to allocate memory for requested buffer of size 939524096"
)


class Card:
    """What a session with a card is asked and says, computed by a real one on the processor."""

    memory = 10**9
    lands_on = cuda.PROVIDER
    made: list[Card] = []  # noqa: RUF012 - the tests' own record

    def __init__(self, path, options, providers) -> None:
        ((self.provider, self.options),) = providers
        self.session = onnxruntime.InferenceSession.real(
            path, options, providers=["CPUExecutionProvider"]
        )
        self.get_inputs, self.get_outputs = self.session.get_inputs, self.session.get_outputs
        self.path, self.shapes = path, []
        Card.made.append(self)

    def get_providers(self):
        if self.provider == "CPUExecutionProvider":
            return [self.provider]
        return [self.lands_on, "CPUExecutionProvider"]

    def run(self, names, feed, options):
        shape = feed["input_ids"].shape
        self.shapes.append(shape)
        if self.provider == cuda.PROVIDER and shape[0] * shape[1] > self.memory:
            raise RuntimeError(FULL)
        return self.session.run(names, feed, options)


@pytest.fixture(autouse=True)
def card(monkeypatch, tmp_path):
    monkeypatch.setenv("JINASEARCH_CACHE", str(tmp_path / "cache"))
    real = onnxruntime.InferenceSession
    monkeypatch.setattr(Card, "made", [])
    monkeypatch.setattr(onnxruntime, "InferenceSession", Card)
    monkeypatch.setattr(Card, "real", real, raising=False)
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [cuda.PROVIDER])
    return Card


def encoder(tiny, precision: str = "fp32", **more) -> Encoder:
    description = replace(describe(str(tiny.folder)))
    return load(description, runtime="cuda", precision=precision, **more)


def agreement(tiny, vectors) -> float:
    expected = np.stack([tiny.reference("Document: " + text) for text in TEXTS])
    return float((vectors * expected).sum(axis=1).min())


def test_on_the_card(tiny, card):
    model = encoder(tiny, gpu_bytes=2_000_000_000)
    assert (model.provider, model.precision, model.remark) == ("ONNX Runtime, CUDA", "fp32", None)
    assert agreement(tiny, model.encode(TEXTS, Prompt.DOCUMENT)) > 0.99999
    options = card.made[0].options
    assert options["gpu_mem_limit"] == 2_000_000_000
    assert options["use_tf32"] == 0


def test_without_a_limit_all_memory_is_used(tiny, card):
    encoder(tiny)
    assert "gpu_mem_limit" not in card.made[0].options


@pytest.mark.parametrize("precision", ["auto", "fp16"])
def test_in_fp16_it_stays_near_the_reference(tiny, card, precision):
    model = encoder(tiny, precision)
    assert model.precision == "fp16"
    assert agreement(tiny, model.encode(TEXTS, Prompt.DOCUMENT)) > 0.999
    assert "/fp16/" in card.made[0].path
    size = (tiny.folder / "onnx" / "model.onnx").stat().st_size
    files = [path for path in tiny.folder.parent.glob("**/fp16/**/*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 0.6 * size


def test_fp16_is_made_once_and_again_when_damaged(tiny, monkeypatch, tmp_path):
    path, description = tiny.folder / "onnx" / "model.onnx", describe(str(tiny.folder))
    made = fp16.in_fp16(path, description)
    whole = made.read_bytes()
    assert fp16.in_fp16(path, description) == made
    made.write_bytes(whole[:-10])
    assert fp16.in_fp16(path, description) == made
    assert kept._whole(made.parent)


def test_the_makers_own_fp16_comes_first(tiny, make_folder):
    path = make_folder() / "onnx" / "model.onnx"
    beside = path.with_name("model_fp16.onnx")
    beside.write_bytes(b"")
    assert fp16.in_fp16(path, describe(str(tiny.folder))) == beside


def test_a_full_card_gets_halves_and_later_smaller_batches(tiny, card, monkeypatch):
    model = encoder(tiny)
    monkeypatch.setattr(card, "memory", 1000)
    shapes = card.made[0].shapes
    many = ["the red planet " * 20] * 40
    shapes.clear()
    vectors = model.encode(many, Prompt.DOCUMENT)
    assert np.abs(vectors - vectors[0]).max() < 1e-5
    assert sum(n * t > 1000 for n, t in shapes) > 0
    assert sum(n for n, t in shapes if n * t <= 1000) == 40
    shapes.clear()
    model.encode(many, Prompt.DOCUMENT)
    assert all(n * t <= 1000 for n, t in shapes)


def test_one_text_that_is_too_much_is_told(tiny, card, monkeypatch):
    model = encoder(tiny)
    monkeypatch.setattr(card, "memory", 100)
    with pytest.raises(JinasearchError) as caught:
        model.encode(["the red planet " * 100], Prompt.DOCUMENT)
    assert caught.value.code is Code.EMBED_FAILED
    assert model.encode(["mars"], Prompt.DOCUMENT).shape == (1, 64)


def test_another_failure_is_not_tried_again(tiny, card, monkeypatch):
    model = encoder(tiny)
    monkeypatch.setattr(card, "memory", 0)
    shapes = card.made[0].shapes
    shapes.clear()
    monkeypatch.setitem(globals(), "FULL", "CUDA failure 999: unknown error")
    with pytest.raises(JinasearchError):
        model.encode(["mars", "mars"], Prompt.DOCUMENT)
    assert len(shapes) == 1


def test_a_stop_between_halves(tiny, card, monkeypatch):
    model, stop = encoder(tiny), Stop()
    monkeypatch.setattr(card, "memory", 0)
    original = card.run

    def stopping(self, names, feed, options):
        stop.request()
        return original(self, names, feed, options)

    monkeypatch.setattr(card, "run", stopping)
    with pytest.raises(Cancelled):
        model.encode(["mars", "mars"], Prompt.DOCUMENT, stop)


def test_landing_on_the_processor_is_an_error(tiny, card, monkeypatch):
    monkeypatch.setattr(card, "lands_on", "CPUExecutionProvider")
    with pytest.raises(JinasearchError, match="CUDA cannot be used: the runtime went") as caught:
        encoder(tiny)
    assert caught.value.code is Code.RUNTIME_MISSING


def test_where_the_processor_is_allowed_it_is_told(tiny, card, monkeypatch):
    monkeypatch.setattr(card, "lands_on", "CPUExecutionProvider")
    model = encoder(tiny, allow_cpu=True)
    assert model.provider == "ONNX Runtime, CPU"
    assert model.remark is not None
    assert "the runtime went to the processor" in model.remark.title
    assert agreement(tiny, model.encode(TEXTS, Prompt.DOCUMENT)) > 0.99999


def test_without_the_package_for_cards(tiny, monkeypatch):
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(JinasearchError, match="onnxruntime-gpu is not installed") as caught:
        encoder(tiny)
    assert caught.value.code is Code.RUNTIME_MISSING


def test_vectors_that_differ_are_not_used(tiny, monkeypatch):
    monkeypatch.setattr(loading.proof, "proven", lambda *_: False)
    with pytest.raises(JinasearchError, match="its fp32 vectors differ too much"):
        encoder(tiny)


def test_a_precision_that_cards_have_not(tiny):
    with pytest.raises(JinasearchError, match="The precision bf16 cannot be used"):
        encoder(tiny, "bf16")
