"""What a program and its children use of the machine, sampled from /proc."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Collection

SAMPLE_SECONDS = 0.5


def role(command: list[str]) -> str:
    """Which of our processes it is, by its command line."""
    if "_extract" in command:
        return "workers"
    if "_embed" in command:
        return "embed"
    if "engine" in command and "run" in command:
        return "engine"
    return "window" if "jinasearch" in command else "other"


def memory(pid: int) -> int:
    """Proportional set size in bytes: pages that processes share are counted once."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def tree(pid: int) -> list[psutil.Process]:
    """A process and all that it started."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def memory_by_role(pid: int) -> dict[str, int]:
    """Bytes of a process tree, by what each process is for."""
    found: dict[str, int] = {}
    for process in tree(pid):
        try:
            name = role(process.cmdline())
        except psutil.Error:
            continue
        found[name] = found.get(name, 0) + memory(process.pid)
    return found


def cpu_seconds(pid: int) -> float:
    """Processor time of a process tree until now, in seconds; ended children included."""
    total = 0.0
    for process in tree(pid):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
        if process.pid == pid:
            total += times.children_user + times.children_system
    return total


def wakeups(pid: int) -> dict[str, int]:
    """How often each thread of a process tree has gone to sleep and was woken, until now."""
    found: dict[str, int] = {}
    for process in tree(pid):
        for path in Path(f"/proc/{process.pid}/task").glob("*/status"):
            try:
                text = path.read_text()
            except OSError:
                continue
            found[str(path)] = int(text.partition("\nvoluntary_ctxt_switches:")[2].split()[0])
    return found


def written_bytes(pid: int) -> int:
    """What a process tree has had written to disks until now."""
    total = 0
    for process in tree(pid):
        try:
            text = Path(f"/proc/{process.pid}/io").read_text()
        except OSError:
            continue
        total += int(text.partition("\nwrite_bytes:")[2].split()[0])
    return total


@dataclass
class Peak:
    """The most memory that a process tree had at once, in bytes, and whose it was."""

    total: int = 0
    by_role: dict[str, int] | None = None


class Sampler:
    """Watches a process tree's memory from a thread while the `with` block runs.

    `most_of_both`: the most that processes of the roles `both` had together at once, in bytes.
    """

    def __init__(self, pid: int, both: Collection[str] = ()) -> None:
        self.peak = Peak()
        self.most_of_both = 0
        self._both = both
        self._pid = pid
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sampler", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(SAMPLE_SECONDS):
            found = memory_by_role(self._pid)
            together = sum(count for name, count in found.items() if name in self._both)
            self.most_of_both = max(self.most_of_both, together)
            total = sum(found.values())
            if total > self.peak.total:
                self.peak = Peak(total, found)
