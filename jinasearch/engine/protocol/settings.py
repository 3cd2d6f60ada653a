"""The settings, one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

from jinasearch.core.settings import Entry
from jinasearch.engine.protocol.call import Call


@dataclass(frozen=True, slots=True)
class SettingsReply:
    """All settings. `file` holds them; `at_next_start` names those that wait for a new engine."""

    entries: tuple[Entry, ...] = ()
    file: str = ""
    at_next_start: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """New values by name, such as `embed.threads`; null goes back to the default."""

    values: dict[str, bool | int | float | str | None] = field(default_factory=dict)


def settings() -> Call[SettingsReply]:
    """List the settings."""
    return Call("GET", "/v1/settings", SettingsReply)


def change_settings(request: ChangeSettings) -> Call[SettingsReply]:
    """Change settings; they are used at once."""
    return Call("PATCH", "/v1/settings", SettingsReply, request)
