import pytest

from jinasearch.engine.rate import Rate


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_the_rate_of_the_last_half_minute_and_the_time_left():
    clock = Clock()
    rate = Rate(clock)
    for second in range(60):
        clock.now = float(second)
        progress = rate.progress(second * 10, 1000, working=True)
    assert progress.rate == pytest.approx(10.0)
    assert progress.seconds_left == pytest.approx((1000 - 590) / 10)


def test_too_little_seen_is_no_rate():
    clock = Clock()
    rate = Rate(clock)
    rate.progress(0, 10, working=True)
    clock.now = 1.0
    progress = rate.progress(5, 10, working=True)
    assert progress.rate == 0
    assert progress.seconds_left is None


def test_rest_forgets():
    clock = Clock()
    rate = Rate(clock)
    rate.progress(0, 10, working=True)
    rate.progress(10, 10, working=False)
    clock.now = 100.0
    assert rate.progress(10, 20, working=True).rate == 0
