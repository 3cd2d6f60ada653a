"""What is in hand is counted, and waited for at the end."""

import threading

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine.lanes import Lanes


@pytest.fixture
def lanes():
    made = Lanes()
    yield made
    made.close(10)


def test_a_request_in_hand_is_use_until_it_is_done(lanes):
    go_on = threading.Event()
    work = lanes.work.submit(go_on.wait, 20)
    assert lanes.idle_seconds == 0
    go_on.set()
    assert work.result(20)
    assert not lanes.at_once.submit(lambda: None).result(20)
    while not lanes.idle_seconds:
        pass


def test_one_that_fails_is_done_too(lanes):
    work = lanes.work.submit(lambda: 1 / 0)
    assert isinstance(work.exception(20), ZeroDivisionError)
    assert lanes.close(20)


def test_the_end_waits_for_what_is_in_hand_and_gives_up_what_waits():
    lanes, began, go_on = Lanes(), threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        go_on.wait(20)

    first = lanes.trials._lane.submit(work)
    second = lanes.trials._lane.submit(work)
    assert began.wait(20)
    assert not lanes.close(0.05)
    go_on.set()
    assert lanes.close(20)
    assert first.done()
    assert second.cancelled()
    with pytest.raises(JinasearchError) as raised:
        lanes.at_once.submit(lambda: None)
    assert raised.value.code == Code.ENGINE_UNREACHABLE
    assert lanes.idle_seconds > 0
