"""How large a dialog opens: as its text needs, never larger than the screen; the rest scrolls."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_LINE = 17
"""Pixels of a line of text at the size for which the dialogs were drawn."""
_FRAME = QSize(32, 64)
"""What a window's frame and some air around it take."""


def fitting(dialog: QWidget, width: int, height: int) -> QSize:
    """A size that was meant for text of the usual height, for the text that the user has."""
    factor = max(1.0, dialog.fontMetrics().height() / _LINE)
    wanted = QSize(round(width * factor), round(height * factor))
    return on_screen(dialog, wanted)


def on_screen(window: QWidget, wanted: QSize) -> QSize:
    """A size with which a window fits on its screen, whose pixels are few where all is large."""
    return wanted.boundedTo(window.screen().availableSize() - _FRAME)


def scrolling(inside: QWidget) -> QScrollArea:
    """The widget with a way down where the screen is small or its text large."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    area.viewport().setAutoFillBackground(False)
    inside.setAutoFillBackground(False)
    return area
