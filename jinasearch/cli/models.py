"""`jinasearch models`: list, choose and download models."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from jinasearch.cli import export, remote, trials
from jinasearch.cli.context import can_ask, confirm, engine, model_name, only_text, with_output
from jinasearch.cli.output import as_wrong_usage, duration, size, visible
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinasearch.cli.output import Output
    from jinasearch.core.models import Notice
    from jinasearch.engine.client import Client

_OFF = "off"
_POLL_SECONDS = 0.2
_FAILURES = (Code.DOWNLOAD_FAILED, Code.MODEL_DAMAGED, Code.DISK_FULL, Code.NO_PERMISSION)


@click.group()
def models() -> None:
    """The models: those that embed, and those that re-rank."""


@models.command("list")
@with_output
def list_(output: Output) -> None:
    """List the models of the catalogue."""
    with engine() as client:
        found = client.send(protocol.models())
    output.show(found, lambda console: _print(console, found))


@models.command()
@click.argument("name", metavar="NAME|off", callback=only_text)
@with_output
def rerank(output: Output, name: str) -> None:
    """Re-rank answers with NAME from now on: a model of the list, or the path of a model's folder.

    It reads the question together with the best passage of each of the first 30 files and orders
    them anew; what stands in a file just as you typed it stays first. That takes from a tenth of a
    second to several. `off` ends it.
    """
    request = protocol.RerankWith("" if name == _OFF else model_name(name))
    with engine() as client:
        found = client.send(protocol.rerank_with(request))
    output.show(found, lambda console: _print(console, found))


models.add_command(remote.add_remote)
models.add_command(remote.remove)
models.add_command(trials.verify)
models.add_command(trials.bench)
models.add_command(export.export)


@models.command()
@click.argument("name", callback=only_text)
@click.option("--dimension", default=0, help="Shorten vectors to this length (Matryoshka).")
@click.option("--plan", is_flag=True, help="Only tell what it would take.")
@with_output
def use(output: Output, name: str, dimension: int, plan: bool) -> None:
    """Embed with NAME from now on: a model of the list, or the path of a model's folder.

    The files are embedded anew in the background. Until that is done the old model answers;
    choosing it again undoes the change.
    """
    request = protocol.UseModel(model_name(name), dimension)
    with engine() as client:
        with as_wrong_usage(Code.MODEL_DIMENSION):
            takes = client.send(protocol.plan_model(request))
        if plan:
            output.show(takes, lambda console: _print_plan(console, takes))
            return
        if not output.as_json:
            _print_plan(output.console, takes)
        found = client.send(protocol.use_model(request))
    output.show(found, lambda console: _print(console, found))


@models.command()
@click.argument("name", callback=only_text)
@click.option("--accept-licence", is_flag=True, help="I have read the licence and accept it.")
@click.option("--no-wait", is_flag=True, help="Return at once; the engine goes on downloading.")
@click.option("--cancel", is_flag=True, help="Stop the download; what was fetched is kept.")
@click.option("--use", is_flag=True, help="Choose it when it is there and has proven itself.")
@with_output
def download(
    output: Output, name: str, accept_licence: bool, no_wait: bool, cancel: bool, use: bool
) -> None:
    """Download a model, or go on with a download that was interrupted."""
    with engine() as client:
        if cancel:
            found = client.send(protocol.cancel_download(name))
        else:
            began = time.time()
            entry = _entry(client.send(protocol.models()), name)
            if entry.consent_needed and not accept_licence:
                _ask_consent(entry)
            consent = entry.consent_needed or accept_licence
            request = protocol.DownloadModel(name, consent=consent, use=use)
            found = client.send(protocol.download_model(request))
            if not no_wait:
                found = _wait(client, entry)
                if _entry(found, name).state != "ready":
                    raise _failure(client.send(protocol.status()).notices, name, began)
    output.show(found, lambda console: _print(console, found))


def _print_plan(console: Console, plan: protocol.Plan) -> None:
    name = visible(plan.name)
    match plan.state:
        case protocol.PlanState.IN_USE:
            console.print(f"{name} is in use already.", markup=False)
            return
        case protocol.PlanState.COMING:
            console.print(f"The vectors of {name} are being made already.", markup=False)
            return
        case protocol.PlanState.BACK:
            console.print(
                f"{name} still answers, and goes on: what was chosen instead is given up.",
                markup=False,
            )
            return
    time_needed = f", {duration(plan.seconds)}" if plan.seconds else ""
    console.print(
        f"{plan.vectors:,} texts to embed{time_needed}; {size(plan.bytes_needed)} on disk,"
        f" {size(plan.bytes_free)} are free. The old vectors go when that is done."
    )


def _ask_consent(entry: protocol.ModelEntry) -> None:
    if not can_ask():
        raise JinasearchError(
            Code.MODEL_CONSENT,
            f"{entry.title} is under the licence {entry.licence}",
            f"Read it at {entry.licence_uri} and add --accept-licence if you accept it.",
        )
    click.echo(f"{entry.title} is under the licence {entry.licence}:", err=True)
    click.echo(f"  {entry.licence_uri}", err=True)
    confirm("Do you accept it?")


def _wait(client: Client, entry: protocol.ModelEntry) -> protocol.Models:
    with _told_if_interrupted(entry.name), Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(entry.title, total=max(entry.bytes, 1))
        while True:
            found = client.send(protocol.models())
            now = _entry(found, entry.name)
            bar.update(task, completed=now.downloaded_bytes)
            if now.state != "downloading":
                return found
            time.sleep(_POLL_SECONDS)


@contextlib.contextmanager
def _told_if_interrupted(name: str) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        stop = f"jinasearch models download {name} --cancel"
        click.echo(f"The engine goes on downloading. To stop it: {stop}", err=True)
        raise


def _failure(notices: Sequence[Notice], name: str, began: float) -> JinasearchError:
    """Why the model is not there: what was told of it since then, else that it was stopped."""
    for notice in reversed(notices):
        if notice.time >= began and notice.code in _FAILURES:
            return JinasearchError(Code(notice.code), notice.title, notice.message, notice.path)
    return JinasearchError(
        Code.DOWNLOAD_FAILED,
        f"The download of {name} was stopped",
        "The same command goes on with it.",
    )


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
        table.add_column(name, no_wrap=name == "name", overflow="fold")
    for entry in found.models:
        table.add_row(
            "*" if entry.in_use else "",
            Text(visible(entry.name)),
            Text(visible(entry.title)),
            "re-ranks" if entry.task == "rerank" else str(entry.dimension),
            f"{entry.max_tokens:,}" if entry.max_tokens else "",
            "many" if "*" in entry.languages else " ".join(entry.languages),
            size(entry.bytes) if entry.bytes else "",
            entry.licence,
            Text(visible(_state(entry))),
        )
    console.print(table)


def _state(entry: protocol.ModelEntry) -> str:
    if entry.sends_to:
        return f"{entry.state}, texts go to {entry.sends_to}"
    return f"{entry.state}, at {entry.server}" if entry.server else entry.state
