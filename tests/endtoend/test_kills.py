"""Killed at random moments while files change, and on a full disk: library and folder agree."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from crash_run import Crashes
from jinasearch.core.errors import Code

KILLS = 20
FULL = 4


@pytest.mark.slow
def test_killed_at_twenty_moments(tmp_path):
    crashes = Crashes(tmp_path, seed=1)
    try:
        crashes.start()
        crashes.run(KILLS)
        crashes.settle()
        crashes.compare()
    finally:
        crashes.close()
    assert crashes.outcome.faults == []
    assert crashes.outcome.repeated == []
    assert crashes.outcome.kills.total() == KILLS
    assert crashes.outcome.marked <= crashes.outcome.kills["extract"] // 2
    assert crashes.outcome.files > 20


@pytest.fixture
def small_disk(tmp_path):
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.slow
def test_the_disk_is_full_at_random_moments(tmp_path, small_disk):
    crashes = Crashes(tmp_path, seed=2, library=small_disk)
    try:
        crashes.start()
        crashes.run_full(FULL)
        said = crashes.start_on_a_full_disk()
        crashes.settle()
        crashes.compare()
    finally:
        crashes.close()
    assert crashes.outcome.faults == []
    assert crashes.outcome.repeated == []
    assert set(crashes.outcome.notices) == {Code.DISK_FULL}
    (message,) = crashes.outcome.said
    for told in (message, said):
        assert "The disk that holds the library is full" in told
        assert "Free some space" in told
        assert str(small_disk) in told
