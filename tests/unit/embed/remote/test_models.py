"""Addresses, keys, records and what a server tells of itself."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import keyring
import keyring.backend
import keyring.errors
import numpy as np
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.models.catalog import describe, installed_names
from jinasearch.embed.models.description import space_key
from jinasearch.embed.remote import address, keys, record
from jinasearch.embed.remote.openai import SAMPLE
from jinasearch.embed.remote.probe import LONG, PromptsBy, Wishes, probe
from jinasearch.embed.remote.prompts import known
from jinasearch.embed.remote.record import Record

if TYPE_CHECKING:
    from pathlib import Path

KEY = "sk-verschlusssache"


class Memory(keyring.backend.KeyringBackend):
    """A keyring that lasts for one test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError


@pytest.fixture(autouse=True)
def memory():
    before, memory = keyring.get_keyring(), Memory()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


@pytest.fixture
def models(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("JINASEARCH_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def code_of(action: Any, *arguments: Any) -> Code:
    with pytest.raises(JinasearchError) as caught:
        action(*arguments)
    assert KEY not in str(caught.value)
    return caught.value.code


# Addresses


LIKE = "127.0.0.1.example.com"


@pytest.mark.parametrize(
    ("text", "url", "host", "local"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1", "127.0.0.1:8080", True),
        ("http://localhost/v1/", "http://localhost/v1", "localhost", True),
        (" http://[::1]:80/v1/embeddings ", "http://[::1]:80/v1", "[::1]:80", True),
        ("https://EX.com/v1/embeddings", "https://ex.com/v1", "ex.com", False),
        ("https://example.com/a/b/", "https://example.com/a/b", "example.com", False),
        (f"http://{LIKE}", f"http://{LIKE}/v1", LIKE, False),
        ("http://localhost.ex.com", "http://localhost.ex.com/v1", "localhost.ex.com", False),
        ("http://192.168.1.5:1234/v1", "http://192.168.1.5:1234/v1", "192.168.1.5:1234", False),
        ("http://0.0.0.0:80", "http://0.0.0.0:80/v1", "0.0.0.0:80", False),
        ("http://127.1:80", "http://127.1:80/v1", "127.1:80", False),
    ],
)
def test_addresses(text, url, host, local):
    found = address.parse(text)
    assert (found.url, found.host, found.local) == (url, host, local)
    assert found.encrypted == text.strip().startswith("https")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "127.0.0.1:8080",
        "ftp://example.com",
        "file:///etc/passwd",
        "http://",
        "http:///v1",
        "http://host:port",
        "http://host:99999",
        f"http://user:{KEY}@host/v1",
        f"http://host/v1?key={KEY}",
        "http://host/v1#x",
        "http://host/v1\nHost: evil",
        "http://[::1/v1",
    ],
)
def test_what_is_no_address(text):
    assert code_of(address.parse, text) is Code.BAD_REQUEST


# Keys


def test_a_key_belongs_to_a_name_and_a_host(memory):
    keys.keep("mine", "a.example", KEY)
    assert keys.find("mine", "a.example") == KEY
    assert code_of(keys.find, "mine", "evil.example") is Code.REMOTE_FAILED
    assert code_of(keys.find, "other", "a.example") is Code.REMOTE_FAILED
    keys.forget("mine", "a.example")
    keys.forget("mine", "a.example")
    assert memory.kept == {}


def test_the_environment_goes_first(monkeypatch):
    monkeypatch.setenv("JINASEARCH_KEY_MY_MODEL_2", f" {KEY}\n")
    keys.keep("my-model.2", "a.example", "another")
    assert keys.find("my-model.2", "a.example") == KEY
    assert keys.from_environment("my-model.2") == KEY
    assert keys.from_environment("mine") == ""


@pytest.mark.parametrize("key", [f"{KEY}\nX-Header: 1", f"{KEY} {KEY}", "schlüssel", "a\x00b"])
def test_what_is_no_key(key):
    assert code_of(keys.check, key) is Code.BAD_REQUEST


def test_without_a_keyring_the_variable_is_named():
    keyring.set_keyring(keyring.backends.fail.Keyring())
    with pytest.raises(JinasearchError, match="JINASEARCH_KEY_MINE") as caught:
        keys.keep("mine", "a.example", KEY)
    assert caught.value.code is Code.NO_PERMISSION
    with pytest.raises(JinasearchError, match="JINASEARCH_KEY_MINE"):
        keys.find("mine", "a.example")
    keys.forget("mine", "a.example")


# The record

RECORD = Record(
    kind="openai",
    url="https://a.example/v1",
    model="e5",
    width=8,
    dimension=4,
    sends_texts_to="a.example",
    query_prompt="query: ",
    document_prompt="passage: ",
    document_fields={"task": "d", "n": -1},
    max_tokens=512,
    languages=("en", "de"),
    sample=record.sample_text([0.5, -1.0]),
)


def test_a_record_makes_a_model_of_the_catalogue(models):
    record.write(models / "mine", RECORD)
    (models / "mine" / "model.onnx").write_bytes(b"something else")
    found = describe("mine")
    assert installed_names() == ("mine",)
    assert (found.name, found.title, found.precision) == ("mine", "e5", "remote")
    assert (found.dimension, found.dimensions, found.max_tokens) == (4, (4, 8), 512)
    assert (found.query_prompt, found.document_prompt) == ("query: ", "passage: ")
    assert found.languages == ("en", "de")
    assert found.sends_to == "a.example"
    assert found.server is not None
    assert found.server.width == 8
    assert found.server.document_fields == (("task", "d"), ("n", -1))
    assert found.server.sample == (0.5, -1.0)
    assert found.bytes() == 0
    assert (models / "mine" / "remote.toml").stat().st_mode & 0o077 == 0


def test_a_server_that_moved_keeps_its_vectors(models):
    record.write(models / "mine", RECORD)
    moved = {"url": "http://127.0.0.1:1/v1", "sends_texts_to": ""}
    record.write(models / "other", Record(**{**_fields(RECORD), **moved}))
    assert space_key(describe("mine"), 0) == space_key(describe("other"), 0)
    assert describe("other").sends_to == ""


def _fields(made: Record) -> dict[str, Any]:
    return {name: getattr(made, name) for name in made.__struct_fields__}


def test_an_address_changed_by_hand_is_asked_about(models):
    record.write(models / "mine", RECORD)
    path = models / "mine" / "remote.toml"
    path.write_text(path.read_text().replace("https://a.example", "https://b.example"))
    with pytest.raises(JinasearchError, match=r"b\.example") as caught:
        describe("mine")
    assert caught.value.code is Code.REMOTE_CONSENT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "openai"', 'kind = "other"'),
        ("width = 8", "width = 0"),
        ("width = 8", "width = 3"),
        ('model = "e5"', 'model = ""'),
        ('url = "https', 'url = "ftp'),
        ("width = 8", "width = 8\nkey = 'secret'"),
        ('sample = "', 'sample = "x'),
        ("width = 8", "width"),
    ],
)
def test_a_damaged_record(models, old, new):
    record.write(models / "mine", RECORD)
    path = models / "mine" / "remote.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert code_of(describe, "mine") is Code.MODEL_UNSUITABLE


# Prompts by name


@pytest.mark.parametrize(
    ("model", "query", "document"),
    [
        ("multilingual-e5-small-q4", "query: ", "passage: "),
        ("intfloat/e5-base-v2", "query: ", "passage: "),
        ("jinaai/jina-embeddings-v5-text-small-retrieval", "Query: ", "Document: "),
        ("/models/jina-embeddings-v5-text-nano-retrieval-F16.gguf", "Query: ", "Document: "),
        ("nomic-embed-text:latest", "search_query: ", "search_document: "),
        ("multilingual-e5-large-instruct", "", ""),
        ("BAAI/bge-m3", "", ""),
    ],
)
def test_known_prompts(model, query, document):
    found = known(model)
    assert found is not None
    assert (found.query, found.document) == (query, document)


def test_unknown_names_tell_nothing():
    assert known("default") is None
    assert known("some5-small") is None


# What a server tells of itself


def ask(server, key: str = "", **wishes: Any):
    return probe(address.parse(server.url), key, Wishes(**wishes))


def listing(server, *entries: dict[str, Any]):
    return lambda _: server.reply({"object": "list", "data": list(entries)})


def deaf(server):
    """A server that takes any field and heeds none, as most do."""

    def answer(asked):
        asked.body.pop("input_type", None)
        return server.good(asked)

    return answer


def test_a_plain_server(embedding_server):
    embedding_server.embeddings = deaf(embedding_server)
    found = ask(embedding_server)
    made = found.record
    assert found.prompts_by is PromptsBy.NOBODY
    assert (made.model, made.width, made.dimension, made.max_tokens) == ("fake", 8, 8, 0)
    assert (made.url, made.sends_texts_to) == (embedding_server.url, "")
    assert (made.query_fields, made.document_fields) == ({}, {})
    assert (made.encoding, made.batch, made.has_key) == ("base64", 32, False)
    assert made.sample == record.sample_text(embedding_server.vector_of(SAMPLE).tolist())
    texts = {text for asked in embedding_server.embedded for text in asked.texts}
    assert texts == {SAMPLE, LONG}


@pytest.mark.parametrize(("reads", "found"), [(512, 512), (5000, 0)])
def test_a_server_that_cuts_without_a_word(embedding_server, reads, found):
    embedding_server.embeddings = embedding_server.cutting(reads)
    assert ask(embedding_server).record.max_tokens == found


def test_a_server_that_says_what_is_too_long(embedding_server):
    def strict(asked):
        if len(asked.texts[0]) > 2000:
            error = {"message": "input is too long", "code": 400}
            return embedding_server.reply({"error": error}, 400)
        return embedding_server.good(asked)

    embedding_server.embeddings = strict
    assert ask(embedding_server).record.max_tokens == 0


def test_a_server_that_puts_its_own_words_before_a_text(embedding_server):
    found = ask(embedding_server)
    assert found.prompts_by is PromptsBy.SERVER
    assert found.record.query_fields == {"input_type": "query"}
    assert found.record.document_fields == {"input_type": "document"}
    assert (found.record.query_prompt, found.record.document_prompt) == ("", "")
    sample = embedding_server.vector_of("document" + SAMPLE).tolist()
    assert found.record.sample == record.sample_text(sample)


def test_a_server_that_takes_one_way_of_saying_it_alone(embedding_server):
    def jina(asked):
        if "input_type" in asked.body:
            return embedding_server.reply({"detail": "extra fields"}, 422)
        asked.body["input_type"] = asked.body.get("task", "")
        return embedding_server.good(asked)

    embedding_server.embeddings = jina
    assert ask(embedding_server).record.query_fields == {"task": "retrieval.query"}


def test_llama_server(embedding_server):
    embedding_server.embeddings = deaf(embedding_server)
    meta = {"vocab_type": 2, "n_ctx": 8192, "n_ctx_train": 32768, "n_embd": 1024}
    name = "jina-embeddings-v5-text-small-retrieval"
    embedding_server.models = listing(
        embedding_server, {"id": name, "object": "model", "owned_by": "llamacpp", "meta": meta}
    )
    found = ask(embedding_server)
    assert found.prompts_by is PromptsBy.NAME
    assert (found.record.query_prompt, found.record.document_prompt) == ("Query: ", "Document: ")
    assert found.record.max_tokens == 8192
    assert found.record.sample == record.sample_text(
        embedding_server.vector_of("Document: " + SAMPLE).tolist()
    )
    assert "/info" not in [asked.path for asked in embedding_server.asked]


def test_vllm_is_told_to_cut(embedding_server):
    def strict(asked):
        if set(asked.body) - {"model", "input", "encoding_format", "truncate_prompt_tokens"}:
            return embedding_server.reply({"error": {"message": "extra", "code": 400}}, 400)
        return embedding_server.good(asked)

    embedding_server.embeddings = strict
    embedding_server.models = listing(
        embedding_server, {"id": "m", "owned_by": "vllm", "max_model_len": 512, "meta": None}
    )
    made = ask(embedding_server).record
    assert made.max_tokens == 512
    assert made.query_fields == made.document_fields == {"truncate_prompt_tokens": -1}


def test_text_embeddings_inference(embedding_server):
    embedding_server.embeddings = deaf(embedding_server)
    embedding_server.models = lambda _: embedding_server.reply(b"", 404)
    embedding_server.info = lambda _: embedding_server.reply(
        {
            "model_id": "intfloat/multilingual-e5-small",
            "model_type": {"embedding": {"pooling": "mean"}},
            "max_input_length": 512,
            "max_client_batch_size": 16,
        }
    )
    made = ask(embedding_server).record
    assert made.model == "intfloat/multilingual-e5-small"
    assert (made.max_tokens, made.batch) == (512, 16)
    assert (made.query_prompt, made.document_prompt) == ("query: ", "passage: ")


def test_a_server_without_base64(embedding_server):
    def plain(asked):
        if asked.body["encoding_format"] != "float":
            return embedding_server.reply({"error": {"message": "encoding_format"}}, 400)
        return embedding_server.good(asked)

    embedding_server.embeddings = plain
    assert ask(embedding_server).record.encoding == "float"


def test_one_of_several_models_has_to_be_named(embedding_server):
    embedding_server.models = listing(embedding_server, {"id": "one"}, {"id": "two"})
    with pytest.raises(JinasearchError, match="one, two") as caught:
        ask(embedding_server)
    assert caught.value.code is Code.BAD_REQUEST
    assert ask(embedding_server, model="two").record.model == "two"
    embedding_server.models = lambda _: embedding_server.reply(b"no list")
    with pytest.raises(JinasearchError, match="--model"):
        ask(embedding_server)
    assert ask(embedding_server, model="three").record.model == "three"


def test_what_the_user_says_goes_first(embedding_server):
    found = ask(embedding_server, query_prompt="Q: ", dimension=5, languages=("de",), key=KEY)
    assert found.prompts_by is PromptsBy.USER
    assert (found.record.query_prompt, found.record.document_prompt) == ("Q: ", "")
    assert found.record.query_fields == {}
    assert (found.record.width, found.record.dimension) == (8, 5)
    assert found.record.languages == ("de",)
    assert found.record.has_key
    assert {asked.headers["Authorization"] for asked in embedding_server.asked} == {f"Bearer {KEY}"}
    assert KEY not in repr(found)


def test_what_cannot_be_added(embedding_server):
    assert code_of(lambda: ask(embedding_server, dimension=9)) is Code.BAD_REQUEST
    embedding_server.models = lambda _: embedding_server.reply({"error": KEY}, 401)
    assert code_of(lambda: ask(embedding_server, key=KEY)) is Code.REMOTE_FAILED
    embedding_server.models = lambda _: embedding_server.reply(
        b"", 302, {"Location": "https://evil.example/v1/models"}
    )
    with pytest.raises(JinasearchError, match=r"evil\.example"):
        ask(embedding_server)
    embedding_server.models = listing(embedding_server, {"id": "chat"})
    embedding_server.embeddings = lambda _: embedding_server.reply({}, 501)
    with pytest.raises(JinasearchError, match="no embeddings"):
        ask(embedding_server)
    embedding_server.stop()
    assert code_of(lambda: ask(embedding_server)) is Code.REMOTE_FAILED
    embedding_server.again()


def test_a_description_stays_plain_data(models):
    record.write(models / "mine", RECORD)
    found = describe("mine")
    assert dataclasses.replace(found) == found
    assert hash(found) == hash(describe("mine"))
    np.testing.assert_array_equal(found.server.sample, [0.5, -1.0])
