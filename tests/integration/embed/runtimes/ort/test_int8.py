"""Weights of 8 bits in ONNX Runtime: made once, proven or refused, in a space of their own."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed import load as loading
from jinasearch.embed.checks import proof
from jinasearch.embed.encoder import Prompt
from jinasearch.embed.load import load
from jinasearch.embed.models.catalog import describe
from jinasearch.embed.models.description import Pooling
from jinasearch.embed.runtimes import kept, quantization
from jinasearch.embed.runtimes.ort import int8
from jinasearch.embed.runtimes.runtime import PLAIN

if TYPE_CHECKING:
    from pathlib import Path

    from jinasearch.embed.encoder import Encoder

WORDS = ["mars", "venus", "red", "planet", "moon", "the", "of", "solar", "火星", "system", "🚀"]


def texts(count: int = 40, longest: int = 120) -> list[str]:
    random = np.random.default_rng(5)
    made = [" ".join(random.choice(WORDS, random.integers(1, longest))) for _ in range(count)]
    return ["", "x", "the red planet " * 300, *made]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("JINASEARCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(proof, "_MANY", 12)  # passages that it proves itself on
    return tmp_path / "cache" / "int8-onnx"


def encoder(folder: Path, runtime: str = "onnx", precision: str = "int8", **changes) -> Encoder:
    description = replace(describe(str(folder)), **changes)
    return load(description, threads=1, runtime=runtime, precision=precision)


def least(one: np.ndarray, other: np.ndarray) -> float:
    return float((one * other).sum(axis=1).min())


def test_weights_in_groups_are_near_what_they_were():
    weight = (
        np.random.default_rng(1).standard_normal((6, 3 * quantization.GROUP)).astype(np.float32)
    )
    weight[2, quantization.GROUP + 6] = 1000.0  # spoils its own group alone
    weight[4] = 0.0
    numbers, scales = quantization.in_groups(weight)
    assert (numbers.dtype, numbers.shape) == (np.int8, (6, 3, quantization.GROUP))
    again = (numbers * scales).reshape(weight.shape)
    off = np.abs(again - weight)
    assert off[2, quantization.GROUP : 2 * quantization.GROUP].max() > 0.1
    off[2, quantization.GROUP : 2 * quantization.GROUP] = 0
    assert off.max() < 0.02


@pytest.mark.parametrize("sees", ["before", "all", "near"])
@pytest.mark.parametrize("pooling", list(Pooling))
def test_it_stays_near_the_plain_form(make_folder, sees, pooling):
    folder = make_folder(sees=sees)
    small, plain = encoder(folder, pooling=pooling), encoder(folder, PLAIN, pooling=pooling)
    assert (small.provider, small.precision) == ("ONNX Runtime, CPU, prepared", "int8")
    one, other = (model.encode(texts(), Prompt.DOCUMENT) for model in (small, plain))
    assert 0.999 < least(one, other) < 0.9999999  # it is not fp32


def test_a_vector_hardly_depends_on_its_batch(tiny):
    model = encoder(tiny.folder)
    together = model.encode(texts(), Prompt.DOCUMENT)
    alone = np.concatenate([model.encode([text], Prompt.DOCUMENT) for text in texts()])
    assert least(together, alone) > 0.9999


def test_it_is_made_and_proven_once_and_smaller(tiny, cache, monkeypatch):
    first = encoder(tiny.folder).encode(texts(), Prompt.DOCUMENT)
    (folder,) = cache.iterdir()
    names = sorted(file.name for file in folder.iterdir())
    assert names == ["model.onnx", "model.onnx_data", "sha256"]
    kinds = [node.op_type for node in onnx.load(folder / "model.onnx").graph.node]
    assert kinds.count("MatMulNBits") == 10
    assert kinds.count("GroupQueryAttention") == 2
    monkeypatch.setattr(int8, "quantise", lambda _: pytest.fail("made again"))
    monkeypatch.setattr(loading._Forms, "plain", lambda *_: pytest.fail("proven again"))
    again = encoder(tiny.folder).encode(texts(), Prompt.DOCUMENT)
    np.testing.assert_array_equal(first, again)


def test_all_its_weights_lie_in_one_place(make_folder, cache):
    path = make_folder() / "onnx" / "model.onnx"
    onnx.save(
        onnx.load(path), path, save_as_external_data=True, location="weights", size_threshold=1024
    )
    encoder(path.parent.parent)
    (folder,) = cache.iterdir()
    graph = onnx.load(folder / "model.onnx", load_external_data=False).graph
    places = {
        entry.value
        for tensor in graph.initializer
        for entry in tensor.external_data
        if entry.key == "location"
    }
    assert places == {"model.onnx_data"}
    # The words' own vectors are kept as they were, products alone are smaller.
    table = next(tensor for tensor in graph.initializer if list(tensor.dims) == [400, 64])
    assert table.data_type == onnx.TensorProto.FLOAT


def test_one_that_is_damaged_is_made_anew(tiny, cache):
    first = encoder(tiny.folder).encode(texts(), Prompt.DOCUMENT)
    (folder,) = cache.iterdir()
    path = folder / "model.onnx_data"
    path.write_bytes(path.read_bytes()[:-5000])
    np.testing.assert_array_equal(encoder(tiny.folder).encode(texts(), Prompt.DOCUMENT), first)
    assert kept._whole(folder)


@pytest.mark.parametrize(
    ("limit", "told"), [("FORM_COSINE", "least cosine 0.9"), ("FORM_NEIGHBOURS", "% of the ten")]
)
def test_a_model_that_8_bits_spoil_is_refused_with_the_figures(tiny, monkeypatch, limit, told):
    monkeypatch.setattr(proof, limit, 2.0)  # no form keeps that
    with pytest.raises(JinasearchError, match="int8 cannot be used: the vectors of") as caught:
        encoder(tiny.folder)
    assert caught.value.code is Code.RUNTIME_MISSING
    assert told in caught.value.title


def test_weights_that_are_small_already():
    with pytest.raises(JinasearchError, match="no weights that could be kept") as caught:
        load(describe("starter"), runtime="onnx", precision="int8")
    assert caught.value.code is Code.MODEL_UNSUITABLE


def test_where_it_cannot_be_kept_that_is_told(tiny, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("JINASEARCH_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(JinasearchError, match="cannot be kept in the cache") as caught:
        encoder(tiny.folder)
    assert caught.value.code is Code.RUNTIME_MISSING


def test_where_openvino_is_not_the_best_it_is_what_int8_means(tiny, monkeypatch):
    monkeypatch.setattr(loading, "_openvino_is_best", lambda: False)
    model = encoder(tiny.folder, "auto")
    assert (model.provider, model.precision) == ("ONNX Runtime, CPU, prepared", "int8")


@pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason="the extra `openvino` is not installed"
)
def test_openvino_rounds_alike_so_both_share_a_space(tiny):
    one, other = (
        encoder(tiny.folder, runtime).encode(texts(), Prompt.DOCUMENT)
        for runtime in ("onnx", "openvino")
    )
    assert least(one, other) > 0.999


def test_in_place_of_a_graphics_card_the_processor_keeps_to_8_bits(tiny):
    model = load(describe(str(tiny.folder)), runtime="cuda", precision="int8", allow_cpu=True)
    assert (model.provider, model.precision) == ("ONNX Runtime, CPU, prepared", "int8")
    assert model.remark is not None
    assert "graphics cards compute in" in model.remark.title
    assert "8 bits" in model.remark.message


def test_8_bits_that_spoil_a_model_are_refused_in_place_of_a_card_too(tiny, monkeypatch):
    monkeypatch.setattr(proof, "FORM_COSINE", 2.0)  # no form keeps that
    with pytest.raises(JinasearchError, match="int8 cannot be used: the vectors of"):
        load(describe(str(tiny.folder)), runtime="cuda", precision="int8", allow_cpu=True)
