"""The list of results. Updates keep the chosen row and what is in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from jinasearch.gui.results_delegate import ResultsDelegate
from jinasearch.gui.results_model import ResultsModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinasearch.core.models import Hit
    from jinasearch.gui.icons import Icons
    from jinasearch.gui.theme import Theme

_MOVES = {
    Qt.Key.Key_Up: QAbstractItemView.CursorAction.MoveUp,
    Qt.Key.Key_Down: QAbstractItemView.CursorAction.MoveDown,
    Qt.Key.Key_PageUp: QAbstractItemView.CursorAction.MovePageUp,
    Qt.Key.Key_PageDown: QAbstractItemView.CursorAction.MovePageDown,
}


class ResultsView(QListView):
    """Shows hits. The first row is chosen until the user chooses another.

    Signals: `opened(Hit)` on double-click, `menu_wanted(QPoint)` with a global position.
    """

    opened = Signal(object)
    menu_wanted = Signal(object)

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.setAccessibleName(self.tr("Results"))
        self._model = ResultsModel(self)
        self.setModel(self._model)
        self.setItemDelegate(ResultsDelegate(theme, icons, self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(24)
        self.doubleClicked.connect(self._on_double_click)
        theme.changed.connect(self.viewport().update)
        self._chosen_by_user = False

    def set_hits(self, hits: Sequence[Hit], *, fresh: bool) -> None:
        """Show hits. `fresh`: of a new question, so begin at the top again."""
        if fresh:
            self._chosen_by_user = False
        anchor = None if fresh else self._anchor()
        self._model.set_hits(hits)
        chosen = self.currentIndex()
        if not self._chosen_by_user or not chosen.isValid():
            self._chosen_by_user = self._chosen_by_user and chosen.isValid()
            self.setCurrentIndex(self._model.index(0)) if hits else self.clearSelection()
        if anchor is None:
            self.scrollToTop()
        else:
            self._restore(*anchor)

    def chosen(self) -> Hit | None:
        """The hit of the chosen row."""
        return self._model.hit(self.currentIndex())

    def move_by(self, key: Qt.Key) -> None:
        """Move the choice as this key would do in the list."""
        self._chosen_by_user = True
        index = self.moveCursor(_MOVES[key], Qt.KeyboardModifier.NoModifier)
        if index.isValid():
            self.setCurrentIndex(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key in the list is the user's choice."""
        self._chosen_by_user = True
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click is the user's choice."""
        self._chosen_by_user = True
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the row under the mouse, or of the chosen one by keyboard."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            rect = self.visualRect(self.currentIndex())
            self.menu_wanted.emit(self.viewport().mapToGlobal(rect.center()))
        elif self.indexAt(event.pos()).isValid():
            self.menu_wanted.emit(event.globalPos())

    def _on_double_click(self, index: QModelIndex) -> None:
        hit = self._model.hit(index)
        if hit is not None:
            self.opened.emit(hit)

    def _anchor(self) -> tuple[QPersistentModelIndex, int] | None:
        """The first row in sight and how far it is scrolled; None at the top."""
        if self.verticalScrollBar().value() == 0:
            return None
        index = self.indexAt(self.viewport().rect().topLeft())
        return QPersistentModelIndex(index), self.visualRect(index).top()

    def _restore(self, row: QPersistentModelIndex, top: int) -> None:
        if row.isValid():
            index = self._model.index(row.row())
            self.doItemsLayout()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(index).top() - top)
