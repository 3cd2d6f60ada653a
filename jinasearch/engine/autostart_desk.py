"""What clients ask about starting with the session."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from jinasearch.core.machine.autostart import autostart
from jinasearch.engine import protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class AutostartDesk:
    """Args: `command`: how to start this program, on the library and the settings that follow."""

    def __init__(self, command: Sequence[str], library: Path, config: Path) -> None:
        places = ("--library", os.fspath(library), "--config", os.fspath(config))
        self._command = (*command, *places, "window", "--hidden")

    def state(self) -> protocol.Autostart:
        """Whether the program starts with the session."""
        entry = autostart()
        return protocol.Autostart(entry.on, entry.place)

    def change(self, request: protocol.SetAutostart) -> protocol.Autostart:
        """Start with the session from the next one on, or no longer.

        Raises:
            JinasearchError: NO_PERMISSION.
        """
        autostart().set(self._command if request.on else ())
        return self.state()
