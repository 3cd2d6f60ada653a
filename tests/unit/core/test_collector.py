import gc
import weakref

import pytest

from jinasearch.core import collector


@pytest.fixture
def settled():
    before, ran = gc.get_threshold(), gc.isenabled()
    gc.enable()  # tests of the window turn it off
    collector.settle()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()
    if not ran:
        gc.disable()


class Knot:
    def __init__(self):
        self.own = self


def test_an_answer_is_not_looked_through_but_cycles_go(settled):
    runs = []

    def note(phase, _):
        runs.append(phase)

    gc.collect()
    gc.callbacks.append(note)
    try:
        answer = [[number] for number in range(5_000)]
        assert not runs
        del answer
        first = weakref.ref(Knot())
        for _ in range(50_000):
            Knot()
        assert runs
        assert first() is None
    finally:
        gc.callbacks.remove(note)
