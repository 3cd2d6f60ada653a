"""The questions that were asked, shared by all windows of the program."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from jinasearch.gui.history import file
from jinasearch.gui.history.file import Asked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jinasearch.core.settings import WindowSettings

MOST = 500
_SAVE_MS = 1500
_DAY = 86_400.0
_LOOK_MS = 3_600_000
"""How often is looked for what has become too old, in a program that runs for weeks."""


class History(QObject):
    """Keeps nothing, for this session, or for some days; in private mode nothing is added.

    Signal: `private_changed(bool)`.
    """

    private_changed = Signal(bool)

    def __init__(
        self,
        path: Path,
        settings: WindowSettings,
        parent: QObject | None = None,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._now = now
        self._keep: Literal["off", "session", "days"] = settings.history
        self._days = settings.history_days
        self._asked = file.load(path) if self._keep == "days" else []
        self._private = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SAVE_MS)
        self._later.timeout.connect(self.save)
        self._hourly = QTimer(self)
        self._hourly.setInterval(_LOOK_MS)
        self._hourly.timeout.connect(self._on_hourly)
        self._hourly.start()
        self._forget_old()
        if self._keep != "days" and path.exists():
            self.save()

    @property
    def private(self) -> bool:
        """Whether nothing is added for now."""
        return self._private

    def set_private(self, private: bool) -> None:
        """Add nothing from now on, or add again. What is there stays."""
        if private != self._private:
            self._private = private
            self.private_changed.emit(private)

    def use(self, settings: WindowSettings) -> None:
        """Keep the history as these settings say; what may no longer be kept goes at once."""
        self._keep, self._days = settings.history, settings.history_days
        if self._keep == "off":
            self._asked = []
        self._forget_old()
        self.save()

    def add(self, text: str) -> None:
        """A question has led to something."""
        text = text.strip()
        if not text or self._private or self._keep == "off":
            return
        self._asked = [one for one in self._asked if one.text != text][-MOST + 1 :]
        self._asked.append(Asked(text, self._now()))
        if self._keep == "days":
            self._later.start()

    def texts(self) -> list[str]:
        """The questions, the newest first."""
        self._forget_old()
        return [one.text for one in reversed(self._asked)]

    def clear(self) -> None:
        """Forget all."""
        self._asked = []
        self.save()

    def save(self) -> None:
        """Write what is to be kept, now."""
        self._later.stop()
        self._forget_old()
        file.save(self._path, self._asked if self._keep == "days" else ())

    def _on_hourly(self) -> None:
        before = len(self._asked)
        self._forget_old()
        if len(self._asked) != before:
            self.save()

    def _forget_old(self) -> None:
        if self._keep == "days":
            oldest = self._now() - self._days * _DAY
            self._asked = [one for one in self._asked if one.time >= oldest]
