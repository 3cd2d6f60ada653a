"""Results and preview beside each other; one below the other where there is no width for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from jinasearch.gui.theme import GAP

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from jinasearch.gui.preview.panel import PreviewPanel
    from jinasearch.gui.search_window.results_area import ResultsArea

_BESIDE = 640
"""The least width for both beside each other, in device-independent pixels."""
_BELOW = 420
"""The least height for one below the other; with less, the preview goes."""

_LEAST = 60
"""Room for a result, where messages take the rest."""


class ResultsSplit(QSplitter):
    """The preview is shown while it is wanted and there is something to look into."""

    def __init__(
        self, results: ResultsArea, preview: PreviewPanel, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName(self.tr("Results and preview"))
        self.setChildrenCollapsible(False)
        self.setHandleWidth(GAP + 4)
        self._results = results
        self._preview = preview
        self._wanted = True
        results.setMinimumWidth(280)
        self.setMinimumHeight(_LEAST)  # the welcome, which needs more, is not always there
        preview.setMinimumWidth(260)
        preview.setMinimumHeight(140)
        self.addWidget(results)
        self.addWidget(preview)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 1)
        results.page_changed.connect(self._update)
        self._update()

    def set_wanted(self, wanted: bool) -> None:
        """Whether the user wants a preview."""
        self._wanted = wanted
        self._update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's: side by side, one below the other, or the results alone."""
        super().resizeEvent(event)
        self._update()

    def _update(self) -> None:
        beside = self.width() >= _BESIDE
        turned = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if self.orientation() != turned:
            self.setOrientation(turned)
        room = beside or self.height() >= _BELOW
        self._preview.setVisible(self._wanted and room and self._results.has_answers())
