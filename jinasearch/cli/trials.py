"""`jinasearch models verify` and `models bench`: is a model right, and how fast is it here?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from jinasearch.cli.context import engine, model_name, only_text, with_output
from jinasearch.cli.output import Exit, duration, size, visible
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output

_SECONDS = 3600.0


@click.command()
@click.argument("name", callback=only_text, default="")
@with_output
@click.pass_context
def verify(context: click.Context, output: Output, name: str) -> None:
    """Prove that NAME, or the model in use, makes the vectors that it should.

    Compares with its maker's figures where these are known, each text alone with the same text
    in a batch, and a fast form of the model with the plain one on 200 passages.
    """
    with engine() as client:
        name = model_name(name) if name else _in_use(client.send(protocol.models()))
        request = protocol.verify_model(protocol.VerifyModel(name))
        found = client.send(request, _SECONDS)
    output.show(found, lambda console: _print_findings(console, name, found))
    if not all(finding.ok for finding in found.findings):
        context.exit(Exit.NOTHING)


@click.command()
@click.argument("names", nargs=-1, callback=only_text)
@click.option("--seconds", default=5.0, help="How long to measure each model.", show_default=True)
@with_output
def bench(output: Output, names: tuple[str, ...], seconds: float) -> None:
    """Measure the models that are here, or NAMES, on this machine, and recommend one.

    Nothing else is embedded meanwhile.
    """
    with engine() as client:
        wanted = tuple(model_name(name) for name in names)
        request = protocol.bench_models(protocol.BenchModels(wanted, seconds))
        found = client.send(request, _SECONDS)
    output.show(found, lambda console: _print_bench(console, found))


def _in_use(models: protocol.Models) -> str:
    for entry in models.models:
        if entry.in_use and entry.task == "embed":
            return entry.name
    raise JinasearchError(Code.NOT_FOUND, "No model is in use", "Choose one: `models use`.")


def _print_findings(console: Console, name: str, found: protocol.Findings) -> None:
    for finding in found.findings:
        mark = "[green]passed[/]" if finding.ok else "[red]failed[/]"
        console.print(f"{mark} {finding.name}  [dim]{escape(visible(finding.detail))}[/]")
        if finding.remedy:
            console.print(f"       {visible(finding.remedy)}", markup=False)
    good = all(finding.ok for finding in found.findings)
    verdict = "does what it should" if good else "does NOT do what it should"
    console.print(f"{visible(name)} {verdict}.", markup=False)


def _print_bench(console: Console, found: protocol.Bench) -> None:
    table = Table(box=None, pad_edge=False)
    for name in (
        "",
        "model",
        "passages/s",
        "this library",
        "a question",
        "while embedding",
        "load",
        "memory",
        "disk",
    ):
        table.add_column(name)
    table.add_column("runs on", overflow="fold")
    for model in found.models:
        mark = "*" if model.name == found.recommended else ""
        if model.problem:
            table.add_row(mark, Text(visible(model.name)), Text(visible(model.problem)))
            continue
        embeds = model.task == "embed"
        table.add_row(
            mark,
            Text(visible(model.name)),
            f"{model.passages_per_second:.1f}",
            duration(model.seconds_for_library) if found.vectors and embeds else "",
            f"{model.query_ms:.0f} ms" if embeds else f"+ {model.query_ms:.0f} ms",
            f"{model.busy_query_ms:.0f} ms" if embeds else "",
            f"{model.load_seconds:.1f} s",
            size(model.memory_bytes),
            size(model.disk_bytes) if model.disk_bytes else "",
            Text(visible(f"{model.provider}, {model.precision}")),
        )
    console.print(table)
    if found.recommended:
        console.print(f"Recommended here: {visible(found.recommended)}", markup=False)
