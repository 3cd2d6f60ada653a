"""`models export` with the real libraries, on tiny models that they have saved themselves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import pytest
from tiny_models import BERT, MODERNBERT, PROMPTS, QWEN3, SIZES, WIDTH, Shape, needs_export, save

from fake_hub import fake_hub
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Prompt
from jinasearch.embed.export import child, launcher
from jinasearch.embed.load import load
from jinasearch.embed.models.catalog import describe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["fake_hub"]
pytestmark = needs_export

COMMAND = [sys.executable, "-m", "jinasearch", "_export"]
TEXTS = ["Which planet is RED?", "火星因其红色外观而被称为红色星球。", "🚀 letter " * 40]


@pytest.fixture
def models(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("JINASEARCH_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("JINASEARCH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "models"


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Callable[..., Path]:
    """A model as sentence-transformers saves it, made once for each way of making it."""
    made: dict[tuple[Shape, str], Path] = {}

    def make(shape: Shape, **options: Any) -> Path:
        key = (shape, repr(options))
        if key not in made:
            made[key] = save(shape, tmp_path_factory.mktemp("saved") / shape.name, **options)
        return made[key]

    return make


def run(source: Path | str, name: str = "mine", **options: Any) -> launcher.Exported:
    """The real process."""
    options = {"on_stage": lambda _: None, **options}
    return launcher.export(COMMAND, str(source), name, **options)


@pytest.fixture
def make(models, monkeypatch) -> Callable[[Path], dict[str, Any]]:
    """What the process does, in this one: loading the libraries takes ten seconds."""
    monkeypatch.setattr(child, "_load_packages", lambda: None)

    def make(source: Path) -> dict[str, Any]:
        work = models / ".work"
        work.mkdir(parents=True)
        request = {"source": str(source), "revision": "", "accept_licence": False}
        answer = child._answer({**request, "work": str(work)}, lambda **_: None)
        if answer["ok"]:
            (work / "model").rename(models / "mine")
        return answer

    return make


def refusal(answer: dict[str, Any]) -> str:
    assert not answer["ok"]
    assert answer["error"]["code"] == Code.MODEL_UNSUITABLE
    return answer["error"]["title"]


def agrees(folder: Path, name: str) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(folder), device="cpu")
    limit = min(reference.max_seq_length, describe(name).input_tokens)
    reference.max_seq_length = limit
    model = load(describe(name), threads=1, runtime="onnx")
    for prompt, encode in (
        (Prompt.QUERY, reference.encode_query),
        (Prompt.DOCUMENT, reference.encode_document),
    ):
        # What is longer than the model reads at once, the original cuts and we read in pieces.
        whole = [t for t in TEXTS if len(reference.tokenizer(t).input_ids) + 6 < limit]
        assert len(whole) >= 2
        theirs = encode(whole)
        ours = model.encode(whole, prompt)
        cosines = (ours * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)
        assert cosines.min() >= 0.99999


@pytest.mark.parametrize("shape", [QWEN3, MODERNBERT, BERT], ids=lambda shape: shape.name)
def test_a_folder_is_exported_and_checked(make, saved, shape):
    source = saved(shape)
    answer = make(source)
    assert answer["cosine"] >= 0.99999
    assert answer["texts"] == 40
    description = describe("mine")
    assert description.dimensions == tuple(answer["dimensions"]) == tuple(SIZES)
    assert description.pooling is shape.pooling
    assert (description.query_prompt, description.document_prompt) == tuple(PROMPTS.values())
    assert description.precision == "fp32"
    agrees(source, "mine")


def test_a_model_without_prompts_that_reads_little_and_in_lower_case(make, tmp_path):
    source = save(BERT, tmp_path / "small", prompts=None)
    path = source / "sentence_bert_config.json"
    config = json.loads(path.read_text()) | {"max_seq_length": 24, "do_lower_case": True}
    path.write_text(json.dumps(config))
    assert make(source)["ok"]
    description = describe("mine")
    assert (description.query_prompt, description.document_prompt) == ("", "")
    assert description.max_tokens == description.input_tokens == 24
    agrees(source, "mine")
    upper, lower = load(description).encode(["RED PLANET", "red planet"], Prompt.QUERY)
    assert upper @ lower > 0.99999


def test_half_precision_is_exported_in_full(make, tmp_path):
    import torch
    from transformers import AutoModel

    source = save(QWEN3, tmp_path / "half")
    AutoModel.from_pretrained(source, dtype=torch.bfloat16).save_pretrained(source)
    assert json.loads((source / "config.json").read_text())["dtype"] == "bfloat16"
    assert make(source)["cosine"] >= 0.99999


def test_the_command_says_what_comes_next(models, saved):
    """No engine runs, and none is started."""
    result = subprocess.run(
        [sys.executable, "-m", "jinasearch", "models", "export", saved(QWEN3), "--name", "mine"],
        env={**os.environ, "JINASEARCH_LIBRARY": str(models.parent / "library")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "128 dimensions" in result.stdout
    assert "jinasearch models use mine" in result.stdout
    assert describe("mine").dimension == WIDTH
    assert not (models.parent / "library").exists()


def test_from_the_hub_with_its_licence(models, saved, fake_hub, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_ENDPOINT", fake_hub.url)
    source = saved(QWEN3)
    fake_hub.files |= {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in source.rglob("*")
        if path.is_file()
    }
    answer = {
        "id": "someone/tiny",
        "sha": "c" * 40,
        "cardData": {"license": "cc-by-nc-4.0"},
        "siblings": [{"rfilename": name} for name in fake_hub.files],
    }
    fake_hub.files["revision/main"] = json.dumps(answer).encode()
    with pytest.raises(JinasearchError) as caught:
        run("someone/tiny")
    assert caught.value.code is Code.MODEL_CONSENT
    stages: list[str] = []
    run("someone/tiny", accept_licence=True, on_stage=lambda stage: stages.append(stage.name))
    assert list(dict.fromkeys(stages)) == ["download", "libraries", "graph", "reference", "check"]
    assert sorted(path.name for path in models.iterdir() if path.is_dir()) == ["mine"]
    assert describe("mine").licence == "cc-by-nc-4.0"
    assert list((tmp_path / "cache" / "export").iterdir()) == []
    agrees(source, "mine")


def test_killed_in_the_middle_it_leaves_nothing(models, saved):
    def kill(stage: launcher.Stage) -> None:
        if stage.name == "graph":
            (process,) = (p for p in psutil.Process().children() if "_export" in p.cmdline())
            process.send_signal(signal.SIGKILL)

    with pytest.raises(JinasearchError, match="signal 9"):
        run(saved(QWEN3), on_stage=kill)
    assert [path.name for path in models.iterdir()] == [".export.lock"]


def test_a_graph_that_gives_other_vectors_is_not_kept(make, saved, tmp_path, monkeypatch):
    monkeypatch.setattr("tiny_models.CORPUS", ["another text makes another tokenizer"])
    other = save(BERT, tmp_path / "other")
    export_graph = child._export_graph
    monkeypatch.setattr(
        child, "_export_graph", lambda _from, made, target: export_graph(other, made, target)
    )
    assert "gives other vectors than the original" in refusal(make(saved(QWEN3)))


def test_a_model_with_code_of_its_own_is_refused_and_does_not_run_it(make, tmp_path):
    source = save(QWEN3, tmp_path / "own")
    path = source / "config.json"
    code = {"AutoConfig": "evil.Config", "AutoModel": "evil.Model"}
    config = json.loads(path.read_text()) | {"model_type": "house-made", "auto_map": code}
    path.write_text(json.dumps(config))
    (source / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    assert "does not know 'house-made'" in refusal(make(source))
    assert not (tmp_path / "ran").exists()


def test_a_model_that_writes_is_refused(make, tmp_path):
    from tiny_models import build
    from transformers import Qwen3ForCausalLM

    Qwen3ForCausalLM(build(QWEN3).config).save_pretrained(tmp_path / "writer")
    assert "no modules.json" in refusal(make(tmp_path / "writer"))


def test_a_model_that_sorts_is_refused(make, saved, tmp_path):
    from sentence_transformers import CrossEncoder

    plain = str(saved(BERT)) + "-plain"
    CrossEncoder(plain, num_labels=1, device="cpu").save_pretrained(str(tmp_path / "sorter"))
    assert refusal(make(tmp_path / "sorter"))


def test_an_encoder_with_a_decoder_is_refused(make, saved, tmp_path, monkeypatch):
    def two_graphs(_from: Path, output: Path, **_: Any) -> None:
        output.mkdir()
        for name in ("encoder_model.onnx", "decoder_model.onnx"):
            (output / name).touch()

    monkeypatch.setattr("optimum.exporters.onnx.main_export", two_graphs)
    assert "decoder_model.onnx, encoder_model.onnx" in refusal(make(saved(QWEN3)))


def test_weights_that_are_missing(make, tmp_path):
    source = save(QWEN3, tmp_path / "bare")
    (source / "model.safetensors").unlink()
    assert "the export failed" in refusal(make(source))
