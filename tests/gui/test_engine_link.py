"""Finding the engine, and getting it back when it is gone."""

import sys

import msgspec
import pytest
from fake_engine import FakeEngine
from parts import FakeStarter, make_parts

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.library_work import LibraryWork, Work
from jinasearch.core.models import Status
from jinasearch.engine import protocol
from jinasearch.engine.address import Address
from jinasearch.engine.protocol import Event
from jinasearch.gui.engine_client import EngineClient
from jinasearch.gui.engine_link import EngineLink, LinkState
from jinasearch.gui.engine_starter import EngineStarter
from jinasearch.gui.event_stream import MAX_MESSAGE_BYTES, EventParser


def fail(answer) -> None:
    pytest.fail(f"not expected: {answer}")


@pytest.fixture
def joined(qapp, qtbot, engine):
    client = EngineClient()
    starter = FakeStarter(engine)
    link = EngineLink(client, starter)
    link.open()
    qtbot.waitUntil(lambda: link.state is LinkState.CONNECTED)
    yield link, starter, client
    link.close()


def test_a_running_engine_is_joined_without_a_start(joined):
    _, starter, _ = joined
    assert starter.starts == 0


def test_events_arrive(qtbot, joined, engine):
    link, _, _ = joined
    with qtbot.waitSignal(link.received) as signal:
        engine.send(Event("status", Status(revision=5)))
    assert signal.args[0].status.revision == 5


def test_an_engine_that_its_user_stopped_is_left_alone(qtbot, joined, engine):
    link, starter, _ = joined
    link._look.setInterval(50)
    said_goodbye(qtbot, link, engine, for_good=True)
    qtbot.waitUntil(lambda: link.state is LinkState.STOPPED)
    qtbot.wait(400)  # longer than the first tries of one that is started again
    assert starter.starts == 0
    starter.engine = engine
    link._look.stop()  # the fake engine's address is known while it is down
    link.again()
    qtbot.waitUntil(lambda: link.state is LinkState.CONNECTED)
    assert starter.starts == 1


def test_a_stopped_engine_is_joined_when_somebody_else_starts_it(qtbot, joined, engine):
    link, starter, _ = joined
    link._look.setInterval(50)
    said_goodbye(qtbot, link, engine, for_good=True)
    qtbot.waitUntil(lambda: link.state is LinkState.STOPPED)
    engine.start()
    starter.engine = engine
    qtbot.waitUntil(lambda: link.state is LinkState.CONNECTED)
    assert starter.starts == 0


def test_an_engine_that_makes_way_for_another_is_started_again(qtbot, joined, engine):
    link, starter, _ = joined
    said_goodbye(qtbot, link, engine, for_good=False)
    qtbot.waitUntil(lambda: starter.starts == 1)
    qtbot.waitUntil(lambda: link.state is LinkState.CONNECTED)


def said_goodbye(qtbot, link, engine, *, for_good: bool) -> None:
    """The engine ends as one that is told to. None is found until it is started."""
    link._starter.engine = None
    with qtbot.waitSignal(link.received):
        engine.send(Event("bye", for_good=for_good))
    engine.stop()
    if not for_good:
        link._starter.engine = engine


def test_a_killed_engine_is_started_again(qtbot, joined, engine):
    link, starter, client = joined
    states = []
    link.state_changed.connect(states.append)
    engine.stop()
    qtbot.waitUntil(lambda: states == [LinkState.RESTARTING, LinkState.CONNECTED], timeout=8000)
    assert starter.starts == 1
    with qtbot.waitSignal(link.received):
        engine.send(Event("changed"))
    answers = []
    client.call(protocol.status(), answers.append, fail)
    qtbot.waitUntil(lambda: bool(answers))


def test_an_address_out_of_date_leads_to_a_start(qtbot, qapp):
    with FakeEngine() as engine:
        starter = FakeStarter(engine)
        starter.find = lambda: Address("http://127.0.0.1:9", "x", 1, "0", protocol.PROTOCOL)
        link = EngineLink(EngineClient(), starter)
        link.open()
        qtbot.waitUntil(lambda: link.state is LinkState.CONNECTED)
        assert starter.starts == 1
        link.close()


@pytest.mark.parametrize(("what", "value"), [("protocol", 999), ("version", "0.0.9")])
def test_an_engine_of_another_version_is_left_to_the_starter(qtbot, qapp, engine, what, value):
    setattr(engine, what, value)
    starter = FakeStarter(engine)
    starter.error = JinasearchError(Code.ENGINE_NEWER, "A newer engine runs")
    link = EngineLink(EngineClient(), starter)
    errors = []
    link.failed.connect(errors.append)
    link.open()
    qtbot.waitUntil(lambda: bool(errors))
    assert link.state is LinkState.FAILED
    qtbot.wait(400)
    assert starter.starts == 1
    link.again()
    qtbot.waitUntil(lambda: starter.starts == 2)
    link.close()


def test_a_failing_start_is_tried_again(qtbot, qapp):
    starter = FakeStarter(None)
    link = EngineLink(EngineClient(), starter)
    link.open()
    qtbot.waitUntil(lambda: starter.starts >= 3, timeout=5000)
    assert link.state is LinkState.FAILED
    link.close()


def test_a_wrong_token_is_an_error_not_an_answer(qtbot, qapp, engine):
    client = EngineClient()
    client.use(Address(engine.address.url, "wrong", 1, "0", 1))
    errors = []
    client.call(protocol.status(), fail, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert errors[0].code is Code.UNAUTHORIZED


def test_the_environments_proxy_is_not_used(qtbot, qapp, engine, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    client = EngineClient()
    client.use(engine.address)
    answers = []
    client.call(protocol.status(), answers.append, fail)
    qtbot.waitUntil(lambda: bool(answers))


def run_starter(qtbot, program: str, address=None):
    starter = EngineStarter(lambda: address, [sys.executable, "-c", program])
    ready, failed = [], []
    starter.ready.connect(ready.append)
    starter.failed.connect(failed.append)
    starter.start()
    qtbot.waitUntil(lambda: bool(ready or failed), timeout=10_000)
    return ready, failed


def test_the_starter_gives_the_address(qtbot, qapp):
    address = Address("http://127.0.0.1:1", "t", 1, "0", 1)
    assert run_starter(qtbot, "print('{}')", address) == ([address], [])


def test_the_starter_gives_the_commands_error(qtbot, qapp):
    body = msgspec.json.encode(protocol.Failure("disk-full", "The disk is full", "Make room."))
    program = f"import sys; print({body.decode()!r}); sys.exit(1)"
    ready, failed = run_starter(qtbot, program)
    assert not ready
    assert (failed[0].code, failed[0].message) == (Code.DISK_FULL, "Make room.")


def test_the_starter_survives_a_command_that_says_nothing(qtbot, qapp):
    ready, failed = run_starter(qtbot, "raise SystemExit(3)")
    assert not ready
    assert failed[0].code is Code.ENGINE_FAILED


def test_the_starter_tells_what_a_long_start_is_at(qtbot, qapp):
    third = {"opening": {"work": "updating", "step": 3, "steps": 5, "share": 0.5}}
    failure = protocol.Failure("disk-full", "The disk is full", "Make room.")
    said = [msgspec.json.encode(each).decode() for each in (third, {"opening": None}, failure)]
    program = f"import sys, time\nfor line in {said!r}:\n print(line, file=sys.stderr, flush=True)"
    program += "\n time.sleep(0.05)\nsys.exit(3)"
    starter = EngineStarter(lambda: None, [sys.executable, "-c", program])
    link = EngineLink(EngineClient(), starter)
    told, failed = [], []
    link.opening_changed.connect(told.append)
    link.failed.connect(failed.append)
    starter.start()
    qtbot.waitUntil(lambda: bool(failed), timeout=10_000)
    link.close()
    assert told == [LibraryWork(Work.UPDATING, 3, 5, 0.5), None]
    assert (failed[0].code, failed[0].message) == (Code.DISK_FULL, "Make room.")


def test_the_starter_tells_that_there_is_no_program(qtbot, qapp):
    starter = EngineStarter(lambda: None, ["/no/such/program"])
    with qtbot.waitSignal(starter.failed) as signal:
        starter.start()
    assert signal.args[0].code is Code.ENGINE_FAILED


def test_messages_are_cut_wherever_the_bytes_are_cut():
    stream = b': ping\n\ndata: {"a":1}\n\nevent: x\r\ndata: one\r\ndata: two\r\n\r\ndata:last\n\n'
    whole = EventParser().feed(stream)
    assert whole == [b'{"a":1}', b"one\ntwo", b"last"]
    parser = EventParser()
    pieces = [message for at in range(len(stream)) for message in parser.feed(stream[at : at + 1])]
    assert pieces == whole


def test_an_endless_line_is_refused():
    parser = EventParser()
    with pytest.raises(ValueError, match="too long"):
        parser.feed(b"data: " + b"x" * MAX_MESSAGE_BYTES)


def test_a_library_that_is_brought_up_to_date_is_told_until_the_engine_answers(qtbot, qapp, engine):
    made = make_parts(qapp, engine)
    qtbot.addWidget(made.window)
    made.window.show()
    bottom = made.window.bottom
    assert bottom.summary.text() == "Starting the engine…"
    assert not bottom.library.bar.isVisible()
    made.starter.opening.emit(LibraryWork(Work.UPDATING, 3, 5, 0.5))
    assert "brought up to date (step 3 of 5)…" in bottom.summary.text()
    assert bottom.library.bar.isVisible()
    assert bottom.library.bar.accessibleDescription() == "50 %"
    made.starter.opening.emit(None)
    assert bottom.summary.text() == "Starting the engine…"
    made.starter.opening.emit(LibraryWork(Work.CHECKING))
    assert "The library is being checked…" in bottom.summary.text()
    made.link.open()
    qtbot.waitUntil(lambda: made.link.state == "connected")
    assert not bottom.library.bar.isVisible()
    assert "checked" not in bottom.summary.text()
    made.close()
