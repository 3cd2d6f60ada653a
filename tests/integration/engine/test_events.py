"""The event stream: what it tells, to whom, and how it ends."""

import asyncio
import contextlib
import itertools
import signal
import socket
import threading
import time
from dataclasses import replace
from urllib.parse import urlsplit

import msgspec
import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.models import Notice
from jinasearch.engine import protocol
from jinasearch.engine.client import Client, stop_engine
from jinasearch.engine.events import Events


class Listener:
    """Collects events in a thread."""

    def __init__(self, running) -> None:
        self.events: list[protocol.Event] = []
        self.ended = False
        self._client = Client(running.address)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with contextlib.suppress(Exception):
            for event in self._client.events():
                self.events.append(event)
            self.ended = True

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def join(self) -> None:
        self._thread.join(20)
        assert not self._thread.is_alive()
        self._client.close()


@pytest.fixture
def listen(running):
    running.start()
    listeners = []

    def start() -> Listener:
        listeners.append(Listener(running))
        return listeners[-1]

    yield start
    if running.address_of(running.started[0].pid):
        stop_engine(running.library)
    for listener in listeners:
        listener.join()


def raw_stream(running) -> socket.socket:
    address = running.address
    place = urlsplit(address.url)
    connection = socket.create_connection((place.hostname, place.port), timeout=20)
    connection.sendall(
        f"GET /v1/events HTTP/1.1\r\nHost: {place.netloc}\r\n"
        f"Authorization: Bearer {address.token}\r\n\r\n".encode()
    )
    return connection


def test_the_stream_says_hello_at_once(running):
    running.start()
    with raw_stream(running) as connection:
        said = b""
        while b": hello" not in said:
            piece = connection.recv(4096)
            assert piece
            said += piece
    assert said.startswith(b"HTTP/1.1 200")
    assert b"content-type: text/event-stream" in said.lower()


def test_a_listener_hears_of_work_and_of_the_end(running, listen):
    first, second = listen(), listen()
    time.sleep(0.5)  # both streams are open
    running.write("sea.txt", "The albatross glides over the sea.")
    running.index()
    for listener in (first, second):
        running.until(lambda heard=listener: "changed" in heard.kinds, "news")
        running.until(
            lambda heard=listener: [
                event for event in heard.events if event.status and event.status.coverage.meaning
            ],
            "the status after the work",
        )
    with running.client() as client:
        last = client.send(protocol.status()).revision
    running.until(lambda: first.events[-1].status.revision == last, "the last revision")
    stop_engine(running.library)
    for listener in (first, second):
        listener.join()
        assert listener.ended
        assert listener.kinds[-1] == "bye"
        assert listener.kinds.count("bye") == 1
        assert not listener.events[-1].for_good
    assert set(first.kinds) <= {"status", "changed", "notice", "bye"}


def test_a_pause_is_told_and_nothing_is_told_while_nothing_happens(running, listen):
    listener = listen()
    time.sleep(1.5)
    before = len(listener.events)
    time.sleep(1.5)
    assert len(listener.events) == before
    with running.client() as client:
        client.send(protocol.pause(protocol.Pause(paused=True)))
    running.until(lambda: [e for e in listener.events if e.status and e.status.paused], "the pause")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_says_goodbye_too(running, listen, number):
    listener = listen()
    time.sleep(0.5)
    running.started[0].send_signal(number)
    assert running.started[0].wait(20) == 0
    listener.join()
    assert listener.kinds[-1:] == ["bye"]
    assert listener.events[-1].for_good


def test_that_it_was_stopped_for_good_is_told(running, listen):
    listener = listen()
    time.sleep(0.5)
    stop_engine(running.library, for_good=True)
    listener.join()
    assert listener.kinds[-1:] == ["bye"]
    assert listener.events[-1].for_good


def test_a_listener_that_does_not_read_holds_nobody_up(running, listen):
    with raw_stream(running), raw_stream(running) as half:
        half.close()  # one that goes at once
        time.sleep(0.3)
        listener = listen()
        time.sleep(0.3)
        with running.client() as client:
            for paused in itertools.islice(itertools.cycle((True, False)), 60):
                client.send(protocol.pause(protocol.Pause(paused=paused)))
        running.until(lambda: "status" in listener.kinds, "an event for the one that reads")
        stop_engine(running.library)
        listener.join()
        assert listener.kinds[-1] == "bye"


def collect(events: Events, act) -> list[bytes]:
    """What a stream yields that is first read after `act`."""

    async def run() -> list[bytes]:
        stream = events.stream()
        assert await anext(stream) == b": hello\n\n"
        await asyncio.to_thread(act)
        await asyncio.sleep(0)
        return [message async for message in stream]

    return asyncio.run(run())


def decoded(messages: list[bytes]) -> list[protocol.Event]:
    return [msgspec.json.decode(m.removeprefix(b"data: "), type=protocol.Event) for m in messages]


def test_a_slow_reader_keeps_the_newest_events_and_the_goodbye():
    events = Events()

    def act() -> None:
        for number in range(500):
            events.publish(protocol.Event("notice", notice=Notice(str(number), "")))
        events.close()

    heard = decoded(collect(events, act))
    assert [event.kind for event in heard[-2:]] == ["notice", "bye"]
    assert heard[-2].notice.code == "499"
    assert len(heard) <= 100
    assert events.listeners == 0


def test_publishing_to_nobody_and_after_the_end_is_nothing():
    events = Events()
    events.publish(protocol.Event("status"))
    events.close()
    events.close()
    events.publish(protocol.Event("status"))

    async def run() -> list[bytes]:
        return [message async for message in events.stream()]

    assert asyncio.run(run()) == []


def test_a_loop_that_has_ended_is_no_obstacle():
    events = Events()

    async def leave_open():
        stream = events.stream()
        await anext(stream)
        return stream

    loop = asyncio.new_event_loop()
    stream = loop.run_until_complete(leave_open())
    loop.close()
    events.publish(protocol.Event("status"))
    events.close()
    del stream


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer TOKEN", "Origin": "http://evil.example"},
        {"Authorization": "Bearer TOKEN", "Host": "evil.example"},
    ],
)
def test_a_stranger_hears_nothing(served, headers):
    sent = {name: value.replace("TOKEN", served.address.token) for name, value in headers.items()}
    answer = served.ask("GET", "/v1/events", headers=sent, token="")
    assert answer.status == 401
    assert answer.failure().code == Code.UNAUTHORIZED
    assert b"hello" not in answer.body


def test_a_client_with_a_wrong_token_is_told_so(served):
    with Client(replace(served.address, token="wrong")) as client:
        with pytest.raises(JinasearchError) as caught:
            next(iter(client.events()))
        assert caught.value.code == Code.UNAUTHORIZED


def test_one_that_reads_late_hears_how_it_ended(running):
    """Whatever it missed, its last status is the last one, and the goodbye is there."""
    running.start()
    with raw_stream(running) as late:
        running.write("sea.txt", "The albatross glides over the sea.")
        running.index()
        with running.client() as client:
            for paused in itertools.islice(itertools.cycle((True, False)), 20):
                client.send(protocol.pause(protocol.Pause(paused=paused)))
            client.send(protocol.pause(protocol.Pause(paused=True)))
            last = client.send(protocol.status())
        time.sleep(1)  # the last status is told at most four times a second
        stop_engine(running.library)
        said = b""
        while piece := late.recv(65536):
            said += piece
    events = [
        protocol.decode_event(line.removeprefix(b"data: "))
        for line in said.splitlines()
        if line.startswith(b"data: ")
    ]
    assert events[-1].kind == "bye"
    told = [event.status for event in events if event.status][-1]
    assert told.paused
    assert (told.coverage, told.revision) == (last.coverage, last.revision)
    assert "changed" in [event.kind for event in events]


def test_an_engine_that_dies_ends_the_stream_with_an_error(running):
    running.start()
    with running.client() as client:
        events = client.events()
        somebody = threading.Timer(0.5, pause, [running])
        somebody.start()
        next(events)
        somebody.join()
        running.started[0].kill()
        with pytest.raises(JinasearchError) as caught:
            list(events)
        assert caught.value.code == Code.ENGINE_UNREACHABLE


def pause(running) -> None:
    with running.client() as client:
        client.send(protocol.pause(protocol.Pause(paused=True)))


def test_a_loop_that_has_just_closed_hinders_nobody():
    events = Events()
    loop = asyncio.new_event_loop()
    stream = events.stream()
    assert loop.run_until_complete(anext(stream)).startswith(b":")
    loop.is_closed = lambda: False  # as it was when it was looked at
    loop.close()
    events.publish(protocol.Event("changed"))
    events.close()
    del loop.is_closed
