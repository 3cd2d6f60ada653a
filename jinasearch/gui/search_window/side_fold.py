"""The folder list gives way where the window is narrow, and comes back where it is wide again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QResizeEvent

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

NARROW = 700
"""Below this width of the window, in device-independent pixels, the list would take a third."""


class SideFold(QObject):
    """Whether the list is shown is one wish for a wide window and another for a narrow one.

    In a narrow window it is away at first; who opens it there keeps it.
    """

    def __init__(self, shown: QAction, window: QWidget) -> None:
        super().__init__(window)
        self._shown = shown
        self._narrow = False
        self._when_wide = shown.isChecked()
        window.installEventFilter(self)

    @property
    def wanted(self) -> bool:
        """Whether a wide window shows the list."""
        return self._when_wide if self._narrow else self._shown.isChecked()

    def want(self, *, shown: bool) -> None:
        """Let a wide window show the list or not."""
        self._when_wide = shown
        if not self._narrow:
            self._shown.setChecked(shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's: the window has another size."""
        if isinstance(event, QResizeEvent):
            self._fit(event.size().width())
        return super().eventFilter(watched, event)

    def _fit(self, width: int) -> None:
        narrow = width < NARROW
        if narrow == self._narrow:
            return
        if narrow:
            self._when_wide = self._shown.isChecked()
        self._narrow = narrow
        self._shown.setChecked(not narrow and self._when_wide)
