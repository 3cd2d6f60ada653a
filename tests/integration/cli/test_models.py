"""Listing, choosing and downloading models, with the running engine and a hub on loopback."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from jinasearch.core.errors import Code
from jinasearch.core.models import Activity, Status
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Commands

USAGE, FAILED, INTERRUPTED = 2, 3, 130
SMALL = "jina-v5-small"
TEXTS = {
    "sea.txt": "the albatross glides over the sea",
    "bread.txt": "flour water and yeast make a loaf",
    "money.txt": "the customer has to pay the amount",
}
ROWS = 400
"""Vectors of the tiny models: more than words, so that a download takes its time."""
WORDS = sorted({"[UNK]", "Query", "Document", ":", *" ".join(TEXTS.values()).split()})


def lay_down(folder: Path, width: int) -> Path:
    """A model that adds up random vectors of words: texts with the same words are near.

    It has the files of the hub's layout, those of jina-v5-small among them.
    """
    vectors = np.random.default_rng(3).standard_normal((ROWS, width)).astype(np.float32)
    nodes = [
        helper.make_node("Min", ["input_ids", "last"], ["known"]),
        helper.make_node("Gather", ["vectors", "known"], ["tokens"]),
        helper.make_node("CumSum", ["tokens", "along"], ["last_hidden_state"]),
    ]
    shape = ["batch", "tokens"]
    graph = helper.make_graph(
        nodes,
        "words",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, shape)
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, width])],
        [
            numpy_helper.from_array(vectors, "vectors"),
            numpy_helper.from_array(np.array(ROWS - 1, dtype=np.int64), "last"),
            numpy_helper.from_array(np.array(1, dtype=np.int64), "along"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (folder / "onnx").mkdir(parents=True)
    onnx.save(
        model,
        folder / "onnx" / "model.onnx",
        save_as_external_data=True,
        location="model.onnx_data",
        size_threshold=0,
    )
    known = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(known, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    for name, content in {
        "config.json": {
            "hidden_size": width,
            "max_position_embeddings": 512,
            "matryoshka_dimensions": [width // 2],
        },
        "modules.json": [
            {"path": "", "type": "sentence_transformers.models.Transformer"},
            {"path": "pooling", "type": "sentence_transformers.models.Pooling"},
        ],
        "pooling/config.json": {"pooling_mode_lasttoken": True},
        "config_sentence_transformers.json": {
            "prompts": {"query": "Query: ", "document": "Document: "}
        },
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content))
    return folder


@pytest.fixture(scope="module")
def word_model(tmp_path_factory) -> Path:
    return lay_down(tmp_path_factory.mktemp("own") / "word model", 64)


@pytest.fixture(scope="module")
def library(commands_in, tmp_path_factory):
    """Commands in a library of a few files that the starter has embedded."""
    library = commands_in(tmp_path_factory.mktemp("models"))
    try:
        for name, text in TEXTS.items():
            library.running.write(name, text)
        library.settle()
        yield library
    finally:
        library.running.close()


def in_use(commands: Commands) -> str:
    (name,) = [m["name"] for m in commands.json("models", "list")["models"] if m["in_use"]]
    return name


def status(commands: Commands) -> Status:
    """The status without a command's cost, for asking again and again."""
    with commands.running.client() as client:
        return client.send(protocol.status())


def answers(commands: Commands, name: str, width: int) -> None:
    """Search by meaning works, and this model is what answers."""

    def ready() -> bool:
        now = status(commands)
        found = (now.model.name, now.model.dimension, now.activity)
        return found == (name, width, Activity.IDLE)

    commands.running.until(ready, f"the switch to {name}")
    with commands.running.client() as client:
        for file, text in TEXTS.items():
            question = " ".join(text.split()[:3])
            request = protocol.SearchRequest(question, protocol.Mode.MEANING)
            reply = client.send(protocol.search(request))
            assert (reply.hits[0].name, reply.note) == (file, "")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["jina-v5-nano"], Code.MODEL_MISSING, "models download jina-v5-nano"),
        (["nobody"], Code.NOT_FOUND, "starter"),
        (["/no/such/model"], Code.MODEL_MISSING, "/no/such/model"),
        (["EMPTY"], Code.MODEL_MISSING, "model.onnx"),
        (["./EMPTY-not"], Code.MODEL_MISSING, "EMPTY-not"),
        (["starter", "--dimension", "5"], Code.MODEL_DIMENSION, "384"),
        (["starter", "--dimension", "-1"], Code.MODEL_DIMENSION, "384"),
        (["MODEL", "--dimension", "65"], Code.MODEL_DIMENSION, "32, 64"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_used(library: Commands, word_model, tmp_path, arguments, code, told):
    known = {"EMPTY": str(tmp_path), "MODEL": str(word_model)}
    given = [known.get(argument, argument) for argument in arguments]
    said = library.run("models", "use", *given, "--json")
    assert said.code == (USAGE if code is Code.MODEL_DIMENSION else FAILED)
    failure = said.failure()
    assert failure.code == code
    assert told in f"{failure.title} {failure.path} {failure.message}"
    assert in_use(library) == "starter"
    assert library.names("the sea", "meaning")[0] == "sea.txt"


def test_there_and_back_again(library: Commands, word_model):
    answers(library, "starter", 384)
    used = library.json("models", "use", word_model)
    assert [m["name"] for m in used["models"] if m["in_use"]] == [str(word_model)]
    answers(library, str(word_model), 64)
    library.json("models", "use", word_model, "--dimension", 32)
    answers(library, str(word_model), 32)
    library.json("models", "use", "starter")
    answers(library, "starter", 384)


def names(commands: Commands) -> list[str]:
    return [model["name"] for model in commands.json("models", "list")["models"]]


def test_the_model_of_a_folder_stays_in_the_list_until_it_is_removed(library: Commands, word_model):
    library.json("models", "use", word_model)
    answers(library, str(word_model), 64)
    said = library.run("models", "remove", word_model, "--json")
    assert (said.code, said.failure().code) == (FAILED, Code.BAD_REQUEST)
    library.json("models", "use", "starter")
    answers(library, "starter", 384)
    assert names(library)[-1] == str(word_model)
    library.json("models", "remove", word_model)
    assert str(word_model) not in names(library)
    said = library.run("models", "remove", word_model, "--json")
    assert (said.code, said.failure().code) == (FAILED, Code.NOT_FOUND)


def test_the_model_of_a_folder_is_listed_without_being_used(library: Commands, word_model):
    (word_model / "README.md").write_text("---\nlicense: cc-by-4.0\n---\n# Words\n")
    with library.running.client() as client:
        folder = protocol.ModelFolder(f"{word_model}/")
        entry = client.send(protocol.add_model_folder(folder))
        assert (entry.name, entry.state, entry.in_use) == (str(word_model), "ready", False)
        assert (entry.folder, entry.licence) == (str(word_model), "cc-by-4.0")
        found = client.send(protocol.verify_model(protocol.VerifyModel(entry.name))).findings
        assert all(finding.ok for finding in found)
        listed = client.send(protocol.forget_model_folder(folder)).models
    assert entry.name not in [model.name for model in listed]


def test_a_folder_can_be_named_from_where_one_is(library: Commands, word_model):
    library.json("models", "use", f"./{word_model.name}", cwd=word_model.parent)
    answers(library, str(word_model), 64)
    library.json("models", "use", "starter")
    answers(library, "starter", 384)


def test_a_model_that_is_broken_does_not_end_search(library: Commands, word_model, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(word_model, broken)
    (broken / "onnx" / "model.onnx").write_bytes(b"no graph" * 100)
    library.run("models", "use", broken)
    library.running.until(
        lambda: Code.MODEL_DAMAGED in {n.code for n in status(library).notices}, "a notice"
    )
    assert library.names("albatross") == ["sea.txt"]
    assert "damaged" in library.run("doctor").text
    library.json("models", "use", "starter")
    answers(library, "starter", 384)
    library.running.until(lambda: not status(library).notices, "the end of the notice")
    assert library.run("doctor").code == 0


# Downloads


@pytest.fixture(scope="module")
def on_the_hub(tmp_path_factory) -> dict[str, bytes]:
    folder = lay_down(tmp_path_factory.mktemp("hub") / "small", 1024)
    names = ("tokenizer.json", "onnx/model.onnx", "onnx/model.onnx_data")
    return {name: (folder / name).read_bytes() for name in names}


@pytest.fixture
def mirrored(alone: Commands, fake_hub, on_the_hub) -> Commands:
    """Commands whose engine finds the hub on loopback."""
    fake_hub.files.update(on_the_hub)
    alone.running.environment.pop("HF_HUB_OFFLINE", None)
    alone.running.environment["HF_ENDPOINT"] = fake_hub.url
    return alone


def state(commands: Commands) -> protocol.ModelEntry:
    with commands.running.client() as client:
        (entry,) = [m for m in client.send(protocol.models()).models if m.name == SMALL]
    return entry


def test_the_licence_is_asked_for(mirrored: Commands, fake_hub):
    said = mirrored.run("models", "download", SMALL, "--json", "--no-wait")
    assert said.code == FAILED
    failure = said.failure()
    assert failure.code == Code.MODEL_CONSENT
    assert "CC-BY-NC-4.0" in failure.title
    assert "--accept-licence" in failure.message
    assert "https://" in failure.message
    code, screen = mirrored.at_terminal("models", "download", SMALL, answer=b"n\n")
    assert code == INTERRUPTED
    assert "CC-BY-NC-4.0" in screen
    assert "Do you accept it?" in screen
    assert fake_hub.asked == []
    assert state(mirrored).consent_needed is True
    code, screen = mirrored.at_terminal("models", "download", SMALL, answer=b"y\n")
    assert code == 0, screen
    assert state(mirrored).state == "ready"
    assert state(mirrored).consent_needed is False


def test_progress_cancel_resume_and_use(mirrored: Commands, fake_hub, on_the_hub):
    total = sum(map(len, on_the_hub.values()))
    for name, text in TEXTS.items():
        mirrored.running.write(name, text)
    mirrored.settle()
    fake_hub.full_speed.clear()
    begun = mirrored.json("models", "download", SMALL, "--accept-licence", "--no-wait")
    assert [m["state"] for m in begun["models"] if m["name"] == SMALL] == ["downloading"]
    seen: list[int] = []

    def grown() -> bool:
        entry = state(mirrored)
        assert entry.state == "downloading"
        seen.append(entry.downloaded_bytes)
        return len(set(seen)) >= 3

    mirrored.running.until(grown, "progress")
    assert seen == sorted(seen)
    assert seen[-1] < total
    assert mirrored.names("albatross") == ["sea.txt"]
    said = mirrored.run("models", "use", SMALL, "--json")
    assert said.failure().code == Code.MODEL_MISSING
    stopped = mirrored.json("models", "download", SMALL, "--cancel")
    assert [m["state"] for m in stopped["models"] if m["name"] == SMALL] == ["missing"]
    kept = state(mirrored).downloaded_bytes
    assert 0 < kept < total
    again = mirrored.run("models", "download", SMALL, "--cancel", "--json")
    assert (again.code, again.failure().code) == (FAILED, Code.NOT_FOUND)
    fake_hub.full_speed.set()
    fake_hub.asked.clear()
    done = mirrored.run("models", "download", SMALL, "--json")
    assert done.code == 0, done
    assert [m["state"] for m in json.loads(done.out)["models"] if m["name"] == SMALL] == ["ready"]
    assert any("bytes=" in line for line in fake_hub.asked)
    assert state(mirrored).downloaded_bytes == total
    mirrored.json("models", "use", SMALL)
    answers(mirrored, SMALL, 1024)
    mirrored.json("models", "use", "starter")
    answers(mirrored, "starter", 384)


def test_a_download_that_fails_says_why(mirrored: Commands, fake_hub, on_the_hub):
    name = "onnx/model.onnx_data"
    fake_hub.served[name] = b"?" + on_the_hub[name][1:]
    said = mirrored.run("models", "download", SMALL, "--accept-licence")
    assert (said.code, said.out) == (FAILED, b"")
    assert "arrived damaged" in said.complaint
    assert "HF_ENDPOINT" in said.complaint
    fake_hub.served.clear()
    fake_hub.status = 503
    said = mirrored.run("models", "download", SMALL)
    assert said.code == FAILED
    assert "status 503" in said.complaint
    assert "arrived damaged" not in said.complaint
    fake_hub.status = 200
    assert mirrored.run("models", "download", SMALL).code == 0


def test_what_is_not_downloaded(mirrored: Commands, fake_hub):
    for name, code in (("starter", Code.BAD_REQUEST), ("nobody", Code.NOT_FOUND)):
        said = mirrored.run("models", "download", name, "--json")
        assert (said.code, said.failure().code) == (FAILED, code)
    assert fake_hub.asked == []
