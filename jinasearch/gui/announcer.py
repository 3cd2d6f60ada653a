"""Speaks through the screen reader while the focus stays where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_REST_MS = 200
"""Who runs through rows hears the one on which they stop."""


class Announcer(QObject):
    """Says what a widget stands for. Signal: `said(str)`, whether anybody listens or not."""

    said = Signal(str)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._text = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._say)

    def say(self, text: str) -> None:
        """Say this in a moment, unless something else is to be said by then."""
        self._text = text
        self._rest.start()

    def _say(self) -> None:
        if not self._text:
            return
        if QAccessible.isActive():
            event = QAccessibleAnnouncementEvent(self._widget, self._text)
            QAccessible.updateAccessibility(event)
        self.said.emit(self._text)
