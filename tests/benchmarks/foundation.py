"""Measures the program on a real folder and prints a table; asserts nothing.

    python tests/benchmarks/foundation.py FOLDER [--only index,queries,…]

Needs Xvfb and xdotool for the window's parts; compares with Recoll where it is installed.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import corpus
import recoll
from processes import Sampler, cpu_seconds, memory_by_role
from program import Program, add, all_ready, keywords_ready, wait
from screen import Screen, opened, questions
from table import Table, machine, megabytes, percentile

from jinasearch.engine import protocol

if TYPE_CHECKING:
    from jinasearch.core.models import Status
    from jinasearch.engine.client import Client

PARTS = ("recoll", "index", "start", "gaps", "idle", "embed")
SEED = 20260101


def main() -> None:
    """Read the command line, run the parts, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default=",".join(PARTS), help="parts: " + ", ".join(PARTS))
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--idle-seconds", type=float, default=60.0)
    parser.add_argument("--sample", type=int, default=2000, help="files to embed")
    parser.add_argument("--embed-seconds", type=float, default=300.0, help="limit for embedding")
    options = parser.parse_args()
    folder = options.folder.resolve()
    wanted = options.only.split(",")
    table = Table()
    paths = corpus.files(folder)
    table.add(
        "folder", f"{len(paths):,} files, {megabytes(corpus.warm(paths))}", "read once beforehand"
    )
    words = corpus.words(paths, 400, SEED)
    if "recoll" in wanted:
        measure_recoll(table, folder, len(paths))
    passages = 0
    if "index" in wanted:
        passages = measure_index(table, folder, words, options.queries)
    if "start" in wanted or "gaps" in wanted:
        measure_window(table, folder, words, gaps="gaps" in wanted)
    if "idle" in wanted:
        measure_idle(table, paths, folder, options.idle_seconds)
    if "embed" in wanted:
        measure_embedding(table, paths, folder, options, passages)
    print(f"\n{machine()}\n\n{table.markdown()}")


def measure_recoll(table: Table, folder: Path, files: int) -> None:
    """The peer's time and memory for the same folder."""
    run = recoll.index(folder)
    if run is None:
        table.add("Recoll", "not installed", "apt-get install recollcmd")
        return
    table.add(
        f"Recoll {run.version}: folder indexed",
        f"{run.seconds:.1f} s, {files / run.seconds:,.0f} files/s",
        "helpers at hand: " + (", ".join(filter(shutil.which, recoll.HELPERS)) or "none"),
    )
    table.add("Recoll: peak memory", megabytes(run.peak.total), "sum of shares (PSS)")
    table.add("Recoll: index", megabytes(run.index_bytes))


def measure_index(table: Table, folder: Path, words: list[str], count: int) -> int:
    """Time to keyword-searchable with peak memory, then queries; returns the passages."""
    with Program() as program, program.client() as client:
        pid = client.address.pid
        with Sampler(pid) as sampler:
            start = time.monotonic()
            add(client, folder)
            wait(client, lambda status: status.coverage.keywords > 0)
            early = time.monotonic() - start
            status, _ = wait(client, keywords_ready)
            seconds = time.monotonic() - start
        coverage = status.coverage
        table.add("first files found by keywords", f"{early:.2f} s")
        table.add(
            "folder found by keywords",
            f"{seconds:.1f} s, {coverage.files / seconds:,.0f} files/s",
            f"{coverage.keywords:,} read, {coverage.failed:,} failed, {coverage.skipped:,} skipped,"
            f" {coverage.passages:,} passages",
        )
        table.add("peak memory", megabytes(sampler.peak.total), roles(sampler.peak.by_role))
        table.add("library on disk", megabytes(status.library_bytes), "keywords only so far")
        measure_queries(table, client, words, count)
        return coverage.passages


def measure_queries(table: Table, client: Client, words: list[str], count: int) -> None:
    """Time of a question over HTTP, with embedding going on and with it paused."""
    wait(client, lambda status: status.coverage.cards > 0, 60)
    client.send(protocol.search(protocol.SearchRequest("wake the model")))
    for state in ("while embedding", "paused"):
        client.send(protocol.pause(protocol.Pause(paused=state == "paused")))
        time.sleep(2)
        for mode in (protocol.Mode.KEYWORDS, protocol.Mode.HYBRID):
            times = []
            hits = 0
            for text in itertools.islice(questions(words, SEED), count):
                start = time.perf_counter()
                reply = client.send(protocol.search(protocol.SearchRequest(text, mode)))
                times.append((time.perf_counter() - start) * 1000)
                hits += bool(reply.hits)
            table.add(
                f"query, {mode.value}, {state}",
                f"{percentile(times, 0.5):.0f} ms, 95 %: {percentile(times, 0.95):.0f} ms",
                f"longest {max(times):.0f} ms, {hits} of {count} found something",
            )


def measure_window(table: Table, folder: Path, words: list[str], *, gaps: bool) -> None:
    """Start of the window, and how its event loop runs while the folder is indexed."""
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        table.add("window", "not measured", "needs Xvfb and xdotool")
        return
    with Screen() as screen, Program() as program:
        times = {}
        for name in ("no engine yet", "engine runs", "engine runs", "engine runs"):
            with opened(screen, program.environment) as window:
                times.setdefault(name, []).append(window.seconds_to_show())
                time.sleep(3)
                window.end()
        for name, seconds in times.items():
            table.add(f"start to window, {name}", f"{min(seconds):.2f} s")
    if not gaps:
        return
    with Screen() as screen, Program() as program:
        client = program.client()
        beats = program.folder / "beats.json"
        with client, opened(screen, program.environment, folder, heartbeat=beats) as window:
            window.seconds_to_show()
            done = False
            asked = 0
            for text in questions(words, SEED):
                window.type(text)
                asked += 1
                status, done = wait(client, keywords_ready, 2)
                if done:
                    break
            figures = window.end()
        table.add(
            f"window while {status.coverage.files:,} files are indexed: longest gap of its loop",
            f"{figures.get('longest_gap_ms', -1):.0f} ms",
            f"{asked} questions typed meanwhile",
        )
        table.add(
            "… time in gaps over 50 ms",
            f"{100 * figures.get('share_over_50_ms', -1):.3f} %",
            f"of {figures.get('measured_ms', 0) / 1000:.0f} s",
        )


def measure_idle(table: Table, paths: list[Path], root: Path, seconds: float) -> None:
    """What the engine and the window use when there is nothing to do."""
    with tempfile.TemporaryDirectory() as name, Program() as program, program.client() as client:
        count = corpus.sample(paths, root, Path(name), 100, SEED)
        add(client, Path(name))
        wait(client, all_ready, 300)
        pid = client.address.pid
        with Screen() as screen, opened(screen, program.environment) as window:
            window.seconds_to_show()
            time.sleep(5)
            before = cpu_seconds(pid), cpu_seconds(window.process.pid)
            time.sleep(seconds)
            after = cpu_seconds(pid), cpu_seconds(window.process.pid)
            remark = f"{count} files, all embedded, over {seconds:.0f} s"
            for who, used in zip(("engine", "window"), range(2), strict=True):
                share = (after[used] - before[used]) / seconds
                table.add(f"idle CPU, {who}", f"{100 * share:.3f} % of a core", remark)
            found = memory_by_role(pid)
            table.add("idle memory, engine", megabytes(sum(found.values())), roles(found))
            found = memory_by_role(window.process.pid)
            table.add("idle memory, window", megabytes(sum(found.values())))
            window.end()


def measure_embedding(
    table: Table, paths: list[Path], root: Path, options: argparse.Namespace, passages: int
) -> None:
    """The rate of embedding on a sample, and what it would take for the whole folder."""
    with tempfile.TemporaryDirectory() as name, Program() as program, program.client() as client:
        count = corpus.sample(paths, root, Path(name), options.sample, SEED)
        add(client, Path(name))
        wait(client, keywords_ready)
        start = time.monotonic()
        before = client.send(protocol.status()).coverage
        status, done = wait(client, all_ready, options.embed_seconds)
        seconds = time.monotonic() - start
        embedded = status.coverage.passages_embedded - before.passages_embedded
        rate = embedded / seconds
        table.add(
            "embedding",
            f"{rate:.0f} passages/s",
            f"{model(status)}; seeded sample of {count:,} files, {embedded:,} passages in"
            f" {seconds:.0f} s" + ("" if done else ", stopped by the limit"),
        )
        total = passages or status.coverage.passages * len(paths) / count
        table.add(
            "whole folder by meaning, extrapolated from the sample",
            f"{total / rate / 3600:.1f} h" if rate else "unknown",
            f"{total:,.0f} passages" + ("" if passages else ", estimated"),
        )


def model(status: Status) -> str:
    """The model in use and what it runs on."""
    return f"{status.model.name}, {status.model.precision}, {status.model.provider}"


def roles(found: dict[str, int] | None) -> str:
    """Memory by kind of process."""
    parts = sorted((found or {}).items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {megabytes(count)}" for name, count in parts)


if __name__ == "__main__":
    main()
