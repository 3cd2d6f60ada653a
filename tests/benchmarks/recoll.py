"""The peer: Recoll, on the same folder, with its own defaults but for what slows it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from processes import Peak, Sampler

HELPERS = ("pdftotext", "antiword", "unrtf")
"""Programs that Recoll asks to read formats; without them it indexes the name alone."""


@dataclass(frozen=True)
class RecollRun:
    """Seconds of wall clock, memory, and bytes on disk of one indexing."""

    version: str
    seconds: float
    peak: Peak
    index_bytes: int


def index(folder: Path) -> RecollRun | None:
    """Index `folder` from nothing; None if Recoll is not installed."""
    program = shutil.which("recollindex")
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="recoll-") as name:
        configuration = Path(name)
        told = subprocess.run(  # an unknown option makes it say who it is
            ["recollq", "-c", name, "--version"], capture_output=True, text=True, check=False
        )
        named = re.search(r"Recoll (\d[\d.]*)", told.stdout + told.stderr)
        # By itself it runs at the lowest priority, and starts a process for every file whose
        # ending it does not know (a slow one where xdg-utils are installed): both are switched
        # off in its favour. Such files are found by their names then.
        (configuration / "recoll.conf").write_text(
            f"topdirs = {folder}\nloglevel = 1\nidxniceprio = 0\nusesystemfilecommand = 0\n"
        )
        start = time.monotonic()
        process = subprocess.Popen(
            [program, "-c", name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with Sampler(process.pid) as sampler:
            process.wait()
        seconds = time.monotonic() - start
        size = sum(path.stat().st_size for path in configuration.rglob("*") if path.is_file())
    return RecollRun(named[1] if named else "", seconds, sampler.peak, size)
