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


def test_work_that_is_counted_in_large_steps_has_a_rate_between_them():
    clock = Clock()
    rate = Rate(clock)
    for second in range(200):
        clock.now = float(second)
        progress = rate.progress(second // 50 * 500, 9000, working=True)
        if second > 100:
            assert 5 < progress.rate < 20
            assert progress.seconds_left <= 8000 / 5


def test_what_was_seen_long_ago_is_no_rate():
    clock = Clock()
    rate = Rate(clock)
    rate.progress(0, 1000, working=True)
    clock.now = 4000.0  # nobody asked, and the work rested
    assert rate.progress(10, 1000, working=True).rate == 0
    clock.now = 4010.0
    assert rate.progress(110, 1000, working=True).rate == pytest.approx(10)
