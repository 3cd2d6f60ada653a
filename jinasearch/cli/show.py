"""`jinasearch show`: what the library holds of a file, at the place that answers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import click
from rich.text import Text

from jinasearch.cli.context import absolute, engine, only_text, with_output
from jinasearch.cli.output import visible
from jinasearch.cli.search import place_text
from jinasearch.core.paths import to_uri
from jinasearch.core.preview import Style
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.core.preview import Preview

_LOOKS = {
    Style.HEADING1: "bold underline",
    Style.HEADING2: "bold",
    Style.HEADING3: "bold",
    Style.FIELD: "dim",
}


@click.command()
@click.argument("file")
@click.option("--page", type=click.IntRange(1), help="Begin at this page or slide.")
@click.option(
    "--query",
    default="",
    callback=only_text,
    metavar="QUESTION",
    help="Show the passage that answers, and mark the words that match.",
)
@with_output
def show(output: Output, file: str, page: int | None, query: str) -> None:
    """Print the text of FILE, as the library holds it, without opening the file."""
    uri = to_uri(absolute(file))
    with engine() as client:
        passage = _best(client.send(protocol.search(_question(query))), uri) if query else 0
        request = protocol.PreviewRequest(uri=uri, text=query, page=page, passage=passage)
        preview = client.send(protocol.preview(request))
    output.show(preview, lambda console: _print(console, preview))


def _question(query: str) -> protocol.SearchRequest:
    # The order of files is not what is asked for.
    return protocol.SearchRequest(query, limit=protocol.MOST_HITS, rerank=protocol.Rerank.NO)


def _best(reply: protocol.SearchReply, uri: str) -> int:
    """The id of the passage of this file that answers best; 0 if it answers with none."""
    hits = (hit for hit in reply.hits if hit.uri == uri)
    return next((passage.id for hit in hits for passage in hit.passages), 0)


def _print(console: Console, preview: Preview) -> None:
    text = Text(visible(preview.text, lines=True))
    for span in preview.spans:
        if span.style in _LOOKS:
            text.stylize(_LOOKS[span.style], span.start, span.end)
    for mark in preview.passage:
        text.stylize("on grey23", mark.start, mark.end)
    for mark in preview.words:
        text.stylize("bold green", mark.start, mark.end)
    at = [span.start for span in preview.spans if span.style is Style.PLACE]
    console.print(text[: at[0] if at else len(text)], end="")
    for place, (start, end) in zip(preview.places, pairwise([*at, len(text)]), strict=True):
        console.print(f"[dim]── {visible(place_text(place))} ──[/]")
        console.print(text[start:end], end="")
    console.print()
    if preview.cut:
        console.print("[dim]There is more; --page shows another part.[/]")
