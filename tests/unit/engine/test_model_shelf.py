"""The list of models, from what lies in the models' folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jinasearch.embed.catalog import KNOWN, STARTER
from jinasearch.engine.model_shelf import ModelShelf

if TYPE_CHECKING:
    from pathlib import Path

OWN = [model.name for model in KNOWN]


@pytest.fixture
def models(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("JINASEARCH_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def install(folder: Path) -> None:
    files = {
        "config.json": {"hidden_size": 64, "max_position_embeddings": 128},
        "modules.json": [{"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}],
        "1_Pooling/config.json": {"pooling_mode": "mean"},
        "tokenizer.json": {},
        "onnx/model.onnx": "graph",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def test_installed_models_come_after_the_catalogue(models):
    install(models / "mine")
    (models / "broken").mkdir()
    shelf = ModelShelf(lambda: None)
    entries = {entry.name: entry for entry in shelf.entries(STARTER)}
    assert list(entries) == [*OWN, "broken", "mine"]
    assert entries["mine"].state == "ready"
    assert entries["mine"].dimension == 64
    assert entries["broken"].state == "damaged"
    assert "has no model.onnx" in entries["broken"].title
    assert [name for name, entry in entries.items() if entry.in_use] == [STARTER]
    shelf.usable("mine", 0)


def test_a_model_from_elsewhere_comes_last_while_it_is_in_use(models, tmp_path):
    install(tmp_path / "elsewhere")
    install(models / "mine")
    entries = ModelShelf(lambda: None).entries(str(tmp_path / "elsewhere"))
    assert [entry.name for entry in entries] == [*OWN, "mine", str(tmp_path / "elsewhere")]
    assert [entry.in_use for entry in entries][-2:] == [False, True]
