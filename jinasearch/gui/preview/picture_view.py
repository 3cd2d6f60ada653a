"""Shows a picture or a page that the engine has drawn, with the passage boxed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from jinasearch.gui.theme import GAP, LIGHT, Theme

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinasearch.core.preview import Box, Preview

_MARGIN = 2 * GAP


class PictureView(QAbstractScrollArea):
    """A page is as wide as the view; a picture is never larger than it is, nor than the view."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("previewPicture")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(40)
        self.setAccessibleName(self.tr("Picture of the file"))
        self._theme = theme
        self._pixmap = QPixmap()
        self._preview: Preview | None = None
        theme.changed.connect(self.viewport().update)

    def show_preview(self, preview: Preview) -> bool:
        """Show it, scrolled to the passage. False if the picture cannot be read."""
        pixmap = QPixmap()
        if not pixmap.loadFromData(preview.picture, "PNG"):
            return False
        self._pixmap = pixmap
        self._preview = preview
        self.setAccessibleDescription(preview.text[:4000])
        self._fit()
        self._scroll_to_passage()
        self.viewport().update()
        return True

    def pixels(self) -> int:
        """How wide a picture should be to be sharp here."""
        return round((self.viewport().width() - 2 * _MARGIN) * self.devicePixelRatioF())

    def sheet(self) -> QRectF:
        """Where the picture lies in the viewport, scrolled."""
        size = self._size()
        left = (self.viewport().width() - size.width()) / 2
        top = max(float(_MARGIN), (self.viewport().height() - size.height()) / 2)
        return QRectF(left, top - self.verticalScrollBar().value(), size.width(), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's: the picture, and over it what answers."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(self._theme.colors.window))
        if self._preview is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        sheet = self.sheet()
        painter.drawPixmap(sheet, self._pixmap, QRectF(self._pixmap.rect()))
        painter.setPen(QColor(self._theme.colors.line))
        painter.drawRect(sheet.adjusted(-0.5, -0.5, 0.5, 0.5))
        # Paper is light whatever the theme: what is multiplied onto it stays readable.
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.setPen(Qt.PenStyle.NoPen)
        for boxes, color in (
            (self._preview.passage_boxes, LIGHT.selected),
            (self._preview.word_boxes, LIGHT.mark),
        ):
            painter.setBrush(QColor(color))
            for rect in _placed(boxes, sheet):
                painter.drawRoundedRect(rect.adjusted(-2, -1, 2, 1), 2, 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit to the width."""
        super().resizeEvent(event)
        self._fit()

    def _size(self) -> QSize:
        if self._pixmap.isNull():
            return QSize(0, 0)
        room = max(1, self.viewport().width() - 2 * _MARGIN)
        preview = self._preview
        if preview is not None and preview.pages:
            return QSize(room, round(room * self._pixmap.height() / self._pixmap.width()))
        size = self._pixmap.size() / self.devicePixelRatioF()
        most = QSize(room, max(1, self.viewport().height() - 2 * _MARGIN))
        small = size.width() <= most.width() and size.height() <= most.height()
        return size if small else size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio)

    def _fit(self) -> None:
        bar = self.verticalScrollBar()
        height = self.viewport().height()
        bar.setPageStep(height)
        bar.setRange(0, max(0, self._size().height() + 2 * _MARGIN - height))

    def _scroll_to_passage(self) -> None:
        preview = self._preview
        if preview is None:
            return
        boxes = preview.passage_boxes or preview.word_boxes
        top = min((box.top for box in boxes), default=0.0)
        place = _MARGIN + top * self._size().height() if boxes else 0.0
        self.verticalScrollBar().setValue(round(place - self.viewport().height() / 5))


def _placed(boxes: Iterable[Box], sheet: QRectF) -> Iterable[QRectF]:
    for box in boxes:
        yield QRectF(
            sheet.left() + box.left * sheet.width(),
            sheet.top() + box.top * sheet.height(),
            box.width * sheet.width(),
            box.height * sheet.height(),
        )
