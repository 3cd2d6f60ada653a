"""How good rankings are, by ir-measures, which agrees with trec_eval; and plain ones beside."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jinasearch.core.errors import Code, JinasearchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinasearch.cli.collection import Collection

_Rankings = dict[str, list[str]]
"""Documents by question, the best first."""

_PACKAGES = ("ir_measures", "bm25s")
_RRF = 60
_RESAMPLES = 10_000
_SEED = 7
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|\w+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the questions; `each` is nDCG@10 by question."""

    ndcg: float
    recall: float
    mrr: float
    each: dict[str, float]


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean difference in nDCG@10 between two rankings of the same questions, with the bounds
    between which 95 of 100 paired bootstrap samples lie.
    """

    mean: float
    low: float
    high: float


def figures(rankings: Mapping[str, list[str]], relevant: Mapping[str, dict[str, int]]) -> Figures:
    """nDCG@10, recall@100 and mean reciprocal rank of rankings by question."""
    measures = _library("ir_measures")
    run = {
        query: {document: 1.0 / (rank + 1) for rank, document in enumerate(rankings.get(query, ()))}
        for query in relevant
    }
    wanted = [measures.nDCG @ 10, measures.R @ 100, measures.RR]
    each: list[dict[str, float]] = [dict.fromkeys(relevant, 0.0) for _ in wanted]
    for metric in measures.iter_calc(wanted, relevant, run):
        each[wanted.index(metric.measure)][metric.query_id] = metric.value
    ndcg, recall, mrr = (sum(values.values()) / len(relevant) for values in each)
    return Figures(ndcg, recall, mrr, each[0])


def difference(ours: Figures, theirs: Figures) -> Difference:
    """How much better the first ranks (Efron's paired bootstrap over questions)."""
    import numpy as np  # noqa: PLC0415 - the other commands need not wait for it

    gains = np.array([value - theirs.each[query] for query, value in ours.each.items()])
    drawn = np.random.default_rng(_SEED).integers(0, len(gains), (_RESAMPLES, len(gains)))
    low, high = np.percentile(gains[drawn].mean(axis=1), [2.5, 97.5])
    return Difference(float(gains.mean()), float(low), float(high))


def plain_rrf(lists: Sequence[_Rankings]) -> _Rankings:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009) with its usual constant."""
    fused: _Rankings = {}
    for query in {query for rankings in lists for query in rankings}:
        score: dict[str, float] = {}
        for rankings in lists:
            for rank, document in enumerate(rankings.get(query, ()), 1):
                score[document] = score.get(document, 0.0) + 1.0 / (_RRF + rank)
        fused[query] = sorted(score, key=lambda document: -score[document])
    return fused


def plain_bm25(collection: Collection, depth: int) -> _Rankings:
    """BM25 over whole documents, by bm25s; Chinese, Japanese and Korean by pairs of characters."""
    library = _library("bm25s")
    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets DEBUG by itself
    documents = list(collection.texts)
    index = library.BM25()
    index.index([_tokens(collection.texts[key]) for key in documents], show_progress=False)
    asked = [_tokens(text) for text in collection.queries.values()]
    depth = min(depth, len(documents))
    found, scores = index.retrieve(
        asked, corpus=documents, k=depth, show_progress=False, return_as="tuple"
    )
    return {
        query: [
            str(document) for document, score in zip(found[row], scores[row], strict=True) if score
        ]
        for row, query in enumerate(collection.queries)
    }


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    for word in _WORD.findall(text.lower()):
        if _CJK.match(word) and len(word) > 1:
            tokens += [word[at : at + 2] for at in range(len(word) - 1)]
        else:
            tokens.append(word)
    return tokens


def require_packages() -> None:
    """Raise JinasearchError (RUNTIME_MISSING) unless what measures is installed."""
    for name in _PACKAGES:
        _library(name)


def _library(name: str) -> Any:  # noqa: ANN401 - a module
    import importlib  # noqa: PLC0415

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise JinasearchError(
            Code.RUNTIME_MISSING,
            "Measuring needs packages that are not installed",
            "Install them with: .venv/bin/pip install -e '.[eval]'",
        ) from error
