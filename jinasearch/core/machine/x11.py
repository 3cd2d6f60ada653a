"""How long an X server has had no input, by its MIT-SCREEN-SAVER extension, through python-xlib."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_AGAIN_SECONDS = 60.0
_EXTENSION = "MIT-SCREEN-SAVER"


class ScreenSaver:
    """The X server that `DISPLAY` names, connected when first asked. Used by one thread."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        # An X server that only carries a Wayland session's old programs sees part of the input.
        wayland = environment.get("WAYLAND_DISPLAY") or (
            environment.get("XDG_SESSION_TYPE") == "wayland"
        )
        self._name = "" if wayland else environment.get("DISPLAY", "")
        self._display: Any = None
        self._failed = 0.0

    def idle_seconds(self) -> float | None:
        """Seconds since the last input; None where there is no server that tells."""
        if not self._name or time.monotonic() < self._failed:
            return None
        try:
            from Xlib.display import Display  # noqa: PLC0415 - not every engine has a screen
            from Xlib.ext import screensaver  # noqa: PLC0415

            if self._display is None:
                self._display = Display(self._name)
                if not self._display.has_extension(_EXTENSION):
                    raise LookupError(_EXTENSION)  # noqa: TRY301
            return float(screensaver.query_info(self._display.screen().root).idle) / 1000
        except Exception:  # noqa: BLE001 - of the library's many, none may reach the work
            self.close()
            self._failed = time.monotonic() + _AGAIN_SECONDS
            return None

    def close(self) -> None:
        """Let go of the server; the next question connects again."""
        display, self._display = self._display, None
        if display is not None:
            with contextlib.suppress(Exception):  # a server that is gone
                display.close()
