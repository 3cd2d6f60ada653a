"""Boxes turned over where the language is written from right to left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, Qt

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem


class Mirror:
    """Places are reckoned from left to right, inside the whole of a row."""

    def __init__(self, option: QStyleOptionViewItem) -> None:
        self._whole = QRect(option.rect)
        self.turned = option.direction == Qt.LayoutDirection.RightToLeft

    def box(self, box: QRect) -> QRect:
        """Where a box stands for the eye."""
        if not self.turned:
            return box
        turned = QRect(box)
        turned.moveRight(self._whole.left() + self._whole.right() - box.left())
        return turned

    def edge(self, box: QRectF) -> QRectF:
        """The same for a box with fractions."""
        if not self.turned:
            return box
        turned = QRectF(box)
        whole = QRectF(self._whole)
        turned.moveRight(whole.left() + whole.right() - box.left())
        return turned

    def corner(self, left: int, top: int, width: int) -> QPoint:
        """The upper left corner of what is so wide."""
        return self.box(QRect(left, top, width, 1)).topLeft()


def isolated(path: str) -> str:
    """A path that reads from left to right whatever stands around it."""
    return f"\u2066{path}\u2069"
