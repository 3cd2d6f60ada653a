"""A model on a server as the engine knows it: agreed to, used, gone, moved, forgotten."""

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.remote.openai import SAMPLE
from jinasearch.embed.remote.probe import LONG
from jinasearch.engine import protocol
from jinasearch.engine.protocol import (
    AddRemote,
    BenchModels,
    Mode,
    SearchRequest,
    UseModel,
    VerifyModel,
)

KEY = "sk-verschlusssache"


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch):
    """Nobody's own keyring is touched, here or in the model's process."""
    import keyring.backends.fail

    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    yield
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr("jinasearch.index.embedder._TROUBLE_SECONDS", 0.2)
    monkeypatch.setattr("jinasearch.embed.process.model._FAILURE_HOLDS_SECONDS", 0.1)


@pytest.fixture
def elsewhere(monkeypatch):
    """The loopback interface counts as another machine."""
    monkeypatch.setattr("jinasearch.embed.remote.address._is_loopback", lambda name: False)


def plain(server):
    """Answers of a server that puts nothing before a text by itself."""

    def answer(asked):
        asked.body.pop("input_type", None)
        return server.good(asked)

    server.embeddings = answer
    return server


@pytest.fixture
def server(embedding_server):
    return plain(embedding_server)


@pytest.fixture
def another(embedding_server):
    """A second server."""
    second = plain(type(embedding_server)())
    yield second
    second.stop()


def documents(server) -> set[str]:
    """What the server was sent of the library and of questions."""
    return {text for asked in server.embedded for text in asked.texts} - {SAMPLE, LONG}


def refusal(action, *arguments) -> JinasearchError:
    with pytest.raises(JinasearchError) as caught:
        action(*arguments)
    assert KEY not in str(caught.value)
    return caught.value


def entry(bench, name="mine") -> protocol.ModelEntry:
    return next(model for model in bench.engine.models.listed().models if model.name == name)


def test_added_used_and_found_by(bench, server):
    added = bench.engine.models.add_remote(AddRemote("mine", server.url))
    assert (added.model, added.width, added.dimension) == ("fake", 8, 8)
    assert (added.sends_to, added.prompts_by) == ("", "nobody")
    assert entry(bench).state == "ready"
    assert entry(bench).server == added.server == f"127.0.0.1:{server.port}"
    bench.engine.models.use(UseModel("mine"))
    bench.write("a.txt", "the harbour in the fog")
    bench.write("b.txt", "something else")
    bench.index()
    assert bench.names("the harbour in the fog", Mode.MEANING)[0] == "a.txt"
    model = bench.engine.status().model
    assert (model.title, model.precision, model.sends_to) == ("fake", "remote", "")
    assert model.provider == f"127.0.0.1:{server.port}, openai"
    assert [m.in_use for m in bench.engine.models.listed().models if m.name == "mine"] == [True]


def test_nothing_is_sent_before_the_user_agreed(bench, server, elsewhere):
    host = f"127.0.0.1:{server.port}"
    error = refusal(bench.engine.models.add_remote, AddRemote("mine", server.url))
    assert error.code is Code.REMOTE_CONSENT
    assert host in error.title
    assert "not encrypted" in error.message
    request = AddRemote("mine", server.url, key=KEY, consent=True)
    error = refusal(bench.engine.models.add_remote, request)
    assert error.code is Code.REMOTE_UNENCRYPTED
    assert KEY not in repr(request)
    assert server.asked == []
    assert "mine" not in [model.name for model in bench.engine.models.listed().models]


def test_where_texts_go_is_told(bench, server, elsewhere):
    host = f"127.0.0.1:{server.port}"
    added = bench.engine.models.add_remote(AddRemote("mine", server.url, consent=True))
    assert added.sends_to == entry(bench).sends_to == host
    bench.engine.models.use(UseModel("mine"))
    bench.until(lambda: bench.engine.status().model.sends_to == host, "the model")


def test_measuring_all_models_sends_nothing_elsewhere(bench, server, elsewhere):
    bench.write("a.txt", "the harbour in the fog")
    bench.index()
    bench.engine.models.add_remote(AddRemote("mine", server.url, consent=True))
    measured = bench.engine.models.bench(BenchModels(seconds=0.1))
    assert [model.name for model in measured.models] == ["starter"]
    assert documents(server) == set()
    measured = bench.engine.models.bench(BenchModels(("mine",), 0.1))
    assert [(model.name, model.problem) for model in measured.models] == [("mine", "")]
    assert documents(server)


def test_it_can_be_verified(bench, server):
    bench.write("a.txt", "the harbour in the fog")
    bench.index()
    bench.engine.models.add_remote(AddRemote("mine", server.url))
    findings = bench.engine.models.verify(VerifyModel("mine")).findings
    assert [(finding.name, finding.ok) for finding in findings] == [
        ("vectors", True),
        ("alone and in a batch", True),
    ]


def test_a_key_is_sent_and_kept_nowhere(bench, server, monkeypatch, tmp_path):
    def guarded(asked):
        if asked.headers.get("Authorization") != f"Bearer {KEY}":
            return server.reply({"error": {"message": "no key"}}, 401)
        return server.good(asked)

    server.embeddings = guarded
    error = refusal(bench.engine.models.add_remote, AddRemote("mine", server.url, key=KEY))
    assert error.code is Code.NO_PERMISSION  # there is no keyring here
    assert "JINASEARCH_KEY_MINE" in error.message
    assert not (tmp_path / "models" / "mine").exists()
    monkeypatch.setenv("JINASEARCH_KEY_MINE", KEY)
    bench.engine.models.add_remote(AddRemote("mine", server.url))
    bench.engine.models.use(UseModel("mine"))
    bench.write("a.txt", "the harbour in the fog")
    bench.index()
    assert documents(server)
    bench.stop()
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes(), path


def test_a_dead_server_is_told_and_asked_again(bench, server):
    bench.engine.models.add_remote(AddRemote("mine", server.url))
    bench.engine.models.use(UseModel("mine"))
    bench.write("a.txt", "the harbour in the fog")
    bench.index()
    server.stop()
    bench.write("b.txt", "the harbour in the sun")
    bench.until(
        lambda: Code.REMOTE_FAILED in [notice.code for notice in bench.engine.status().notices],
        "the notice",
    )
    assert (
        bench.engine.searches.search(SearchRequest("harbour at dusk")).note == "meaning-unavailable"
    )
    assert bench.names("harbour") == ["a.txt", "b.txt"]
    server.again()
    bench.until(lambda: bench.engine.status().coverage.meaning == 2, "the rest by meaning")
    assert set(bench.names("harbour at dusk", Mode.MEANING)) == {"a.txt", "b.txt"}
    assert bench.engine.status().notices == ()


def test_a_server_that_moved_keeps_the_vectors(bench, server, another):
    bench.engine.models.add_remote(AddRemote("mine", server.url))
    bench.engine.models.use(UseModel("mine"))
    bench.write("a.txt", "the harbour in the fog")
    bench.index()
    server.stop()
    bench.engine.models.add_remote(AddRemote("mine", another.url))
    assert bench.names("the harbour", Mode.MEANING) == ["a.txt"]
    assert bench.engine.status().model.provider == f"127.0.0.1:{another.port}, openai"
    assert documents(another) == {"the harbour"}  # the question alone
    server.again()


def test_a_name_in_use_does_not_come_to_mean_another_model(bench, server, another):
    bench.engine.models.add_remote(AddRemote("mine", server.url))
    bench.engine.models.use(UseModel("mine"))
    another.models = lambda _: another.reply({"data": [{"id": "other"}]})
    error = refusal(bench.engine.models.add_remote, AddRemote("mine", another.url))
    assert error.code is Code.BAD_REQUEST
    assert entry(bench).title == "fake"
    bench.engine.models.add_remote(AddRemote("second", another.url))
    assert entry(bench, "second").title == "other"
    bench.engine.models.add_remote(AddRemote("second", server.url))
    assert entry(bench, "second").title == "fake"


@pytest.mark.parametrize("name", ["starter", "../mine", "", "a/b", "x" * 100])
def test_names_that_cannot_be(bench, server, name):
    assert refusal(bench.engine.models.add_remote, AddRemote(name, server.url)).code is (
        Code.BAD_REQUEST
    )
    assert refusal(bench.engine.models.remove, name).code is Code.BAD_REQUEST
    assert server.asked == []


def test_what_lies_here_is_not_overwritten_or_removed(bench, server, tmp_path):
    (tmp_path / "models" / "mine").mkdir(parents=True)
    (tmp_path / "models" / "mine" / "model.onnx").write_bytes(b"weights")
    error = refusal(bench.engine.models.add_remote, AddRemote("mine", server.url))
    assert error.code is Code.BAD_REQUEST
    assert refusal(bench.engine.models.remove, "mine").code is Code.NOT_FOUND
    assert (tmp_path / "models" / "mine" / "model.onnx").exists()


def test_forgotten(bench, server, tmp_path):
    bench.engine.models.add_remote(AddRemote("mine", server.url))
    bench.engine.models.use(UseModel("mine"))
    assert refusal(bench.engine.models.remove, "mine").code is Code.BAD_REQUEST
    bench.engine.models.use(UseModel("starter"))
    bench.until(lambda: bench.engine.status().model.name == "starter", "the other model")
    bench.until(
        lambda: "mine" not in [m.name for m in bench.engine.models.remove("mine").models],
        "the end",
    )
    assert not (tmp_path / "models" / "mine").exists()
    assert refusal(bench.engine.models.remove, "mine").code is Code.NOT_FOUND
