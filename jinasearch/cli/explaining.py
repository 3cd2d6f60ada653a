"""`jinasearch search --explain`: why files answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.text import Text

from jinasearch.cli.output import visible
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.core.explanation import Explanation, Reason
    from jinasearch.engine.client import Client

_MOST = 5


@dataclass(frozen=True, slots=True)
class Explained:
    """An answer, and why its first files are in it."""

    reply: protocol.SearchReply
    explanations: tuple[Explanation, ...]


def explained(
    client: Client,
    reply: protocol.SearchReply,
    rerank: protocol.Rerank,
    seconds: float,
    *,
    everything: bool,
) -> Explained:
    """Ask why each of the first files answers, with re-ranking as `reply` was asked for.

    `seconds`: how long each is waited for.
    """
    hits = [hit for hit in reply.hits if hit.certain or everything][:_MOST]
    return Explained(
        reply,
        tuple(
            client.send(
                protocol.explain(
                    protocol.ExplainRequest(
                        reply.text,
                        hit.file,
                        tuple(passage.id for passage in hit.passages[:1]),
                        reply.mode,
                        rerank,
                    )
                ),
                seconds,
            )
            for hit in hits
        ),
    )


def print_explained(console: Console, found: Explained) -> None:
    """Each file with its words and scores, matched words bold, the nearest sentence underlined."""
    hits = {hit.file: hit for hit in found.reply.hits}
    for number, each in enumerate(found.explanations, 1):
        hit = hits[each.file]
        exact = "  [green]exact[/]" if hit.exact else ""
        name, folder = escape(visible(hit.name)), escape(visible(hit.folder))
        console.print(f"[dim]{number:>2}[/] [bold]{name}[/]  [dim]{folder}[/]{exact}")
        console.print(f"   score {hit.score:.2f}")
        for word in each.words:
            held = "here" if word.here else "not here"
            told = f"{visible(word.word)}: {held}, in {word.in_library:,} passages of the library"
            console.print(f"   [dim]{escape(told)}[/]")
        for reason in each.reasons:
            _print_reason(console, reason)


def _print_reason(console: Console, reason: Reason) -> None:
    scores = [
        _score("keywords: BM25", reason.keyword_score, reason.keyword_confidence),
        _score("meaning: cosine", reason.meaning_score, reason.meaning_confidence),
    ]
    if reason.rerank_score is not None:
        scores.append(f"re-ranked: {reason.rerank_score:.3f}")
    console.print("   " + " · ".join(scores))
    text = Text(visible(reason.text, lines=True))
    for mark in reason.marks:
        text.stylize("bold green", mark.start, mark.end)
    if reason.nearest is not None:
        text.stylize("underline", reason.nearest.start, reason.nearest.end)
    text.pad_left(3)
    console.print(text)


def _score(kind: str, score: float | None, confidence: float | None) -> str:
    if score is None or confidence is None:
        return f"{kind} –"
    return f"{kind} {score:.2f}, {confidence:.0%} sure"
