"""What does not work on a system is not known: nothing of it raises, wherever it runs."""

import os

import pytest

from jinasearch.core.machine.macos import MacOS
from jinasearch.core.machine.windows import Windows


@pytest.mark.parametrize("make", [Windows, MacOS])
def test_nothing_raises(make):
    machine = make()
    found = machine.read()
    assert found.idle_seconds is None or found.idle_seconds >= 0
    assert machine.foreground_seconds() > 0
    machine.step_back([2**22 + 1], gentle=True)
    machine.close()
    assert os.sched_getaffinity(0)
