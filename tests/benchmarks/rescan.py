"""How long looking through unchanged files takes, and whether their content is left alone.

    .venv/bin/python tests/benchmarks/rescan.py --files 100000

Makes files, takes them into a library without reading them, and scans them again and again as the
engine does. Beside it: `find -printf` on the same tree, which does the least that such a scan can.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from table import Table, machine

from jinasearch.core.models import Rules
from jinasearch.index.gate import Gate
from jinasearch.index.indexer import Indexer
from jinasearch.store import files
from jinasearch.store.database import Library

IN_A_FOLDER = 50


def make(home: Path, count: int) -> None:
    """Small files, fifty a folder, three folders deep."""
    for number in range(count):
        leaf = number // IN_A_FOLDER
        folder = home / f"a{leaf // 400}" / f"b{leaf // 20 % 20}" / f"c{leaf % 20}"
        if number % IN_A_FOLDER == 0:
            folder.mkdir(parents=True, exist_ok=True)
        (folder / f"file{number}.txt").write_text(f"number {number}")


def opened(home: Path) -> int:
    """How many of the files were opened since they were written: their access time tells.

    Where times of access are kept as usual, the first reading after a write sets it.
    """
    found = 0
    for folder, _, names in os.walk(home):
        for name in names:
            stat = (Path(folder) / name).stat()
            found += stat.st_atime_ns > stat.st_mtime_ns
    return found


def main() -> None:
    """Parse arguments, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        home = Path(base) / "home"
        home.mkdir()
        make(home, options.files)
        before = opened(home)
        library = Library(Path(base) / "library")
        gate = Gate()
        indexer = Indexer(
            library,
            gate,
            [str(library.folder)],
            0.0,
            spaces=list,
            forget=lambda _: None,
            on_files=lambda: None,
            on_trouble=print,
        )
        indexer.start()

        def wait() -> None:
            while indexer.busy:
                time.sleep(0.005)

        began = time.monotonic()
        indexer.add([str(home)], Rules())
        wait()
        first = time.monotonic() - began
        assert files.coverage(library.reader()).files == options.files
        scans, finds = [], []
        for _ in range(options.times):
            began, used = time.monotonic(), time.process_time()
            indexer.rescan()
            wait()
            scans.append((time.monotonic() - began, time.process_time() - used))
            began = time.monotonic()
            command = ["find", str(home), "-printf", "%s %T@ %D %i %p\n"]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            finds.append(time.monotonic() - began)
        read = opened(home) - before
        gate.close()
        indexer.close()
        library.close()
    table = Table()
    table.add("unchanged files", f"{options.files:,}", f"{IN_A_FOLDER} a folder")
    table.add("first scan, all new", f"{first:.2f} s", "rows written")
    walls, processor = zip(*scans, strict=True)
    table.add("scan again, median", f"{statistics.median(walls):.2f} s")
    table.add("its processor time", f"{statistics.median(processor):.2f} s")
    table.add("find -printf, median", f"{statistics.median(finds):.2f} s")
    table.add("files that were opened", str(read), "by their time of access")
    print(machine())
    print(table.markdown())


if __name__ == "__main__":
    main()
