"""Graphs prepared for ONNX Runtime: attention in one operation, the same vectors, less memory."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest

from jinasearch.embed import load as loading
from jinasearch.embed.encoder import Prompt
from jinasearch.embed.load import load
from jinasearch.embed.models.catalog import describe
from jinasearch.embed.models.description import Pooling
from jinasearch.embed.runtimes.ort import fusion
from jinasearch.embed.runtimes.runtime import PLAIN

if TYPE_CHECKING:
    from pathlib import Path

    from jinasearch.embed.encoder import Encoder

FUSED = "ONNX Runtime, CPU, fused"
WORDS = ["mars", "venus", "red", "planet", "moon", "the", "of", "solar", "火星", "system", "🚀"]


def texts(count: int = 40, longest: int = 120) -> list[str]:
    random = np.random.default_rng(5)
    made = [" ".join(random.choice(WORDS, random.integers(1, longest))) for _ in range(count)]
    return ["", "x", "the red planet " * 300, *made]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("JINASEARCH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "fused"


def encoder(folder: Path, runtime: str = "onnx", threads: int = 1, **changes) -> Encoder:
    return load(replace(describe(str(folder)), **changes), threads=threads, runtime=runtime)


def graph(cache: Path) -> onnx.GraphProto:
    (folder,) = cache.iterdir()
    return onnx.load(folder / "model.onnx", load_external_data=False).graph


def kinds(cache: Path) -> list[str]:
    return [node.op_type for node in graph(cache).node]


@pytest.mark.parametrize("sees", ["before", "all"])
@pytest.mark.parametrize("position_ids", [False, True])
@pytest.mark.parametrize("pooling", list(Pooling))
def test_it_makes_the_same_vectors(make_folder, cache, sees, position_ids, pooling):
    folder = make_folder(sees=sees, position_ids=position_ids)
    plain, fused = (
        encoder(folder, runtime, threads=2, pooling=pooling) for runtime in (PLAIN, "onnx")
    )
    assert (plain.provider, fused.provider) == ("ONNX Runtime, CPU", FUSED)
    one, other = (model.encode(texts(), Prompt.DOCUMENT) for model in (plain, fused))
    assert (one * other).sum(axis=1).min() > 0.99999
    assert kinds(cache).count("GroupQueryAttention") == 2
    assert not {"Softmax", "Where", "Sin"} & set(kinds(cache))


def test_a_causal_model_needs_no_mask_of_padding(tiny, cache):
    encoder(tiny.folder, pooling=Pooling.MEAN)
    assert [value.name for value in graph(cache).input] == ["input_ids"]


def test_keys_and_values_are_let_go_layer_by_layer(tiny, cache):
    encoder(tiny.folder)
    nodes = graph(cache).node
    kept = {name for node in nodes if node.op_type == "GroupQueryAttention" for name in node.output}
    used = {name for node in nodes for name in node.input}
    assert len(kept) == 6
    assert kept <= used


def test_after_the_last_attention_one_token_is_computed(tiny, cache):
    encoder(tiny.folder)
    kept: set[str] = set()
    found = []
    for node in graph(cache).node:
        if node.op_type == "GatherND" or kept & set(node.input):
            kept |= set(node.output)
            found.append(node.op_type)
    assert found.count("MatMul") == 4  # output, gate, up, down


def test_a_vector_does_not_depend_on_its_batch(tiny):
    model = encoder(tiny.folder, threads=2)
    together = model.encode(texts(), Prompt.DOCUMENT)
    alone = np.concatenate([model.encode([text], Prompt.DOCUMENT) for text in texts()])
    assert np.abs(together - alone).max() < 1e-5


def test_a_model_that_looks_at_its_neighbourhood_stays_as_it_is(make_folder, cache):
    folder = make_folder(sees="near")
    model = encoder(folder)
    assert model.provider == "ONNX Runtime, CPU"
    assert model.remark is None
    assert [path.name for path in next(cache.iterdir()).iterdir()] == ["sha256"]


def test_it_is_made_and_proven_once(tiny, monkeypatch):
    first = encoder(tiny.folder).encode(texts(), Prompt.DOCUMENT)
    monkeypatch.setattr(fusion, "_prepare", lambda *_: pytest.fail("made again"))
    monkeypatch.setattr(loading._Forms, "plain", lambda *_: pytest.fail("proven again"))
    again = encoder(tiny.folder)
    assert again.provider == FUSED
    np.testing.assert_array_equal(again.encode(texts(), Prompt.DOCUMENT), first)


def test_weights_that_lie_beside_the_graph_stay_there(tiny, make_folder, cache):
    path = make_folder() / "onnx" / "model.onnx"
    onnx.save(
        onnx.load(path), path, save_as_external_data=True, location="weights", size_threshold=1024
    )
    model = encoder(path.parent.parent)
    assert model.provider == FUSED
    (folder,) = cache.iterdir()
    assert sorted(file.name for file in folder.iterdir()) == ["model.onnx", "sha256"]
    places = [
        {entry.key: entry.value for entry in tensor.external_data}["location"]
        for tensor in graph(cache).initializer
        if tensor.external_data
    ]
    assert len(places) > 10
    assert set(places) == {"weights"}
    expected = np.stack([tiny.reference("Document: " + text) for text in texts()])
    assert (model.encode(texts(), Prompt.DOCUMENT) * expected).sum(axis=1).min() > 0.99999


def test_weights_inside_of_the_file_are_kept_in_one_that_can_be_mapped(tiny, cache):
    encoder(tiny.folder)
    (folder,) = cache.iterdir()
    assert sorted(file.name for file in folder.iterdir()) == [
        "model.onnx",
        "model.onnx_data",
        "sha256",
    ]


@pytest.mark.parametrize("fault", ["differs", "unreadable", "no package", "no room"])
def test_where_it_cannot_be_used_the_exported_one_is(tiny, monkeypatch, fault, tmp_path):
    if fault == "differs":
        monkeypatch.setattr(loading.proof, "proven", lambda *_, **__: False)
    elif fault == "unreadable":
        monkeypatch.setattr(fusion, "_prepare", lambda *_: 1 / 0)
    elif fault == "no package":
        for name in ("graph", "attention"):
            monkeypatch.delitem(sys.modules, f"jinasearch.embed.runtimes.ort.{name}", raising=False)
        monkeypatch.setitem(sys.modules, "onnx", None)
    else:
        (tmp_path / "file").touch()
        monkeypatch.setenv("JINASEARCH_CACHE", str(tmp_path / "file" / "cache"))
    model = encoder(tiny.folder)
    assert model.provider == "ONNX Runtime, CPU"
    expected = np.stack([tiny.reference("Document: " + text) for text in texts()])
    assert (model.encode(texts(), Prompt.DOCUMENT) * expected).sum(axis=1).min() > 0.99999


LONG = """
import resource, sys
from dataclasses import replace
from jinasearch.embed.models.catalog import describe
from jinasearch.embed.encoder import Prompt
from jinasearch.embed.load import load
description = replace(describe(sys.argv[1]), input_tokens=8192)
encoder = load(description, threads=2, runtime="onnx")
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
text = "the red planet " * 4000
text = text[: encoder._tokenizer._tokenizer.encode(text).offsets[8000][1]]  # in one piece
encoder.encode([text], Prompt.DOCUMENT)
print(encoder.provider, encoder.truncated, peak() - before, sep=";")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told in kilobytes there")
def test_a_long_text_takes_no_memory_by_the_square_of_its_length(tiny):
    result = subprocess.run(
        [sys.executable, "-c", LONG, str(tiny.folder)], capture_output=True, text=True, check=True
    )
    provider, truncated, kilobytes = result.stdout.strip().split(";")
    assert (provider, truncated) == (FUSED, "0")
    one_layers_scores = 4 * 8192**2 * 4
    assert int(kilobytes) * 1024 < one_layers_scores / 4
