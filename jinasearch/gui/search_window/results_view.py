"""The list of results. Updates keep the chosen row and what is in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
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

    Signals: `opened(Hit)` on double-click, `menu_wanted(QPoint)` with a global position,
    `chosen_changed(Hit | None)` when another hit is chosen or the chosen one has changed,
    `look_wanted()` for the space bar, `end_reached()` when the last row comes in sight.
    """

    opened = Signal(object)
    menu_wanted = Signal(object)
    chosen_changed = Signal(object)
    look_wanted = Signal()
    end_reached = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.setAccessibleName(self.tr("Results"))
        self._model = ResultsModel(self)
        self.setModel(self._model)
        self._delegate = ResultsDelegate(theme, icons, self)
        self.setItemDelegate(self._delegate)
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
        self.selectionModel().currentChanged.connect(self._tell_chosen)
        self._chosen_by_user = False
        self._scrolled_by_user = False
        self._pointer: QPoint | None = None
        self._told: Hit | None = None
        self._setting = False
        self.verticalScrollBar().sliderMoved.connect(self._on_scrolled)
        self.verticalScrollBar().valueChanged.connect(self._on_moved)

    @property
    def touched(self) -> bool:
        """Whether the user has turned to the rows: chosen one, scrolled, or come with the pointer.

        Rows must not change their places then.
        """
        return self._chosen_by_user or self._scrolled_by_user

    def at_first(self) -> bool:
        """Whether the choice cannot go up any further."""
        return self.currentIndex().row() <= 0

    def hits(self) -> list[Hit]:
        """What is shown, in its order."""
        return self._model.hits()

    def set_hits(self, hits: Sequence[Hit], *, fresh: bool) -> None:
        """Show hits. `fresh`: of a new question, so begin at the top again."""
        if fresh:
            self._chosen_by_user = self._scrolled_by_user = False
            self._pointer = None
        self._setting = True
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
        self._setting = False
        self._tell_chosen()

    def tell_sizes(self, wanted: bool) -> None:
        """Whether to show how large files are, besides when they were changed."""
        if wanted != self._delegate.sizes:
            self._delegate.sizes = wanted
            self.viewport().update()

    def fade(self, faded: bool) -> None:
        """Whether the rows belong to what was asked before."""
        if faded != self._delegate.faded:
            self._delegate.faded = faded
            self.viewport().update()

    def chosen(self) -> Hit | None:
        """The hit of the chosen row."""
        return self._model.hit(self.currentIndex())

    def move_by(self, key: Qt.Key) -> None:
        """Move the choice as this key would do in the list."""
        self._chosen_by_user = True
        index = self.moveCursor(_MOVES[key], Qt.KeyboardModifier.NoModifier)
        if index.isValid():
            self.setCurrentIndex(index)

    def ask_menu(self) -> None:
        """Ask for the menu of the chosen row, in its middle, and have it in sight."""
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
            rect = self.visualRect(self.currentIndex())
            self.menu_wanted.emit(self.viewport().mapToGlobal(rect.center()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key in the list is the user's choice; the space bar looks into the file."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.look_wanted.emit()
            return
        self._chosen_by_user = True
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click is the user's choice."""
        self._chosen_by_user = True
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The pointer is on its way to a row, unless the row came to the pointer.

        Where it is when the rows come is told by the first event. (To ask the X server would wait
        until it has painted.)
        """
        now = event.globalPosition().toPoint()
        if self._pointer is not None and now != self._pointer:
            self._scrolled_by_user = True
        self._pointer = now
        super().mouseMoveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The user reads on."""
        self._scrolled_by_user = True
        super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows of another width have other heights; Qt looks at the height alone (6.11)."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
        chosen = self.visualRect(self.currentIndex())
        # The chosen row that was in sight stays so when something else takes room.
        in_sight = chosen.intersects(self.viewport().rect())
        if in_sight and event.size().height() < event.oldSize().height():
            self.scrollTo(self.currentIndex())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the row under the mouse, or of the chosen one by keyboard."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.ask_menu()
        elif self.indexAt(event.pos()).isValid():
            self.menu_wanted.emit(event.globalPos())

    def _on_moved(self, value: int) -> None:
        if not self._setting and value == self.verticalScrollBar().maximum() > 0:
            self.end_reached.emit()

    def _on_scrolled(self) -> None:
        self._scrolled_by_user = True

    def _tell_chosen(self, *_: object) -> None:
        if self._setting:
            return
        hit = self.chosen()
        if hit != self._told:
            self._told = hit
            self.chosen_changed.emit(hit)

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
