"""Whether anything mixes windows with what is behind them: without, what is clear shows black."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from Xlib.display import Display


class Compositor:
    """Under X11 a program of its own does it, which may come and go; elsewhere the system does.

    It tells by owning the selection `_NET_WM_CM_Sn` (Extended Window Manager Hints 1.5,
    "Compositing Managers").
    """

    def __init__(self) -> None:
        self._display: Display | None = None

    def is_there(self) -> bool:
        """Ask the X server; True under any other window system.

        The first time a connection is made, which takes some tens of milliseconds; then it is one
        short round trip.
        """
        if QGuiApplication.platformName() != "xcb":
            return True
        try:
            return self._owned()
        except (ImportError, OSError):
            return True

    def close(self) -> None:
        """Give the connection back."""
        display, self._display = self._display, None
        if display is not None:
            with contextlib.suppress(OSError):
                display.close()

    def _owned(self) -> bool:
        from Xlib import X, display  # noqa: PLC0415 - under X11 alone
        from Xlib.error import ConnectionClosedError, DisplayError  # noqa: PLC0415

        try:
            if self._display is None:
                self._display = display.Display()
            name = f"_NET_WM_CM_S{self._display.get_default_screen()}"
            owner = self._display.get_selection_owner(self._display.intern_atom(name))
        except (DisplayError, ConnectionClosedError) as error:
            self.close()
            raise OSError(str(error)) from error
        return bool(owner != X.NONE)
