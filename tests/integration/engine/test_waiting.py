"""What is answered at once waits for nothing that takes long, through the HTTP application."""

import asyncio
import sys

import httpx
import pytest
import uvicorn

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import meaning, process, protocol
from jinasearch.engine.api import make_app
from jinasearch.engine.protocol import Mode, SearchRequest


class Gate:
    """An interpreter that waits before it begins: a model that takes long to load."""

    def __init__(self, folder):
        self._open = folder / "open"
        self.python = folder / "python"
        self.python.write_text(
            f"#!/bin/sh\nwhile [ ! -e '{self._open}' ]; do sleep 0.05; done\n"
            f"exec '{sys.executable}' \"$@\"\n"
        )
        self.python.chmod(0o755)

    def open(self):
        self._open.touch()


@pytest.fixture
def gate(tmp_path):
    return Gate(tmp_path)


@pytest.fixture
def slow(bench, gate):
    """An engine whose files are read, and whose model is not there before the gate is open."""
    bench.stop()
    bench.config.parent.mkdir(exist_ok=True)
    bench.config.write_text(f'[embed]\npython = "{gate.python}"\n')
    bench.start()
    bench.write("bread.md", "Mix flour, water and yeast, then bake the loaf.")
    bench.write("sea.txt", "The albatross glides over the sea.")
    bench.engine.folders.add(protocol.AddFolders((bench.home.as_uri(),)))
    serving = bench.engine.searches._meanings.serving
    bench.until(lambda: bench.engine.status().coverage.keywords == 2, "both files, read")
    bench.until(lambda: serving.graph.is_open and serving.encoder.info.state == "waking", "a wait")
    yield bench
    gate.open()


class Asker:
    """Sends the protocol's calls to an engine's application."""

    def __init__(self, engine):
        transport = httpx.ASGITransport(make_app(engine, "token", lambda: None))
        self._http = httpx.AsyncClient(
            transport=transport,
            base_url="http://127.0.0.1:1",
            headers={"Authorization": "Bearer token", "Content-Type": "application/json"},
        )

    async def send(self, call):
        answer = await self._http.request(call.method, call.path, content=call.encoded())
        return call.decoded(answer.status_code, answer.content)

    def begin(self, call):
        return asyncio.create_task(self.send(call))

    async def at_once(self):
        """Keywords and status, as if nothing else were asked."""
        async with asyncio.timeout(20):
            words = await self.send(protocol.search(SearchRequest("yeast", Mode.KEYWORDS)))
            assert [hit.name for hit in words.hits] == ["bread.md"]
            assert (await self.send(protocol.status())).coverage.keywords == 2
            assert (await self.send(protocol.folders())).folders


async def _until(happened):
    async with asyncio.timeout(20):
        while not happened():
            await asyncio.sleep(0.02)


def test_a_model_that_is_being_loaded_holds_up_few_questions_and_no_keywords(slow, gate):
    async def ask():
        asker = Asker(slow.engine)
        asked = [
            asker.begin(protocol.search(SearchRequest(f"{word} dough")))
            for word in ("a", "b", "c", "d", "e", "f")
        ]
        await asker.at_once()
        await _until(lambda: sum(task.done() for task in asked) == 4)
        told = [task.result() for task in asked if task.done()]
        assert {reply.note for reply in told} == {"meaning-waking"}
        waiting = [task for task in asked if not task.done()]
        assert len(waiting) == 2
        gate.open()
        assert {(await task).note for task in waiting} <= {"", "still-indexing"}

    asyncio.run(ask())


def test_a_newer_question_need_not_wait_for_the_model_that_the_older_one_waits_for(slow, gate):
    async def ask():
        asker = Asker(slow.engine)
        for word in ("a", "ab", "abc", "abcd"):
            newest = asker.begin(protocol.search(SearchRequest(word, session="window")))
            await asyncio.sleep(0.1)
            assert not newest.done()
        gate.open()
        assert (await newest).note in ("", "still-indexing")

    asyncio.run(ask())


@pytest.mark.parametrize("call", ["search", "explain"])
def test_what_no_client_waits_for_any_more_ends(slow, monkeypatch, call):
    monkeypatch.setattr(meaning, "_WAKING_SECONDS", 1e6)  # while the model is not there
    (file,) = slow.engine.searches.search(SearchRequest("yeast", Mode.KEYWORDS)).hits
    requests = {
        "search": protocol.search(SearchRequest("dough")),
        "explain": protocol.explain(protocol.ExplainRequest("dough", file.file)),
    }

    async def ask():
        with process._listen(0) as listener:
            config = uvicorn.Config(make_app(slow.engine, "token", lambda _: None), log_config=None)
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve([listener]))
            await _until(lambda: server.started)
            _, writer = await asyncio.open_connection(*listener.getsockname())
            body = requests[call].encoded()
            writer.write(
                f"POST {requests[call].path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer"
                " token\r\nContent-Type: application/json\r\nContent-Length:"
                f" {len(body)}\r\n\r\n".encode()
                + body
            )
            meanings = slow.engine.searches._meanings
            await _until(lambda: meanings.serving._seats._value == 1)  # it waits for the model
            writer.close()
            await _until(lambda: slow.engine.lanes.idle_seconds > 0)
            server.should_exit = True
            await serving

    asyncio.run(ask())


def test_models_are_tried_one_at_a_time_and_hold_up_nothing(slow, gate):
    async def ask():
        asker = Asker(slow.engine)
        first = asker.begin(protocol.verify_model(protocol.VerifyModel("starter")))
        await _until(lambda: slow.engine._gate.held)  # it is under way
        for second in (
            protocol.verify_model(protocol.VerifyModel("starter")),
            protocol.bench_models(protocol.BenchModels(seconds=0.1)),
        ) * 3:
            with pytest.raises(JinasearchError) as raised:
                await asker.send(second)
            assert raised.value.code == Code.ALREADY_RUNNING
        await asker.at_once()
        values = {"search.rerank": "", "embed.idle_seconds": 77.0}
        async with asyncio.timeout(20):
            await asker.send(protocol.change_settings(protocol.ChangeSettings(values)))
        gate.open()
        assert (await first).whole

    asyncio.run(ask())


def test_the_library_is_checked_once_at_a_time(slow, monkeypatch):
    going_on = asyncio.Event()

    async def ask():
        loop = asyncio.get_running_loop()
        look = slow.engine.library.check

        def slowly():
            asyncio.run_coroutine_threadsafe(going_on.wait(), loop).result()
            return look()

        monkeypatch.setattr(slow.engine.library, "check", slowly)
        asker = Asker(slow.engine)
        first = asker.begin(protocol.check())
        await asyncio.sleep(0)
        backup = protocol.Export((slow.home.parent / "a.jinasearch").as_uri())
        for second in (protocol.check(), protocol.export_library(backup)):
            with pytest.raises(JinasearchError) as raised:
                await asker.send(second)
            assert raised.value.code == Code.ALREADY_RUNNING
            assert "check" in raised.value.title
        await asker.at_once()
        going_on.set()
        await first
        assert (await asker.send(protocol.export_library(backup))).bytes

    asyncio.run(ask())
