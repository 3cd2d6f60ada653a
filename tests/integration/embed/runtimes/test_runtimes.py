"""Every runtime makes the vectors of the numpy reference, can be stopped, and is replaced when it
fails."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed import load as loading
from jinasearch.embed.checks import proof
from jinasearch.embed.encoder import Cancelled, Prompt, Stop
from jinasearch.embed.load import load
from jinasearch.embed.models.catalog import describe
from jinasearch.embed.models.description import Pooling, space_key
from jinasearch.embed.process.embedding import EmbedProcess
from jinasearch.embed.runtimes import kept
from jinasearch.embed.runtimes.runtime import PLAIN

if TYPE_CHECKING:
    from jinasearch.embed.encoder import Encoder

needs_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason="the extra `openvino` is not installed"
)
OPENVINO = pytest.param("openvino", marks=needs_openvino)

FLAGS = Path("/proc/cpuinfo").read_text().split() if Path("/proc/cpuinfo").exists() else []
needs_vnni = pytest.mark.skipif(
    not {"avx512_vnni", "avx_vnni"} & set(FLAGS), reason="the processor multiplies no 8 bits"
)

WORDS = ["mars", "venus", "red", "planet", "moon", "the", "of", "solar", "火星", "system", "🚀"]


def texts(count: int = 40, longest: int = 120) -> list[str]:
    random = np.random.default_rng(5)
    made = [" ".join(random.choice(WORDS, random.integers(1, longest))) for _ in range(count)]
    return ["", "x", *made]


def encoder(folder: Path, runtime: str, precision: str = "fp32", **changes: object) -> Encoder:
    description = replace(describe(str(folder)), **changes)  # type: ignore[arg-type]
    return load(description, threads=2, runtime=runtime, precision=precision)


def reference(tiny, many: list[str]) -> np.ndarray:
    return np.stack([tiny.reference("Document: " + text) for text in many])


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one * other).sum(axis=1)


@pytest.mark.parametrize("runtime", [PLAIN, "onnx", OPENVINO])
def test_in_fp32_it_agrees_with_the_reference(tiny, runtime):
    vectors = encoder(tiny.folder, runtime).encode(texts(), Prompt.DOCUMENT)
    assert cosines(vectors, reference(tiny, texts())).min() > 0.99999


@needs_openvino
def test_in_bf16_it_stays_near_the_reference(tiny):
    model = encoder(tiny.folder, "openvino", "bf16")
    assert model.precision == "bf16"
    vectors = model.encode(texts(), Prompt.DOCUMENT)
    assert cosines(vectors, reference(tiny, texts())).min() > 0.999


@pytest.mark.parametrize("runtime", [PLAIN, "onnx", OPENVINO])
def test_in_fp32_a_vector_does_not_depend_on_its_batch(tiny, runtime):
    model = encoder(tiny.folder, runtime)
    together = model.encode(texts(), Prompt.DOCUMENT)
    alone = np.concatenate([model.encode([text], Prompt.DOCUMENT) for text in texts()])
    assert np.abs(together - alone).max() < 1e-5


@needs_openvino
@pytest.mark.parametrize("pooling", list(Pooling))
def test_pooling_inside_the_graph_is_pooling_outside(tiny, pooling):
    one, other = (
        encoder(tiny.folder, runtime, pooling=pooling).encode(texts(), Prompt.DOCUMENT)
        for runtime in ("openvino", "onnx")
    )
    np.testing.assert_allclose(one, other, atol=1e-5)


@needs_openvino
@pytest.mark.parametrize("variant", [{"position_ids": True}, {"output": "token_embeddings"}])
def test_graphs_that_are_written_otherwise(tiny, make_folder, variant):
    vectors = encoder(make_folder(**variant), "openvino").encode(texts(), Prompt.DOCUMENT)
    assert cosines(vectors, reference(tiny, texts())).min() > 0.99999


@needs_openvino
def test_the_starter_keeps_its_vectors():
    plain, fast = (
        load(describe("starter"), threads=2, runtime=runtime).encode(texts(), Prompt.DOCUMENT)
        for runtime in ("onnx", "openvino")
    )
    assert cosines(plain, fast).min() > 0.999


@pytest.mark.parametrize("runtime", [PLAIN, "onnx", OPENVINO])
def test_a_stop_ends_a_run_under_way(tiny, runtime):
    """All texts are one batch, so nothing but the runtime itself can end it early."""
    model, stop = encoder(tiny.folder, runtime), Stop()
    many = ["the red planet " * 400] * 2
    model.encode(many, Prompt.DOCUMENT)
    timer = threading.Timer(0.02, stop.request)
    timer.start()
    for _ in iter(int, 1):  # until the stop comes
        try:
            model.encode(many, Prompt.DOCUMENT, stop)
        except Cancelled:
            break
    timer.join()
    again = model.encode(["still works"], Prompt.DOCUMENT)
    assert cosines(again, reference(tiny, ["still works"])).min() > 0.99999


@pytest.mark.parametrize("runtime", [PLAIN, "onnx", OPENVINO])
def test_a_graph_that_is_no_embedding_model(make_folder, runtime):
    with pytest.raises(JinasearchError, match="generating text") as caught:
        encoder(make_folder(extra_input="past_key_values.0.key"), runtime)
    assert caught.value.code is Code.MODEL_UNSUITABLE


@needs_openvino
def test_it_says_what_it_runs_on(tiny):
    model = encoder(tiny.folder, "openvino")
    assert (model.provider, model.precision) == ("OpenVINO, CPU", "fp32")
    assert model.remark is None


def without_openvino(monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for name in ("runtime", "graph", "quiet"):
        monkeypatch.delitem(sys.modules, f"jinasearch.embed.runtimes.ov.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "openvino", None)


def test_where_openvino_is_missing_the_other_takes_its_place_without_a_word(tiny, monkeypatch):
    without_openvino(monkeypatch)
    model = encoder(tiny.folder, "auto")
    assert model.provider == "ONNX Runtime, CPU, fused"
    assert model.remark is None


def test_asked_for_and_missing_is_an_error(tiny, monkeypatch):
    without_openvino(monkeypatch)
    with pytest.raises(JinasearchError, match="OpenVINO cannot be used: it is not") as caught:
        encoder(tiny.folder, "openvino")
    assert caught.value.code is Code.RUNTIME_MISSING


def test_a_precision_that_the_runtime_has_not(tiny):
    with pytest.raises(JinasearchError, match="precision bf16") as caught:
        encoder(tiny.folder, "onnx", "bf16")
    assert caught.value.code is Code.RUNTIME_MISSING


class Broken:
    """A runtime that loads and then fails on every text, or gives what is no number."""

    provider, precision = "OpenVINO, CPU", "bf16"

    def __init__(self, inner, error: Exception | None) -> None:
        self.signature = inner.signature
        self._inner, self._error = inner, error

    def run(self, feed, stop):
        if self._error is not None:
            raise self._error
        return self._inner.run(feed, stop) * np.nan


@pytest.mark.parametrize("error", [RuntimeError("secret"), None])
def test_one_that_fails_is_replaced_and_the_user_told(tiny, monkeypatch, error):
    def broken(description, path, precision, threads):
        return Broken(loading._onnx(description, path, threads), error)

    monkeypatch.setattr(loading, "_openvino_is_best", lambda: True)
    monkeypatch.setattr(loading, "_openvino", broken)
    model = encoder(tiny.folder, "auto")
    assert model.provider == "ONNX Runtime, CPU, fused"
    assert model.remark is not None
    assert model.remark.code is Code.RUNTIME_MISSING
    assert "ONNX Runtime takes its place" in model.remark.message
    with pytest.raises(JinasearchError):
        encoder(tiny.folder, "openvino")


CRASHES = """
import os, sys
from jinasearch.embed import load
def crash(*_): os.kill(os.getpid(), 8)
load._openvino_is_best = lambda: True
load._openvino = load._fused = crash
from jinasearch.embed.process.child import main
sys.exit(main())
"""


@pytest.mark.parametrize("runtime", ["auto", "onnx"])
def test_one_that_crashes_is_replaced_and_the_user_told(runtime):
    told: list[JinasearchError] = []
    process = EmbedProcess(
        [sys.executable, "-c", CRASHES],
        "starter",
        0,
        1,
        60,
        runtime=runtime,
        on_remark=told.append,
    )
    try:
        assert process.encode_query("a").shape == (384,)
        assert process.info.provider == "ONNX Runtime, CPU"
    finally:
        process.stop()
    assert [remark.code for remark in told] == [Code.RUNTIME_MISSING]


KILLED_ONCE = """
import os, signal, sys
from pathlib import Path
from jinasearch.embed import load
first, whole = Path(sys.argv[1]), load.load
def killed_at_first(*given, **named):
    if not first.exists():
        first.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*given, **named)
load.load = killed_at_first
from jinasearch.embed.process.child import main
sys.exit(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process does not tell who ended it")
def test_one_that_is_killed_while_it_loads_did_not_crash(tmp_path):
    told: list[JinasearchError] = []
    command = [sys.executable, "-c", KILLED_ONCE, str(tmp_path / "first")]
    process = EmbedProcess(command, "starter", 0, 1, 60, runtime="onnx", on_remark=told.append)
    try:
        process.encode_query("a")
    finally:
        process.stop()
    assert told == []


@pytest.mark.parametrize(
    "form",
    [{"runtime": "openvino"}, {"runtime": "auto", "precision": "int8"}],  # a space of its own
    ids=["a runtime", "int8"],
)
def test_one_that_was_asked_for_and_crashes_is_not_replaced(form):
    process = EmbedProcess([sys.executable, "-c", CRASHES], "starter", 0, 1, 60, **form)
    try:
        with pytest.raises(JinasearchError) as caught:
            process.encode_query("a")
    finally:
        process.stop()
    assert caught.value.code is Code.EMBED_FAILED


@needs_openvino
def test_the_embed_process_chooses_by_itself():
    from jinasearch.embed.runtimes.ov.runtime import made_for_this_processor

    told: list[JinasearchError] = []
    command = [sys.executable, "-m", "jinasearch.embed.process.child"]
    process = EmbedProcess(command, "starter", 0, 1, 60, on_remark=told.append)
    try:
        process.encode_query("a")
        best = "OpenVINO, CPU" if made_for_this_processor() else "ONNX Runtime, CPU"
        assert process.info.provider == best
    finally:
        process.stop()
    assert told == []


LISTENS = """
import sys
told = []
sys.addaudithook(lambda event, _: told.append(event) if event.startswith(
    ("socket.", "os.fork", "os.exec", "os.posix_spawn", "subprocess.")) else None)
from jinasearch.embed.load import load
from jinasearch.embed.runtimes.runtime import PLAIN
from jinasearch.embed.models.catalog import describe
encoder = load(describe("starter"), threads=1, runtime="openvino")
from jinasearch.embed.encoder import Prompt
encoder.encode(["a"], Prompt.QUERY)
print(sorted(set(told)))
"""


@needs_openvino
def test_openvino_reports_nothing_to_anybody():
    result = subprocess.run(
        [sys.executable, "-c", LISTENS],
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name != "CI"},
    )
    assert result.stdout.strip() == "[]"


@needs_openvino
def test_a_fast_form_that_does_not_keep_the_vectors_is_not_used(tiny, monkeypatch, tmp_path):
    monkeypatch.setenv("JINASEARCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("jinasearch.embed.load._openvino_is_best", lambda: True)
    monkeypatch.setattr("jinasearch.embed.checks.proof.FORM_COSINE", 2.0)  # no form keeps that
    encoder = load(describe(str(tiny.folder)))
    assert encoder.provider.startswith("ONNX Runtime")
    assert encoder.remark is not None
    assert "differ" in encoder.remark.title


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("JINASEARCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(proof, "_MANY", 12)
    return tmp_path / "cache" / "int8"


@needs_openvino
@needs_vnni
def test_weights_of_8_bits_stay_near_the_reference(tiny, cache):
    model = encoder(tiny.folder, "openvino", "int8")
    assert model.precision == "int8"
    vectors = model.encode(texts(), Prompt.DOCUMENT)
    assert cosines(vectors, reference(tiny, texts())).min() > 0.999
    assert cosines(vectors, reference(tiny, texts())).min() < 0.9999999  # they are not fp32


@needs_openvino
@needs_vnni
def test_weights_of_8_bits_are_made_once(tiny, cache, monkeypatch):
    from jinasearch.embed.runtimes.ov import int8

    first = encoder(tiny.folder, "openvino", "int8").encode(texts(), Prompt.DOCUMENT)
    monkeypatch.setattr(int8, "quantise", lambda _: pytest.fail("made again"))
    again = encoder(tiny.folder, "openvino", "int8").encode(texts(), Prompt.DOCUMENT)
    np.testing.assert_array_equal(first, again)
    assert [path.name for path in cache.iterdir() if path.name.startswith(".")] == []


@needs_openvino
@needs_vnni
@pytest.mark.parametrize("name", ["model.bin", "model.xml", "sha256"])
@pytest.mark.parametrize("harm", ["bit", "cut", "gone"])
def test_a_kept_model_that_is_damaged_is_made_anew(tiny, cache, name, harm):
    first = encoder(tiny.folder, "openvino", "int8").encode(texts(), Prompt.DOCUMENT)
    (folder,) = cache.iterdir()
    path = folder / name
    whole = path.read_bytes()
    middle = len(whole) // 2
    damaged = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(damaged if harm == "bit" else whole[:middle])
    again = encoder(tiny.folder, "openvino", "int8").encode(texts(), Prompt.DOCUMENT)
    np.testing.assert_array_equal(first, again)
    assert kept._whole(folder)


@needs_openvino
@needs_vnni
def test_where_nothing_can_be_kept_it_is_made_each_time(tiny, cache, monkeypatch):
    first = encoder(tiny.folder, "openvino", "int8").encode(texts(), Prompt.DOCUMENT)
    cache.parent.with_name("file").touch()
    monkeypatch.setenv("JINASEARCH_CACHE", str(cache.parent.with_name("file") / "cache"))
    again = encoder(tiny.folder, "openvino", "int8").encode(texts(), Prompt.DOCUMENT)
    np.testing.assert_array_equal(first, again)


@needs_openvino
def test_a_model_that_8_bits_spoil_is_not_used(tiny, cache, monkeypatch):
    monkeypatch.setattr(loading.proof, "agreement", lambda *_: proof.Agreement(0.9, 0.8))
    told = "differ too much, least cosine 0.90000, 80.0 % of the ten nearest the same"
    with pytest.raises(JinasearchError, match=told) as caught:
        encoder(tiny.folder, "openvino", "int8")
    assert caught.value.code is Code.RUNTIME_MISSING


@needs_openvino
def test_weights_that_are_small_already(cache):
    with pytest.raises(JinasearchError, match="no weights that could be kept") as caught:
        load(describe("starter"), runtime="openvino", precision="int8")
    assert caught.value.code is Code.MODEL_UNSUITABLE


def test_forms_that_agree_share_a_space_and_8_bits_have_their_own(tiny):
    description = describe(str(tiny.folder))
    spaces = [space_key(description, 0, form) for form in ("auto", "fp32", "bf16", "int8")]
    assert spaces[0] == space_key(description, 0)
    assert len(set(spaces[:3])) == 1
    assert spaces[3] not in spaces[:3]
