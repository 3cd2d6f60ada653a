"""Where the small window stands, how large it is, and whether its corners can be round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize

from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

WIDTH = 720
PREVIEW_WIDTH = 460
"""What a preview beside the results adds."""
RESULTS_HEIGHT = 400
PREVIEW_HEIGHT = 520
"""The height of both with a preview: a page is taller than a list."""
_FROM_TOP = 0.2
"""Share of the screen above the line: where the eye rests, with room for the answers below."""


def width(room: QRect, *, preview: bool) -> int:
    """How wide the window is on a screen with this room, in device-independent pixels."""
    return min(WIDTH + PREVIEW_WIDTH * preview, room.width() - 4 * GAP)


def body_height(room: QRect, others: int, *, preview: bool) -> int:
    """The height of results and preview; `others` is what all the rest of the window takes."""
    left = round(room.height() * (1 - _FROM_TOP)) - others - 2 * GAP
    return max(120, min(PREVIEW_HEIGHT if preview else RESULTS_HEIGHT, left))


def place(room: QRect, size: QSize) -> QRect:
    """In the middle of a screen, above its half."""
    left = room.left() + (room.width() - size.width()) // 2
    return QRect(QPoint(left, room.top() + int(room.height() * _FROM_TOP)), size)


def widened(now: QRect, size: QSize, room: QRect) -> QRect:
    """Another size around the same middle and from the same top, inside the room if it can be."""
    left = now.center().x() - (size.width() - 1) // 2
    left = max(room.left(), min(left, room.right() + 1 - size.width()))
    high = max(room.top(), min(now.top(), room.bottom() + 1 - size.height()))
    return QRect(QPoint(left, high), size)


def set_round(card: QWidget, *, round_: bool) -> None:
    """Let the card have round corners, or square ones where what is outside them shows black."""
    if card.property("square") != (not round_):
        card.setProperty("square", not round_)
        card.style().unpolish(card)
        card.style().polish(card)
