"""The engine itself: who it is, what it does, when it rests, what it tells."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from jinasearch.core.models import Minute, Notice, Status
from jinasearch.engine.protocol.call import Call

PROTOCOL = 1
"""Raised when a request or reply changes in a way that an older side cannot read."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Who the engine is."""

    version: str
    protocol: int
    schema: int
    pid: int
    library: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop or go on working. `seconds` None pauses until resumed."""

    paused: bool
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class SetPace:
    """How much of the machine the work may take; what is None stays as it is.

    `preset`: `quiet`, `balanced` or `full`, kept in the settings. `hurry`: full speed now, whatever
    holds the work back, until all is done; also ends a pause.
    """

    preset: str | None = None
    hurry: bool | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The minutes in which something was done, oldest first; three hours at most."""

    minutes: tuple[Minute, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """An answer that says no more than that it was done."""

    ok: bool = True


@dataclass(frozen=True, slots=True)
class Stop:
    """End the engine. `for_good`: the user wants none to run, so no window starts it again."""

    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One message of the event stream.

    `kind`: `status` (at most five a second while working), `changed` (the index has news, an open
    search may be asked again), `notice`, `settings` (some were changed), `bye` (the engine ends,
    `for_good` if its user stopped it).
    """

    kind: str
    status: Status | None = None
    notice: Notice | None = None
    for_good: bool = False


def decode_event(data: bytes | str) -> Event:
    """One event from the data of one server-sent message."""
    return msgspec.json.decode(data, type=Event)


def hello() -> Call[Hello]:
    """Ask who the engine is."""
    return Call("GET", "/v1/hello", Hello)


def status() -> Call[Status]:
    """Ask what the engine is doing."""
    return Call("GET", "/v1/status", Status)


def history() -> Call[History]:
    """Ask what was done when."""
    return Call("GET", "/v1/history", History)


def pause(request: Pause) -> Call[Status]:
    """Stop or go on working."""
    return Call("POST", "/v1/pause", Status, request)


def set_pace(request: SetPace) -> Call[Status]:
    """Choose how much of the machine the work may take."""
    return Call("POST", "/v1/pace", Status, request)


def stop(*, for_good: bool = False) -> Call[Done]:
    """End the engine after the transaction in hand."""
    return Call("POST", "/v1/stop", Done, Stop(for_good))
