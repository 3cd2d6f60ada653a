"""What may be exported, from a folder or from a hub on loopback."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_hub import COMMIT
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.export import source as export_source

NAME = "someone/some-model"
SMALL = {
    "config.json": {"hidden_size": 64, "max_position_embeddings": 4096},
    "modules.json": [
        {"path": "", "type": "sentence_transformers.models.Transformer"},
        {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ],
    "1_Pooling/config.json": {"pooling_mode_lasttoken": True},
    "tokenizer.json": {},
}
WEIGHTS = bytes(3000)


@pytest.fixture
def hub(fake_hub, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_ENDPOINT", fake_hub.url)
    monkeypatch.setenv("JINASEARCH_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("JINASEARCH_CACHE", str(tmp_path / "cache"))
    fake_hub.files |= {name: json.dumps(content).encode() for name, content in SMALL.items()}
    fake_hub.files |= {"model.safetensors": WEIGHTS, "run.py": b"evil", "onnx/model.onnx": b"x"}
    describe(fake_hub, {"license": "mit"})
    return fake_hub


def describe(hub: Any, card: dict[str, Any], **more: Any) -> None:
    """What the hub says of the model."""
    names = [name for name in hub.files if not name.startswith("revision")]
    answer = {
        "id": NAME,
        "sha": COMMIT,
        "cardData": card,
        "siblings": [{"rfilename": name} for name in names],
        **more,
    }
    hub.files["revision/main"] = json.dumps(answer).encode()


def find(source: str = NAME, **options: Any) -> export_source.Source:
    options = {"accept_licence": False, "progress": lambda _done, _total: None, **options}
    return export_source.find(source, "main", **options)


def failure(source: str = NAME, **options: Any) -> JinasearchError:
    with pytest.raises(JinasearchError) as caught:
        find(source, **options)
    return caught.value


def fetched(hub: Any) -> set[str]:
    return {line.split()[1].split("?")[0].split("/", 5)[-1] for line in hub.asked if "GET" in line}


@pytest.fixture
def folder(tmp_path):
    for name, content in SMALL.items():
        path = tmp_path / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return tmp_path / "model"


def test_a_folder_is_taken_as_it_is(folder):
    found = find(str(folder))
    assert (found.folder, found.kept) == (folder, False)
    assert found.origin.source == str(folder)


def test_neither_a_folder_nor_a_name(tmp_path):
    for source in ("/no/such", "nothing", "../up/there", "a/b/c", "a/..", str(tmp_path / "x")):
        assert failure(source).code is Code.NOT_FOUND


def test_a_plain_language_model(folder):
    (folder / "modules.json").unlink()
    error = failure(str(folder))
    assert error.code is Code.MODEL_UNSUITABLE
    assert "no modules.json" in error.title


def test_a_cross_encoder_is_told_where_it_belongs(folder):
    (folder / "modules.json").unlink()
    config = {"architectures": ["BertForSequenceClassification"], "id2label": {"0": "x"}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    error = failure(str(folder))
    assert error.code is Code.MODEL_UNSUITABLE
    assert "models rerank" in error.message


@pytest.mark.parametrize(
    "kind", ["models.Dense", "cross_encoder.modules.LogitScore", "sparse_encoder.SpladePooling"]
)
def test_modules_of_other_models(folder, kind):
    modules = [*SMALL["modules.json"], {"path": "2", "type": f"sentence_transformers.{kind}"}]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    assert failure(str(folder)).code is Code.MODEL_UNSUITABLE


def test_a_folder_without_its_configuration(folder):
    (folder / "config.json").unlink()
    assert failure(str(folder)).code is Code.MODEL_MISSING


def test_from_the_hub_come_weights_and_settings_but_no_code(hub, tmp_path):
    told: list[tuple[int, int]] = []
    found = find(progress=lambda done, total: told.append((done, total)))
    assert found.kept
    assert found.folder.is_relative_to(tmp_path / "cache")
    assert (found.folder / "model.safetensors").read_bytes() == WEIGHTS
    assert fetched(hub) == {"revision/main", "model.safetensors", *SMALL}
    assert found.origin.source_revision == COMMIT
    assert (found.origin.licence, found.origin.licence_uri) == ("mit", f"{hub.url}/{NAME}")
    assert told[-1][0] == told[-1][1] > len(WEIGHTS)
    assert not any("authorization" in {name.lower() for name in sent} for sent in hub.headers)


@pytest.mark.parametrize(
    ("card", "told"),
    [
        ({"license": "cc-by-nc-4.0"}, "cc-by-nc-4.0"),
        ({"license": "other", "license_name": "house-rules"}, "house-rules"),
        ({"license": ["mit", "gpl-3.0"]}, "mit, gpl-3.0"),
        ({}, "not named"),
    ],
)
def test_the_licence_comes_before_any_file(hub, card, told):
    describe(hub, card)
    error = failure()
    assert error.code is Code.MODEL_CONSENT
    assert told in error.title
    assert f"{hub.url}/{NAME}" in error.message
    assert fetched(hub) == {"revision/main"}
    find(accept_licence=True)
    find()  # remembered


def test_an_unsuitable_model_is_refused_before_its_weights(hub):
    hub.files["1_Pooling/config.json"] = b'{"pooling_mode_max_tokens": true}'
    assert failure().code is Code.MODEL_UNSUITABLE
    assert "model.safetensors" not in fetched(hub)


def test_a_model_for_signatories_only(hub):
    describe(hub, {"license": "mit"}, gated="manual")
    error = failure()
    assert error.code is Code.DOWNLOAD_FAILED
    assert "signed" in error.title


@pytest.mark.parametrize("name", ["../../a.json", "x/../../a.json", "/etc/a.json", "x\\a.json"])
def test_a_hub_that_names_files_outside(hub, name):
    hub.files[name] = b"{}"
    describe(hub, {"license": "mit"})
    assert failure().code is Code.DOWNLOAD_FAILED
    assert fetched(hub) == {"revision/main"}


def test_no_network(hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    error = failure()
    assert error.code is Code.DOWNLOAD_FAILED
    assert "HF_ENDPOINT" in error.message


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["model.safetensors", "pytorch_model.bin", "a.json"], ["model.safetensors", "a.json"]),
        (["pytorch_model-1-of-2.bin", "training_args.bin"], ["pytorch_model-1-of-2.bin"]),
        (["0_Transformer/pytorch_model.bin", "vocab.txt"], None),
        (["openvino/a.json", ".git/a.json", "model.h5", "README.md", "code.py"], []),
    ],
)
def test_which_files_are_wanted(names, wanted):
    assert list(export_source.wanted(names)) == (names if wanted is None else wanted)
