"""The printed table, in Markdown, so that it can go into the README as it is."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from pathlib import Path

import psutil


def megabytes(count: float) -> str:
    """Bytes for people."""
    return f"{count / 1e6:,.0f} MB"


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """One line on what all this ran on."""
    model = ""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{psutil.cpu_count()} cores ({model or platform.machine()}), {memory:.0f} GB memory,"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


@dataclass
class Table:
    """Rows of what was measured, ours, and a remark; printed as they come and again at the end."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, value: str, remark: str = "") -> None:
        """Add a row."""
        self.rows.append((what, value, remark))
        print(f"  {what}: {value}" + (f" ({remark})" if remark else ""), flush=True)

    def markdown(self) -> str:
        """The table."""
        lines = ["| measured | value | remark |", "| --- | --- | --- |"]
        lines += [f"| {what} | {value} | {remark} |" for what, value, remark in self.rows]
        return "\n".join(lines)
