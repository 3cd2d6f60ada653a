"""How many real files are read: `python tests/benchmarks/formats.py [FOLDER] [--missing]`.

FOLDER holds `manifest.tsv` with a phrase for most of its files; a file counts as read when the
phrase stands in its passages (after NFKC, case folding and dropping white space). Rows whose
origin is unconfirmed are counted apart. Printed per format:

    found        phrase found, of the files with a phrase
    missing      read, but the phrase is not in the text
    error        refused with a reason, though it holds a text
    crash, hang  the worker died, or took longer than its limit; of all files, hostile ones too
    locked       encrypted files that were said to be encrypted
    unsure       phrase found, of the unconfirmed rows
    opened       archives whose members were read
    seen         scans on which letters were seen, with --ocr
    seconds      of the workers, not of the clock
"""

from __future__ import annotations

import argparse
import csv
import queue
import sys
import threading
import time
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from table import machine

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.settings import ExtractSettings
from jinasearch.extract.pool import ExtractWorker

_COMMAND = [sys.executable, "-m", "jinasearch.extract.worker"]
_MAX_BYTES = 200_000_000
_COLUMNS = (
    "files",
    "found",
    "missing",
    "error",
    "crash",
    "hang",
    "locked",
    "unsure",
    "opened",
    "seen",
    "seconds",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `code` is empty if it was read."""

    row: dict[str, str]
    verdict: str
    reason: str
    seconds: float


def main() -> None:
    """Read all files and print the table."""
    parser = argparse.ArgumentParser(description="How many real files are read")
    default = Path(__file__).resolve().parents[3] / "shared" / "formats"
    parser.add_argument("folder", nargs="?", type=Path, default=default)
    parser.add_argument("--missing", action="store_true", help="list the files that fail, and why")
    parser.add_argument("--format", default="", help="only this format")
    parser.add_argument("--ocr", action="store_true", help="look at scans too, which takes minutes")
    arguments = parser.parse_args()
    rows = [row for row in _rows(arguments.folder) if arguments.format in ("", row["format"])]
    started = time.perf_counter()
    outcomes = _read_all(arguments.folder, rows, ocr=arguments.ocr)
    seconds = time.perf_counter() - started
    _print_table(outcomes)
    print(f"\n{len(rows)} files in {seconds:.1f} s, two workers; {machine()}")
    if arguments.missing:
        for outcome in outcomes:
            if outcome.verdict in (
                "missing",
                "error",
                "crash",
                "hang",
                "not said",
                "not opened",
                "not seen",
            ):
                print(f"{outcome.verdict:8} {outcome.row['path']}: {outcome.reason}")


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def _read_all(folder: Path, rows: list[dict[str, str]], *, ocr: bool) -> list[Outcome]:
    waiting: queue.SimpleQueue[tuple[int, dict[str, str]]] = queue.SimpleQueue()
    for item in enumerate(rows):
        waiting.put(item)
    done: dict[int, Outcome] = {}
    threads = [threading.Thread(target=_work, args=(folder, waiting, done, ocr)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [done[index] for index in range(len(rows))]


def _work(
    folder: Path,
    waiting: queue.SimpleQueue[tuple[int, dict[str, str]]],
    done: dict[int, Outcome],
    ocr: bool,
) -> None:
    settings = ExtractSettings()
    if ocr:
        settings = replace(
            settings, timeout_seconds=settings.ocr_seconds, memory_bytes=settings.ocr_memory_bytes
        )
    worker = ExtractWorker(_COMMAND, settings)
    while True:
        try:
            index, row = waiting.get_nowait()
        except queue.Empty:
            break
        started = time.perf_counter()
        text, code = _text(worker, str(folder / row["path"]), ocr=ocr)
        seconds = time.perf_counter() - started
        verdict = _verdict(row, text, code, ocr=ocr)
        done[index] = Outcome(row, verdict, code or f"without {row['phrase']!r}", seconds)
    worker.stop()


def _text(worker: ExtractWorker, path: str, *, ocr: bool) -> tuple[str, str]:
    try:
        document = worker.extract(path, _MAX_BYTES, archives=True, ocr=ocr).document
    except JinasearchError as error:
        return "", str(error.code)
    return "\n".join(passage.text for passage in document.passages), ""


def _verdict(  # noqa: PLR0911 - one a verdict
    row: dict[str, str], text: str, code: str, *, ocr: bool
) -> str:
    if code == Code.FILE_CRASHED_READER:
        return "crash"
    if code == Code.FILE_TIMED_OUT:
        return "hang"
    if row["expected"] == "encrypted":
        return "locked" if code == Code.FILE_ENCRYPTED else "not said"
    if row["expected"] == "archive" or (row["expected"] == "scan" and ocr):
        read = "opened" if row["expected"] == "archive" else "seen"
        return read if text.strip() else f"not {read}"
    if row["expected"] != "text" or not row["phrase"]:
        return "no phrase"
    found = _squeezed(row["phrase"]) in _squeezed(text)
    if "unconfirmed" in row["how"]:
        return "unsure" if found else "unsure, not found"
    if found:
        return "found"
    return "error" if code else "missing"


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _print_table(outcomes: list[Outcome]) -> None:
    groups: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.row["format"]].append(outcome)
    print(f"| format | {' | '.join(_COLUMNS)} |")
    print("| --- |" + " ---: |" * len(_COLUMNS))
    for name, group in (*groups.items(), ("all", outcomes)):
        print(f"| {name} | {' | '.join(_cells(group))} |")


def _cells(group: list[Outcome]) -> list[str]:
    counts = Counter(outcome.verdict for outcome in group)
    asked = sum(counts[verdict] for verdict in ("found", "missing", "error"))
    asked += sum(
        outcome.verdict in ("crash", "hang")
        and outcome.row["expected"] == "text"
        and bool(outcome.row["phrase"])
        and "unconfirmed" not in outcome.row["how"]
        for outcome in group
    )
    share = f" ({counts['found'] / asked:.1%})" if asked else ""
    locked = counts["locked"] + counts["not said"]
    unsure = counts["unsure"] + counts["unsure, not found"]
    return [
        str(len(group)),
        f"{counts['found']}/{asked}{share}",
        *(str(counts[verdict]) for verdict in ("missing", "error", "crash", "hang")),
        f"{counts['locked']}/{locked}" if locked else "",
        f"{counts['unsure']}/{unsure}" if unsure else "",
        *(_share(counts, verdict) for verdict in ("opened", "seen")),
        f"{sum(outcome.seconds for outcome in group):.1f}",
    ]


def _share(counts: Counter[str], verdict: str) -> str:
    asked = counts[verdict] + counts[f"not {verdict}"]
    return f"{counts[verdict]}/{asked}" if asked else ""


if __name__ == "__main__":
    main()
