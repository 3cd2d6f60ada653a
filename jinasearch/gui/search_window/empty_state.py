"""What stands in the middle when there are no results: a welcome, a hint, or the reason why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from jinasearch.gui import texts
from jinasearch.gui.theme import GAP, Theme, scaled

if TYPE_CHECKING:
    from jinasearch.gui.icons import Icons

_ICON = 56


class EmptyState(QWidget):
    """An icon, a headline, a sentence."""

    def __init__(
        self, theme: Theme, icons: Icons, icon: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._icon_name = icon
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.headline = _label(self, "headline", 1.4, bold=True)
        self.detail = _label(self, "quiet", 1.0)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * GAP, 2 * GAP, 4 * GAP, 6 * GAP)
        column.setSpacing(GAP + 2)
        column.addStretch(1)
        column.addWidget(self._icon)
        column.addWidget(self.headline)
        column.addWidget(self.detail)
        column.addStretch(1)
        self._paint()
        theme.changed.connect(self._paint)

    def say(self, headline: str, detail: str = "", icon: str = "") -> None:
        """Change what is said."""
        self.headline.setText(headline)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.setAccessibleName(f"{headline} {detail}".strip())
        if icon and icon != self._icon_name:
            self._icon_name = icon
            self._paint()

    def _paint(self) -> None:
        color = QColor(self._theme.colors.faint)
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(self._icons.pixmap(self._icon_name, _ICON, ratio, color))


class DropZone(QWidget):
    """The welcome: a big place to drop folders on, and a button for who does not drag.

    Signals: `add_wanted`, `models_wanted`. The window itself takes the drops.
    """

    add_wanted = Signal()
    models_wanted = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Welcome"))
        self._theme = theme
        self._icons = icons
        self._frame = QFrame(self)
        self._frame.setObjectName("dropZone")
        self._frame.setMaximumWidth(640)
        self._icon = QLabel(self._frame)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        headline = _label(self._frame, "headline", 1.6, bold=True)
        headline.setText(self.tr("Find your files by what they mean"))
        detail = _label(self._frame, "quiet", 1.05)
        detail.setText(
            self.tr("Drop folders or files here. They are read once, then kept up to date.")
        )
        self.private = _label(self._frame, "faint", 0.92)
        self.set_host("")
        self.button = QPushButton(self.tr("Add folder…"), self._frame)
        self.button.setObjectName("primary")
        self.button.setAccessibleName(self.tr("Add folder"))
        self.button.clicked.connect(self.add_wanted)
        # The model that is there from the start knows English alone.
        self.models = QPushButton(self.tr("Not in English? Choose a model…"), self._frame)
        self.models.setObjectName("link")
        self.models.setAccessibleName(self.tr("Choose a model"))
        self.models.clicked.connect(self.models_wanted)
        column = QVBoxLayout(self._frame)
        column.setContentsMargins(5 * GAP, 5 * GAP, 5 * GAP, 5 * GAP)
        column.setSpacing(GAP + 4)
        column.addWidget(self._icon)
        column.addSpacing(GAP)
        column.addWidget(headline)
        column.addWidget(detail)
        column.addSpacing(GAP)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.models, 0, Qt.AlignmentFlag.AlignCenter)
        column.addSpacing(GAP // 2)
        column.addWidget(self.private)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._frame, 8)
        middle.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(1)
        self._paint()
        theme.changed.connect(self._paint)

    def set_host(self, host: str) -> None:
        """The machine that the texts go to; empty if they stay."""
        self.private.setText(texts.where_it_stays(host))

    def set_over(self, over: bool) -> None:
        """Something is held over the window, ready to be dropped."""
        self._frame.setProperty("over", over)
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)

    def _paint(self) -> None:
        ratio = self.devicePixelRatioF()
        color = self._theme.colors.of_kind("folder")
        self._icon.setPixmap(self._icons.pixmap("kind-folder", 72, ratio, color))
        self.button.setIcon(self._icons.on_accent("folder-add"))


def _label(parent: QWidget, name: str, factor: float, *, bold: bool = False) -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    label.setFont(scaled(label.font(), factor, bold=bold))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
