import pytest

from jinasearch.index.throttle import Throttle


@pytest.mark.parametrize(("share", "cores"), [(0.25, 2), (0.4, 16), (0.9, 1)])
def test_a_long_run_keeps_to_its_share(share, cores):
    throttle = Throttle(cores)
    throttle.allow(share)
    used = elapsed = 0.0
    for _ in range(100_000):
        spent = 0.0 if throttle.empty else 0.1 * cores  # works with all cores or waits
        throttle.spend(spent, 0.1)
        used += spent
        elapsed += 0.1
    assert used / (elapsed * cores) == pytest.approx(share, rel=0.01)


def test_little_work_after_a_rest_does_not_wait():
    throttle = Throttle(2)
    throttle.allow(0.1)
    throttle.spend(0, float("inf"))
    throttle.spend(5.0, 2.5)
    assert not throttle.empty
    throttle.spend(5.0, 2.5)
    assert throttle.empty


def test_no_share_no_ceiling():
    throttle = Throttle(2)
    throttle.spend(1e6, 1.0)
    assert not throttle.empty
