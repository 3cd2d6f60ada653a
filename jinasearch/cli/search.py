"""`jinasearch search`: ask a question. `jinasearch similar`: find what is like something."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.markup import escape
from rich.text import Text

from jinasearch.cli import explaining
from jinasearch.cli.context import engine, folder_named, only_text, uris, with_output
from jinasearch.cli.excluding import ExcludingCommand, unmarked
from jinasearch.cli.filters import LANGUAGE, with_filters
from jinasearch.cli.output import Exit, size, visible
from jinasearch.core.models import Likeness
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.core.models import Hit, PassageHit, Place

SECONDS = 300.0
"""A model that re-ranks may have to be loaded first."""
_F = TypeVar("_F", bound=Callable[..., Any])

NOTES = {
    "still-indexing": "Still indexing: {meaning:,} of {files:,} files ({share:.0%}) found by"
    " meaning in full.",
    "meaning-waking": "Found by keywords alone: the model is being loaded. Ask again in a moment.",
    "meaning-unavailable": "Found by keywords alone: the model cannot be used"
    " (see `jinasearch status`).",
    "language-unknown-to-model": "Found by keywords alone: the model in use does not know this"
    " language.",
    "nothing-indexed": "Nothing is indexed yet. Add a folder: jinasearch index FOLDER",
    "library-damaged": "The library is damaged, and not all of it can be found. `jinasearch engine"
    " restart` saves what is sound and reads the rest again.",
    "library-made-anew": "The library was damaged and is being made anew: {keywords:,} of {files:,}"
    " files are read again so far.",
}


HINTS = {
    "bad-date": "is no date that is understood, and was searched as text."
    " Try 2024-03 or 'last week'.",
    "bad-size": "is no size, and was searched as text. Try size:>10mb.",
    "bad-type": "is no type that is known, and was searched as text.",
    "bad-language": "is no language that is known, and was searched as text.",
    "bad-sort": "is no order that is known, and was searched as text. Try sort:name or sort:-date.",
    "unknown-field": "was searched as text.",
    "missing-value": "has no value and was left out.",
    "open-quote": "has no closing quote.",
    "only-excluded": "leaves nothing to look for: give a word that must occur.",
    "folder-not-found": "names no folder that holds a file of the library.",
    "like-not-found": "is not in the library, and was searched as text.",
    "like-without-meaning": "needs the model, which cannot be used now (see `jinasearch status`).",
    "phrase-nowhere": "stands in no file, in just these words.",
    "phrase-unread": "stands in no file that is read so far, in just these words.",
    "phrase-left-out": "stands in no file that passes the filters, in just these words.",
    "phrases-apart": "do not stand in the same file.",
    "word-nowhere": "is in no file.",
    "no-words": "holds no word to look for: signs alone are not indexed.",
}
_BEGINNINGS = {
    "phrase-nowhere": "No file holds a word that begins with “{begun}”.",
    "phrase-unread": "No file that is read so far holds a word that begins with “{begun}”.",
    "phrase-left-out": "No file that passes the filters holds a word that begins with “{begun}”.",
}


PHRASES = ("phrase-nowhere", "phrase-unread", "phrase-left-out", "phrases-apart")
_BY_SIZE = (protocol.Sort.SIZE, protocol.Sort.SIZE_DOWN)
LIKENESS = {
    Likeness.COPY: ("copy", "copies"),
    Likeness.NEAR_COPY: ("near copy", "near copies"),
    Likeness.VERSION: ("version", "versions"),
}


def _with_limit(command: _F) -> _F:
    option = click.option(
        "-n",
        "--limit",
        type=click.IntRange(1, protocol.MOST_HITS),
        default=10,
        show_default=True,
        help="Files to show.",
    )
    return option(command)


def _with_sort(command: _F) -> _F:
    option = click.option(
        "--sort",
        type=click.Choice([sort.value for sort in protocol.Sort]),
        default=protocol.Sort.RELEVANCE.value,
        metavar="ORDER",
        help="relevance, name, date, size or path; -date is the other way round: newest first.",
    )
    return option(command)


@click.command(cls=ExcludingCommand, epilog=LANGUAGE)
@click.argument("words", callback=only_text, nargs=-1)
@_with_limit
@_with_sort
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in protocol.Mode]),
    default=protocol.Mode.HYBRID.value,
    show_default=True,
    help="What to search by.",
)
@click.option("--folder", metavar="FOLDER", help="Only in this indexed folder.")
@click.option(
    "--all", "everything", is_flag=True, help="Show weaker matches, and each copy and version."
)
@click.option("--facets", is_flag=True, help="Count what answers by type, folder and time.")
@click.option("--no-rerank", is_flag=True, help="Do not wait for the model that re-ranks.")
@click.option("--explain", is_flag=True, help="Show why each of the first files answers.")
@with_filters
@with_output
@click.pass_context
def search(
    context: click.Context,
    output: Output,
    words: tuple[str, ...],
    limit: int,
    sort: str,
    mode: str,
    folder: str | None,
    filters: tuple[protocol.Filter, ...],
    *,
    everything: bool,
    facets: bool,
    no_rerank: bool,
    explain: bool,
) -> None:
    """Ask a question. Starts the engine if it does not run.

    "quoted words" stand together, and files without them are weak matches; -word must not occur; OR
    between two words asks for either; insur* are words that begin so. Filters alone list the files
    that pass, the newest first. What stands in a file just as you typed it comes first and is
    marked exact; weak matches are shown with --all. Where a model re-ranks (`jinasearch models
    rerank`), its answer is waited for.
    """
    if not words and not filters:
        raise click.UsageError("Missing argument 'WORDS...'.")
    with engine() as client:
        number = (
            None if folder is None else folder_named(client.send(protocol.folders()), folder).id
        )
        text = " ".join(unmarked(words))
        request = protocol.SearchRequest(
            text,
            protocol.Mode(mode),
            limit,
            number,
            filters,
            facets=facets,
            rerank=protocol.Rerank.NO if no_rerank else protocol.Rerank.YES,
            sort=protocol.Sort(sort),
        )
        reply = client.send(protocol.search(request), SECONDS)
        if explain and (reply.hits or output.as_json):
            explained = explaining.explained(
                client, reply, request.rerank, SECONDS, everything=everything
            )
            output.show(explained, lambda console: explaining.print_explained(console, explained))
            if not reply.hits:
                context.exit(Exit.NOTHING)
            return
    _end(context, output, reply, everything=everything or not reply.words)


@click.command()
@click.argument("files", nargs=-1)
@click.option(
    "--text", callback=only_text, default="", help="Like this text; - reads standard input."
)
@click.option("--unlike", metavar="FILE", multiple=True, help="Less like this file.")
@_with_limit
@_with_sort
@with_filters
@with_output
@click.pass_context
def similar(
    context: click.Context,
    output: Output,
    files: tuple[str, ...],
    text: str,
    unlike: tuple[str, ...],
    limit: int,
    sort: str,
    filters: tuple[protocol.Filter, ...],
) -> None:
    """Find files that are like FILES of the library, or like a text, by meaning."""
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    like = [protocol.Example(uri=uri) for uri in uris(files)]
    like += [protocol.Example(text=text)] if text.strip() else []
    if not like:
        raise click.UsageError("Name a file, or give a text with --text.")
    request = protocol.SearchRequest(
        "",
        limit=limit,
        filters=filters,
        like=tuple(like),
        unlike=tuple(protocol.Example(uri=uri) for uri in uris(unlike)),
        sort=protocol.Sort(sort),
    )
    with engine() as client:
        reply = client.send(protocol.search(request))
    _end(context, output, reply)


def _end(
    context: click.Context,
    output: Output,
    reply: protocol.SearchReply,
    *,
    everything: bool = True,
) -> None:
    output.show(reply, lambda console: print_reply(console, reply, everything=everything))
    if not reply.hits or (_lacks_phrase(reply) and not everything):
        context.exit(Exit.NOTHING)


def _lacks_phrase(reply: protocol.SearchReply) -> bool:
    """Whether no answer holds what stood in quotes."""
    return reply.hint is not None and reply.hint.code in PHRASES


def shown_hits(reply: protocol.SearchReply, *, everything: bool = False) -> list[Hit]:
    """The files that are shown, weak ones only if wanted.

    Where none is certain, all are shown, for they are all there is, but not if that is because a
    phrase in quotes stands nowhere.
    """
    certain = [hit for hit in reply.hits if hit.certain]
    apart = bool(certain) or _lacks_phrase(reply)
    return certain if apart and not everything else list(reply.hits)


def print_hit(console: Console, hit: Hit) -> None:
    """One file: its path, and all its passages that answer."""
    console.print(visible(hit.path), markup=False)
    for passage in hit.passages:
        console.print(_snippet(passage))


def print_reply(console: Console, reply: protocol.SearchReply, *, everything: bool = False) -> None:
    """The files that answer, each with its best passage; weak ones are counted unless wanted."""
    certain = [hit for hit in reply.hits if hit.certain]
    shown = shown_hits(reply, everything=everything)
    for number, hit in enumerate(shown, 1):
        _print_hit(console, number, hit, reply.sort)
        _print_folded(console, hit, everything=everything)
    if not reply.hits and reply.note != "nothing-indexed":
        console.print("Nothing found.")
        if reply.left_out:
            what = "file that answers" if reply.left_out == 1 else "files that answer"
            console.print(f"The filters leave out {reply.left_out:,} {what}.")
    elif reply.certain > len(certain) + sum(len(hit.folded) for hit in certain):
        console.print(f"[dim]The first {len(certain)} of {reply.certain:,} files (--limit).[/]")
    elif len(shown) < len(reply.hits):
        more = len(reply.hits) - len(shown)
        console.print(f"[dim]{more} more, less certain (jinasearch search --all).[/]")
    if reply.reranking is not None and reply.hits:
        console.print(_reranked(reply.reranking))
    if reply.facets is not None:
        _print_facets(console, reply.facets)
    if reply.hint is not None and reply.hint.code in HINTS:
        console.print(f"[yellow]{escape(_hint(reply.hint))}[/]")
    if reply.note in NOTES:
        coverage = reply.coverage
        console.print(
            "[yellow]"
            + NOTES[reply.note].format(
                keywords=coverage.keywords,
                meaning=coverage.meaning,
                files=coverage.files,
                share=coverage.meaning / max(1, coverage.files),
            )
            + "[/]"
        )


def _print_hit(console: Console, number: int, hit: Hit, sort: protocol.Sort) -> None:
    when = datetime.fromtimestamp(hit.mtime).astimezone().date().isoformat()
    if sort in _BY_SIZE:
        when = f"{size(hit.size)}  {when}"
    name, folder = escape(visible(hit.name)), escape(visible(hit.folder))
    console.print(f"[dim]{number:>2}[/] [bold]{name}[/]  [dim]{when}  {folder}[/]{_said(hit)}")
    for passage in hit.passages[:1]:
        console.print(_snippet(passage))


def _hint(hint: protocol.Hint) -> str:
    if hint.begun:
        return _BEGINNINGS[hint.code].format(begun=visible(hint.begun))
    better = f" Did you mean {visible(hint.suggestion)}?" if hint.suggestion else ""
    what = f"“{visible(hint.told)}”" if hint.code in PHRASES else visible(hint.told)
    return f"{what} {HINTS[hint.code]}{better}"


def _reranked(told: protocol.Reranking) -> Text:
    if told.state == "done":
        seconds = f"{told.took_ms / 1000:.1f} s"
        files = f"the first {told.files}" if told.files > 1 else "the one answer"
        return Text(f"Re-ranked by {visible(told.model)}: {files}, {seconds}.", "dim")
    why = {
        "language-unknown": "the model does not know this language",
        "busy": "the model is busy with other questions, ask again",
        "failed": "the model cannot be used (see `jinasearch status`)",
    }.get(told.state, told.state)
    return Text(f"Not re-ranked: {why}.", "yellow")


def _print_facets(console: Console, facets: protocol.Facets) -> None:
    for group in (facets.types, facets.folders, facets.times):
        if group:
            counts = [f"{each.filter.field}:{each.filter.value} {each.count}" for each in group]
            console.print(f"[dim]{escape(visible('  '.join(counts)))}[/]")


def _print_folded(console: Console, hit: Hit, *, everything: bool) -> None:
    """Copies, near copies and versions: by number, or each with its path."""
    if everything:
        for other in hit.folded:
            console.print(f"   [dim]{LIKENESS[other.likeness][0]} {escape(visible(other.path))}[/]")
        return
    for likeness, (one, many) in LIKENESS.items():
        count = sum(other.likeness == likeness for other in hit.folded)
        if count:
            console.print(f"   [dim]+ {count} {one if count == 1 else many}[/]")


def _said(hit: Hit) -> str:
    away = "  [yellow]drive not connected[/]" if hit.away else ""
    if hit.exact:
        return f"  [green]exact[/]{away}"
    return away if hit.certain else f"  [yellow]less certain[/]{away}"


def _snippet(passage: PassageHit) -> Text:
    text = Text("   ")
    where = " · ".join(part for part in (passage.heading, place_text(passage.place)) if part)
    if where:
        text.append(f"{visible(where)}\n   ", style="dim")
    shift = len(text)
    text.append(visible(passage.text, lines=True))
    for mark in passage.marks:
        text.stylize("bold green", shift + mark.start, shift + mark.end)
    return text


def place_text(place: Place) -> str:
    """A place for people."""
    if place.page is not None:
        return f"page {place.page}"
    if place.slide is not None:
        return f"slide {place.slide}"
    if place.sheet is not None:
        return f"sheet {place.sheet}" + (f", row {place.row}" if place.row else "")
    if place.cell is not None:
        return f"cell {place.cell}"
    if place.mail is not None:
        return f"mail {place.mail}"
    return f"line {place.line}" if place.line is not None else ""
