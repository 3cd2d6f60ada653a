"""`jinasearch eval`: how well the program finds what it should, on questions that were judged."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from jinasearch.cli import collection as collections
from jinasearch.cli.context import absolute, model_name, with_output
from jinasearch.cli.measures import (
    Difference,
    Figures,
    difference,
    figures,
    plain_bm25,
    plain_rrf,
    require_packages,
)
from jinasearch.cli.progress import watch
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import config_file, shown, to_uri
from jinasearch.engine import protocol
from jinasearch.engine.client import ensure_engine, stop_engine
from jinasearch.engine.protocol import Mode, Rerank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinasearch.cli.collection import Collection
    from jinasearch.cli.output import Output
    from jinasearch.core.models import ModelInUse
    from jinasearch.engine.client import Client

DEPTH = 100
_SECONDS = 300.0
_MARK = "made-by-jinasearch-eval"
"""A file that tells a kept folder from one with somebody's own files."""
NAMES = {
    "bm25": "plain BM25",
    "keywords": "keywords",
    "meaning": "meaning",
    "hybrid": "keywords and meaning",
    "reranked": "both, re-ranked",
    "rrf": "plain reciprocal rank fusion",
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured. `gain` is what both together find more than the better of the two."""

    collection: str
    documents: int
    documents_in_all: int
    queries: int
    queries_in_all: int
    model: str
    figures: dict[str, Figures]
    gain: Difference
    reranker: str = ""


@click.command("eval")
@click.argument("folder", metavar="COLLECTION")
@click.option("--model", default="", help="The model to measure; the one in use otherwise.")
@click.option("--rerank", default="", help="The model that re-ranks; the one in use otherwise.")
@click.option("--documents", type=click.IntRange(0), default=0, help="Draw so many; 0: all.")
@click.option("--queries", type=click.IntRange(0), default=0, help="Draw so many; 0: all.")
@click.option("--keep", metavar="FOLDER", help="Keep the library there, for the next time.")
@with_output
def evaluate(
    output: Output,
    folder: str,
    model: str,
    rerank: str,
    documents: int,
    queries: int,
    keep: str | None,
) -> None:
    """Measure how well judged questions are answered: by keywords, by meaning, by both; and by both
    re-ranked, where a model does that.

    COLLECTION is a folder with corpus.jsonl (one {"id", "title", "text"} a line), queries.jsonl
    ({"id", "text"}) and qrels.tsv (question, document, relevance from 1, with tabs between). Its
    documents are indexed into a library of their own; yours is left alone. Plain BM25 and plain
    reciprocal rank fusion stand beside. A sample of the documents is easier than the whole.
    """
    drawn = collections.read(Path(absolute(folder)), documents, queries)
    require_packages()
    chosen = model_name(model) if model else ""
    reranker = model_name(rerank) if rerank else ""
    console = Console(stderr=True)
    with (
        _told_to_end(),
        _workplace(keep) as place,
        library_of(drawn, place, chosen, console) as client,
    ):
        if reranker:
            client.send(protocol.rerank_with(protocol.RerankWith(reranker)))
        found = measure(client, drawn, console)
    output.show(found, lambda console: _print(console, found))


@contextlib.contextmanager
def _told_to_end() -> Iterator[None]:
    """A signal to end is heeded as a key is: the engine is stopped, what was made is deleted."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _workplace(keep: str | None) -> Iterator[Path]:
    if keep is not None:
        place = Path(absolute(keep))
        if place.is_dir() and any(place.iterdir()) and not (place / _MARK).exists():
            raise click.UsageError(f"{shown(place)} holds other files: name an empty folder.")
        place.mkdir(parents=True, exist_ok=True)
        (place / _MARK).touch()
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="jinasearch-eval-") as folder:
        yield Path(folder)


@contextlib.contextmanager
def library_of(
    collection: Collection, place: Path, model: str, console: Console
) -> Iterator[Client]:
    """An engine on a library of its own that holds a collection's documents, found by meaning.

    The settings are a copy of the user's; what is in `place` already is gone on with.

    Raises JinasearchError: for a model that cannot be used, or what keeps it from embedding.
    """
    home, library, settings = (place / part for part in ("files", "library", "settings.toml"))
    home.mkdir(parents=True, exist_ok=True)
    _write(collection, home)
    if not settings.exists() and config_file().exists():
        shutil.copyfile(config_file(), settings)
    before = os.environ.get("JINASEARCH_CONFIG")
    os.environ["JINASEARCH_CONFIG"] = str(settings)
    try:
        with ensure_engine(library) as client:
            if model:
                client.send(protocol.use_model(protocol.UseModel(model)))
            client.send(protocol.add_folders(protocol.AddFolders((to_uri(home),))))
            status = watch(client, console, meaning=True)
            coverage = status.coverage
            if coverage.meaning < len(collection.texts):
                problem = status.notices[-1].title if status.notices else "the engine was paused"
                raise JinasearchError(
                    Code.EMBED_FAILED,
                    f"Only {coverage.meaning} of {len(collection.texts)} documents were embedded",
                    f"{problem}. With --keep, the next try goes on from here.",
                    shown(place),
                )
            yield client
    finally:
        stop_engine(library)
        if before is None:
            del os.environ["JINASEARCH_CONFIG"]
        else:
            os.environ["JINASEARCH_CONFIG"] = before


def measure(client: Client, collection: Collection, console: Console) -> Evaluation:
    """Ask every question by keywords, by meaning, by both, and by both re-ranked."""
    by_name = {name_of(document): document for document in collection.texts}
    ways = {mode.value: (mode, Rerank.NO) for mode in Mode}
    reranker = client.send(protocol.status()).reranker
    if reranker is not None:
        ways["reranked"] = (Mode.HYBRID, Rerank.YES)
    ranked: dict[str, dict[str, list[str]]] = {name: {} for name in ways}
    asked = collection.queries.items()
    for query, text in track(asked, "asking", console=console, disable=not console.is_terminal):
        for way, (mode, rerank) in ways.items():
            request = protocol.SearchRequest(text, mode, DEPTH, rerank=rerank)
            reply = client.send(protocol.search(request), _SECONDS)
            if rerank is Rerank.YES:
                _require(reply)
            names = [[hit.name, *(other.name for other in hit.folded)] for hit in reply.hits]
            ranked[way][query] = [by_name[name] for each in names for name in each][:DEPTH]
    ranked["rrf"] = plain_rrf([ranked["keywords"], ranked["meaning"]])
    ranked["bm25"] = plain_bm25(collection, DEPTH)
    found = {name: figures(ranked[name], collection.relevant) for name in NAMES if name in ranked}
    better = max(found["keywords"], found["meaning"], key=lambda half: half.ndcg)
    return Evaluation(
        collection.name,
        len(collection.texts),
        collection.whole[0],
        len(collection.queries),
        collection.whole[1],
        _title(client.send(protocol.status()).model),
        found,
        difference(found["hybrid"], better),
        "" if reranker is None else _title(reranker),
    )


def _require(reply: protocol.SearchReply) -> None:
    if reply.reranking is not None and reply.reranking.state == "failed":
        raise JinasearchError(
            Code.EMBED_FAILED,
            f"The model {reply.reranking.model} cannot re-rank",
            f"`jinasearch models verify {reply.reranking.model}` tells why.",
        )


def name_of(document: str) -> str:
    """A file name that tells nothing: names count in search."""
    return f"x{hashlib.blake2b(document.encode(), digest_size=8).hexdigest()}.md"


def _write(collection: Collection, home: Path) -> None:
    wanted = {name_of(document): text for document, text in collection.texts.items()}
    for path in home.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = home / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _title(model: ModelInUse) -> str:
    return model.title or model.name


def _print(console: Console, found: Evaluation) -> None:
    console.print(
        f"{found.collection}: {found.documents:,} of {found.documents_in_all:,} documents,"
        f" {found.queries:,} of {found.queries_in_all:,} questions; {found.model}"
        + (f", re-ranked by {found.reranker}" if found.reranker else "")
    )
    table = Table(box=None)
    table.add_column("")
    for column in ("nDCG@10", "recall@100", "MRR"):
        table.add_column(column, justify="right")
    for name, values in found.figures.items():
        table.add_row(
            NAMES[name], f"{values.ndcg:.3f}", f"{values.recall:.3f}", f"{values.mrr:.3f}"
        )
    console.print(table)
    gain = found.gain
    console.print(
        f"Both together against the better half: {gain.mean:+.3f}"
        f" ({gain.low:+.3f} to {gain.high:+.3f}, paired bootstrap, 95 %)"
    )
