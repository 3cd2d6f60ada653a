"""What clients ask about settings: list, change, go back to the defaults."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from jinasearch.core import settings as settings_file
from jinasearch.core.paths import shown
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from jinasearch.core.settings import Settings

_AT_START = frozenset({"engine.port", "engine.idle_exit_seconds"})
"""The engine looks at these when it starts; all others are used at once."""


class SettingsDesk:
    """The facade for settings.

    Args:
        config: the settings file.
        settings: what it said at the start.
        apply: by section, what uses its settings from now on.
        on_change: called after a change.
    """

    def __init__(
        self,
        config: Path,
        settings: Settings,
        apply: Mapping[str, Callable[[Any], None]],
        on_change: Callable[[], None],
    ) -> None:
        self._config = config
        self._started_with = settings
        self._apply = apply
        self._on_change = on_change
        self._lock = threading.Lock()

    def listed(self) -> protocol.SettingsReply:
        """All settings, as the file has them now.

        Raises:
            JinasearchError(SETTINGS_INVALID): the file cannot be read.
        """
        return self._reply(settings_file.load(self._config))

    def change(self, request: protocol.ChangeSettings) -> protocol.SettingsReply:
        """Change some, and use them.

        Raises:
            JinasearchError(BAD_REQUEST): there is no such setting, or it cannot have that value;
                nothing was changed.
            JinasearchError: what the part that they are for raises; the file has them all the same.
        """
        with self._lock:
            before = settings_file.load(self._config)
            after = settings_file.change(self._config, request.values)
            for section, use in self._apply.items():
                if getattr(before, section) != getattr(after, section):
                    use(getattr(after, section))
        self._on_change()
        return self._reply(after)

    def _reply(self, settings: Settings) -> protocol.SettingsReply:
        entries = settings_file.entries(settings)
        started = {entry.name: entry.value for entry in settings_file.entries(self._started_with)}
        return protocol.SettingsReply(
            entries,
            shown(self._config),
            tuple(e.name for e in entries if e.name in _AT_START and e.value != started[e.name]),
        )
