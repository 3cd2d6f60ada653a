"""How long the window's loop stands still while a PDF of 500 pages is looked through and typed.

    python tests/benchmarks/window.py [--seconds 60]

Needs Xvfb and xdotool. The folder holds the book, a long source file, a large web page, pictures
and a PDF that is broken. Prints the longest gap and the share of time in gaps over 50 ms.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from PIL import Image
from program import Program, add, wait
from screen import Screen, opened
from table import Table

from documents import write_pdf

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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    seconds = parser.parse_args().seconds
    with Program() as program, Screen() as screen:
        home = program.folder / "home"
        home.mkdir()
        fill(home)
        client = program.client()
        with client:
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
    table = Table()
    table.add("questions typed", str(asked))
    table.add("pages turned", str(turned), "of a PDF file of 500")
    table.add("measured", f"{figures['measured_ms'] / 1000:.0f} s")
    table.add("longest gap of the window's loop", f"{figures['longest_gap_ms']:.0f} ms")
    table.add("time in gaps over 50 ms", f"{figures['share_over_50_ms']:.2%}")
    print(table.markdown())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
