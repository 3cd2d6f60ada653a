"""Measures how an index comes to be and stays true, beside Recoll; prints a table, asserts nothing.

    python tests/benchmarks/lifecycle.py FOLDER [--only recoll,keywords,…]

Meaning is measured on a seeded sample and extrapolated. Linux alone: figures come from /proc.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import corpus
import psutil
from foundation import SEED, measure_recoll, model, roles
from processes import Sampler, cpu_seconds, tree, wakeups, written_bytes
from program import Program, add, all_ready, keywords_ready, wait
from table import Table, machine, megabytes, percentile

from jinasearch.core.models import Activity
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from jinasearch.engine.client import Client

PARTS = ("recoll", "keywords", "rescan", "meaning", "update", "idle", "move", "ceilings")
CEILINGS = {"cpu_percent": 25, "memory_bytes": 400_000_000, "disk_bytes": 150_000_000}
POLL_SECONDS = 0.01
MOVED = 10_000
EDITABLE = {".txt", ".md", ".html", ".py", ".rst", ".csv"}


def main() -> None:
    """Read the command line, run the parts, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default=",".join(PARTS), help="parts: " + ", ".join(PARTS))
    parser.add_argument("--sample", type=int, default=2000, help="files to embed")
    parser.add_argument("--embed-seconds", type=float, default=3600.0, help="limit for embedding")
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--idle-seconds", type=float, default=300.0)
    parser.add_argument("--ceiling-seconds", type=float, default=180.0)
    parser.add_argument("--moved", type=int, default=MOVED, help="files to move")
    options = parser.parse_args()
    folder = options.folder.resolve()
    wanted = set(options.only.split(","))
    table = Table()
    paths = corpus.files(folder)
    size = corpus.warm(paths)
    table.add("folder", f"{len(paths):,} files, {megabytes(size)}", "read once beforehand")
    if "recoll" in wanted:
        measure_recoll(table, folder, len(paths))
    passages = 0
    if wanted & {"keywords", "rescan"}:
        passages = measure_keywords(table, folder, rescan="rescan" in wanted)
    if wanted & {"meaning", "update", "idle"}:
        measure_sample(table, paths, folder, options, wanted, passages)
    if "move" in wanted:
        measure_move(table, paths, folder, options.moved)
    if "ceilings" in wanted:
        measure_ceilings(table, folder, options.ceiling_seconds)
    print(f"\n{machine()}\n\n{table.markdown()}")


def measure_keywords(table: Table, folder: Path, *, rescan: bool) -> int:
    """Time, memory and disk until all is found by keywords; returns the passages."""
    with Program() as program:
        with program.client() as client:
            with Sampler(client.address.pid) as sampler:
                start = time.monotonic()
                add(client, folder)
                status, _ = wait(client, keywords_ready)
                seconds = time.monotonic() - start
            coverage, peak = status.coverage, sampler.peak
            table.add(
                "all found by keywords",
                f"{seconds:.1f} s, {coverage.files / seconds:,.0f} files/s",
                f"{coverage.keywords:,} read, {coverage.failed:,} failed,"
                f" {coverage.skipped:,} skipped, {coverage.passages:,} passages",
            )
            table.add("peak memory", megabytes(peak.total), roles(peak.by_role))
            if rescan:
                measure_rescan(table, client, coverage.files)
        program.run("engine", "stop")
        measure_disk(table, program.library)
    return coverage.passages


def measure_rescan(table: Table, client: Client, files: int) -> None:
    """A look through folders in which nothing has changed."""
    times = []
    for _ in range(5):
        start = time.monotonic()
        client.send(protocol.rescan())
        while client.send(protocol.status()).activity is Activity.SCANNING:
            time.sleep(POLL_SECONDS)
        times.append(time.monotonic() - start)
    seconds = percentile(times, 0.5)
    table.add(
        "scan of unchanged files",
        f"{seconds:.2f} s",
        f"{files:,} files; {seconds / files * 100_000:.1f} s for 100,000",
    )


def measure_disk(table: Table, library: Path) -> None:
    """What a library of keywords takes, of a byte of text and of a passage."""
    connection = apsw.Connection(str(library / "library.db"), apsw.SQLITE_OPEN_READONLY)
    query = "SELECT count(*), sum(length(CAST(text AS BLOB))) FROM passages"
    ((passages, text),) = connection.execute(query)
    vectors = "SELECT count(*), coalesce(sum(length(vector)), 0) FROM vectors"
    ((count, stored),) = connection.execute(vectors)
    connection.close()
    size = sum(path.stat().st_size for path in library.rglob("*") if path.is_file())
    table.add(
        "library",
        f"{megabytes(size)}, {size / text:.2f} bytes a byte of text",
        f"{megabytes(text)} of text, {size / passages:,.0f} bytes a passage,"
        f" {count:,} vectors of {stored / count if count else 0:.0f} bytes in the database",
    )


def measure_sample(
    table: Table,
    paths: list[Path],
    root: Path,
    options: argparse.Namespace,
    wanted: set[str],
    passages: int,
) -> None:
    """What can only be measured once all is embedded, on a seeded sample."""
    with tempfile.TemporaryDirectory() as name, Program() as program:
        folder = Path(name)
        count = corpus.sample(paths, root, folder, options.sample, SEED)
        with program.client() as client:
            with Sampler(client.address.pid) as sampler:
                add(client, folder)
                wait(client, keywords_ready)
                start = time.monotonic()
                before = client.send(protocol.status()).coverage
                status, done = wait(client, all_ready, options.embed_seconds)
                seconds = time.monotonic() - start
            embedded = status.coverage.passages_embedded - before.passages_embedded
            rate = embedded / seconds
            total = passages or status.coverage.passages * len(paths) / count
            table.add(
                "all found by meaning, extrapolated",
                f"{total / rate / 3600:.1f} h" if rate else "unknown",
                f"{rate:.0f} passages/s; {model(status)}; sample of {count:,} files, {embedded:,}"
                f" passages in {seconds:.0f} s{'' if done else ', stopped by the limit'};"
                f" {total:,.0f} passages in all{'' if passages else ', estimated'}",
            )
            peak = sampler.peak
            table.add("peak memory, with meaning", megabytes(peak.total), roles(peak.by_role))
            if "update" in wanted:
                measure_updates(table, client, folder, options.edits)
            if "idle" in wanted:
                wait(client, all_ready)
                measure_idle(table, client, options.idle_seconds)
        program.run("engine", "stop")
        measure_disk(table, program.library)


def measure_updates(table: Table, client: Client, folder: Path, edits: int) -> None:
    """From a file's last write until the new word is found."""
    generator = random.Random(SEED)
    files = [path for path in corpus.files(folder) if path.suffix in EDITABLE]
    times = []
    missed = 0
    for number in range(edits):
        word = f"zq{number}x{generator.getrandbits(32):x}"
        with generator.choice(files).open("ab") as stream:
            stream.write(f"\n{word}\n".encode())
        start = time.monotonic()
        request = protocol.SearchRequest(word, protocol.Mode.KEYWORDS)
        while not client.send(protocol.search(request)).hits:
            if time.monotonic() - start > 30:
                missed += 1
                break
            time.sleep(POLL_SECONDS)
        times.append(time.monotonic() - start)
    table.add(
        f"{edits:,} single edits, until found by keywords",
        f"{percentile(times, 0.5):.2f} s, 99 %: {percentile(times, 0.99):.2f} s",
        f"longest {max(times):.2f} s, {missed} not found in 30 s",
    )


def measure_idle(table: Table, client: Client, seconds: float) -> None:
    """What the engine uses when there is nothing to do."""
    time.sleep(45)  # workers and wiping rest after half a minute
    pid = client.address.pid
    used, woken, wrote = cpu_seconds(pid), wakeups(pid), written_bytes(pid)
    time.sleep(seconds)
    used, wrote = cpu_seconds(pid) - used, written_bytes(pid) - wrote
    woke = sum(max(0, count - woken.get(thread, 0)) for thread, count in wakeups(pid).items())
    table.add(
        "idle",
        f"{100 * used / seconds:.3f} % of a core, {woke / seconds:.2f} wake-ups/s, {wrote:,} bytes"
        " written",
        f"engine and its {len(tree(pid)) - 1} children, over {seconds:.0f} s",
    )


def measure_ceilings(table: Table, folder: Path, seconds: float) -> None:
    """Indexing under low ceilings: what was used of each at most, or on average."""
    settings = "[limits]\n" + "".join(f"{name} = {most}\n" for name, most in CEILINGS.items())
    with Program(settings) as program, program.client() as client:
        pid = client.address.pid
        with Sampler(pid) as sampler:
            before, start = cpu_seconds(pid), time.monotonic()
            add(client, folder)
            most = 0
            while time.monotonic() - start < seconds:
                most = max(most, client.send(protocol.status()).library_bytes)
                time.sleep(1.0)
            elapsed = time.monotonic() - start
            used = cpu_seconds(pid) - before
        held = sampler.peak.by_role or {}
        memory = held.get("engine", 0) + held.get("workers", 0)
        status = client.send(protocol.status())
        cores = psutil.cpu_count() or 1
        for what, value, ceiling in (
            ("processor", f"{100 * used / elapsed / cores:.1f} %", f"{CEILINGS['cpu_percent']} %"),
            ("memory", megabytes(memory), megabytes(CEILINGS["memory_bytes"])),
            ("disk", megabytes(most), megabytes(CEILINGS["disk_bytes"])),
        ):
            table.add(
                f"under a ceiling on the {what}",
                f"{value} of {ceiling}",
                f"{status.coverage.keywords:,} of {status.coverage.files:,} files in {elapsed:.0f}"
                f" s; {status.activity.value} {status.pace.reason}",
            )


def measure_move(table: Table, paths: list[Path], root: Path, count: int) -> None:
    """A whole tree is renamed: until the last file is known at its new place."""
    with tempfile.TemporaryDirectory() as name, Program() as program, program.client() as client:
        folder = Path(name)
        count = corpus.sample(paths, root, folder / "a", count, SEED)
        add(client, folder)
        before, _ = wait(client, keywords_ready)
        start = time.monotonic()
        (folder / "a").rename(folder / "b")
        gone = str(folder / "a") + "/"
        first = protocol.FilesRequest(limit=1)  # by path: the last of the old ones stands first
        while True:
            found = client.send(protocol.files(first)).files
            if found and not found[0].path.startswith(gone):
                break
            time.sleep(0.1)
        seconds = time.monotonic() - start
        after, _ = wait(client, keywords_ready)
        table.add(
            f"{count:,} files moved with their folder",
            f"{seconds:.1f} s",
            f"{after.coverage.keywords - before.coverage.keywords:+,} files,"
            f" {after.coverage.passages - before.coverage.passages:+,} passages after it",
        )


if __name__ == "__main__":
    main()
