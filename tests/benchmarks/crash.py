"""Kills the engine and its workers at random moments and compares library and folder afterwards.

    .venv/bin/python tests/benchmarks/crash.py --kills 200
    .venv/bin/python tests/benchmarks/crash.py --kills 0 --full 50

With `--full` the library lies on a disk of 12 MB, which is full at so many moments; mounting one
takes root. Prints what was done and every fault; exits with 1 if there is one.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from crash_run import LONGEST_SECONDS, Crashes

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def disk(base: Path, *, small: bool) -> Iterator[Path | None]:
    """A place for the library on a small disk, or None."""
    if not small:
        yield None
        return
    place = base / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)]
    subprocess.run(mount, check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def main() -> int:
    """Parse arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full", type=int, default=0, help="how often the disk is full")
    parser.add_argument(
        "--seconds", type=float, default=LONGEST_SECONDS, help="the longest time between two kills"
    )
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as base, disk(Path(base), small=options.full > 0) as library:
        crashes = Crashes(Path(base), options.seed, library, options.seconds)
        try:
            crashes.start()
            crashes.run(options.kills)
            crashes.run_full(options.full)
            crashes.settle()
            crashes.compare()
        finally:
            crashes.close()
    outcome = crashes.outcome
    rows = {
        "kills": ", ".join(f"{count} {kind}" for kind, count in outcome.kills.items()),
        "changes of files": outcome.changes,
        "files, passages at the end": f"{outcome.files}, {outcome.passages}",
        "texts embedded": outcome.computed,
        "files whose workers were killed twice": outcome.marked,
        "texts embedded twice": len(outcome.repeated),
        "notices": " · ".join(outcome.said) or "none",
        "seconds": f"{time.monotonic() - began:.0f}",
        "faults": len(outcome.faults),
    }
    for name, value in rows.items():
        print(f"{name:38} {value}")
    for fault in (*outcome.faults, *outcome.repeated):
        print(" ", fault)
    if outcome.faults:
        print("killed at", ", ".join(crashes.moments))
    return 1 if outcome.faults or outcome.repeated else 0


if __name__ == "__main__":
    sys.exit(main())
