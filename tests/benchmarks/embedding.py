"""Measures embedding against what a user would take instead; prints tables, asserts nothing.

    python tests/benchmarks/embedding.py MODEL… --texts FOLDER… [--peers PYTHON] [--rounds 3]
        [--only "ours, best;plain ONNX Runtime"] [--sizes 1×16,mixed] [--mixed 128] [--quick]
        [--seconds 1200] [--llama-server PROGRAM]

MODEL is a folder that `embedding_models.py` made. Every engine is a process of its own, all are
loaded at once, and each size is given to one after the other while the others stand still, round
for round, so that what else the machine does hits all alike; medians over the rounds are told.
PYTHON is the interpreter of an environment with sentence-transformers and optimum-intel, PROGRAM
llama.cpp's server, for the files of `embedding_gguf.py`; without them these are left out. No round
begins that would not end within the model's share of `--seconds`. `--quick` takes a round of few
and short texts: to see that all engines run, and for ratios at most.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from embedding_engines import ENGINES
from embedding_texts import PROMPT, of_length, passages, read
from table import machine, megabytes, percentile
from tokenizers import Tokenizer

SIZES = ((1, 16), (1, 128), (8, 128), (32, 128), (1, 512))
QUICK_SIZES = ((1, 16), (1, 128), (8, 128))
MIXED, QUICK_MIXED = 32, 8
"""Passages of mixed lengths. Of 32 the others, who fill batches of 32 up to the longest text, can
sort nothing; of more (`--mixed`) they put together what is alike."""
QUESTIONS, QUICK_QUESTIONS = 20, 5
SEED = 20260101
SHORT_SECONDS = 0.5
"""A measurement is repeated until it takes about this long."""
LONG_SECONDS = 3.0
"""What takes longer the first time needs no other to warm up."""


@dataclass
class Engine:
    """A running engine, and what was measured of it: tokens a second by size, by round."""

    name: str
    process: subprocess.Popen[str]
    provider: str = ""
    load_seconds: float = 0.0
    peak: int = 0
    speeds: dict[str, list[float]] = field(default_factory=dict)
    core_speeds: dict[str, list[float]] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    vectors: Any = None

    def halt(self) -> None:
        """Let it do nothing until it is asked: threads that wait for more work by spinning would
        take a core from the next."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def ask(self, texts: list[str], *, query: bool = False) -> dict[str, Any]:
        """Have texts encoded."""
        os.killpg(self.process.pid, signal.SIGCONT)
        request = json.dumps({"texts": texts, "query": query})
        cast("IO[str]", self.process.stdin).write(request + "\n")
        cast("IO[str]", self.process.stdin).flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """The next line that it says. Raises RuntimeError if it has ended."""
        line = cast("IO[str]", self.process.stdout).readline()
        if not line:
            raise RuntimeError(f"{self.name} ended")
        answer: dict[str, Any] = json.loads(line)
        self.peak = answer["peak"]
        return answer

    def end(self) -> None:
        """End it with what it has started, whatever it is at."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def measure(self, size: str, texts: list[str], tokens: int) -> None:
        """Add one measurement."""
        answers = [self.ask(texts)]
        if size not in self.speeds and answers[0]["seconds"] < LONG_SECONDS:
            answers = [self.ask(texts)]  # the first time was for warming up
        repeat = round(SHORT_SECONDS / max(answers[0]["seconds"], 1e-3))
        answers += [self.ask(texts) for _ in range(repeat)]
        seconds = statistics.median(answer["seconds"] for answer in answers)
        cpu = statistics.median(answer["cpu_seconds"] for answer in answers)
        self.halt()
        self.speeds.setdefault(size, []).append(tokens / seconds)
        self.core_speeds.setdefault(size, []).append(tokens / cpu)


def main() -> None:
    """Read the command line, measure each model, print its tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    parser.add_argument("--peers", default="", help="the peers' interpreter")
    parser.add_argument("--llama-server", default="", help="llama.cpp's program of this name")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="", help="engines, separated by ;")
    parser.add_argument("--sizes", default="", help="of these alone, separated by commas")
    parser.add_argument("--mixed", type=int, default=0, help="passages of mixed lengths")
    parser.add_argument("--quick", action="store_true", help="one round of few texts")
    parser.add_argument("--seconds", type=float, default=1200.0, help="for all, at most about")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the engines end with it
    wanted = options.only.split(";") if options.only else list(ENGINES)
    if unknown := set(wanted) - set(ENGINES):
        parser.error(f"unknown: {', '.join(unknown)}; there are: {'; '.join(ENGINES)}")
    mixed = options.mixed or (QUICK_MIXED if options.quick else MIXED)
    real = passages(read(options.texts), mixed, SEED)
    for left, model in zip(range(len(options.models), 0, -1), options.models, strict=True):
        began = time.monotonic()
        measure(model, wanted, real, options, began + options.seconds / left)
        options.seconds -= time.monotonic() - began


def measure(
    model: Path,
    wanted: list[str],
    real: list[str],
    options: argparse.Namespace,
    deadline: float,
) -> None:
    """Print the tables of one model."""
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    sizes = {
        f"{count}×{tokens}": of_length(tokenizer, real, count, tokens)
        for count, tokens in (QUICK_SIZES if options.quick else SIZES)
    }
    sizes["mixed"] = real
    if options.sizes:
        sizes = {name: sizes[name] for name in options.sizes.split(",")}
    tokens = {
        name: sum(len(tokenizer.encode(PROMPT + text).ids) for text in texts)
        for name, texts in sizes.items()
    }
    asked = QUICK_QUESTIONS if options.quick else QUESTIONS
    questions = [" ".join(text.split()[:9]) for text in (real * asked)[:asked]]
    rounds = 1 if options.quick else options.rounds
    engines = [e for name in wanted if (e := start(name, model, options)) is not None]
    try:
        for engine in engines:
            engine.vectors = np.array(engine.ask(real[:8])["vectors"])
            engine.halt()
        for number in range(rounds):
            began = time.monotonic()
            for size, texts in sizes.items():
                for engine in engines:
                    engine.measure(size, texts, tokens[size])
            for engine in engines:
                engine.ask(questions[:1], query=True)
                times = [engine.ask([text], query=True)["seconds"] * 1000 for text in questions]
                engine.halt()
                engine.latencies += times
            spent = time.monotonic() - began
            print(f"  round {number + 1} of {rounds}: {spent:.0f} s", file=sys.stderr, flush=True)
            if time.monotonic() + spent > deadline:
                break
    finally:
        for engine in engines:
            engine.end()
        # What was measured until it was ended, too.
        measured = [engine for engine in engines if set(sizes) <= set(engine.speeds)]
        report(model, measured, list(sizes), len(real), tokens.get("mixed", 0))


def start(name: str, model: Path, options: argparse.Namespace) -> Engine | None:
    """Start an engine and wait until it is loaded; None if it cannot run here."""
    python = sys.executable
    if name.startswith("sentence-transformers"):
        if not options.peers:
            return None
        python = options.peers
    if name.startswith("llama.cpp") and not options.llama_server:
        return None
    script = Path(__file__).with_name("embedding_engines.py")
    command = [python, str(script), name, str(model), str(options.threads)]
    environment = os.environ | {
        "OMP_NUM_THREADS": str(options.threads),
        "CI": "1",
        "LLAMA_SERVER": options.llama_server,
    }
    if name.startswith("ours"):
        subprocess.run([*command, "once"], env=environment, stdout=subprocess.DEVNULL, check=False)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, text=True, env=environment, process_group=0, **pipes)
    engine = Engine(name, process)
    try:
        ready = engine.answer()
        engine.provider, engine.load_seconds = ready["provider"], ready["seconds"]
    except RuntimeError as error:
        print(f"  {error} while it was loaded", file=sys.stderr)
        return None
    print(f"  {name} {engine.provider}", file=sys.stderr, flush=True)
    return engine


def report(model: Path, engines: list[Engine], sizes: list[str], texts: int, tokens: int) -> None:
    """Print what was measured, in Markdown."""
    exact = next((e.vectors for e in engines if e.name == "plain ONNX Runtime"), None)
    print(
        f"\n{machine()}\n\n{model.name}, tokens a second; mixed: {texts} passages, {tokens} tokens"
    )
    for title, attribute in (("wall time", "speeds"), ("a core's time", "core_speeds")):
        columns = [*sizes, "query ms 50 %", "95 %", "load s", "memory", "cosine"]
        print(f"\n| {title} | {' | '.join(columns)} |\n|{' --- |' * (len(columns) + 1)}")
        for engine in engines:
            speeds = getattr(engine, attribute)
            cells = [f"{statistics.median(speeds[size]):.0f}" for size in sizes]
            times = engine.latencies or [float("nan")]
            cells += [f"{percentile(times, share):.0f}" for share in (0.5, 0.95)]
            cells += [
                f"{engine.load_seconds:.1f}",
                megabytes(engine.peak),
                agreement(engine.vectors, exact),
            ]
            print(f"| {engine.name} | {' | '.join(cells)} |")
        ratios(engines, sizes, attribute)


def ratios(engines: list[Engine], sizes: list[str], attribute: str) -> None:
    """Print ours against the best of the others, and against plain ONNX Runtime."""
    ours = [engine for engine in engines if engine.name == "ours, best"]
    others = [engine for engine in engines if not engine.name.startswith("ours")]
    plain = [engine for engine in others if engine.name == "plain ONNX Runtime"]
    for title, peers in (("the best of the others", others), ("plain ONNX Runtime", plain)):
        if not (ours and peers):
            continue
        cells = []
        for size in sizes:
            mine, *theirs = (
                statistics.median(getattr(engine, attribute)[size]) for engine in (*ours, *peers)
            )
            cells.append(f"{mine / max(theirs):.2f}")
        print(f"| *ours, best : {title}* | {' | '.join(cells)} | | | | | |")


def agreement(vectors: Any, exact: Any) -> str:
    """The least cosine with plain ONNX Runtime's vectors."""
    return "" if exact is None else f"{(vectors * exact).sum(axis=1).min():.5f}"


if __name__ == "__main__":
    main()
