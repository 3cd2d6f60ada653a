"""A retrieval collection: documents, questions, and which document answers which question."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.paths import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CORPUS, QUERIES, JUDGEMENTS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"
_SEED = 7


@dataclass(frozen=True, slots=True)
class Collection:
    """What is drawn of a collection. `texts` by document, `queries` by question, `relevant` the
    gain by question and document; `whole` is how many documents and questions there are in all.
    """

    name: str
    whole: tuple[int, int]
    texts: dict[str, str]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


def read(
    folder: Path,
    documents: int = 0,
    queries: int = 0,
    wanted: Callable[[str], bool] = lambda _: True,
) -> Collection:
    """Draw questions, the documents they are about, and others up to `documents`; 0 takes all.

    Only questions whose id is `wanted` are drawn; the draw is the same each time.

    Raises JinasearchError(BAD_REQUEST) for what is no collection, with the line.
    """
    corpus = dict(_rows(folder / CORPUS))
    asked = dict(_rows(folder / QUERIES))
    relevant: dict[str, dict[str, int]] = {}
    for query, document, gain in _judgements(folder / JUDGEMENTS):
        if gain > 0 and query in asked and document in corpus:
            relevant.setdefault(query, {})[document] = gain
    ids = [query for query in asked if query in relevant and wanted(query)]
    if not ids:
        raise _bad(folder / JUDGEMENTS, "no question has a document that answers it")
    chance = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    chosen = chance.sample(ids, min(queries or len(ids), len(ids)))
    kept = dict.fromkeys(document for query in chosen for document in relevant[query])
    others = [document for document in corpus if document not in kept]
    room = max(0, (documents or len(corpus)) - len(kept))
    kept |= dict.fromkeys(chance.sample(others, min(room, len(others))))
    return Collection(
        folder.name,
        (len(corpus), len(relevant)),
        {document: corpus[document] for document in kept},
        {query: asked[query] for query in chosen},
        {query: relevant[query] for query in chosen},
    )


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    """Ids and texts; a title stands as a heading above the text."""
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            text = row["text"]
            title = row.get("title") or ""
            yield str(row.get("id", row.get("_id"))), f"# {title}\n\n{text}\n" if title else text
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _bad(path, f"line {number} is no JSON object with `id` and `text`") from error


def _judgements(path: Path) -> Iterator[tuple[str, str, int]]:
    for number, line in _lines(path):
        parts = line.split("\t")
        if number == 1 and len(parts) > 2 and not any(map(str.isdigit, line)):
            continue  # the names of the columns
        if len(parts) == 4:
            del parts[1]  # TREC's form has an iteration there
        try:
            query, document, gain = parts
            yield query, document, int(gain)
        except ValueError as error:
            raise _bad(
                path, f"line {number} is not: question, document, relevance, with tabs between"
            ) from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise _bad(path, "it is not there") from error
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(path, f"it cannot be read: {error}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.rstrip("\r")


def _bad(path: Path, why: str) -> JinasearchError:
    return JinasearchError(
        Code.BAD_REQUEST,
        f"This is no collection: {path.name}: {why}",
        f"A collection is a folder with {CORPUS}, {QUERIES} and {JUDGEMENTS};"
        " `jinasearch eval --help` describes them.",
        shown(path.parent),
    )
