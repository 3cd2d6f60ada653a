"""A label that shortens its text rather than widening its window."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget

_MNEMONIC = re.compile(r"\(&\w\)|&(.)")


class ElidedLabel(QLabel):
    """One line of plain text; the whole of it is the accessible name and the tooltip.

    It takes what room there is or, if it is `snug`, as much as its text needs, and less if there is
    less.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
        *,
        snug: bool = False,
    ) -> None:
        super().__init__(parent)
        self._elide = elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy.Policy.Maximum if snug else QSizePolicy.Policy.Ignored
        self.setSizePolicy(policy, QSizePolicy.Policy.Preferred)

    def setText(self, text: str, more: str = "") -> None:
        """Change the text; the tooltip has it and, below, what there is `more` to know."""
        super().setText(text)
        self.setAccessibleName(text)
        set_plain_tip(self, "\n".join(part for part in (text, more) if part))

    def minimumSizeHint(self) -> QSize:
        """Qt's: it can be as narrow as is wished."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt's: draw what has room."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        shown = self.fontMetrics().elidedText(self.text(), self._elide, self.contentsRect().width())
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            option.palette,
            bool(option.state & QStyle.StateFlag.State_Enabled),
            shown,
            self.foregroundRole(),
        )


def plain_tip(text: str) -> str:
    """A tooltip that shows a text as it is: Qt guesses from some of it whether it is HTML."""
    shown = html.escape(text).replace("\n", "<br>")
    return f"<qt>{shown}</qt>" if text else ""


def set_plain_tip(widget: QWidget, text: str) -> None:
    """Show a text as it is when the pointer rests on a widget, and have screen readers say it: Qt
    (6.11) would let them read the tooltip with its tags."""
    widget.setToolTip(plain_tip(text))
    widget.setAccessibleDescription(text)


def without_mnemonic(text: str) -> str:
    """An action's words without its letter: `&Open` and `打开(&O)`."""
    return _MNEMONIC.sub(r"\1", text)
