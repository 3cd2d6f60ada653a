"""Where the time goes that reading a folder takes: by kind of file and by step, and by process.

    python tests/benchmarks/reading.py FOLDER [--sample 5000]

The steps run one after the other in this process, on the clock of the processor, without the
hand-over between processes; then the real engine reads the same files with one worker, and the
processor's time of each process is told. Linux alone: figures come from /proc.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import corpus
import msgspec
import psutil
from processes import role, tree
from program import Program, add, keywords_ready, wait
from table import Table, machine, megabytes

from jinasearch.core.errors import JinasearchError
from jinasearch.core.models import Rules
from jinasearch.engine import protocol
from jinasearch.extract import kinds, registry
from jinasearch.extract.chunker import cut
from jinasearch.extract.outline import limited
from jinasearch.extract.protocol import Limits, Reply
from jinasearch.extract.source import Source
from jinasearch.index.card import make_card
from jinasearch.index.scanner import file_stat
from jinasearch.store import files, folders, passages
from jinasearch.store.database import Library

if TYPE_CHECKING:
    from collections.abc import Callable

    import apsw

    from jinasearch.core.models import Document, FileStat

T = TypeVar("T")

SEED = 7
LIMITS = Limits(2_000_000_000, 2_000_000)
STEPS = ("kind", "reader", "cutting", "JSON", "card", "writing", "commit")
GROUP = 64
"""Files that are committed together."""


class Steps:
    """Seconds of the processor, by kind of file and step."""

    def __init__(self) -> None:
        self.files: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()
        self.seconds: dict[str, Counter[str]] = defaultdict(Counter)

    def run(self, kind: str, step: str, work: Callable[[], T]) -> T:
        """Do it and note what it took."""
        start = time.process_time()
        try:
            return work()
        finally:
            self.seconds[kind][step] += time.process_time() - start


def main() -> None:
    """Read the command line, measure, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sample", type=int, default=5000)
    parser.add_argument("--only", default="steps,processes", help="steps, processes")
    options = parser.parse_args()
    root = options.folder.resolve()
    with tempfile.TemporaryDirectory(prefix="reading-") as name:
        folder = Path(name)
        corpus.sample(corpus.files(root), root, folder, options.sample, SEED)
        paths = corpus.files(folder)
        size = corpus.warm(paths)
        table = Table()
        table.add("folder", f"{len(paths):,} files, {megabytes(size)}")
        if "steps" in options.only:
            measure_steps(table, paths)
        if "processes" in options.only:
            measure_processes(table, folder, len(paths))
        print(f"\n{machine()}\n\n{table.markdown()}")


def measure_steps(table: Table, paths: list[Path]) -> None:
    """Each step of each file, in this process."""
    steps = Steps()
    with tempfile.TemporaryDirectory() as name:
        library = Library(Path(name) / "library")
        row = library.writer.run(
            lambda c: folders.add(c, str(paths[0].parent), Rules(), is_file=False)
        )
        for start in range(0, len(paths), GROUP):
            group = paths[start : start + GROUP]
            read = [document for path in group if (document := _read(steps, path)) is not None]
            began = time.process_time()
            inside = library.writer.run(partial(_store, steps, row.id, read))
            spent = time.process_time() - began - inside
            for document in read:
                steps.seconds[document.kind]["commit"] += spent / len(read)
        library.close()
    total = sum(steps.seconds.values(), Counter())
    for kind, _ in sorted(steps.seconds.items(), key=lambda item: -item[1].total()):
        _row(table, kind, steps.files[kind], steps.bytes[kind], steps.seconds[kind], total)
    _row(table, "all", steps.files.total(), steps.bytes.total(), total, total)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a file."""

    kind: str
    stat: FileStat
    document: Document
    card: str


def _read(steps: Steps, path: Path) -> _Read | None:
    with Source(str(path), LIMITS) as source:
        start = time.process_time()
        source.kind = kinds.kind_of(source)
        kind = source.kind or "unknown"
        steps.seconds[kind]["kind"] += time.process_time() - start
        steps.files[kind] += 1
        steps.bytes[kind] += source.size
        if not source.kind:
            return None
        try:
            outline = steps.run(kind, "reader", partial(registry.reader_of(kind), source))
        except JinasearchError:
            return None
    document = steps.run(kind, "cutting", lambda: cut(limited(outline, LIMITS.max_characters)))
    reply = Reply(1, document)
    steps.run(kind, "JSON", lambda: msgspec.json.decode(msgspec.json.encode(reply), type=Reply))
    card = steps.run(kind, "card", lambda: make_card(str(path), document))
    return _Read(kind, file_stat(str(path), path.stat()), document, card)


def _store(steps: Steps, folder: int, read: list[_Read], connection: apsw.Connection) -> float:
    """Write as the writer does, in one transaction; returns seconds but for its commit."""
    began = time.process_time()
    for file in read:

        def write(file: _Read = file) -> None:
            files.seen(connection, folder, file.stat)
            row = files.by_path(connection, file.stat.path)
            if row is not None:
                passages.replace(connection, row.id, file.document, file.card, ())

        steps.run(file.kind, "writing", write)
    return time.process_time() - began


def _row(
    table: Table, kind: str, count: int, size: int, seconds: Counter[str], total: Counter[str]
) -> None:
    parts = ", ".join(f"{step} {1000 * seconds[step] / count:.2f}" for step in STEPS)
    table.add(
        f"{kind}: {count:,} files, {megabytes(size)}",
        f"{1000 * seconds.total() / count:.2f} ms a file,"
        f" {100 * seconds.total() / total.total():.0f} %",
        parts,
    )


def measure_processes(table: Table, folder: Path, count: int) -> None:
    """The real engine with one worker, nothing embedded: time by process."""
    settings = '[extract]\nworkers = 1\n[embed]\nmodel = "/no/such/model"\n'
    with Program(settings) as program, program.client() as client:
        pid = client.address.pid
        before = _by_role(pid)
        start = time.monotonic()
        add(client, folder)
        status, _ = wait(client, keywords_ready)
        seconds = time.monotonic() - start
        used = _by_role(pid)
        spent = {name: used[name] - before.get(name, 0.0) for name in used}
        coverage = client.send(protocol.status()).coverage
        table.add(
            "engine and one worker, until found by keywords",
            f"{seconds:.1f} s, {sum(spent.values()):.1f} s of the processor",
            ", ".join(f"{name} {value:.1f} s" for name, value in spent.items())
            + f"; {1000 * sum(spent.values()) / count:.2f} ms a file,"
            f" {coverage.passages:,} passages, {status.coverage.failed} failed",
        )


def _by_role(pid: int) -> dict[str, float]:
    """Seconds of the processor of a process tree, by what each process is for."""
    found: dict[str, float] = {}
    for process in tree(pid):
        try:
            name, times = role(process.cmdline()), process.cpu_times()
        except psutil.Error:
            continue
        seconds = times.user + times.system + times.children_user + times.children_system
        if process.pid != pid and name == "workers":
            seconds = times.user + times.system
        found[name] = found.get(name, 0.0) + seconds
    return found


if __name__ == "__main__":
    main()
