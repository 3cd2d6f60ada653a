"""How long the window's loop stands still, and how long a key takes to change the list.

    python tests/benchmarks/window.py [gaps|typing] [--seconds 60] [--files 500] [--folder FOLDER]

Needs Xvfb and xdotool. Gaps: a PDF of 500 pages is looked through and questions are typed; the
folder holds the book, a long source file, a large web page, pictures and a PDF that is broken.
Prints the longest gap and the share of time in gaps over 50 ms.

Typing: questions are typed, slowly and fast, with a library of short texts that are all embedded,
or with FOLDER, found by keywords and some of it by meaning.
Prints the time from a key, as the X server stamps it, until the list that answers is on the screen,
by keywords and by meaning, and whose part of it is whose: the engine's own, by its word, or the
rest.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import corpus
from PIL import Image
from program import Program, add, all_ready, keywords_ready, wait
from screen import Screen, opened
from table import Table, percentile

from documents import write_pdf
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = (
    "gannet", "fulmar", "petrel", "puffin", "kittiwake", "cormorant", "albatross", "shearwater",
    "skua", "tern",
)  # fmt: skip


def fill(folder: Path) -> None:
    """Files of all the sorts that are drawn or set."""
    chance = random.Random(7)

    def sentence(length: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(length)).capitalize() + "."

    pages = [[f"Page {n}", *(sentence(9) for _ in range(32))] for n in range(1, 501)]
    write_pdf(folder / "book.pdf", pages)
    code = "".join(
        f"def {chance.choice(WORDS)}_{n}(x):\n    return x + {n}\n\n" for n in range(1500)
    )
    (folder / "birds.py").write_text(code)
    items = "".join(f"<h2>{sentence(3)}</h2><p>{sentence(60)}</p>" for _ in range(2000))
    (folder / "birds.html").write_text(f"<html><body>{items}</body></html>")
    (folder / "birds.md").write_text("".join(f"## {w}\n\n{sentence(80)}\n\n" for w in WORDS * 40))
    (folder / "line.txt").write_text(" ".join(chance.choice(WORDS) for _ in range(60_000)))
    noise = Image.effect_noise((5000, 4000), 90)
    noise.convert("RGB").save(folder / "petrel.jpg", quality=90)
    (folder / "gannet.pdf").write_bytes((folder / "book.pdf").read_bytes()[:40_000])


def measure_gaps(table: Table, seconds: float) -> None:
    """Look through the book and type."""
    with Program() as program, Screen() as screen:
        home = program.folder / "home"
        home.mkdir()
        fill(home)
        with program.client() as client:
            add(client, home)
            wait(client, lambda status: status.coverage.keywords >= 5)
        heart = program.folder / "heart.json"
        environment = {**program.environment, "XDG_CONFIG_HOME": str(program.folder / "xdg")}
        with opened(screen, environment, heartbeat=heart) as window:
            window.seconds_to_show()
            time.sleep(1)
            until = time.monotonic() + seconds
            chance = random.Random(3)
            asked = turned = 0
            while time.monotonic() < until:
                window.type(" ".join(chance.sample(WORDS, 2)))
                asked += 1
                time.sleep(0.5)
                for _ in range(4):
                    screen.tool("key", "--window", window.number, "Down")
                    time.sleep(0.3)
                screen.tool("key", "--window", window.number, "Up", "Up", "Up", "Up")
                for _ in range(6):
                    screen.tool("key", "--window", window.number, "alt+Next")
                    turned += 1
                    time.sleep(0.15)
            figures = window.end()
    table.add("questions typed", str(asked))
    table.add("pages turned", str(turned), "of a PDF file of 500")
    table.add("measured", f"{figures['measured_ms'] / 1000:.0f} s")
    table.add("longest gap of the window's loop", f"{figures['longest_gap_ms']:.0f} ms")
    table.add("time in gaps over 50 ms", f"{figures['share_over_50_ms']:.2%}")


def write_notes(folder: Path, count: int) -> list[str]:
    """Short texts of words by Zipf's law; returns words to ask for, common and rare ones."""
    chance = random.Random(11)
    syllables = ("ba", "kel", "tor", "mi", "sun", "dra", "pel", "qui", "lon", "ves", "ar", "tem")
    words = sorted(
        {"".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(4000)}
    )
    chance.shuffle(words)
    weights = [1 / (rank + 2) for rank in range(len(words))]
    for number in range(count):
        text = " ".join(chance.choices(words, weights, k=120))
        (folder / f"note-{number}.txt").write_text(f"{text.capitalize()}.\n")
    return words[3:300]


def measure_typing(table: Table, count: int, folder: Path | None) -> None:
    """Type questions, each key of which is a question of its own."""
    with Program() as program, Screen() as screen:
        home = folder or program.folder / "home"
        if folder is None:
            home.mkdir()
            words = write_notes(home, count)
        else:
            words = [word for word in corpus.words(corpus.files(home), 400, 3) if word.isascii()]
        with program.client() as client:
            add(client, home)
            done = all_ready if folder is None else keywords_ready
            coverage = wait(client, done)[0].coverage
            if folder is not None:
                wait(client, lambda status: status.coverage.cards > 0, 60)
                client.send(protocol.pause(protocol.Pause(paused=True)))
        table.add("library", f"{coverage.files:,} files, {coverage.passages:,} passages")
        environment = {**program.environment, "XDG_CONFIG_HOME": str(program.folder / "xdg")}
        script = Path(__file__).with_name("keystrokes.py")
        for pace, delay_ms in (("slowly, 500 ms a key", 500), ("fast, 90 ms a key", 90)):
            out = program.folder / f"keys-{delay_ms}.json"
            with opened(screen, environment, out, script=script) as window:
                window.seconds_to_show()
                time.sleep(1)
                chance = random.Random(5)
                window.type(" ".join(chance.sample(words, 2)), 200)  # the model wakes up
                time.sleep(3)
                typed = 0
                for _ in range(4 if delay_ms > 200 else 16):
                    question = " ".join(chance.sample(words, 2))
                    window.type(question, delay_ms)
                    typed += len(question)
                    time.sleep(0.5)
                window.end()
            report(table, pace, typed, json.loads(out.read_text()))


def report(table: Table, pace: str, typed: int, entries: list[dict[str, Any]]) -> None:
    """Rows of one way to type. A question that another key overtook was never answered."""
    table.add("keys typed", str(typed), pace)
    for mode, name in (("keywords", "keywords"), ("hybrid", "meaning")):
        seen = [entry for entry in entries if entry["mode"] == mode]
        if not seen:
            continue
        table.add(f"key to list, {name}", _spread(e["painted"] - e["key"] for e in seen),
                  f"{len(seen)} answered in time")  # fmt: skip
        table.add("— key to question", _spread(e["sent"] - e["key"] for e in seen))
        table.add("— the engine's own time", _spread(e["took"] for e in seen))
        table.add("— on the way", _spread(e["came"] - e["sent"] - e["took"] for e in seen))
        table.add("— answer to list", _spread(e["painted"] - e["came"] for e in seen))


def _spread(times: Iterable[float]) -> str:
    values = list(times)
    return f"{percentile(values, 0.5):.0f} ms, {percentile(values, 0.95):.0f} ms"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=["gaps", "typing"])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="to type with, in place of short texts")
    wanted = parser.parse_args()
    table = Table()
    if wanted.part != "typing":
        measure_gaps(table, wanted.seconds)
    if wanted.part != "gaps":
        measure_typing(table, wanted.files, wanted.folder and wanted.folder.resolve())
    print(table.markdown())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
