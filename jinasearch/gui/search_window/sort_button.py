"""The order of the answers, as a menu of the filter bar."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from jinasearch.core.questions import Sort
from jinasearch.gui import filter_texts

_OFFERED = (
    (Sort.RELEVANCE,),
    (Sort.DATE_DOWN, Sort.DATE),
    (Sort.NAME, Sort.NAME_DOWN),
    (Sort.SIZE_DOWN, Sort.SIZE),
    (Sort.PATH, Sort.PATH_DOWN),
)


class SortButton(QToolButton):
    """Shows the order that is in force, which the question's text may have set.

    Signal: `chosen(Sort)` when the user has chosen one.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filter")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self)
        menu.setAccessibleName(self.tr("Sort by"))
        group = QActionGroup(menu)
        self._actions = {}
        for orders in _OFFERED:
            for sort in orders:
                text = filter_texts.sort(sort)
                action = menu.addAction(text[:1].upper() + text[1:])
                action.triggered.connect(partial(self.chosen.emit, sort))
                action.setCheckable(True)
                group.addAction(action)
                self._actions[sort] = action
            if orders is not _OFFERED[-1]:
                menu.addSeparator()
        self.setMenu(menu)
        self.show_order(Sort.RELEVANCE)

    def show_order(self, sort: Sort) -> None:
        """This one is in force now."""
        ranked = sort is Sort.RELEVANCE
        said = self.tr("Sorted: {order}").format(order=filter_texts.sort(sort))
        self._actions[sort].setChecked(True)
        self.setText(self.tr("Sort") if ranked else said)
        self.setAccessibleName(self.text())
        if self.property("on") != (not ranked):
            self.setProperty("on", not ranked)
            self.style().unpolish(self)
            self.style().polish(self)
