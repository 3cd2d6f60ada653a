"""`jinasearch why`: whether and how a file is found, and if it is not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jinasearch.cli import reasons
from jinasearch.cli.context import absolute, engine, with_output
from jinasearch.cli.output import Exit, size, visible
from jinasearch.core.models import FileState
from jinasearch.core.paths import to_uri
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.core.models import Ruling

_STATES = {
    FileState.SEEN: "It is in line to be read.",
    FileState.KEYWORDS: "It is found by its words; its vectors are still being made.",
    FileState.READY: "It is found by its words and by its meaning.",
    FileState.FAILED: "It could not be read and is found by its name alone",
    FileState.SKIPPED: "It was left unread and is found by its name alone",
}


@click.command()
@click.argument("file")
@with_output
def why(output: Output, file: str) -> int:
    """Tell whether and how FILE is found, and if it is not, why.

    Ends with 1 if it is not found by its text.
    """
    request = protocol.WhyRequest(to_uri(absolute(file)))
    with engine() as client:
        found = client.send(protocol.why(request))
    output.show(found, lambda console: _print(console, found))
    read = (FileState.KEYWORDS, FileState.READY)
    is_read = found.entry is not None and found.entry.state in read
    return Exit.OK if is_read else Exit.NOTHING


def _print(console: Console, found: protocol.Why) -> None:
    console.print(visible(found.path), markup=False)
    for line in _lines(found):
        console.print(f"  {line}", markup=False)


def _lines(found: protocol.Why) -> Iterator[str]:
    if found.target:
        yield f"It leads to {visible(found.target)}."
    if found.ruling is not None:
        yield from _ruled_out(found.ruling)
    elif not found.indexed_folder and not found.exists:
        yield "There is no such file, and no indexed folder that would hold it."
    elif not found.indexed_folder:
        yield "It lies in no folder that is indexed."
        yield "`jinasearch index` adds its folder, or it alone."
    elif found.entry is None:
        yield from _unknown(found)
    if found.entry is not None:
        yield from _known(found, found.entry)


def _ruled_out(ruling: Ruling) -> Iterator[str]:
    yield f"It is left out: {reasons.words(ruling.reason)} ({ruling.reason})."
    yield f"said of    {visible(ruling.path)}"
    if ruling.pattern:
        source = ruling.source or "the folder's rules"
        yield f"pattern    {visible(ruling.pattern)}"
        yield f"written in {visible(source)}"
    if ruling.reason in reasons.REMEDIES:
        yield reasons.REMEDIES[ruling.reason]


def _unknown(found: protocol.Why) -> Iterator[str]:
    if found.gone:
        yield "Its folder is not there any more: it was deleted, moved or renamed."
    elif found.away:
        yield "The drive of its folder is not there."
    elif not found.exists:
        yield "There is no such file."
    elif found.is_folder:
        yield "It is a folder, and what lies in it is indexed."
        yield f"`jinasearch files --state all {visible(found.path)}` lists its files."
    else:
        yield "It is new: the next look at its folder takes it in."


def _known(found: protocol.Why, entry: protocol.FileEntry) -> Iterator[str]:
    reason = entry.reason if entry.state in (FileState.FAILED, FileState.SKIPPED) else ""
    told = f": {reasons.words(reason)} ({reason})." if reason else ""
    yield _STATES[entry.state] + told
    if found.ruling is None and reason in reasons.REMEDIES:
        yield reasons.REMEDIES[reason]
    if not found.exists:
        yield "It is not there any more."
    elif found.changed:
        yield "It has changed since; it is read again soon."
    yield f"folder     {visible(found.indexed_folder)}"
    yield f"size       {size(found.size)}"
    if found.kind:
        yield f"kind       {found.kind}"
    if entry.title:
        yield f"title      {visible(entry.title)}"
    if found.author:
        yield f"author     {visible(found.author)}"
    if entry.state in (FileState.KEYWORDS, FileState.READY):
        yield from _text(found)


def _text(found: protocol.Why) -> Iterator[str]:
    yield f"passages   {found.passages:,}"
    if found.truncated:
        yield f"           {reasons.words('text-truncated')}"
    for layer in found.layers:
        card = "the whole file" if layer.cards else "not the whole file yet"
        coming = "" if layer.serving else ", not in use yet"
        yield (
            f"vectors    {visible(layer.model)}: {card},"
            f" {layer.passages:,} of {found.passages:,} passages{coming}"
        )
