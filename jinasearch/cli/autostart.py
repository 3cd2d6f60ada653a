"""`jinasearch autostart`: start with the session, if wished."""

from __future__ import annotations

import click

from jinasearch.cli.context import engine, with_output
from jinasearch.cli.output import Output, visible
from jinasearch.engine import protocol


@click.command()
@click.argument("wish", type=click.Choice(["on", "off", "status"]), default="status")
@with_output
def autostart(output: Output, wish: str) -> None:
    """Start with your session, in the tray and ready for its key; or no longer.

    Without a word, and with `status`, tells whether it does.
    """
    with engine() as client:
        if wish == "status":
            found = client.send(protocol.autostart())
        else:
            found = client.send(protocol.set_autostart(protocol.SetAutostart(wish == "on")))
    told = f"Starts with your session: {found.place}" if found.on else "Does not start by itself."
    output.show(found, lambda console: console.print(visible(told), markup=False))
