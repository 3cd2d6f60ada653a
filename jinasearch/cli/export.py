"""`jinasearch models export`: any sentence-transformers model, made into one that runs here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from jinasearch.cli.context import absolute, can_ask, confirm, only_text, with_output
from jinasearch.cli.output import size, visible
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine.address import program

if TYPE_CHECKING:
    from jinasearch.cli.output import Output
    from jinasearch.embed.export.launcher import Exported, Stage

_STAGES = {
    "download": "fetching the model",
    "libraries": "loading the libraries",
    "graph": "exporting the model",
    "reference": "asking the original",
    "check": "comparing",
}


@click.command()
@click.argument("source")
@click.option("--name", default="", callback=only_text, help="What it shall be called here.")
@click.option("--revision", default="main", callback=only_text, help="Branch or commit on the hub.")
@click.option("--accept-licence", is_flag=True, help="I have read the licence and accept it.")
@with_output
def export(output: Output, source: str, name: str, revision: str, accept_licence: bool) -> None:
    """Make SOURCE a model for `models use`: a folder, or a name on the hub such as owner/model.

    It is a text embedding model that sentence-transformers loads. It is exported to ONNX with its
    own pooling and prompts, and kept only if its vectors are the original's. Needs the packages of
    the extra `export` (.venv/bin/pip install -e '.[export]').
    """
    if Path(source).is_dir():
        source = absolute(source)
    try:
        done = _export(source, name, revision, accept_licence=accept_licence)
    except JinasearchError as error:
        if error.code is not Code.MODEL_CONSENT or not can_ask():
            raise _told_how(error) from error
        click.echo(visible(f"{error.title}."), err=True)
        click.echo(visible(f"  {error.message}"), err=True)
        confirm("Do you accept it?")
        done = _export(source, name, revision, accept_licence=True)
    output.show(done, lambda console: _print(console, done))


def _told_how(error: JinasearchError) -> JinasearchError:
    if error.code is not Code.MODEL_CONSENT:
        return error
    how = f"{error.message} Add --accept-licence if you do."
    return JinasearchError(error.code, error.title, how, error.path)


def _export(source: str, name: str, revision: str, *, accept_licence: bool) -> Exported:
    # Imported late: other commands need nothing of it.
    from jinasearch.embed.export import launcher  # noqa: PLC0415

    columns = (TextColumn("{task.description:<24}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def on_stage(stage: Stage) -> None:
            told = _STAGES.get(stage.name, stage.name)
            bar.update(task, description=told, completed=stage.done, total=stage.total or None)

        return launcher.export(
            [*program(), "_export"],
            source,
            name or launcher.default_name(source),
            revision=revision,
            accept_licence=accept_licence,
            on_stage=on_stage,
        )


def _print(console: Console, done: Exported) -> None:
    console.print(
        f"{done.name} is installed: {done.dimension} dimensions, {size(done.size)}; least cosine"
        f" to the original {done.cosine:.7f} over {done.texts} vectors.",
        markup=False,
    )
    console.print(f"Use it: jinasearch models use {done.name}", markup=False)
