"""The list of models, from what lies in the models' folder."""

from __future__ import annotations

import errno
import json
import os
import threading
from typing import TYPE_CHECKING

import pytest

from jinasearch.core.errors import JinasearchError
from jinasearch.embed.models import hub, known_folders
from jinasearch.embed.models.catalog import KNOWN, STARTER
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


def test_models_of_known_folders_stay_in_the_list(models, tmp_path):
    elsewhere, gone = tmp_path / "elsewhere", tmp_path / "gone"
    install(elsewhere)
    for folder in (elsewhere, gone, elsewhere):
        known_folders.remember(str(folder))
    entries = {entry.name: entry for entry in ModelShelf(lambda: None).entries(STARTER)}
    assert list(entries) == [*OWN, str(elsewhere), str(gone)]
    assert (entries[str(elsewhere)].state, entries[str(gone)].state) == ("ready", "damaged")
    assert entries[str(gone)].folder == str(gone)
    known_folders.forget(str(gone))
    assert known_folders.known() == (str(elsewhere),)


def test_a_folder_among_the_installed_ones_goes_by_its_name(models, tmp_path):
    install(models / "mine")
    assert known_folders.name_of(models / "mine") == "mine"
    assert known_folders.name_of(models / STARTER) == STARTER
    assert known_folders.name_of(models / "no name") == str(models / "no name")
    assert known_folders.name_of(tmp_path / "mine") == str(tmp_path / "mine")


@pytest.mark.parametrize("content", ["", "{}", '[1, null, "relative"]', '["/a"'])
def test_a_broken_list_of_folders_is_none(models, content):
    models.mkdir()
    (models / "folders.json").write_text(content)
    assert known_folders.known() == ()
    known_folders.remember("/a")
    assert known_folders.known() == ("/a",)


def test_only_what_can_be_downloaded_again_is_deleted(models):
    shelf = ModelShelf(lambda: None)
    folder = models / "ms-marco-minilm"
    install(folder)
    entries = {entry.name: entry for entry in shelf.entries(STARTER)}
    assert [name for name, entry in entries.items() if entry.removable] == ["ms-marco-minilm"]
    with pytest.raises(JinasearchError, match="in use"):
        shelf.remove("ms-marco-minilm", {"ms-marco-minilm"})
    assert folder.exists()
    shelf.remove("ms-marco-minilm", {STARTER})
    assert not folder.exists()
    with pytest.raises(JinasearchError, match="Nothing of the model"):
        shelf.remove("ms-marco-minilm", {STARTER})


def test_a_model_from_elsewhere_comes_last_while_it_is_in_use(models, tmp_path):
    install(tmp_path / "elsewhere")
    install(models / "mine")
    entries = ModelShelf(lambda: None).entries(str(tmp_path / "elsewhere"))
    assert [entry.name for entry in entries] == [*OWN, "mine", str(tmp_path / "elsewhere")]
    assert [entry.in_use for entry in entries][-2:] == [False, True]


def test_a_folder_that_cannot_be_read_stands_in_the_list_with_the_reason(models, tmp_path):
    install(models / "mine")
    sealed = tmp_path / "sealed"
    install(sealed)
    (sealed / "tokenizer.json").write_text('{"normalizer": "none"}', encoding="utf-8")
    (sealed / "sentence_bert_config.json").write_text('{"do_lower_case": true}', encoding="utf-8")
    entries = {entry.name: entry for entry in ModelShelf(lambda: None).entries(str(sealed))}
    assert entries["mine"].state == "ready"
    assert entries[str(sealed)].state == "damaged"
    assert "do not hold what they should" in entries[str(sealed)].title


def test_a_drive_that_goes_away_meanwhile_breaks_no_list(models, monkeypatch):
    install(models / "mine")

    def gone(*_, **__):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(hub, "check", gone)
    assert {entry.state for entry in ModelShelf(lambda: None).entries()} == {"damaged"}


def test_a_download_is_known_while_it_goes_on(models, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def download(_description, progress, stop):
        begun.set()
        assert go_on.wait(20)

    monkeypatch.setattr(hub, "download", download)
    shelf = ModelShelf(lambda: None)
    assert not shelf.downloading
    shelf.download(OWN[-1], pytest.fail, consent_given=True, on_ready=lambda _: None)
    assert begun.wait(20)
    assert shelf.downloading
    go_on.set()
    shelf.close()
    assert not shelf.downloading
