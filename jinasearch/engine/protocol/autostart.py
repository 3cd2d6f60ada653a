"""Starting with the user's session."""

from __future__ import annotations

from dataclasses import dataclass

from jinasearch.engine.protocol.call import Call


@dataclass(frozen=True, slots=True)
class Autostart:
    """Whether the program starts with the session, and where the entry stands that does it."""

    on: bool
    place: str


@dataclass(frozen=True, slots=True)
class SetAutostart:
    """Start with the session, or not."""

    on: bool


def autostart() -> Call[Autostart]:
    """Ask whether the program starts with the session."""
    return Call("GET", "/v1/autostart", Autostart)


def set_autostart(request: SetAutostart) -> Call[Autostart]:
    """Start with the session from the next one on, or no longer."""
    return Call("POST", "/v1/autostart", Autostart, request)
