"""`jinasearch models add-remote` and `remove`: models that are not of the catalogue."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jinasearch.cli.context import can_ask, confirm, engine, model_name, only_text, with_output
from jinasearch.cli.output import size, visible
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from rich.console import Console

    from jinasearch.cli.output import Output
    from jinasearch.engine.client import Client

_OPTIONS = {Code.REMOTE_CONSENT: "--yes", Code.REMOTE_UNENCRYPTED: "--insecure"}


@click.command("add-remote")
@click.argument("name", callback=only_text)
@click.option("--url", required=True, callback=only_text, help="Such as http://127.0.0.1:8080/v1.")
@click.option("--model", default="", callback=only_text, help="Its name there, if it has several.")
@click.option("--query-prompt", help="What is put before a question, instead of what is found out.")
@click.option("--document-prompt", help="What is put before a text of a file.")
@click.option("--dimension", default=0, help="Shorten vectors to this length (Matryoshka).")
@click.option("--language", "languages", multiple=True, help="A language it knows, such as de.")
@click.option("--key-stdin", is_flag=True, help="Read the server's key from standard input.")
@click.option("--yes", is_flag=True, help="I agree that the text of my files is sent there.")
@click.option("--insecure", is_flag=True, help="I agree that the key goes there unencrypted.")
@with_output
def add_remote(
    output: Output,
    name: str,
    url: str,
    model: str,
    query_prompt: str | None,
    document_prompt: str | None,
    dimension: int,
    languages: tuple[str, ...],
    key_stdin: bool,
    yes: bool,
    insecure: bool,
) -> None:
    """Know a model that runs on a server as NAME, for `models use`.

    Any server that speaks OpenAI's /v1/embeddings will do: llama-server, vLLM, Text Embeddings
    Inference, LM Studio, Ollama, a service in the cloud. Adding NAME again replaces it.
    """
    request = protocol.AddRemote(
        name,
        url,
        model,
        query_prompt,
        document_prompt,
        dimension,
        languages,
        _key() if key_stdin else "",
        consent=yes,
        unencrypted=insecure,
    )
    with engine() as client:
        added = _send(client, request)
    output.show(added, lambda console: _print(console, added))


@click.command()
@click.argument("name", callback=only_text)
@click.option("--yes", is_flag=True, help="Do not ask before files are deleted.")
@with_output
def remove(output: Output, name: str, yes: bool) -> None:
    """Delete a model that was downloaded; forget one that runs on a server, and its key, or one by
    the folder it lies in.

    A folder of your own stays as it is. A model in use is not removed; what was deleted can be
    downloaded again.
    """
    folder = model_name(name)
    with engine() as client:
        if not yes:
            _ask(client.send(protocol.models()), name)
        call = (
            protocol.forget_model_folder(protocol.ModelFolder(folder))
            if Path(folder).is_absolute()
            else protocol.remove_model(name)
        )
        found = client.send(call)
    deleted = any(model.name == name for model in found.models)
    told = f"{visible(name)} is {'deleted' if deleted else 'forgotten'}."
    output.show(found, lambda console: console.print(told, markup=False))


def _ask(found: protocol.Models, name: str) -> None:
    """Ask before the files of a model are deleted. Nothing else is lost by forgetting one."""
    entry = next((model for model in found.models if model.name == name), None)
    if entry is None or not entry.removable:
        return
    if not can_ask():
        raise click.UsageError("There is nobody to ask. Add --yes to delete the model.")
    confirm(f"Delete {entry.title}, {size(entry.bytes)}, from this machine?")


def _key() -> str:
    if can_ask():
        prompted: str = click.prompt("Key", hide_input=True, err=True)
        return prompted
    return sys.stdin.readline().strip()


def _send(client: Client, request: protocol.AddRemote) -> protocol.RemoteModel:
    """Send the request, and again after each thing that the user agrees to."""
    while True:
        try:
            return client.send(protocol.add_remote(request))
        except JinasearchError as error:
            if error.code not in _OPTIONS:
                raise
            if not can_ask():
                message = f"{error.message} The option is {_OPTIONS[error.code]}."
                raise JinasearchError(error.code, error.title, message) from error
            click.echo(visible(f"{error.title}.\n  {error.message}", lines=True), err=True)
            confirm("Do you agree?")
            if error.code is Code.REMOTE_CONSENT:
                request = replace(request, consent=True)
            else:
                request = replace(request, unencrypted=True)


def _print(console: Console, added: protocol.RemoteModel) -> None:
    length = f"{added.dimension} dimensions"
    length += f" of {added.width}" if added.dimension < added.width else ""
    tokens = f", {added.max_tokens:,} tokens" if added.max_tokens else ""
    lines = [f"{added.name}: {added.model} at {added.url}, {length}{tokens}"]
    prompts = f"{added.query_prompt!r} before a question, {added.document_prompt!r} before a text"
    match added.prompts_by:
        case "server":
            lines.append("The server itself puts before a text what the model wants.")
        case "nobody":
            lines.append(
                "Nothing is put before a text. If the model's card asks for prompts, add it again"
                " with --query-prompt and --document-prompt."
            )
        case "name":
            lines.append(f"Prompts, known from its name: {prompts}.")
        case _:
            lines.append(f"Prompts: {prompts}.")
    if added.sends_to:
        lines.append(f"While it is in use, texts go to {added.sends_to}.")
    lines.append(f"Use it: jinasearch models use {added.name}")
    for line in lines:
        console.print(visible(line), markup=False)
