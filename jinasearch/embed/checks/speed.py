"""How fast a model is on this machine, measured."""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinasearch.core.errors import JinasearchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.models import ModelSpeed
    from jinasearch.embed.process.embedding import EmbedProcess
    from jinasearch.embed.process.reranking import RerankProcess

_BATCH = 16
_EMBEDS = "embed"
_QUERIES = 10
_PAUSE_SECONDS = 0.05
"""Between two questions that come while documents are embedded: enough for a batch to begin."""
_FAST_ENOUGH_SECONDS = 24 * 3600.0
"""A library should be embedded within a day and a night."""
_SNAPPY_MS = 400.0


@dataclass(frozen=True, slots=True)
class Speed:
    """`query_ms` is the median time of a question to a loaded model, `busy_query_ms` while
    documents are embedded as well."""

    passages_per_second: float
    query_ms: float
    busy_query_ms: float
    load_seconds: float


def measure(process: EmbedProcess, texts: Sequence[str], seconds: float) -> Speed:
    """Measure a model for about `seconds`, its loading not counted.

    Raises:
        JinasearchError: it cannot be loaded.
    """
    began = time.monotonic()
    process.encode_query("warm up")
    loaded = time.monotonic() - began
    process.encode_documents(texts[:_BATCH])
    done, began = 0, time.monotonic()
    while (spent := time.monotonic() - began) < seconds or not done:
        start = done % max(1, len(texts) - _BATCH)
        done += len(process.encode_documents(texts[start : start + _BATCH]))
    return Speed(
        passages_per_second=done / max(spent, 1e-9),
        query_ms=_query_ms(process),
        busy_query_ms=_busy_query_ms(process, texts),
        load_seconds=loaded,
    )


def measure_reranker(process: RerankProcess, texts: Sequence[str], seconds: float) -> Speed:
    """The same of a model that re-ranks; a question is one with `texts`, which it reads anew.

    Raises:
        JinasearchError: it cannot be loaded.
    """
    began = time.monotonic()
    process.scores("warm up", ["a"])
    loaded = time.monotonic() - began
    times: list[float] = []
    while sum(times) < seconds or not times:
        asked = time.monotonic()
        process.scores(f"where did I write about number {len(times)}?", texts)
        times.append(time.monotonic() - asked)
    middle = max(statistics.median(times), 1e-9)
    return Speed(len(texts) / middle, middle * 1000, 0.0, loaded)


def _query_ms(process: EmbedProcess, pause: float = 0.0) -> float:
    times = []
    for number in range(_QUERIES):
        time.sleep(pause)
        asked = time.monotonic()
        process.encode_query(f"where did I write about number {number}?")
        times.append((time.monotonic() - asked) * 1000)
    return statistics.median(times)


def _busy_query_ms(process: EmbedProcess, texts: Sequence[str]) -> float:
    ended = threading.Event()

    def embed() -> None:
        with contextlib.suppress(JinasearchError):
            while not ended.is_set():
                process.encode_documents(texts[:_BATCH])

    documents = threading.Thread(target=embed, name="bench-documents", daemon=True)
    documents.start()
    try:
        return _query_ms(process, _PAUSE_SECONDS)
    finally:
        ended.set()
        documents.join()


def recommended(found: Sequence[ModelSpeed]) -> str:
    """The name of the model to choose here; empty if none can be used.

    Of those that answer at once and embed the library within a day, one for many languages comes
    first, then the larger one: it understands more. If none is fast enough, the fastest.
    """
    usable = [model for model in found if not model.problem and model.task == _EMBEDS]
    if not usable:
        return ""
    quick = [
        model
        for model in usable
        if model.query_ms <= _SNAPPY_MS and model.seconds_for_library <= _FAST_ENOUGH_SECONDS
    ]
    if not quick:
        return min(usable, key=lambda model: model.seconds_for_library).name
    return max(quick, key=lambda model: ("*" in model.languages, model.disk_bytes)).name
