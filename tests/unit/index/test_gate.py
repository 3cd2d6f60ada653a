import threading
import time

import pytest

from jinasearch.index.gate import Closed, Gate


def in_thread(work):
    done = threading.Event()

    def run():
        try:
            work()
        except Closed:
            pass
        finally:
            done.set()

    threading.Thread(target=run, daemon=True).start()
    return done


def test_an_open_gate_lets_pass():
    Gate().pass_through()


def test_a_paused_gate_holds_until_resumed():
    gate = Gate()
    gate.pause()
    passed = in_thread(gate.pass_through)
    assert not passed.wait(0.1)
    gate.resume()
    assert passed.wait(5)


def test_who_gave_up_waits_no_longer_than_until_the_gate_is_stirred():
    gate = Gate()
    gate.pause()
    gone = threading.Event()
    passed = in_thread(lambda: gate.pass_through(given_up=gone.is_set))
    gone.set()
    gate.stir()
    assert passed.wait(5)


def test_a_pause_with_an_end_ends_by_itself():
    gate = Gate()
    gate.pause(0.15)
    assert gate.paused
    assert gate.until == pytest.approx(time.time() + 0.15, abs=5)
    assert in_thread(gate.pass_through).wait(5)
    assert not gate.paused
    assert gate.until is None


def test_closing_wakes_who_waits_and_who_sleeps():
    gate = Gate()
    gate.pause()
    waiting = in_thread(gate.pass_through)
    sleeping = in_thread(lambda: gate.sleep(60))
    gate.close()
    assert waiting.wait(5)
    assert sleeping.wait(5)
    with pytest.raises(Closed):
        gate.pass_through()


def test_a_halted_gate_holds_until_the_end_and_cannot_be_resumed():
    gate = Gate()
    assert not gate.held
    gate.halt()
    gate.resume()
    assert gate.held
    assert not gate.paused
    waiting = in_thread(gate.pass_through)
    assert not waiting.wait(0.1)
    gate.close()
    assert waiting.wait(5)


def test_a_pause_holds_too():
    gate = Gate()
    gate.pause()
    assert gate.held
    assert not gate.halted
    gate.resume()
    assert not gate.held


def test_a_brake_holds_for_a_moment():
    gate = Gate()
    gate.brake(on=True)
    assert not gate.held  # nobody asked for it, and it is soon over
    waiting = in_thread(gate.pass_through)
    assert not waiting.wait(0.1)
    gate.brake(on=False)
    assert waiting.wait(5)


def test_lanes_are_closed_from_the_last_one_on():
    gate = Gate()
    gate.set_lanes(1)
    gate.pass_through(0)
    waiting = in_thread(lambda: gate.pass_through(1))
    assert not waiting.wait(0.1)
    gate.set_lanes(None)
    assert waiting.wait(5)


def test_what_stops_everybody_for_a_while_leaves_the_users_pause_alone():
    gate = Gate()
    with gate.stopped():
        assert gate.held
        assert not gate.paused
        passed = in_thread(gate.pass_through)
        assert not passed.wait(0.1)
        gate.resume()
        assert not passed.wait(0.1)
        gate.pause()
    assert gate.paused
    assert not passed.wait(0.1)
    gate.resume()
    assert passed.wait(5)
