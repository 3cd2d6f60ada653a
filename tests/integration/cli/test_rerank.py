"""Choosing a model that re-ranks, and what search says of it; with a hub on loopback."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from jinasearch.cli.output import Exit
from jinasearch.core.errors import Code
from jinasearch.embed.models.catalog import PLANETS, RED_PLANET
from tiny_reranker import lay_down

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Commands

NAME = "ms-marco-minilm"
QUESTION = "how do birds fly over water"
TEXTS = {
    "birds.txt": "Birds of the coast: gulls, terns, and how birds nest; birds, birds and birds.",
    "answer.txt": "Over open water birds such as terns fly low, and that is how they do it.",
    "bread.txt": "Mix flour, water and yeast, and bake the loaf.",
}


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    words = [*TEXTS.values(), QUESTION, *PLANETS, RED_PLANET]
    return lay_down(tmp_path_factory.mktemp("own") / "re ranker", words)


@pytest.fixture(scope="module")
def library(commands_in, tmp_path_factory):
    library = commands_in(tmp_path_factory.mktemp("reranked"))
    try:
        for name, text in TEXTS.items():
            library.running.write(name, text)
        library.settle()
        yield library
    finally:
        library.running.close()


def chosen(found) -> list[str]:
    return [m["name"] for m in found["models"] if m["in_use"] and m["task"] == "rerank"]


def test_a_folder_is_used_told_of_and_left_again(library: Commands, model):
    assert library.json("search", QUESTION)["reranking"] is None
    assert chosen(library.json("models", "rerank", f"./{model.name}", cwd=model.parent)) == [
        str(model)
    ]
    found = library.json("search", QUESTION)
    assert found["hits"][0]["name"] == "answer.txt"
    assert found["reranking"]["state"] == "done"
    assert found["hits"][0]["passages"][0]["rerank_score"] > 0.5
    assert library.json("search", QUESTION, "--no-rerank")["reranking"] is None
    assert f"Re-ranked by {model}" in library.run("search", QUESTION).text.replace("\n", " ")
    assert "re-ranked: 0." in library.run("search", QUESTION, "--explain").text
    assert "re-ranked" not in library.run("search", QUESTION, "--explain", "--no-rerank").text
    assert "re-ranks re ranker, ONNX Runtime, CPU (ready)" in library.run("status").text
    assert chosen(library.json("models", "rerank", "off")) == []
    assert "re-ranks re ranker" not in library.run("status").text


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        (NAME, Code.MODEL_MISSING, f"models download {NAME}"),
        ("starter", Code.MODEL_UNSUITABLE, "models use starter"),
        ("nobody", Code.NOT_FOUND, "jina-reranker-v2"),
        ("/no/such/model", Code.MODEL_MISSING, "/no/such/model"),
        ("THREE", Code.MODEL_UNSUITABLE, "3 kinds"),
    ],
)
def test_what_cannot_re_rank(library: Commands, tmp_path, name, code, told):
    given = lay_down(tmp_path / "three", ["word"], labels=3) if name == "THREE" else name
    failure = library.run("models", "rerank", given, "--json").failure()
    assert failure.code == code
    assert told in f"{failure.title} {failure.path} {failure.message}"


def test_it_is_no_model_to_embed_with(library: Commands, model):
    failure = library.run("models", "use", model, "--json").failure()
    assert failure.code == Code.MODEL_UNSUITABLE
    assert "models rerank" in failure.message


def test_it_is_downloaded_proven_and_used(alone: Commands, fake_hub, model):
    for name in ("tokenizer.json", "onnx/model.onnx"):
        fake_hub.files[name] = (model / name).read_bytes()
    alone.running.environment.pop("HF_HUB_OFFLINE", None)
    alone.running.environment["HF_ENDPOINT"] = fake_hub.url
    for name, text in TEXTS.items():
        alone.running.write(name, text)
    alone.settle()
    said = alone.run("models", "download", NAME, "--use", "--json")
    assert said.code == 0, said
    found = json.loads(said.out)
    assert [m["state"] for m in found["models"] if m["name"] == NAME] == ["ready"]
    assert chosen(found) == [NAME]
    assert alone.json("search", QUESTION)["hits"][0]["name"] == "answer.txt"
    assert alone.run("models", "remove", NAME, "--json").failure().code == Code.BAD_REQUEST
    alone.json("models", "rerank", "off")
    said = alone.run("models", "remove", NAME)
    assert (said.code, "--yes" in said.complaint) == (2, True)
    code, screen = alone.at_terminal("models", "remove", NAME, answer=b"n\n")
    assert (code, "from this machine?" in screen) == (Exit.INTERRUPTED, True)
    assert alone.run("models", "remove", NAME, "--yes").text == f"{NAME} is deleted.\n"
    assert alone.run("models", "remove", NAME, "--json").failure().code == Code.NOT_FOUND


def test_a_licence_is_asked_for(library: Commands):
    said = library.run("models", "download", "jina-reranker-v2", "--json", "--no-wait")
    assert said.failure().code == Code.MODEL_CONSENT
    assert "CC-BY-NC-4.0" in said.failure().title


def test_one_that_goes_missing_leaves_answers_as_they_were(library: Commands, model, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(model, copy)
    library.json("models", "rerank", copy)
    shutil.rmtree(copy)
    said = library.run("search", QUESTION)
    assert said.code == 0
    assert "Not re-ranked" in said.text
    library.json("models", "rerank", "off")
