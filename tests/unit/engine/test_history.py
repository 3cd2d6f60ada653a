from jinasearch.core.models import Minute
from jinasearch.engine.history import History


class Clock:
    now = 6000.0

    def __call__(self) -> float:
        return self.now


def test_what_was_done_is_counted_by_the_minute():
    clock = Clock()
    history = History(clock)
    assert history.due()
    history.note(100, 1000)  # what was there when the engine started
    assert history.minutes() == ()
    assert not history.due()
    clock.now += 10
    assert history.due()
    history.note(110, 1000)
    clock.now += 10
    history.note(115, 1003)
    clock.now += 60
    history.note(115, 1063)
    assert history.minutes() == (Minute(6000, 15, 3), Minute(6060, 0, 60))


def test_minutes_without_work_take_no_room():
    clock = Clock()
    history = History(clock)
    for _ in range(5):
        history.note(1, 1)
        clock.now += 60
    assert history.minutes() == ()


def test_what_is_removed_is_no_work():
    clock = Clock()
    history = History(clock)
    history.note(100, 100)
    clock.now += 60
    history.note(50, 120)
    assert history.minutes() == (Minute(6060, 0, 20),)


def test_old_minutes_are_forgotten():
    clock = Clock()
    history = History(clock)
    history.note(0, 0)
    history.note(1, 1)
    clock.now += 4 * 3600
    assert history.minutes() == ()
