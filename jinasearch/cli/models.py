"""`jinasearch models`: list, choose and download models."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from jinasearch.cli.context import engine, with_output
from jinasearch.cli.output import size
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.cli.output import Output
    from jinasearch.core.models import Notice

_POLL_SECONDS = 0.5


@click.group()
def models() -> None:
    """The embedding models."""


@models.command("list")
@with_output
def list_(output: Output) -> None:
    """List the models of the catalogue."""
    with engine() as client:
        found = client.send(protocol.models())
    output.show(found, lambda console: _print(console, found))


@models.command()
@click.argument("name")
@click.option("--dimension", default=0, help="Shorten vectors to this length (Matryoshka).")
@with_output
def use(output: Output, name: str, dimension: int) -> None:
    """Embed with NAME from now on: a model of the list, or the path of a model's folder.

    All files are embedded anew; keywords answer meanwhile.
    """
    with engine() as client:
        found = client.send(protocol.use_model(protocol.UseModel(name, dimension)))
    output.show(found, lambda console: _print(console, found))


@models.command()
@click.argument("name")
@click.option("--accept-licence", is_flag=True, help="I have read the licence and accept it.")
@click.option("--no-wait", is_flag=True, help="Return at once; the engine goes on downloading.")
@with_output
def download(output: Output, name: str, accept_licence: bool, no_wait: bool) -> None:
    """Download a model, or go on with a download that was interrupted."""
    with engine() as client:
        entry = _entry(client.send(protocol.models()), name)
        if entry.consent_needed and not accept_licence:
            click.echo(f"{entry.title} is under the licence {entry.licence}:", err=True)
            click.echo(f"  {entry.licence_uri}", err=True)
            click.confirm("Do you accept it?", abort=True, err=True)
        request = protocol.DownloadModel(name, consent=True)
        found = client.send(protocol.download_model(request))
        with Progress(console=Console(stderr=True), disable=no_wait) as bar:
            task = bar.add_task(entry.title, total=max(entry.bytes, 1))
            while not no_wait and _entry(found, name).state == "downloading":
                time.sleep(_POLL_SECONDS)
                found = client.send(protocol.models())
                bar.update(task, completed=_entry(found, name).downloaded_bytes)
        if not no_wait and _entry(found, name).state != "ready":
            raise _failure(client.send(protocol.status()).notices, name)
    output.show(found, lambda console: _print(console, found))


def _failure(notices: Sequence[Notice], name: str) -> JinasearchError:
    for notice in reversed(notices):
        if notice.code in (Code.DOWNLOAD_FAILED, Code.MODEL_DAMAGED, Code.DISK_FULL):
            return JinasearchError(Code(notice.code), notice.title, notice.message, notice.path)
    return JinasearchError(Code.DOWNLOAD_FAILED, f"{name} was not downloaded", "Try again.")


def _entry(found: protocol.Models, name: str) -> protocol.ModelEntry:
    for entry in found.models:
        if entry.name == name:
            return entry
    raise JinasearchError(
        Code.NOT_FOUND, f"There is no model {name}", "`jinasearch models list` shows them."
    )


def _print(console: Console, found: protocol.Models) -> None:
    table = Table(box=None, pad_edge=False)
    for name in (
        "",
        "name",
        "model",
        "dimensions",
        "tokens",
        "languages",
        "size",
        "licence",
        "state",
    ):
        table.add_column(name)
    for entry in found.models:
        table.add_row(
            "*" if entry.in_use else "",
            entry.name,
            entry.title,
            str(entry.dimension),
            f"{entry.max_tokens:,}",
            "many" if "*" in entry.languages else " ".join(entry.languages),
            size(entry.bytes) if entry.bytes else "",
            entry.licence,
            entry.state,
        )
    console.print(table)
