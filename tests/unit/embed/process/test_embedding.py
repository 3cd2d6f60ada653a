"""The parent's side against a child that misbehaves on command."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.process.embedding import EmbedProcess, PoisonText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# A text's vector is its length; `kill` kills, `refuse` is answered with an error, `together`
# kills where it is not alone, `once` kills the first time in the test.
CHILD = """
import os, sys
import numpy as np
from pathlib import Path
from jinasearch.embed.process import wire
log = Path(sys.argv[1])
ending = sys.argv[2]
with log.open("a") as stream: stream.write("start\\n")
while (frame := wire.read(sys.stdin.buffer)):
    request = frame[0]
    answer = {"id": request["id"], "ok": True}
    error = {"code": "embed-failed", "title": "no", "message": "", "path": ""}
    if request["op"] == "load":
        if ending == "load": os._exit(9)
        answer |= {k: "x" for k in ("name", "title", "provider", "precision")} | {"dimension": 1}
        wire.write(sys.stdout.buffer, answer)
        continue
    texts = request["texts"]
    with log.open("a") as stream: stream.write(f"encode {len(texts)}\\n")
    if ending == "always" or "kill" in texts or ("together" in texts and len(texts) > 1):
        os._exit(9)
    if ending == "nonsense":
        print("native code prints", flush=True)
    if "once" in texts and not log.with_suffix(".once").exists():
        log.with_suffix(".once").touch()
        os._exit(9)
    if "refuse" in texts:
        wire.write(sys.stdout.buffer, {"id": request["id"], "ok": False, "error": error})
        continue
    vectors = np.array([[len(text)] for text in texts], dtype=np.float32).reshape(-1, 1)
    answer |= {"shape": list(vectors.shape), "truncated": texts.count("endless")}
    wire.write(sys.stdout.buffer, answer, wire.pack(vectors))
"""


@pytest.fixture
def log(tmp_path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def start(tmp_path, log) -> Iterator[Callable[..., EmbedProcess]]:
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    started: list[EmbedProcess] = []

    def make(ending: str = "well") -> EmbedProcess:
        command = [sys.executable, str(script), str(log), ending]
        started.append(EmbedProcess(command, "any", 0, 1, 60))
        return started[-1]

    yield make
    for process in started:
        process.stop()


def starts(log: Path) -> int:
    return log.read_text().count("start")


def test_a_long_list_goes_in_slices_and_comes_back_in_order(start, log):
    texts = ["x" * length for length in range(50)]
    vectors = start().encode_documents(texts)
    np.testing.assert_array_equal(vectors[:, 0], range(50))
    assert log.read_text().split("\n") == ["start", *["encode 16"] * 3, "encode 2", ""]


def test_texts_longer_than_the_model_reads_are_counted(start):
    process = start()
    process.encode_documents(["a", "endless", "once", "endless"])
    assert process.info.truncated == 2
    process.encode_documents(["endless"] * 20)
    process.encode_query("endless")
    assert process.info.truncated == 22
    process.use("any", 0)
    assert process.info.truncated == 0


def test_after_one_death_nobody_is_blamed(start, log):
    vectors = start().encode_documents(["a", "once", "abc"])
    np.testing.assert_array_equal(vectors, [[1], [4], [3]])
    assert starts(log) == 2


@pytest.mark.parametrize("index", [0, 3, 16, 20])
def test_a_text_that_kills_is_found(start, log, index):
    texts = ["fine"] * 21
    texts[index] = "kill"
    process = start()
    with pytest.raises(PoisonText) as caught:
        process.encode_documents(texts)
    assert caught.value.index == index
    assert process.encode_documents(["a"]) == [[1]]
    assert starts(log) <= 9


def test_a_text_that_is_refused_is_found_without_a_restart(start, log):
    with pytest.raises(PoisonText) as caught:
        start().encode_documents(["a", "b", "refuse", "c"])
    assert caught.value.index == 2
    assert starts(log) == 1


def test_texts_that_are_too_much_together_go_alone(start):
    vectors = start().encode_documents(["a", "together", "abc"])
    np.testing.assert_array_equal(vectors, [[1], [8], [3]])


def test_a_model_that_always_dies_blames_no_text(start):
    process = start("always")
    with pytest.raises(JinasearchError) as caught:
        process.encode_documents(["a", "b"])
    assert caught.value.code is Code.EMBED_FAILED


def test_a_query_that_kills_is_tried_twice(start, log):
    process = start()
    with pytest.raises(JinasearchError) as caught:
        process.encode_query("kill")
    assert caught.value.code is Code.EMBED_FAILED
    assert starts(log) == 2
    assert process.encode_query("a") == [1]


def test_a_death_while_loading_is_not_tried_again_at_once(start, log):
    process = start("load")
    for _ in range(3):
        with pytest.raises(JinasearchError) as caught:
            process.encode_query("a")
        assert caught.value.code is Code.EMBED_FAILED
    assert starts(log) == 2
    assert process.info.state == "failed"
    process.use("another", 0)
    assert process.info.state == "asleep"


def test_an_answer_that_is_nonsense_ends_the_child(start, log):
    with pytest.raises(JinasearchError) as caught:
        start("nonsense").encode_query("a")
    assert caught.value.code is Code.EMBED_FAILED
    assert starts(log) == 2


def test_a_command_that_cannot_be_started(tmp_path):
    process = EmbedProcess([str(tmp_path / "nothing")], "any", 0, 1, 60)
    with pytest.raises(JinasearchError, match="cannot be started") as caught:
        process.encode_query("a")
    assert caught.value.code is Code.EMBED_FAILED
    assert process.info.state == "failed"
