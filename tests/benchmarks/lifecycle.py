"""Measures how an index comes to be and stays true, beside Recoll; prints a table, asserts nothing.

    python tests/benchmarks/lifecycle.py FOLDER [--only recoll,keywords,…]

Each row is printed when it is measured; a part that fails is told, and the others go on. Meaning is
measured on a seeded sample and extrapolated. Linux alone: figures come from /proc.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import corpus
import edits
import psutil
from foundation import SEED, measure_recoll, model, roles
from processes import Sampler, cpu_seconds, tree, wakeups, written_bytes
from program import Program, add, all_ready, keywords_ready, wait
from table import Table, machine, megabytes, percentile

from jinasearch.core.models import Activity
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinasearch.engine.client import Client

PARTS = ("recoll", "keywords", "rescan", "meaning", "update", "idle", "move", "ceilings")
CEILINGS = {"cpu_percent": 25, "memory_bytes": 400_000_000, "disk_bytes": 150_000_000}
NO_LETTERS = '[extract]\nocr = "off"\n'
"""Letters in pictures are looked for when all else is done, by a process with a ceiling of its own;
Recoll looks for none."""
POLL_SECONDS = 0.01
MOVED = 10_000
SETTLE_SECONDS = 45.0
"""Workers and wiping rest after half a minute."""


def main() -> None:
    """Read the command line, run the parts, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default=",".join(PARTS), help="parts: " + ", ".join(PARTS))
    parser.add_argument("--sample", type=int, default=500, help="files to embed")
    parser.add_argument("--embed-seconds", type=float, default=480.0, help="limit for embedding")
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--edit-seconds", type=float, default=270.0, help="spread over this long")
    parser.add_argument("--idle-seconds", type=float, default=300.0)
    parser.add_argument("--ceiling-seconds", type=float, default=180.0)
    parser.add_argument("--moved", type=int, default=MOVED, help="files to move")
    options = parser.parse_args()
    folder = options.folder.resolve()
    wanted = set(options.only.split(","))
    unknown = wanted.difference(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    table = Table()
    paths = corpus.files(folder)
    size = corpus.warm(paths)
    print(f"about {_minutes(wanted, options, len(paths)):.0f} minutes on two cores", flush=True)
    table.add("folder", f"{len(paths):,} files, {megabytes(size)}", "read once beforehand")
    passages = 0

    def keywords() -> None:
        nonlocal passages
        passages = measure_keywords(table, folder, rescan="rescan" in wanted)

    for names, part in (
        ({"recoll"}, lambda: measure_recoll(table, folder, len(paths))),
        ({"keywords", "rescan"}, keywords),
        (
            {"meaning", "update", "idle"},
            lambda: measure_sample(table, paths, folder, options, wanted, passages),
        ),
        ({"move"}, lambda: measure_move(table, paths, folder, options.moved)),
        ({"ceilings"}, lambda: measure_ceilings(table, folder, options.ceiling_seconds)),
    ):
        if wanted & names:
            attempt(table, ", ".join(sorted(wanted & names)), part)
    print(f"\n{machine()}\n\n{table.markdown()}", flush=True)


def attempt(table: Table, name: str, part: Callable[[], object]) -> None:
    """Measure one part; one that fails is a row of its own, and the next go on."""
    began = time.monotonic()
    try:
        part()
    except Exception as error:  # noqa: BLE001 - told with its trace
        traceback.print_exc()
        table.add(f"{name}: not measured", f"{type(error).__name__}", str(error))
    print(f"    {name}: {(time.monotonic() - began) / 60:.1f} min", flush=True)


def _minutes(wanted: set[str], options: argparse.Namespace, files: int) -> float:
    """How long it takes, as seen on two cores; embedding is the least certain."""
    thousands = files / 1000
    seconds = {
        "recoll": 5 * thousands,
        "keywords": 4 * thousands,
        "rescan": 0.5 * thousands,
        "meaning": min(options.embed_seconds, 0.5 * options.sample),
        "update": options.edit_seconds + 30,
        "idle": options.idle_seconds + SETTLE_SECONDS + 30,
        "move": 5 * min(options.moved, files) / 1000 + 20,
        "ceilings": options.ceiling_seconds + 15,
    }
    return sum(seconds[name] for name in wanted) / 60


def measure_keywords(table: Table, folder: Path, *, rescan: bool) -> int:
    """Time, memory and disk until all is found by keywords; returns the passages."""
    with Program(NO_LETTERS) as program:
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
    with tempfile.TemporaryDirectory() as name, Program(NO_LETTERS) as program:
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
                attempt(table, "update", lambda: measure_updates(table, program, folder, options))
            if "idle" in wanted:
                attempt(table, "idle", lambda: measure_idle(table, client, options.idle_seconds))
        program.run("engine", "stop")
        measure_disk(table, program.library)


def measure_updates(
    table: Table, program: Program, folder: Path, options: argparse.Namespace
) -> None:
    """From a file's last write until the new word is found."""
    with program.client() as client:
        times = edits.latencies(
            client, program.library, folder, options.edits, options.edit_seconds, SEED
        )
    found = [seconds for seconds in times if seconds is not None] or [float("nan")]
    table.add(
        f"{len(times):,} single edits, until found by keywords",
        f"{percentile(found, 0.5):.2f} s, 99 %: {percentile(found, 0.99):.2f} s",
        f"one every {options.edit_seconds / options.edits:.2f} s, each with a latency of its own;"
        f" longest {max(found):.2f} s, {times.count(None)} not found in"
        f" {edits.PATIENCE_SECONDS:.0f} s",
    )


def measure_idle(table: Table, client: Client, seconds: float) -> None:
    """What the engine uses when there is nothing to do."""
    wait(client, all_ready, 300.0)
    time.sleep(SETTLE_SECONDS)
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
    limits = "".join(f"{name} = {most}\n" for name, most in CEILINGS.items())
    settings = f"{NO_LETTERS}[limits]\n{limits}"
    with Program(settings) as program, program.client() as client:
        pid = client.address.pid
        with Sampler(pid, both=("engine", "workers")) as sampler:
            before, start = cpu_seconds(pid), time.monotonic()
            add(client, folder)
            most = 0
            while time.monotonic() - start < seconds:
                most = max(most, client.send(protocol.status()).library_bytes)
                time.sleep(1.0)
            elapsed = time.monotonic() - start
            used = cpu_seconds(pid) - before
        memory = sampler.most_of_both  # the graph, which does not count, is small by then
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
    with (
        tempfile.TemporaryDirectory() as name,
        Program(NO_LETTERS) as program,
        program.client() as client,
    ):
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
