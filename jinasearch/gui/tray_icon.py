"""The tray's icon: the program's, with a sign of what the engine does."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen

from jinasearch.core.models import Activity

if TYPE_CHECKING:
    from jinasearch.core.models import Status
    from jinasearch.gui.icons import Icons

_SIZES = (16, 22, 24, 32, 48, 64)
_BADGE = 0.56
"""The sign's width, as a share of the icon's."""
_WHOLE_TURN = 360 * 16


class TrayState(StrEnum):
    """What the icon says."""

    IDLE = "idle"
    WORKING = "working"
    PAUSED = "paused"
    PROBLEM = "problem"


def state_of(status: Status) -> TrayState:
    """The one thing to say of all that the engine tells."""
    if status.activity is Activity.PROBLEM:
        return TrayState.PROBLEM
    if status.paused or status.activity is Activity.WAITING:
        return TrayState.PAUSED
    return TrayState.IDLE if status.activity is Activity.IDLE else TrayState.WORKING


def share_of(status: Status) -> float:
    """How far all work is, 0 to 1: words and meaning count alike, as the window's bars do."""
    works = [work for work in (status.keywords, status.meaning) if work.total > 0]
    if not works:
        return 1.0
    return sum(min(1.0, work.done / work.total) for work in works) / len(works)


def icon(icons: Icons, state: TrayState, share: float) -> QIcon:
    """The icon in every size that trays use."""
    made = QIcon()
    for size in _SIZES:
        pixmap = icons.pixmap("jinasearch", size, 1.0, QColor("white")).copy()
        if state is not TrayState.IDLE:
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width = size * _BADGE
            _sign(painter, QRectF(size - width, size - width, width, width), state, share)
            painter.end()
        made.addPixmap(pixmap)
    return made


def _sign(painter: QPainter, box: QRectF, state: TrayState, share: float) -> None:
    back = QColor("#b3261e") if state is TrayState.PROBLEM else QColor("#1b222c")
    painter.setPen(QPen(QColor("#ffffff"), box.width() * 0.07))
    painter.setBrush(back)
    painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
    line = QPen(QColor("#ffffff"), box.width() * 0.16, Qt.PenStyle.SolidLine)
    line.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = box.adjusted(*(box.width() * part for part in (0.27, 0.27, -0.27, -0.27)))
    if state is TrayState.PAUSED:
        for x in (inner.left() + inner.width() * 0.22, inner.right() - inner.width() * 0.22):
            painter.drawLine(QPointF(x, inner.top()), QPointF(x, inner.bottom()))
    elif state is TrayState.PROBLEM:
        font = QFont()
        font.setBold(True)
        font.setPixelSize(max(6, round(box.height() * 0.72)))
        painter.setFont(font)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), "!")
    else:
        painter.setPen(QPen(QColor("#5d6878"), box.width() * 0.16))
        painter.drawArc(inner, 0, _WHOLE_TURN)
        painter.setPen(QPen(QColor("#4cc2b5"), box.width() * 0.18))
        painter.drawArc(inner, _WHOLE_TURN // 4, -round(_WHOLE_TURN * max(0.06, share)))
