from __future__ import annotations

import errno
import json
import os
import pathlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.models.catalog import (
    CATALOG,
    KNOWN,
    STARTER,
    Pooling,
    check_name,
    describe,
    describe_for,
    installed_names,
    space_key,
)
from jinasearch.embed.models.description import Task
from jinasearch.embed.models.layout import RECORD
from jinasearch.embed.models.locate import check, locate
from jinasearch.embed.rerank.catalog import RERANKERS

if TYPE_CHECKING:
    from pathlib import Path

JINA = [description for description in CATALOG if description.name.startswith("jina")]


@pytest.fixture
def models(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("JINASEARCH_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def folder(tmp_path) -> Path:
    """A model folder; its graph is never opened here."""
    folder = tmp_path / "my model"
    write(folder / "onnx/model.onnx", b"graph")
    write(folder / "onnx/model.onnx_data", b"weights")
    write(folder / "tokenizer.json", {})
    write(folder / "config.json", {"hidden_size": 64, "max_position_embeddings": 4096})
    modules = [
        {"path": "", "type": "sentence_transformers.models.Transformer"},
        {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    write(folder / "modules.json", modules)
    write(folder / "1_Pooling/config.json", {"pooling_mode_lasttoken": True})
    return folder


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())


def test_every_description_is_sound():
    assert len({description.name for description in CATALOG}) == len(CATALOG)
    for description in CATALOG:
        assert description.dimensions == tuple(sorted(description.dimensions))
        assert description.dimensions[-1] == description.dimension
        assert 0 < description.input_tokens <= description.max_tokens
        names = {file.name for file in description.files}
        assert {description.onnx_file, description.tokenizer_file} <= names
        assert description.bytes() > 0
        assert all(not file.name.startswith(("/", ".")) for file in description.files)


def test_every_description_of_a_reranker_is_sound(models):
    assert len({description.name for description in KNOWN}) == len(KNOWN)
    assert RERANKERS
    for description in RERANKERS:
        assert description.task is Task.RERANK
        assert describe(description.name).task is Task.RERANK
        assert 0 < description.input_tokens <= description.max_tokens
        assert {file.name for file in description.files} == {
            description.onnx_file,
            description.tokenizer_file,
        }
        assert description.bytes() > 0
        assert description.consent_needed == (description.licence == "CC-BY-NC-4.0")


def test_a_folder_with_a_classifier_of_one_score_re_ranks(folder):
    (folder / "modules.json").unlink()
    config = {
        "architectures": ["XLMRobertaForSequenceClassification"],
        "id2label": {"0": "LABEL_0"},
        "max_position_embeddings": 514,
        "pad_token_id": 1,
    }
    write(folder / "config.json", config)
    write(folder / "tokenizer_config.json", {"model_max_length": 512})
    found = describe_for(Task.RERANK, str(folder))
    assert (found.max_tokens, found.input_tokens, found.pad_token) == (512, 512, 1)
    assert not found.consent_needed
    with pytest.raises(JinasearchError, match="makes no vectors"):
        describe_for(Task.EMBED, str(folder))


@pytest.mark.parametrize("labels", [{}, {"id2label": {"0": "no", "1": "yes"}}, {"num_labels": 5}])
def test_a_folder_with_a_classifier_of_several_kinds_does_not(folder, labels):
    (folder / "modules.json").unlink()
    write(folder / "config.json", {"architectures": ["BertForSequenceClassification"], **labels})
    with pytest.raises(JinasearchError, match="kinds of texts apart"):
        describe(str(folder))


def test_a_model_that_embeds_stays_one_whatever_it_was_trained_as(folder):
    config = {"hidden_size": 64, "max_position_embeddings": 4096}
    write(folder / "config.json", config | {"architectures": ["NewForSequenceClassification"]})
    assert describe(str(folder)).task is Task.EMBED


@pytest.mark.parametrize("description", JINA)
def test_the_jina_models(description):
    assert description.pooling is Pooling.LAST_TOKEN
    assert (description.query_prompt, description.document_prompt) == ("Query: ", "Document: ")
    assert description.consent_needed
    assert description.licence == "CC-BY-NC-4.0"
    assert description.dimensions[0] == 32


def test_the_starter_is_there_and_whole():
    paths = locate(describe(STARTER))
    assert paths.onnx.name == "model.onnx"
    assert paths.tokenizer.is_file()


def test_an_unknown_name_lists_the_known():
    with pytest.raises(JinasearchError, match="jina-v5-small, jina-v5-nano") as caught:
        describe("gpt")
    assert caught.value.code is Code.NOT_FOUND


def test_a_space_changes_with_all_that_changes_vectors(models):
    starter = describe(STARTER)
    keys = {
        space_key(starter, 0),
        space_key(starter, 128),
        space_key(replace(starter, revision="2"), 0),
        space_key(replace(starter, precision="fp32"), 0),
        space_key(replace(starter, document_prompt="Document: "), 0),
        space_key(replace(starter, input_tokens=128), 0),
        space_key(describe("jina-v5-nano"), 384),
    }
    assert len(keys) == 7
    assert space_key(starter, 0) == space_key(starter, 384)


def test_a_model_laid_by_hand_has_its_own_revision(models):
    bare = describe("jina-v5-small")
    assert bare.revision == "main"
    for file in bare.files:
        write(models / "jina-v5-small" / file.name, b"one")
    one = describe("jina-v5-small")
    assert one.revision.startswith("local-")
    write(models / "jina-v5-small/onnx/model.onnx_data", b"two")
    assert describe("jina-v5-small").revision not in {one.revision, bare.revision}


def test_a_downloaded_model_is_checked_against_its_record(models):
    bare = describe("jina-v5-small")
    files = {}
    for file in bare.files:
        write(models / "jina-v5-small" / file.name, b"content")
        files[file.name] = {"size": 7, "sha256": ""}
    write(models / "jina-v5-small" / RECORD, {"revision": "abc", "files": files})
    assert describe("jina-v5-small").revision == "abc"
    locate(describe("jina-v5-small"))
    write(models / "jina-v5-small/onnx/model.onnx_data", b"cut")
    with pytest.raises(JinasearchError) as caught:
        locate(describe("jina-v5-small"))
    assert caught.value.code is Code.MODEL_DAMAGED
    assert caught.value.path.endswith("model.onnx_data")


def test_a_model_that_is_not_there_says_how_to_get_it(models):
    with pytest.raises(JinasearchError, match="jinasearch models download jina-v5-nano") as caught:
        locate(describe("jina-v5-nano"))
    assert caught.value.code is Code.MODEL_MISSING


def test_a_wrong_hash(models):
    description = describe("jina-v5-small")
    file = replace(description.files[0], sha256="0" * 64)
    write(models / "jina-v5-small" / file.name, b"x")
    with pytest.raises(JinasearchError) as caught:
        check(description, file)
    assert caught.value.code is Code.MODEL_DAMAGED
    check(description, file, hashed=False)


def test_a_model_folder_is_read(folder):
    write(folder / "sentence_bert_config.json", {"max_seq_length": 512})
    write(folder / "config_sentence_transformers.json", {"prompts": {"query": "Q: "}})
    config = {"hidden_size": 64, "eos_token_id": 3, "matryoshka_dimensions": [32, 16]}
    write(folder / "config.json", config)
    description = describe(str(folder))
    assert description.dimensions == (16, 32, 64)
    assert description.max_tokens == description.input_tokens == 512
    assert description.pooling is Pooling.LAST_TOKEN
    assert (description.query_prompt, description.document_prompt) == ("Q: ", "")
    assert description.pad_token == 3
    assert locate(description).onnx == folder / "onnx/model.onnx"


@pytest.mark.parametrize(
    ("pooling", "way"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, Pooling.FIRST_TOKEN),
        ({"pooling_mode": "cls"}, Pooling.FIRST_TOKEN),
        ({"pooling_mode": ["mean"]}, Pooling.MEAN),
        ({"pooling_mode": "lasttoken"}, Pooling.LAST_TOKEN),
    ],
)
def test_the_pooling_of_a_model_folder(folder, pooling, way):
    write(folder / "1_Pooling/config.json", pooling)
    assert describe(str(folder)).pooling is way


@pytest.mark.parametrize(
    ("config", "query", "document"),
    [
        ({"prompts": {"query": "q ", "passage": "p ", "corpus": "c "}}, "q ", "p "),
        ({"prompts": {"corpus": "c "}}, "", "c "),
        ({"prompts": {"query": None, "document": None}}, "", ""),
        ({"prompts": {"any": "a ", "query": "q "}, "default_prompt_name": "any"}, "q ", "a "),
        ({"prompts": {"any": "a "}, "default_prompt_name": None}, "", ""),
        ({"prompts": None}, "", ""),
    ],
)
def test_the_prompts_of_a_model_folder(folder, config, query, document):
    """By the rules of sentence-transformers' encode_query and encode_document."""
    write(folder / "config_sentence_transformers.json", config)
    description = describe(str(folder))
    assert (description.query_prompt, description.document_prompt) == (query, document)


@pytest.mark.parametrize(
    ("name", "limits", "tokens"),
    [
        ("tokenizer_config.json", {"model_max_length": 512}, 512),
        ("tokenizer_config.json", {"model_max_length": 10**30}, 4096),
        ("tokenizer_config.json", {}, 4096),
        ("sentence_bert_config.json", {"max_seq_length": 128}, 128),
        ("sentence_bert_config.json", {"max_seq_length": None}, 4096),
    ],
)
def test_the_longest_input_of_a_model_folder(folder, name, limits, tokens):
    write(folder / name, limits)
    assert describe(str(folder)).max_tokens == tokens


@pytest.mark.parametrize(
    "normalizer",
    [
        {"type": "Lowercase"},
        {"type": "BertNormalizer", "lowercase": True},
        {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]},
    ],
)
def test_lower_case_may_be_the_tokenizers_work(folder, normalizer):
    write(folder / "sentence_bert_config.json", {"do_lower_case": True})
    with pytest.raises(JinasearchError):
        describe(str(folder))
    write(folder / "tokenizer.json", {"normalizer": normalizer})
    describe(str(folder))


def test_an_exported_model_tells_where_it_is_from(folder):
    assert (describe(str(folder)).licence, describe(str(folder)).precision) == ("", "as-exported")
    write(folder / RECORD, {"licence": "mit", "precision": "fp32", "revision": "c0ffee"})
    assert (describe(str(folder)).licence, describe(str(folder)).precision) == ("mit", "fp32")


def test_a_model_folder_may_be_moved(folder, tmp_path):
    key = space_key(describe(str(folder)), 0)
    moved = folder.rename(tmp_path / "elsewhere")
    assert space_key(describe(str(moved)), 0) == key
    write(moved / "onnx/model.onnx_data", b"weighty")
    assert space_key(describe(str(moved)), 0) != key


@pytest.mark.parametrize(
    "name",
    ["onnx/model.onnx", "tokenizer.json", "config.json", "modules.json", "1_Pooling/config.json"],
)
def test_a_model_folder_without_a_file(folder, name):
    (folder / name).unlink()
    with pytest.raises(JinasearchError) as caught:
        describe(str(folder))
    assert caught.value.code is Code.MODEL_MISSING
    assert caught.value.path == str(folder / name)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(JinasearchError) as caught:
        describe(str(tmp_path / "nowhere"))
    assert caught.value.code is Code.MODEL_MISSING


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("config.json", b"{", "cannot be read as JSON"),
        ("config.json", b"\xff\xfe", "cannot be read as JSON"),
        ("config.json", [], "holds no table"),
        ("config.json", {"hidden_size": "64"}, "gives no hidden_size"),
        ("config.json", {"hidden_size": 64}, "gives no max_position_embeddings"),
        (
            "config.json",
            {"hidden_size": 64, "max_position_embeddings": 9, "matryoshka_dimensions": [128]},
            "no sizes up to hidden_size",
        ),
        ("modules.json", {}, "no list of modules"),
        ("modules.json", [], "names no pooling"),
        ("modules.json", [{"type": "sentence_transformers.models.Dense"}], "'Dense'"),
        ("modules.json", ["x"], "module ''"),
        (
            "modules.json",
            [{"path": "../elsewhere", "type": "sentence_transformers.models.Pooling"}],
            "outside of the folder",
        ),
        (
            "sentence_bert_config.json",
            {"transformer_task": "sequence-classification"},
            "made for sequence-classification",
        ),
        ("sentence_bert_config.json", {"do_lower_case": True}, "do_lower_case"),
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}, "pooling max_tokens"),
        ("1_Pooling/config.json", {"pooling_mode": ["mean", "cls"]}, "pooling mean, cls"),
        ("1_Pooling/config.json", {}, "pooling none"),
        ("1_Pooling/config.json", {"pooling_mode": "weightedmean"}, "pooling weightedmean"),
        (
            "1_Pooling/config.json",
            {"pooling_mode_mean_tokens": True, "include_prompt": False},
            "without the prompt",
        ),
        ("config_sentence_transformers.json", {"prompts": {"query": 1}}, "no table of texts"),
    ],
)
def test_a_model_folder_that_cannot_be_trusted(folder, name, content, told):
    write(folder / name, content)
    with pytest.raises(JinasearchError, match=told) as caught:
        describe(str(folder))
    assert caught.value.code is Code.MODEL_UNSUITABLE
    assert caught.value.path == str(folder / name)


def test_a_model_installed_below_the_models_folder_has_its_folders_name(models, folder):
    assert installed_names() == ()
    (models / "jina-v5-small").mkdir(parents=True)
    (models / ".unfinished").mkdir()
    (models / "a file").write_text("")
    elsewhere = space_key(describe(str(folder)), 0)
    folder.rename(models / "my-model_1.5")
    assert installed_names() == ("my-model_1.5",)
    description = describe("my-model_1.5")
    assert description.name == description.title == "my-model_1.5"
    assert space_key(description, 0) == elsewhere
    assert locate(description).onnx == models / "my-model_1.5/onnx/model.onnx"
    with pytest.raises(JinasearchError, match=r"jina-reranker-v2, my-model_1\.5"):
        describe("my-model")


def test_an_installed_model_that_cannot_be_used_is_listed_and_says_why(models):
    (models / "empty").mkdir(parents=True)
    assert installed_names() == ("empty",)
    with pytest.raises(JinasearchError) as caught:
        describe("empty")
    assert caught.value.code is Code.MODEL_MISSING


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../outside", "a/b", "a\\b", ".hidden", "dot.", "a\n", "with space", "ü"),
        *("STARTER", "jina-v5-small", "a" * 65),
    ],
)
def test_a_name_that_no_model_can_have(models, name, folder):
    models.mkdir()
    with pytest.raises(JinasearchError) as caught:
        check_name(name)
    assert caught.value.code is Code.BAD_REQUEST
    if name not in {model.name for model in CATALOG}:
        with pytest.raises(JinasearchError) as caught:
            describe(name)
        assert caught.value.code is Code.NOT_FOUND


@pytest.mark.parametrize(
    ("card", "licence", "uri"),
    [
        ("---\nlicense: apache-2.0\ntags: [x]\n---\n# Model\n", "apache-2.0", ""),
        (
            (
                "---\r\nlicense: other\r\nlicense_name: gemma\r\n"
                "license_link: https://example.org/terms\r\n---\r\n"
            ),
            "gemma",
            "https://example.org/terms",
        ),
        ('---\nlicense: "mit"  # free\nlicense_link: LICENSE\n---\n', "mit", ""),
        ("# Model\n\nlicense: mit\n", "", ""),
        ("---\ntags: [x]\n---\nlicense: mit\n", "", ""),
        ("", "", ""),
    ],
)
def test_the_licence_stands_in_the_models_card(folder, card, licence, uri):
    (folder / "README.md").write_text(card, encoding="utf-8")
    description = describe(str(folder))
    assert (description.licence, description.licence_uri) == (licence, uri)


def test_a_folder_that_was_not_exported_is_told_how(folder):
    (folder / "onnx" / "model.onnx").unlink()
    with pytest.raises(JinasearchError) as caught:
        describe(str(folder))
    assert caught.value.code is Code.MODEL_MISSING
    assert "models export" in caught.value.message


@pytest.mark.parametrize("failure", [errno.EACCES, errno.ENOTCONN, errno.EIO, errno.ESTALE])
def test_a_folder_that_the_system_does_not_show(folder, monkeypatch, failure):
    def broken(path, **_):
        raise OSError(failure, os.strerror(failure), str(path))

    monkeypatch.setattr(pathlib.Path, "stat", broken)
    with pytest.raises(JinasearchError) as caught:
        describe(str(folder))
    assert caught.value.code is Code.MODEL_UNSUITABLE
    assert os.strerror(failure) in caught.value.title
    assert caught.value.path.startswith(str(folder))
    assert caught.value.message


@pytest.mark.parametrize("tokenizer", [{"normalizer": "x"}, {"normalizer": {"normalizers": [1]}}])
def test_a_tokenizer_of_an_odd_shape(folder, tokenizer):
    write(folder / "sentence_bert_config.json", {"do_lower_case": True})
    write(folder / "tokenizer.json", tokenizer)
    with pytest.raises(JinasearchError, match="do not hold what they should") as caught:
        describe(str(folder))
    assert caught.value.path == str(folder)


def test_a_broken_folder_hides_no_other_model(models, monkeypatch):
    for name in ("broken", "whole"):
        (models / name).mkdir(parents=True)
    whole = pathlib.Path.is_dir

    def is_dir(path):
        if path.name == "broken":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return whole(path)

    monkeypatch.setattr(pathlib.Path, "is_dir", is_dir)
    assert installed_names() == ("broken", "whole")
    with pytest.raises(JinasearchError, match="Input/output"):
        describe("broken")


def test_a_configuration_without_an_end_is_not_read(folder):
    with (folder / "config.json").open("r+b") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(JinasearchError, match="larger than such a file") as caught:
        describe(str(folder))
    assert caught.value.path == str(folder / "config.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
@pytest.mark.parametrize("name", [RECORD, "README.md"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_file_is_neither_waited_for_nor_read(folder, name, kind):
    if kind == "pipe":
        os.mkfifo(folder / name)
    else:
        (folder / name).symlink_to("/dev/zero")
    assert describe(str(folder)).licence == ""


def test_notes_without_an_end_are_left_unread(folder):
    for name in (RECORD, "README.md"):
        with (folder / name).open("wb") as stream:
            stream.truncate(1 << 40)
    assert describe(str(folder)).licence == ""


def test_an_unknown_model_is_told_with_those_that_are_for_the_task():
    with pytest.raises(JinasearchError) as raised:
        describe_for(Task.RERANK, "no-such")
    assert "mxbai-rerank-xsmall" in raised.value.message
    assert "jina-v5-nano" not in raised.value.message
